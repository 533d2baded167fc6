"""Pages of antennas, territories and closures, as each person meets them."""

import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from territories.models import Antenna, Closure, Commune, Territory
from tests.factories import (
    AntennaFactory,
    ClosureFactory,
    CommuneFactory,
    DepartmentFactory,
    EpciFactory,
    TerritoryFactory,
    day,
)


@pytest.fixture
def place(db):
    """Toul and three neighbours in its EPCI, two Saint-Martin elsewhere."""
    meuse = DepartmentFactory(code="55", name="Meuse")
    epci = EpciFactory()
    CommuneFactory(epci=epci, population=15_000)
    CommuneFactory(code="54174", name="Dommartin-lès-Toul", epci=epci, population=1_800)
    CommuneFactory(code="54200", name="Étreval", postal_codes="54330", population=70)
    CommuneFactory(
        code="55001", name="Saint-Martin", department=meuse, postal_codes="55100", population=10
    )
    CommuneFactory(
        code="55002", name="Saint-Martin", department=meuse, postal_codes="55300", population=20
    )
    return epci


def page(client, name, *args, **query):
    return client.get(reverse(f"territories:{name}", args=args), query)


def error(response, field, form="form"):
    """What is said beside a field of a form that came back."""
    assert response.status_code == 200
    return " ".join(response.context[form].errors[field])


# Antennas


def test_each_person_finds_the_antennas_they_work_in(client, alice, nadia, longwy):
    client.force_login(alice)
    assert "Longwy" not in page(client, "antenna_list").text
    client.force_login(nadia)
    assert "Longwy" in page(client, "antenna_list").text
    assert "Longwy" in page(client, "antenna_list", q="lóngwy", o="-status").text
    assert "Longwy" not in page(client, "antenna_list", status="closed").text


def test_the_antennas_leave_as_a_workbook(client, nadia, toul):
    client.force_login(nadia)
    answer = page(client, "antenna_list", format="xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue())).get_sheet_by_index(0)
    assert rows.to_python()[1][0] == "Toul"


def test_an_antenna_shows_its_territories_and_the_share_of_jobs_recreated(client, bob, toul, place):
    TerritoryFactory(antenna=toul, name="Toulois").communes.set(place.communes.all())
    ClosureFactory(antenna=toul, recreation_target=900, jobs_recreated=540)
    client.force_login(bob)
    text = page(client, "antenna", toul.pk).text
    assert "Toulois" in text
    assert "16\u202f800" in text or "16\u00a0800" in text
    assert "60\u00a0%" in text
    assert reverse("reports:dashboard", args=[toul.pk]) in text
    assert reverse("territories:antenna_edit", args=[toul.pk]) not in text


def test_the_network_opens_an_antenna(client, nadia, alice):
    client.force_login(alice)
    assert page(client, "antenna_add").status_code == 403
    client.force_login(nadia)
    client.post(reverse("territories:antenna_add"), {"name": "Briey", "status": "project"})
    briey = Antenna.objects.get(name="Briey")
    url = reverse("territories:antenna_edit", args=[briey.pk])
    client.post(url, {"name": "Briey", "status": "active", "opened_on": day(-3)})
    briey.refresh_from_db()
    assert (briey.status, briey.opened_on) == ("active", day(-3))


def test_an_antenna_cannot_close_before_it_opens(client, alice, toul):
    client.force_login(alice)
    url = reverse("territories:antenna_edit", args=[toul.pk])
    dates = {"opened_on": day(-3), "closed_on": day(-4)}
    answer = client.post(url, {"name": "Toul", "status": "active", **dates})
    assert "avant d’avoir ouvert" in error(answer, "closed_on")


# Territories


def territory_add(client, antenna, **data):
    url = reverse("territories:territory_add", args=[antenna.pk])
    return client.post(url, {"name": "Toulois", **data})


def test_a_territory_takes_whole_areas_and_single_communes(client, alice, toul, place):
    client.force_login(alice)
    territory_add(
        client,
        toul,
        epci="cc terres touloises",
        department="55",
        lines="etreval\n\n Saint-Martin (55100) \nToul",
    )
    territory = Territory.objects.get()
    assert territory.communes.count() == 5
    assert "16\u202f900" in page(client, "territory", territory.pk).text.replace("\u00a0", "\u202f")


def test_a_territory_groups_its_communes_by_intercommunality(client, bob, toul, place):
    territory = TerritoryFactory(antenna=toul)
    territory.communes.set(Commune.objects.all())
    client.force_login(bob)
    answer = page(client, "territory", territory.pk)
    groups = answer.context["groups"]
    assert [(group["epci"], group["population"]) for group in groups] == [
        (place, 16_800),
        (None, 100),
    ]
    assert [commune.name for commune in groups[0]["communes"]] == ["Dommartin-lès-Toul", "Toul"]
    assert "Hors intercommunalité" in answer.text


def test_communes_are_taken_out_of_a_territory(client, alice, toul, place):
    territory = TerritoryFactory(antenna=toul)
    territory.communes.set(Commune.objects.all())
    client.force_login(alice)
    url = reverse("territories:territory_edit", args=[territory.pk])
    answer = client.post(url, {"name": "Pays", "removed": ["54528", "54174"], "again": "yes"})
    assert answer.url == url
    territory.refresh_from_db()
    assert (territory.name, territory.communes.count()) == ("Pays", 3)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("lines", "Toul\nNulleville\nSaint-Martin", "Nulleville"),
        (
            "lines",
            "Toul\nNulleville\nSaint-Martin",
            "« Saint-Martin (55100) », « Saint-Martin (55300) »",
        ),
        ("lines", "54200", "Plusieurs résultats"),  # Étreval's INSEE code, Toul's postal code
        ("lines", "Toul\n" * 201, "200 lignes au plus"),
        ("lines", "x" * 2_000_000, "10000"),
        ("lines", "Toul\x00", "nul"),
        ("epci", "CC de nulle part", "Aucun résultat"),
        ("epci", "x" * 2_000_000, "Aucun résultat"),
        ("department", "99", "Choisissez"),
        ("removed", "99999", "99999"),
        ("name", "x" * 101, "100"),
        ("name", "", "obligatoire"),
    ],
)
def test_a_wrong_territory_is_told_beside_the_field(client, alice, toul, place, field, typed, said):
    territory = TerritoryFactory(antenna=toul, name="Toulois")
    territory.communes.add("54528")
    client.force_login(alice)
    url = reverse("territories:territory_edit", args=[territory.pk])
    answer = client.post(url, {"name": "Autre", field: typed})
    assert said in error(answer, field)
    territory.refresh_from_db()
    assert (territory.name, territory.communes.count()) == ("Toulois", 1)


def test_a_name_taken_in_the_antenna_is_told_beside_it(client, alice, toul):
    TerritoryFactory(antenna=toul, name="Toulois")
    client.force_login(alice)
    assert "déjà un territoire" in error(territory_add(client, toul), "name")


# Closures


CLOSURE = {"company_name": "Kléber", "site": "Usine", "jobs_cut": "826", "jobs_recreated": "540"}


def test_a_closure_is_entered_and_followed(client, alice, toul, place):
    client.force_login(alice)
    url = reverse("territories:closure_add", args=[toul.pk])
    client.post(url, CLOSURE | {"recreation_target": "900", "commune": "toul"})
    closure = Closure.objects.get()
    assert closure.commune_id == "54528"
    assert "60\u00a0%" in page(client, "closure", closure.pk).text

    url = reverse("territories:closure_edit", args=[closure.pk])
    assert 'value="Toul (54200)"' in client.get(url).text
    client.post(url, CLOSURE | {"commune": "Toul (54200)"})
    assert "aucun engagement" in page(client, "closure", closure.pk).text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("jobs_cut", "-1", "0"),
        ("jobs_cut", "9" * 30, "inférieure"),
        ("commune", "Saint-Martin", "Plusieurs résultats"),
        ("recreated_on", str(day(1)), "futur"),
        ("closed_on", "demain", "date"),
        ("site", "x" * 2_000_000, "150"),
    ],
)
def test_a_wrong_closure_is_told_beside_the_field(client, alice, toul, place, field, typed, said):
    client.force_login(alice)
    url = reverse("territories:closure_add", args=[toul.pk])
    answer = client.post(url, CLOSURE | {field: typed})
    assert said in error(answer, field)
    assert not Closure.objects.exists()


# Suggestions


def test_communes_are_suggested_as_one_types(client, alice, place):
    client.force_login(alice)
    asked = {"field": "lieu", "lieu": "TOUL"}
    assert 'value="Dommartin-lès-Toul (54200)"' in page(client, "commune_options", **asked).text
    assert "<option" not in page(client, "commune_options").text
    assert "Touloises" in page(client, "epci_options", field="e", e="touloises").text


def test_the_official_communes_are_everybodys_who_asks_for_help_names_one(client, fred, place):
    assert "Toul (54200)" in page(client, "commune_options", field="lieu", lieu="toul").text
    client.force_login(fred)
    assert "<option" not in page(client, "epci_options", field="e", e="touloises").text


# Who may


@pytest.fixture
def addresses(toul):
    """Pages about Toul: those that show, and those that write."""
    territory, closure = TerritoryFactory(antenna=toul), ClosureFactory(antenna=toul)
    keys = {"antenna": toul.pk, "territory": territory.pk, "closure": closure.pk}
    shown = [reverse(f"territories:{name}", args=[pk]) for name, pk in keys.items()]
    written = [reverse(f"territories:{name}_edit", args=[pk]) for name, pk in keys.items()]
    added = [
        reverse(f"territories:{name}_add", args=[toul.pk]) for name in ("territory", "closure")
    ]
    return shown, written + added


def test_a_stranger_finds_nothing(client, charlie, fred, addresses):
    for user in (charlie, fred):
        client.force_login(user)
        assert {client.get(url).status_code for url in sum(addresses, [])} == {404}


def test_a_reader_reads_and_does_not_write(client, bob, addresses):
    shown, written = addresses
    client.force_login(bob)
    assert {client.get(url).status_code for url in shown} == {200}
    assert {client.post(url, {}).status_code for url in written} == {403}


def test_a_coordinator_opens_every_page(client, alice, addresses):
    client.force_login(alice)
    assert {client.get(url).status_code for url in sum(addresses, [])} == {200}


# Costs


def test_pages_cost_the_same_for_one_row_and_for_many(
    client, nadia, toul, place, django_assert_max_num_queries
):
    client.force_login(nadia)
    communes = Commune.objects.all()
    for many in (1, 20):
        for _ in range(many):
            AntennaFactory()
            TerritoryFactory(antenna=toul).communes.set(communes)
            ClosureFactory(antenna=toul, commune=communes[0])
        with django_assert_max_num_queries(6):  # session, person, roles, count, keys, rows
            page(client, "antenna_list")
        with django_assert_max_num_queries(7):
            page(client, "antenna", toul.pk)
