"""The days of a sponsor: pledged, contracted, delivered, certified; companies helped; value."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from reports.sponsor_days import SponsorDays
from reports.sponsor_lines import lines
from tests import factories as make
from tests.numbers import TODAY, day

HALF = Decimal("0.5")


@pytest.fixture
def sponsor(db):
    return make.SponsorFactory(name="Sidérac")


@pytest.fixture
def convention(toul, sponsor):
    """800 € a day; 20 days of Sidérac."""
    convention = make.ConventionFactory(
        antenna=toul, reference="TOUL-1", funds=100_000, terms={"day_value": 800}
    )
    convention.pledge(sponsor, origin="private", days=20, on=day(-300))
    return convention


def mission_of(sponsor, convention, *, company="Marchal", **fields):
    file = make.approved(
        convention=convention,
        on=day(-200),
        company=make.CompanyFactory(antenna=convention.antenna, name=company),
    )
    expert = make.ExpertFactory(sponsor=sponsor, antennas=[convention.antenna])
    fields = {"starts_on": day(-190), "signed_on": day(-190), "days": 6} | fields
    return make.MissionFactory(application=file, expert=expert, **fields)


def given(mission, offset, days=1, **fields):
    return make.SkillDayFactory(mission=mission, done_on=day(offset), days=days, **fields)


def figures(days):
    return days.pledged, days.contracted, days.delivered, days.certified, days.companies_helped


def test_each_figure_counts_from_its_own_day(sponsor, convention):
    mission = mission_of(sponsor, convention)
    given(mission, -100, certified_on=day(-50))
    given(mission, -80, HALF)
    seen = [figures(SponsorDays(sponsor, day(on))) for on in (-301, -300, -190, -100, -80, -50)]
    assert seen == [
        (0, 0, 0, 0, 0),
        (20, 0, 0, 0, 0),
        (20, 6, 0, 0, 0),
        (20, 6, 1, 0, 1),
        (20, 6, HALF * 3, 0, 1),
        (20, 6, HALF * 3, 1, 1),
    ]


def test_a_mission_counts_once_signed_and_for_what_was_given_once_stopped(sponsor, convention):
    mission = mission_of(sponsor, convention)
    mission_of(sponsor, convention, company="À signer", signed_on=None)
    given(mission, -100, HALF)
    mission.stop(on=day(-60), reason="Départ")
    assert SponsorDays(sponsor, day(-61)).contracted == 6
    assert SponsorDays(sponsor, day(-60)).contracted == HALF


def test_a_day_struck_out_or_of_somebody_else_counts_at_no_date(sponsor, convention):
    mission = mission_of(sponsor, convention)
    given(mission, -100).strike(reason="Erreur")
    other = make.ExpertFactory(sponsor=make.SponsorFactory(name="Carrelor"))
    mission.others.add(other)
    given(mission, -90, expert=other)
    assert SponsorDays(sponsor, TODAY).delivered == 0
    theirs = SponsorDays(other.sponsor, TODAY)
    assert figures(theirs) == (0, 0, 1, 0, 1)


def test_a_pledge_withdrawn_no_longer_counts(sponsor, convention):
    convention.pledges.get(sponsor=sponsor).withdraw(on=day(-10), reason="Fermeture")
    assert SponsorDays(sponsor, day(-11)).pledged == 20
    assert SponsorDays(sponsor, day(-10)).pledged == 0


def test_a_company_is_helped_once_however_many_missions_it_has(sponsor, convention):
    first = mission_of(sponsor, convention)
    again = make.MissionFactory(application=first.application, expert=first.expert)
    mission_of(sponsor, convention, company="Sans journée")
    given(first, -100)
    given(again, -10, HALF)
    days = SponsorDays(sponsor, TODAY)
    assert days.companies_helped == 1
    [line] = days.companies
    assert (line.name, line.missions, line.delivered) == ("Marchal", 2, HALF * 3)


def test_days_are_worth_what_the_text_in_force_says(sponsor, convention, toul):
    given(mission_of(sponsor, convention), -100, HALF)
    cheaper = make.ConventionFactory(
        antenna=toul, terms={"day_value": 100}, starts_on=day(-250), funds=50_000
    )
    given(mission_of(sponsor, cheaper, company="Autre"), -100)
    assert SponsorDays(sponsor, TODAY).value == 800 * HALF + 100
    terms = convention.terms.get()
    terms.effective_on, terms.day_value = day(-50), 1_000
    convention.amend(terms, signed_on=day(-50), reason="Comité de pilotage")
    assert SponsorDays(sponsor, day(-51)).value == 800 * HALF + 100
    assert SponsorDays(sponsor, TODAY).value == 1_000 * HALF + 100


def test_a_year_tells_its_own_days_and_what_of_them_is_certified_today(sponsor, convention):
    mission = mission_of(sponsor, convention, starts_on=day(-365), signed_on=day(-365))
    new_year = TODAY.replace(month=1, day=1)
    last_year = make.SkillDayFactory(
        mission=mission, done_on=TODAY.replace(year=TODAY.year - 1, month=12, day=31)
    )
    last_year.certified_on = TODAY
    last_year.save()
    make.SkillDayFactory(mission=mission, done_on=new_year, days=HALF)
    now = SponsorDays.of_year(sponsor, TODAY.year)
    before = SponsorDays.of_year(sponsor, TODAY.year - 1)
    assert (now.delivered, now.certified) == (HALF, 0)
    assert (before.delivered, before.certified) == (1, 1)
    assert (now.at, before.at) == (TODAY, last_year.done_on)
    assert SponsorDays.of_year(sponsor, None).delivered == now.delivered + before.delivered


def test_a_year_forgets_the_conventions_that_were_over(sponsor, toul):
    old = make.ConventionFactory(antenna=toul, starts_on=day(-3000))
    old.pledge(sponsor, origin="private", days=5, on=day(-2900))
    assert SponsorDays.of_year(sponsor, None).pledged == 5
    assert SponsorDays.of_year(sponsor, TODAY.year).conventions == []


def test_lines_sum_to_the_figures(sponsor, convention, toul):
    for company, reference in (("Marchal", convention), ("Vautrot", convention)):
        given(mission_of(sponsor, reference, company=company), -100, certified_on=day(-90))
    other = make.ConventionFactory(
        antenna=toul, starts_on=day(-250), terms={"day_value": 300}, funds=50_000
    )
    given(mission_of(sponsor, other, company="Adnet"), -30, HALF)
    days = SponsorDays(sponsor, TODAY)
    for name in ("pledged", "contracted", "delivered", "certified", "value"):
        assert sum(getattr(line, name) for line in days.conventions) == getattr(days, name)
    for rows in (days.companies, days.mission_lines):
        assert sum(line.delivered for line in rows) == days.delivered
        assert sum(line.certified for line in rows) == days.certified
    *_rest, total = lines(days)
    assert (total.delivered, total.value) == (days.delivered, days.value)


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def page_of(sponsor, **query):
    return reverse("reports:sponsor_days", args=[sponsor.pk], query=query)


def test_one_reads_the_days_of_one_s_own_antennas_only(
    client, alice, charlie, nadia, sponsor, convention, longwy
):
    given(mission_of(sponsor, convention), -100)
    elsewhere = make.ConventionFactory(antenna=longwy, reference="LONGWY-1", funds=100_000)
    elsewhere.pledge(sponsor, origin="private", days=7, on=day(-300))
    given(mission_of(sponsor, elsewhere, company="Vautrot"), -100)
    ours, theirs = {"TOUL-1", "Marchal"}, {"LONGWY-1", "Vautrot"}
    for person, read in ((alice, ours), (charlie, theirs), (nadia, ours | theirs)):
        client.force_login(person)
        page = words(client.get(page_of(sponsor)))
        assert {name for name in ours | theirs if name in page} == read
        days = {"TOUL-1": 20, "LONGWY-1": 7}
        assert f"<dd>{sum(days[name] for name in read & {*days})} j</dd>" in page


def test_the_same_figures_leave_as_files(client, alice, sponsor, convention):
    given(mission_of(sponsor, convention), -100, HALF, certified_on=day(-90))
    client.force_login(alice)
    text = client.get(page_of(sponsor, format="csv")).getvalue().decode()
    assert "Par convention;TOUL-1" in text and "Par entreprise;Marchal" in text
    sheet = client.get(page_of(sponsor, format="xlsx")).getvalue()
    *_rest, total = CalamineWorkbook.from_filelike(BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert total == ["En tout", "Sidérac", "", 20, 6, 0.5, 0.5, 1, 400]


def test_a_year_is_chosen_in_the_address(client, alice, sponsor, convention):
    given(mission_of(sponsor, convention), 0)
    client.force_login(alice)
    assert f"Journées de {TODAY.year}" in words(client.get(page_of(sponsor, annee=TODAY.year)))
    for wrong in ("1830", "3000", "abc", "²"):
        page = words(client.get(page_of(sponsor, annee=wrong)))
        assert "Choisissez dans la liste." in page and "Par convention" not in page


def test_the_page_asks_as_much_however_many_rows(
    client, alice, sponsor, convention, django_assert_max_num_queries
):
    given(mission_of(sponsor, convention), -100)
    client.force_login(alice)
    client.get(page_of(sponsor))
    with django_assert_max_num_queries(30) as few:
        client.get(page_of(sponsor))
    for number in range(4):
        other = make.ConventionFactory(
            antenna=convention.antenna, starts_on=day(-250), funds=50_000
        )
        given(mission_of(sponsor, other, company=f"Société {number}"), -90 + number)
    with django_assert_max_num_queries(len(few)):
        client.get(page_of(sponsor))
