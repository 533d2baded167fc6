"""The figures of the network: those of each evaluation, the year before, the median."""

from dataclasses import fields
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conventions.models import Convention
from reports.evaluation import Evaluation
from reports.network.columns import INDICATORS, comparison, in_order
from reports.network.help import worries
from reports.network.picture import Figures, Network, is_open
from reports.network.places import closures, map_of, places
from reports.network.rows import KEYS, NetworkRows
from reports.network.sponsors import Involvement
from reports.rows import FIGURES
from reports.views.network import sum_of_rows
from support.models import Aid
from territories.models import Antenna
from tests import factories as make
from tests.factories import TODAY, day

DAYS = [0, -6, -18, -45, -85, -380]
EVALUATED = [each.name for each in fields(Figures) if each.name not in ("advances_late", "arrears")]


def lived(convention, company=None):
    """A file with money out, back and lost, days, and jobs of both kinds, one verified."""
    about = {"company": company} if company else {}
    file = make.approved(convention=convention, on=day(-100), days=4, **about)
    aid = make.AidFactory(
        decision=file.approval, contract_on=day(-90), instalments=3, deferral_months=0
    )
    aid.disburse(Decimal(6_000), on=day(-80))
    aid.repay(Decimal(1_500), on=day(-20))
    aid.write_off(Decimal(500), on=day(-10), reference="PV", reason="Cessation")
    mission = make.MissionFactory(application=file, starts_on=day(-80))
    make.SkillDayFactory(mission=mission, done_on=day(-40), certified_on=day(-30))
    make.SkillDayFactory(mission=mission, done_on=day(-15), days=Decimal("0.5"))
    make.JobFactory(application=file, starts_on=day(-50), observed_on=day(-10))
    verified = make.JobFactory(application=file, starts_on=day(-70), observed_on=day(-60))
    verified.verify(on=day(-5), how="DSN")
    make.JobFactory(application=file, kind="maintained", starts_on=day(-600), observed_on=day(-45))
    return file


@pytest.fixture
def network(toul, longwy):
    """Two antennas, three conventions, a company helped twice, a file refused, one annulled."""
    found = [
        make.ConventionFactory(antenna=antenna, funds=100_000, terms={"target_jobs": 10})
        for antenna in (toul, toul, longwy)
    ]
    for convention in found:
        lived(convention)
    again = found[0].applications.get().company
    lived(found[1], company=again)
    make.submitted(convention=found[2])
    refused = make.submitted(convention=found[2])
    refused.refuse(on=day(-30), reason="Hors du champ")
    annulled = make.approved(convention=found[2], on=day(-30))
    annulled.annul(on=day(-10), reason="Erreur")
    return found


@pytest.mark.parametrize("offset", DAYS)
def test_each_antenna_has_the_sum_of_its_evaluations(network, toul, longwy, offset):
    found = Network(day(offset)).now
    for antenna in (toul, longwy):
        evaluations = [Evaluation(each, day(offset)) for each in network if each.antenna == antenna]
        for name in set(EVALUATED) - {"companies_supported"}:
            expected = sum(getattr(each, name) for each in evaluations)
            assert getattr(found.figures(antenna.pk), name) == expected, name


def test_a_company_helped_twice_in_an_antenna_counts_once(network, toul):
    assert Network(TODAY).now.figures(toul.pk).companies_supported == 2
    assert Network(TODAY).now.figures(toul.pk).applications_approved == 3


def test_what_is_late_is_what_advances_say_on_that_day(network, toul):
    for offset in DAYS:
        found = Network(day(offset)).now.figures(toul.pk)
        aids = Aid.objects.filter(decision__application__convention__antenna=toul)
        late = [aid.late_on(day(offset)) for aid in aids if aid.late_on(day(offset))]
        assert (found.advances_late, found.arrears) == (len(late), sum(late))
    assert found.advances_late == 0 < Network(TODAY).now.figures(toul.pk).advances_late


@pytest.mark.parametrize("offset", DAYS[:5])
def test_the_rows_of_a_figure_sum_to_it(network, toul, offset):
    found = Network(day(offset))
    for antenna, figures in ((None, found.total), (toul, found.now.figures(toul.pk))):
        for key in KEYS:
            rows = FIGURES[key].rows(NetworkRows(day(offset), antenna))
            assert sum_of_rows(rows) == getattr(figures, key), key


def test_départements_are_those_of_the_companies_helped(network):
    commune = make.CommuneFactory(
        code="55122", name="Commercy", department=make.DepartmentFactory(code="55", name="Meuse")
    )
    company = network[2].applications.approved().first().company
    company.commune = commune
    company.save()
    found = Network(TODAY)
    told = {place.department.code: place.figures for place in places(found)}
    assert set(told) == {"54", "55"}
    assert told["55"].companies_supported == 1 and told["55"].jobs_created == 2
    for key in ("companies_supported", "applications_approved", "jobs_validated", "jobs_created"):
        assert sum(getattr(each, key) for each in told.values()) == getattr(found.total, key)
        rows = FIGURES[key].rows(NetworkRows(TODAY, department=commune.department))
        assert sum_of_rows(rows) == getattr(told["55"], key)


def test_the_year_before_stands_beside_each_figure(toul):
    convention = make.ConventionFactory(antenna=toul, starts_on=day(-900), funds=100_000)
    for on in (day(-500), day(-20)):
        make.approved(convention=convention, on=on)
    [line] = Network(TODAY).lines
    assert line.value("jobs_validated") == 6
    assert line.value("jobs_validated", before=True) == 3


def test_the_median_is_that_of_the_open_antennas_which_have_the_figure(toul):
    for files in (1, 2, 4):
        convention = make.ConventionFactory(funds=100_000)
        for _ in range(files):
            make.approved(convention=convention)
    closed = make.ConventionFactory(funds=100_000)
    make.approved(convention=closed)
    Antenna.objects.filter(pk=closed.antenna_id).update(
        status="closed", opened_on=day(-800), closed_on=day(-1)
    )
    found = Network(TODAY)
    # Of Toul, that has none, and of 1, 2 and 4 files: 3, 6 and 12 jobs validated.
    assert found.median("jobs_validated") == Decimal("4.5")
    assert found.median("applications_approved") == Decimal("1.5")
    assert found.median("cost_per_job") is None
    assert found.total.applications_approved == 8
    assert [line.antenna.pk for line in found.lines if line.antenna == closed.antenna]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "active"}, True),
        ({"status": "dormant"}, True),
        ({"status": "project"}, False),
        ({"status": "active", "opened_on": date(2011, 3, 28)}, True),
        ({"status": "active", "opened_on": date(2011, 3, 29)}, False),
        ({"status": "closed", "opened_on": date(2003, 1, 1)}, True),
        ({"status": "closed", "closed_on": date(2011, 3, 28)}, False),
        ({"status": "closed", "opened_on": date(2003, 1, 1), "closed_on": date(2011, 3, 29)}, True),
    ],
)
def test_an_antenna_is_open_from_its_first_day_until_it_closes(fields, expected):
    assert is_open(Antenna(**fields), date(2011, 3, 28)) == expected


def test_the_pace_is_that_of_the_conventions_that_run(toul):
    terms = {"target_jobs": 10, "target_aid": 20_000, "target_days": 0}
    convention = make.ConventionFactory(antenna=toul, funds=100_000, terms=terms)
    lived(convention)
    make.ConventionFactory(antenna=toul, starts_on=day(-3000), terms={"target_jobs": 90})
    make.ConventionFactory(antenna=toul, signed=False, terms={"target_jobs": 90})
    [line] = Network(TODAY).lines
    assert line.value("pace_jobs") == 0.2
    assert line.value("pace_euros") == 0.3
    assert line.value("pace_days") is None
    assert line.value("time") == round(convention.time_elapsed(TODAY), 4)
    assert line.value("time", before=True) is not None


def test_a_convention_runs_from_its_signature_and_until_it_is_closed(toul):
    convention = make.ConventionFactory(antenna=toul, starts_on=day(-300))
    convention.close(on=day(-10), reason="Fin")
    running = {offset: len(Network(day(offset)).running) for offset in (-301, -300, -11, -10)}
    assert running == {-301: 0, -300: 1, -11: 1, -10: 0}


def test_territories_are_those_of_the_conventions_that_run(toul):
    convention = make.ConventionFactory(antenna=toul, starts_on=day(-300))
    convention.terms.get().territories.add(*(make.TerritoryFactory(antenna=toul) for _ in range(2)))
    assert Network(TODAY).territories == 2
    assert Network(day(-301)).territories == 0


def test_lines_are_sorted_by_any_figure_those_without_it_last(network):
    make.AntennaFactory(name="Vosges")
    lines = Network(TODAY).lines

    def names(order):
        return [line.antenna.name for line in in_order(lines, order)]

    assert names("") == names("typo") == names("antenne") == ["Longwy", "Toul", "Vosges"]
    assert names("-antenne") == ["Vosges", "Toul", "Longwy"]
    assert names("jobs_created") == ["Vosges", "Longwy", "Toul"]
    assert names("-jobs_created") == ["Toul", "Longwy", "Vosges"]
    assert names("cost_per_job")[-1] == names("-cost_per_job")[-1] == "Vosges"


def everything(at):
    found = Network(at)
    where = places(found)
    involvement = Involvement(found)
    told = comparison(found, "emplois", ""), worries(found), map_of(where), closures(found)
    return told, involvement.kinds, found.total


def test_it_costs_the_same_for_one_antenna_and_for_many(toul):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            everything(TODAY)
        return len(captured)

    lived(make.ConventionFactory(antenna=toul, funds=100_000))
    few = queries()
    for _ in range(5):
        convention = make.ConventionFactory(funds=100_000)
        territory = make.TerritoryFactory(antenna=convention.antenna)
        territory.communes.add(make.CommuneFactory())
        convention.terms.get().territories.add(territory)
        lived(convention)
        make.ClosureFactory(antenna=convention.antenna)
    assert queries() == few < 40


def test_nothing_at_all_is_no_error(db):
    assert Convention.objects.count() == 0
    found = Network(TODAY)
    assert found.lines == [] and found.origin is None
    assert {found.median(key) for key in INDICATORS} == {None}
    everything(TODAY)
