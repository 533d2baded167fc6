"""The page of the network: for the network alone, at a date, with its rows and files."""

import io
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from reports.indicators import rounded
from reports.network.columns import THEMES
from reports.network.france import france, outlines, shades
from reports.network.picture import Network
from reports.network.places import closures
from reports.network.sponsors import Involvement
from tests import factories as make
from tests.factories import TODAY, day
from tests.test_network import lived

PAGE, ROWS = reverse("reports:network"), reverse("reports:network_rows")


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode().replace("\u00a0", " "))
    return " ".join(text.split())


@pytest.fixture
def helped(toul):
    convention = make.ConventionFactory(antenna=toul, funds=100_000, terms={"target_jobs": 10})
    lived(convention)
    return convention


@pytest.mark.parametrize("name", ["alice", "bob", "maria", "fred"])
@pytest.mark.parametrize("page", [PAGE, ROWS])
def test_the_network_is_for_those_who_read_it_whole(client, request, name, page):
    client.force_login(request.getfixturevalue(name))
    assert client.get(page).status_code == 403
    assert PAGE not in client.get("/").content.decode()


@pytest.mark.parametrize("name", ["nadia", "root"])
def test_the_network_and_administrators_find_it_from_home(client, request, name, helped):
    client.force_login(request.getfixturevalue(name))
    assert f'href="{PAGE}"' in client.get("/").content.decode()
    assert client.get(PAGE).status_code == 200


def test_the_page_tells_the_figures_of_today(client, nadia, helped):
    client.force_login(nadia)
    answer = client.get(PAGE)
    text = words(answer)
    assert "Vous lisez la situation" not in text
    assert re.search(r"3 emplois validés par les comités depuis l’origine", text)
    assert "Toul" in text and "Médiane" in text
    assert 'role="img"' in answer.text and "licence CC BY 4.0" in text
    assert answer.text.count("style=") == 0


@pytest.mark.parametrize("theme", THEMES)
def test_each_choice_of_figures_has_its_page(client, nadia, helped, theme):
    client.force_login(nadia)
    answer = client.get(PAGE, {"vue": theme, "o": "-" + THEMES[theme][1][0]})
    assert answer.status_code == 200
    assert [key for key, _indicator in answer.context["columns"]] == THEMES[theme][1]


def test_a_past_day_is_told_as_such(client, nadia, helped):
    client.force_login(nadia)
    text = words(client.get(PAGE, {"au": day(-200)}))
    assert f"Vous lisez la situation au {day(-200):%d/%m/%Y}" in text
    assert "Revenir à aujourd’hui" in text
    assert "0 emplois validés" in text


def test_a_project_is_told_today_alone_since_nobody_dates_it(client, nadia, helped):
    make.AntennaFactory(name="Saint-Dié", status="project")
    client.force_login(nadia)
    assert "en projet : Saint-Dié" in words(client.get(PAGE))
    assert "Saint-Dié" not in words(client.get(PAGE, {"au": day(-1)}))


def test_the_contents_of_the_page_lead_to_its_parts(client, nadia, helped):
    client.force_login(nadia)
    for closed in (False, True):
        if closed:
            make.ClosureFactory(antenna=helped.antenna)
        text = client.get(PAGE).text
        contents = text.partition("Sommaire du réseau")[2].partition("</nav>")[0]
        parts = re.findall(r'href="#([^"]+)"', contents)
        assert len(parts) == 5 + closed
        assert parts == [part for part in re.findall(r' id="([^"]+)"', text) if part in parts]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("hier", "Saisissez une date valide."),
        ("2011-02-30", "Saisissez une date valide."),
        (day(1), "Cette date est dans le futur."),
        ("0001-01-01", "Vérifiez l’année de cette date."),
        ("2999-01-01", "Vérifiez l’année de cette date."),
    ],
)
def test_a_day_that_is_none_is_told_in_a_sentence(client, nadia, helped, typed, sentence):
    client.force_login(nadia)
    for page in (PAGE, ROWS):
        for asked in ({"au": typed}, {"au": typed, "format": "csv"}):
            answer = client.get(page, asked)
            assert answer.status_code == 200 and sentence in words(answer)


def test_before_any_antenna_the_page_says_so(client, nadia, helped):
    client.force_login(nadia)
    helped.antenna.opened_on = day(-400)
    helped.antenna.save()
    assert "Aucune antenne n’était ouverte à cette date." in words(
        client.get(PAGE, {"au": "1990-01-01"})
    )


def test_the_files_tell_every_figure_and_the_year_before(client, nadia, helped):
    client.force_login(nadia)
    file = client.get(PAGE, {"format": "csv", "o": "-jobs_created"}).getvalue().decode("utf-8-sig")
    heading, *lines = file.splitlines()
    assert heading.startswith("Antenne;Entreprises aidées;Entreprises aidées, un an avant;")
    assert [line.split(";")[0] for line in lines] == ["Toul", "Réseau", "Médiane"]
    assert "6000,00" in lines[0]
    dashboard = reverse("reports:dashboard", args=[helped.antenna_id])
    assert heading.endswith(";Lien") and lines[0].endswith(f"http://testserver{dashboard}")
    assert client.get(PAGE, {"format": "xlsx"}).getvalue()[:2] == b"PK"


def test_a_figure_leads_to_its_rows(client, nadia, helped):
    client.force_login(nadia)
    asked = {"chiffre": "emplois-crees", "antenne": helped.antenna_id, "au": TODAY}
    assert f"{ROWS}?chiffre=emplois-crees&amp;au={TODAY}&amp;antenne={helped.antenna_id}" in (
        client.get(PAGE).text
    )
    assert f"Emplois créés au {TODAY:%d/%m/%Y} : 2" in words(client.get(ROWS, asked))
    file = client.get(ROWS, asked | {"format": "csv"}).getvalue().decode("utf-8-sig")
    assert len(file.splitlines()) == 3
    assert "Avances restant dues au" in words(
        client.get(ROWS, {"chiffre": "avances-restant-dues", "departement": "54"})
    )


@pytest.mark.parametrize("asked", [{"chiffre": "typo"}, {"antenne": "x"}, {"departement": "999"}])
def test_rows_of_nothing_known_are_refused_beside_the_field(client, nadia, helped, asked):
    client.force_login(nadia)
    answer = client.get(ROWS, asked | {"format": "csv"})
    assert answer.status_code == 200 and "Choisissez dans la liste." in words(answer)


# The map


def test_the_map_shades_départements_and_lists_those_it_does_not_draw():
    numbers = {"54": 30, "55": 1, "974": 4, "88": 12}
    names = {"54": "Meurthe-et-Moselle", "974": "La Réunion"}
    found = france("Carte", numbers, names, lambda number: f"{number} aidées")
    by_code = {shape.code: shape for shape in found.shapes}
    assert by_code["54"].title.replace("\u00a0", " ") == "Meurthe-et-Moselle (54) : 30 aidées"
    assert [by_code[code].shade for code in ("01", "55", "88", "54")] == [0, 1, 3, 4]
    assert found.undrawn == ["La Réunion"]
    assert [line.text for line in found.legend] == ["aucune", "1", "4", "12", "30"]


def test_the_outlines_are_those_of_metropolitan_france():
    paths = outlines()["paths"]
    assert len(paths) == 96 and {"01", "2A", "2B", "95"} <= set(paths)
    assert all(re.fullmatch(r"[Mlz\d, -]+", path) for path in paths.values())


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], []),
        ([0, 0], []),
        ([5], [(5, 5)]),
        ([5, 5, 5], [(5, 5)]),
        ([1, 2], [(1, 1), (2, 2)]),
        ([1, 2, 3, 4, 5, 6, 7, 8], [(1, 2), (3, 4), (5, 6), (7, 8)]),
        ([1, 1, 1, 1, 1, 2, 9], [(1, 1), (2, 9)]),
    ],
)
def test_shades_hold_as_many_départements_each(numbers, expected):
    assert shades(numbers) == expected


# Sponsors and closures


def test_a_sponsor_is_active_by_a_promise_that_runs_or_by_days_given_lately(toul):
    old = make.ConventionFactory(antenna=toul, starts_on=day(-3000))
    now = make.ConventionFactory(antenna=toul)
    sponsors = [make.SponsorFactory(name=name) for name in "ABCD"]
    old.pledge(sponsors[0], origin="private", amount=10, days=2, on=old.starts_on)
    pledge = now.pledge(sponsors[1], origin="private", amount=100, on=day(-200))
    pledge.receive(40, on=day(-100))
    mission = make.MissionFactory(
        application=make.approved(convention=now, grant=0, advance=0),
        expert=make.ExpertFactory(sponsor=sponsors[2]),
    )
    make.SkillDayFactory(mission=mission, done_on=day(-5))
    found = Involvement(Network(TODAY))
    told = {line.name: line for line in found.lines}
    assert set(told) == {"A", "B", "C"}
    assert [told[name].active for name in "ABC"] == [0, 1, 1]
    assert (told["B"].pledged, told["B"].received, told["C"].days_given) == (100, 40, 1)
    [(kind, brought)] = found.kinds
    assert (kind, brought.sponsors, brought.active) == ("large_group", 3, 2)
    assert (brought.pledged, brought.days_pledged) == (110, 2)
    assert found.businesses == 2
    assert [line.name for line in found.largest] == ["C", "B", "A"]
    before = Involvement(Network(day(-201)))
    assert [(line.name, line.active) for line in before.lines] == [("A", 0)]


def test_what_was_re_created_is_what_was_counted_by_the_day(toul):
    make.ClosureFactory(
        antenna=toul, recreation_target=900, jobs_recreated=540, recreated_on=day(-30)
    )
    make.ClosureFactory(antenna=toul, site="Autre", jobs_cut=10, closed_on=day(-10))
    told = [
        (site.closure.jobs_cut, site.recreated, site.share) for site in closures(Network(TODAY))
    ]
    assert told == [(826, 540, 0.6), (10, 0, None)]
    told = [(site.closure.jobs_cut, site.recreated) for site in closures(Network(day(-31)))]
    assert told == [(826, None)]


def test_a_division_is_rounded_once_for_the_page_and_both_files(client, nadia):
    """Of two antennas the median is a mean: of euros to the cent, of shares to four decimals."""
    for paid, target in (("100.01", 9_001), ("100.02", 7_003)):
        convention = make.ConventionFactory(funds=100_000, terms={"target_aid": target})
        file = make.approved(convention=convention, on=day(-100))
        aid = make.AidFactory(decision=file.approval, contract_on=day(-90))
        aid.disburse(Decimal(paid), on=day(-80))
        make.JobFactory(application=file, starts_on=day(-50), observed_on=day(-10))
    client.force_login(nadia)
    assert "100,02 €" in words(client.get(PAGE)).rpartition("Médiane")[2]
    text = client.get(PAGE, {"format": "csv"}).getvalue().decode("utf-8-sig")
    heading, *lines = [line.split(";") for line in text.splitlines()]
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(client.get(PAGE, {"format": "xlsx"}).getvalue())
    )
    _heading, *sheet = book.get_sheet_by_index(0).to_python()
    assert lines[-1][heading.index("Aide par emploi créé")] == "100,02"
    # 100.01 / 9 001 = 0.0111 and 100.02 / 7 003 = 0.0143: their mean is 0.0127.
    assert lines[-1][heading.index("Objectif d’aide débloqué")] == "0,0127"
    for line, row in zip(lines, sheet, strict=True):
        for written, value in zip(line[1:-1], row[1:-1], strict=True):
            assert len(written.partition(",")[2]) <= 4
            assert written == value == "" or float(written.replace(",", ".")) == value


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (Decimal("5683.985"), Decimal("5683.99")),
        (Decimal("0.125"), Decimal("0.13")),
        (0.8098000000000001, 0.8098),
        (0.43565, 0.4357),
        (0.03125, 0.0313),
        (4.5, 4.5),
        (3, 3),
    ],
)
def test_a_half_is_rounded_up(made, told):
    assert rounded(made) == told


def test_a_past_day_goes_along_to_the_pages_that_read_it(client, nadia, helped):
    """The dashboards, in the page and in the files; of today, their plain address."""
    client.force_login(nadia)
    dashboard = reverse("reports:dashboard", args=[helped.antenna_id])
    for asked, wanted in (({}, ""), ({"au": day(-9).isoformat()}, f"?au={day(-9)}")):
        page = client.get(PAGE, asked)
        found = re.findall(rf'href="({dashboard}[^"]*)"', page.text.partition('id="aider"')[2])
        assert set(found) == {f"{dashboard}{wanted}"} and len(found) == 2
        text = client.get(PAGE, asked | {"format": "csv"}).getvalue().decode("utf-8-sig")
        links = [line.rpartition(";")[2] for line in text.splitlines()[1:3]]
        assert [link.partition("testserver")[2] for link in links] == [
            f"{dashboard}{wanted}",
            f"{PAGE}{wanted}",
        ]
