"""What companies get beside money: missions and their days, jobs."""

from datetime import timedelta
from decimal import Decimal

import pytest

from support.models import Job, Mission, SkillDay
from tests.factories import (
    TODAY,
    JobFactory,
    MissionFactory,
    SkillDayFactory,
    approved,
    day,
    submitted,
)
from tests.refusals import refused

# Missions and their days


def test_missions_and_jobs_follow_an_approval(db):
    application = submitted()
    for row in (
        MissionFactory.build(application=application, expert=MissionFactory().expert),
        JobFactory.build(application=application),
    ):
        with refused("not_approved"):
            row.full_clean()


def test_days_are_counted_by_mission(db, django_assert_num_queries):
    mission = MissionFactory()
    SkillDayFactory(mission=mission, days=Decimal("0.25"))
    SkillDayFactory(mission=mission, days=Decimal("0.5"), certified_on=TODAY)
    SkillDayFactory(mission=mission).strike(reason="Saisie deux fois")
    SkillDayFactory(mission=mission, certified_on=TODAY).strike(reason="Saisie deux fois")
    with django_assert_num_queries(1):
        counted = Mission.objects.with_days().get()
        assert (counted.delivered, counted.certified) == (Decimal("0.75"), Decimal("0.50"))
    assert SkillDay.objects.standing().certified().count() == 1
    assert Mission.objects.with_days().filter(skill_days=None).count() == 0


def test_days_too_many_or_outside_the_mission_warn_and_are_kept(db):
    mission = MissionFactory(days=1, starts_on=day(-20), ends_on=day(-3))
    SkillDayFactory(mission=mission, done_on=day(-20), days=Decimal("0.75"))
    assert mission.warnings() == []
    extra = SkillDayFactory(mission=mission, done_on=day(-3), days=Decimal("0.5"))
    assert mission.warnings() == ["Les journées saisies dépassent celles que prévoit la mission."]
    extra.strike(reason="Erreur")
    SkillDayFactory(
        mission=mission, done_on=day(-2), days=Decimal("0.25")
    )  # before its dates changed
    assert mission.warnings() == ["Des journées sont en dehors des dates de la mission."]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"done_on": day(2)}, "done_on"),
        ({"days": Decimal("0.3")}, "days"),
        ({"days": Decimal("1.25")}, "days"),
        ({"days": Decimal("0")}, "__all__"),
        ({"certified_on": day(-6)}, "__all__"),
        ({"certified_on": day(2)}, "certified_on"),
    ],
)
def test_a_wrong_day_is_told_beside_its_field(fields, field, db):
    mission = MissionFactory()
    with refused(field=field):
        SkillDayFactory.build(mission=mission, **fields).full_clean()


def test_an_expert_gives_one_day_at_most_on_one_date_whatever_the_missions(db):
    mission = MissionFactory()
    first = SkillDayFactory(mission=mission, days=Decimal("0.75"))
    first.full_clean()
    other = MissionFactory(application=mission.application, expert=mission.expert)
    second = SkillDayFactory.build(mission=other, days=Decimal("0.5"))
    with refused(field="days"):
        second.full_clean()
    first.strike(reason="Erreur")
    second.full_clean()


def test_the_company_certifies_all_the_days_or_none(db):
    mission = MissionFactory()
    days = [SkillDayFactory(mission=mission, done_on=day(offset)) for offset in (-9, -5)]
    for on in (day(-6), day(2)):
        with refused(field="certified_on"):
            mission.certify(days, on=on, by="Mme Marchal")
        assert not SkillDay.objects.certified().exists()
    mission.certify(days, on=day(-5), by="Mme Marchal")
    assert {each.certified_by for each in SkillDay.objects.certified()} == {"Mme Marchal"}


@pytest.mark.parametrize(
    ("offset", "running"), [(-21, False), (-20, True), (160, True), (161, False)]
)
def test_a_mission_runs_from_its_first_day_to_its_last(offset, running, db):
    MissionFactory()
    assert Mission.objects.running_on(day(offset)).exists() == running


# Jobs


@pytest.mark.parametrize(
    ("offset", "counts"),
    [(-11, False), (-10, False), (-5, True), (-3, True), (-2, False), (0, False)],
)
def test_a_job_counts_once_observed_and_until_it_ends(offset, counts, db):
    JobFactory(starts_on=day(-10), observed_on=day(-5), ends_on=day(-2))
    assert Job.objects.counting_on(day(offset)).exists() == counts


def test_a_job_without_an_end_goes_on_counting(db):
    JobFactory()
    assert Job.objects.counting_on(day(5_000)).exists()


def test_jobs_created_and_maintained_are_never_mixed(db):
    created = JobFactory()
    maintained = JobFactory(application=created.application, kind="maintained")
    assert list(Job.objects.created()) == [created]
    assert list(Job.objects.maintained()) == [maintained]


def test_a_corrected_job_keeps_the_earlier_row_visible(alice):
    wrong = JobFactory(fte=Decimal("0.5"), evidence="DSN de mars")
    right = wrong.correct(reason="Temps plein", by=alice, fte=Decimal(1))
    assert (right.corrects, right.fte, right.evidence) == (wrong, 1, "DSN de mars")
    assert (wrong.struck_by, wrong.struck_reason) == (alice, "Temps plein")
    assert right.created_by == alice
    assert list(Job.objects.standing()) == [right]
    assert list(Job.objects.counting_on(TODAY)) == [right]
    assert wrong.correction == right


def test_a_wrong_correction_leaves_the_row_as_it_was(db):
    job = JobFactory()
    with refused(field="starts_on"):
        job.correct(reason="Date", starts_on=day(2), observed_on=day(2))
    assert Job.objects.standing().get() == job


def test_a_row_is_corrected_once(db):
    job = JobFactory()
    stale = Job.objects.get()
    job.correct(reason="Temps partiel", fte=Decimal("0.5"))
    with refused("struck"):
        stale.correct(reason="Autre chose", fte=Decimal("0.8"))
    assert Job.objects.standing().count() == 1


def test_a_job_that_stood_before_the_file_is_no_job_created(convention):
    application = approved(convention=convention)
    before = application.received_on - timedelta(1)
    job = JobFactory.build(application=application, starts_on=before)
    with refused(field="starts_on"):
        job.full_clean()
    job.kind = "maintained"
    job.full_clean()


def test_a_mission_larger_than_what_was_granted_is_told(convention):
    mission = MissionFactory(application=approved(convention=convention, days=2))
    assert mission.warnings() == []
    mission.days = 3
    assert [sentence.split()[:3] for sentence in mission.warnings()] == [
        ["La", "mission", "prévoit"]
    ]
