"""What a convention tells of its jobs and days: verified, realised, valued, what a job cost."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from reports.display import KINDS
from reports.evaluation import Evaluation
from reports.indicators import RATIOS, each, share
from reports.rows import FIGURES
from support.models import Aid
from tests import factories as make
from tests.factories import TODAY, day


@pytest.fixture
def convention(toul):
    return make.ConventionFactory(
        antenna=toul, funds=120_000, terms={"day_value": Decimal("333.33")}
    )


def helped(convention, *, jobs=0, verified=0, paid=0, repaid=0, days=()):
    """A file with so many jobs created, the first ones verified; three were validated."""
    application = make.approved(convention=convention)
    if paid:
        aid = make.AidFactory(decision=application.approval)
        aid.disburse(Decimal(paid), on=day(-15))
        if repaid:
            aid.repay(Decimal(repaid), on=day(-3))
    for position in range(jobs):
        job = make.JobFactory(application=application)
        if position < verified:
            job.verify(on=day(-4), how="DSN de mars")
    if days:
        mission = make.MissionFactory(application=application)
        for offset, quantity in enumerate(days):
            done_on = day(-8 + offset)
            make.SkillDayFactory(mission=mission, done_on=done_on, days=Decimal(quantity))
    return application


def test_what_was_validated_created_and_verified_stand_side_by_side(convention):
    helped(convention, jobs=4, verified=2)
    helped(convention)
    found = Evaluation(convention, TODAY)
    assert (found.jobs_to_create, found.jobs_created, found.jobs_verified) == (6, 4, 2)
    assert found.creation_rate == round(4 / 6, 4)
    assert found.realisation_rate == round(2 / 6, 4)


@pytest.mark.parametrize(("offset", "verified"), [(-5, 0), (-4, 1)])
def test_a_job_is_verified_from_the_day_somebody_checked(convention, offset, verified):
    helped(convention, jobs=1, verified=1)
    assert Evaluation(convention, day(offset)).jobs_verified == verified


def test_a_verified_job_that_no_longer_counts_is_no_longer_realised(convention):
    application = helped(convention, jobs=2, verified=2)
    application.jobs.first().correct(reason="Parti", ends_on=day(-1))
    found = Evaluation(convention, TODAY)
    assert (found.jobs_created, found.jobs_verified) == (1, 1)
    # It was there, and verified, until then: the figure of yesterday's eve stays.
    assert Evaluation(convention, day(-2)).jobs_verified == 2


def test_a_verified_job_maintained_is_not_realised_as_created(convention):
    application = helped(convention)
    make.JobFactory(application=application, kind="maintained").verify(on=day(-4), how="DSN")
    found = Evaluation(convention, TODAY)
    assert (found.jobs_maintained, found.jobs_verified, found.realisation_rate) == (1, 0, 0)


def test_a_job_costs_the_aid_then_the_days_and_less_what_came_back(convention):
    helped(convention, jobs=3, paid=6_000, repaid=250, days=["1", "0.25"])
    found = Evaluation(convention, TODAY)
    value = Decimal("1.25") * Decimal("333.33")
    assert found.skill_days_value == value
    assert found.cost_per_job == 2_000
    assert found.cost_per_job_with_days == round((6_000 + value) / 3, 2)
    assert found.cost_per_job_net == round(Decimal(5_750) / 3, 2)


def test_days_are_worth_what_the_text_in_force_says(convention):
    helped(convention, days=["1"])
    terms = convention.terms.get()
    terms.effective_on, terms.day_value = day(-2), Decimal(800)
    convention.amend(terms, signed_on=day(-2), reason="Valeur")
    assert Evaluation(convention, day(-3)).skill_days_value == Decimal("333.33")
    assert Evaluation(convention, TODAY).skill_days_value == 800


def test_the_value_of_days_is_the_exact_sum_of_its_rows(convention):
    helped(convention, days=["0.25", "0.75", "0.5"])
    helped(convention, days=["0.25"])
    found = Evaluation(convention, TODAY)
    rows = FIGURES["skill_days_value"].rows(found)
    assert sum(row.counts for row in rows) == found.skill_days_value == Decimal("583.3275")


@pytest.mark.parametrize(("offset", "days"), [(-21, 0), (-20, 2), (0, 2)])
def test_days_are_contracted_from_the_signature_of_their_mission(convention, offset, days):
    begins = {"starts_on": day(-10), "ends_on": day(90)}
    make.MissionFactory(application=helped(convention), signed_on=day(-20), **begins)
    make.MissionFactory(application=helped(convention), signed_on=None, **begins)
    found = Evaluation(convention, day(offset))
    assert (found.skill_days_contracted, found.skill_days_reserved) == (days, 4)
    assert sum(row.counts for row in FIGURES["skill_days_contracted"].rows(found)) == days


def test_a_mission_that_stopped_is_contracted_for_what_it_gave(convention):
    application = helped(convention, days=["1", "0.25"])
    application.missions.get().stop(on=day(-2), reason="Départ de l’intervenant")
    contracted = [Evaluation(convention, day(on)).skill_days_contracted for on in (-3, -2)]
    assert contracted == [2, Decimal("1.25")]
    rows = FIGURES["skill_days_contracted"].rows(Evaluation(convention, TODAY))
    assert sum(row.counts for row in rows) == Decimal("1.25")


def test_without_a_job_or_a_promise_nothing_is_divided(client, alice, convention):
    application = make.submitted(convention=convention)
    application.approve(on=day(-30), advance=5_000, days=1)
    make.AidFactory(decision=application.approval, instrument=Aid.Instrument.ADVANCE)
    found = Evaluation(convention, TODAY)
    by_jobs = {key for key, (_parts, whole) in RATIOS.items() if whole.startswith("jobs")}
    untold = {key for key in KINDS if getattr(found, key) is None}
    assert untold >= by_jobs
    client.force_login(alice)
    page = client.get(reverse("reports:evaluation", args=[convention.pk]))
    values = [line.value for section in page.context["sections"] for line in section.lines]
    assert values.count(None) == len(untold)
    assert page.content.decode().count('<td class="text-end">–</td>') == len(untold)


def test_every_division_leads_to_the_rows_of_its_terms(client, fred, convention):
    helped(convention, jobs=1, verified=1, paid=100)
    convention.readers.add(fred)
    client.force_login(fred)
    page = client.get(reverse("reports:evaluation", args=[convention.pk]))
    lines = [line for section in page.context["sections"] for line in section.lines]
    divisions = [line for line in lines if line.terms]
    assert len(divisions) == len(RATIOS)
    for line in divisions:
        assert line.terms[-1].sign in ("÷", ") ÷")
        for term in line.terms:
            address = reverse("reports:evaluation_rows", args=[convention.pk])
            assert re.search(rf'{address}\?[^"]*chiffre={term.slug}"', page.text)
            assert client.get(address, {"chiffre": term.slug}).status_code == 200


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_share_is_a_part_of_its_whole(part, whole):
    if whole:
        assert abs(share(part, whole) * whole - part) <= whole / 10_000
    else:
        assert share(part, whole) is None


@given(st.integers(0, 10**9), st.integers(1, 500))
def test_what_each_job_cost_gives_back_the_euros_to_half_a_cent_each(cents, jobs):
    euros = Decimal(cents) / 100
    assert abs(each(euros, jobs) * jobs - euros) <= jobs * Decimal("0.005")
