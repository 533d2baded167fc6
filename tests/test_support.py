"""What companies get: an aid and its money, missions and their days, jobs."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from conventions.schedule import add_months
from support.models import Aid, Disbursement, Job, Mission, Repayment, SkillDay
from tests.factories import (
    TODAY,
    AidFactory,
    ConventionFactory,
    JobFactory,
    MissionFactory,
    SkillDayFactory,
    approved,
    day,
    submitted,
)
from tests.refusals import refused, refused_by


@pytest.fixture
def aid(convention):
    """An advance of 10 000 € in twelve instalments, contract signed twenty days ago."""
    decision = approved(convention=convention).approval
    return AidFactory(decision=decision, deferral_months=0, instalments=12)


# What the database refuses


def write_payment(model, **fields):
    aid = AidFactory()
    fields = {"amount": 1, "aid": aid} | fields
    if model is Repayment:
        fields |= {"received_on": TODAY, "entry": aid.convention.entries.first()}
    else:
        fields |= {"paid_on": TODAY}
    return model.objects.create(**fields)


def write_aid_twice():
    AidFactory(decision=AidFactory().decision)


STRUCK = {"struck_at": "2026-01-01T00:00Z"}
DATABASE_REFUSES = [
    ("aid_once_of_each_kind_in_a_decision", write_aid_twice),
    ("aid_instrument_known", lambda: AidFactory(instrument="typo")),
    ("aid_has_an_instalment", lambda: AidFactory(instalments=0)),
    ("disbursement_amount_positive", lambda: write_payment(Disbursement, amount=0)),
    ("repayment_amount_positive", lambda: write_payment(Repayment, amount=-1)),
    ("disbursement_struck_out_with_a_reason", lambda: write_payment(Disbursement, **STRUCK)),
    (
        "disbursement_struck_out_with_a_reason",
        lambda: write_payment(Disbursement, struck_reason="x"),
    ),
    ("repayment_struck_out_with_a_reason", lambda: write_payment(Repayment, **STRUCK)),
    ("mission_ends_after_it_starts", lambda: MissionFactory(ends_on=day(-21))),
    ("mission_has_days", lambda: MissionFactory(days=0)),
    ("skill_day_lasts_a_day_at_most", lambda: SkillDayFactory(days=0)),
    ("skill_day_lasts_a_day_at_most", lambda: SkillDayFactory(days=Decimal("1.25"))),
    ("skill_day_certified_after_it_was_done", lambda: SkillDayFactory(certified_on=day(-6))),
    ("skillday_struck_out_with_a_reason", lambda: SkillDayFactory(**STRUCK)),
    ("job_kind_known", lambda: JobFactory(kind="typo")),
    ("job_contract_known", lambda: JobFactory(contract="typo")),
    ("job_is_a_full_time_at_most", lambda: JobFactory(fte=0)),
    ("job_is_a_full_time_at_most", lambda: JobFactory(fte=Decimal("1.01"))),
    ("job_ends_after_it_starts", lambda: JobFactory(ends_on=day(-11))),
    ("job_observed_after_it_starts", lambda: JobFactory(observed_on=day(-11))),
    ("job_struck_out_with_a_reason", lambda: JobFactory(**STRUCK)),
]


@pytest.mark.parametrize(("constraint", "write"), DATABASE_REFUSES)
def test_the_database_refuses(constraint, write, db):
    with refused_by(constraint):
        write()


# The contract


def test_an_aid_is_what_the_decision_granted(db):
    decision = approved(advance=8_000, grant=1_500).approval
    advance, grant = (
        AidFactory(decision=decision, instrument=each) for each in ("advance", "grant")
    )
    assert (advance.amount, grant.amount) == (8_000, 1_500)
    assert advance.convention == decision.application.convention


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"contract_on": day(-31)}, "contract_on"),  # before the decision
        ({"contract_on": day(2)}, "contract_on"),
        ({"instrument": "grant"}, "instrument"),  # not granted
        ({"instalments": 0}, "instalments"),
        ({"instalments": 121}, "instalments"),
        ({"deferral_months": 61}, "deferral_months"),
    ],
)
def test_a_wrong_contract_is_told_beside_its_field(fields, field, db):
    aid = AidFactory.build(decision=approved(on=day(-30)).approval, **fields)
    with refused(field=field):
        aid.full_clean()


def test_there_is_no_contract_on_a_decision_that_was_annulled(db):
    application = approved()
    decision = application.approval
    application.annul(on=TODAY, reason="Erreur de saisie")
    with refused("annulled"):
        Aid(decision=decision.application.decisions.get(), contract_on=TODAY).full_clean()


# Money that leaves


def test_money_leaves_within_the_award(aid, alice):
    aid.disburse(Decimal("4000.10"), on=day(-10), by=alice)
    with refused(field="amount"):
        aid.disburse(Decimal("5999.91"), on=TODAY)
    aid.disburse(Decimal("5999.90"), on=TODAY)
    aid = Aid.objects.get()
    assert (aid.disbursed, aid.left_to_pay, aid.outstanding) == (10_000, 0, 10_000)
    assert aid.disbursements.first().created_by == alice


@pytest.mark.parametrize(
    ("amount", "offset", "field"),
    [
        (100, -21, "paid_on"),  # before the contract
        (100, 2, "paid_on"),
        (0, 0, "__all__"),
        (-5, 0, "__all__"),
        (Decimal("0.001"), 0, "amount"),
        (Decimal("1e30"), 0, "amount"),
    ],
)
def test_a_wrong_payment_is_told_beside_its_field(aid, amount, offset, field):
    with refused(field=field):
        aid.disburse(amount, on=day(offset))
    assert not aid.disbursements.exists()


def test_paying_out_changes_no_balance(aid):
    balance = aid.convention.balance()
    aid.disburse(10_000, on=TODAY)
    assert aid.convention.balance() == balance


# Money that comes back


def test_a_repayment_refills_the_envelope_of_the_file(convention, alice):
    decision = approved(convention=convention, envelope="difficulty").approval
    aid = AidFactory(decision=decision)
    aid.disburse(10_000, on=day(-15))
    line = aid.repay(Decimal("277.77"), on=day(-5), by=alice)
    assert (line.entry.kind, line.entry.amount) == ("repayment", Decimal("277.77"))
    assert line.entry.label == str(aid.application)
    assert convention.balance("difficulty") == Decimal("10277.77")
    assert convention.balance("general") == 100_000
    assert aid.repaid == Decimal("277.77")


@pytest.mark.parametrize(
    ("amount", "offset", "field"),
    [
        (Decimal("500.01"), 0, "amount"),
        (100, -11, "amount"),  # before the money left
        (100, 2, "received_on"),
        (0, 0, "__all__"),
        (-5, 0, "__all__"),
        (Decimal("0.001"), 0, "amount"),
    ],
)
def test_a_wrong_repayment_is_told_beside_its_field(aid, amount, offset, field):
    aid.disburse(500, on=day(-10))
    balance = aid.convention.balance()
    with refused(field=field):
        aid.repay(amount, on=day(offset))
    assert not aid.repayments.exists()
    assert aid.convention.balance() == balance


def test_a_repayment_found_later_is_dated_when_it_came(aid):
    aid.disburse(100, on=day(-15))
    aid.disburse(100, on=day(-10))
    aid.repay(150, on=day(-5))
    with refused(field="amount"):
        aid.repay(51, on=day(-12))
    aid.repay(50, on=day(-12))
    assert aid.outstanding == 0


def test_a_grant_is_not_paid_back(db):
    aid = AidFactory(
        decision=approved(advance=0, grant=5_000).approval, instrument=Aid.Instrument.GRANT
    )
    aid.disburse(5_000, on=TODAY)
    with refused(field="amount"):
        aid.repay(1, on=TODAY)
    assert (aid.outstanding, aid.schedule(), aid.late_on(day(5000))) == (0, [], 0)


def test_repayments_after_the_closing_serve_the_successor(aid):
    aid.disburse(1_000, on=day(-15))
    successor = aid.convention.renew(
        reference="SUITE", name="Suite", starts_on=day(-12), ends_on=day(900)
    )
    aid.convention.close(on=day(-12))
    Aid.objects.get().repay(400, on=TODAY)
    assert successor.balance() == 400


# When it is due


def test_instalments_are_due_from_the_month_after_the_deferral(convention):
    decision = approved(convention=convention).approval
    aid = AidFactory(decision=decision, deferral_months=6, instalments=36)
    assert aid.schedule() == []
    aid.disburse(4_000, on=day(-10))
    aid.disburse(6_000, on=day(-5))
    lines = aid.schedule()
    assert len(lines) == 36
    assert sum(line.amount for line in lines) == 10_000
    assert lines[0].due_on == add_months(day(-10), 7)


def test_what_is_late_on_a_day(aid):
    aid.disburse(1_200, on=day(-20))
    first = aid.schedule()[0].due_on
    assert aid.late_on(first.replace(day=1)) in (0, 100)  # whatever the day of the month
    assert aid.late_on(first) == 100
    aid.repay(30, on=TODAY)
    assert Aid.objects.get().late_on(first) == 70


# Mistakes are struck out


def test_a_payment_that_never_left_is_struck_out_and_stays_visible(aid, alice):
    line = aid.disburse(10_000, on=TODAY)
    line.strike(reason="Virement rejeté", by=alice)
    assert (line.struck_by, line.struck_reason) == (alice, "Virement rejeté")
    assert Disbursement.objects.count() == 1
    assert not Disbursement.objects.standing().exists()
    assert Aid.objects.get().left_to_pay == 10_000
    aid.disburse(10_000, on=TODAY)


def test_a_payment_that_was_partly_repaid_is_not_struck_out(aid):
    line, other = aid.disburse(500, on=day(-10)), aid.disburse(500, on=day(-5))
    repayment = aid.repay(100, on=day(-7))
    with refused("repaid"):
        line.strike(reason="Virement rejeté")
    assert Disbursement.objects.standing().count() == 2
    other.strike(reason="Virement rejeté")
    repayment.strike(reason="Chèque sans provision")
    Disbursement.objects.get(pk=line.pk).strike(reason="Virement rejeté")


def test_a_repayment_that_never_came_leaves_the_ledger(aid, alice):
    aid.disburse(500, on=day(-10))
    balance = aid.convention.balance()
    line = aid.repay(100, on=day(-5))
    line.strike(reason="Chèque sans provision", by=alice)
    assert aid.convention.balance() == balance
    assert line.entry.reversal.label == "Chèque sans provision"
    assert Aid.objects.get().outstanding == 500
    assert Repayment.objects.count() == 1


def test_a_repayment_already_committed_again_is_not_struck_out(toul):
    convention = ConventionFactory(antenna=toul, funds=10_000)
    aid = AidFactory(decision=approved(convention=convention).approval)
    aid.disburse(500, on=day(-10))
    line = aid.repay(500, on=day(-5))
    convention.commit(500, on=TODAY, label="Autre aide")
    with refused("overdrawn"):
        line.strike(reason="Chèque sans provision")
    assert Repayment.objects.standing().exists()
    assert convention.balance() == 0


def test_a_line_is_struck_out_once_and_with_a_reason(db):
    for line in (SkillDayFactory(), JobFactory(), AidFactory().disburse(1, on=TODAY)):
        with refused(field="reason"):
            line.strike(reason="  ")
        stale = type(line).objects.get()
        line.strike(reason="Erreur")
        with refused("struck"):
            stale.strike(reason="Encore")
        assert type(line).objects.get().struck_reason == "Erreur"


MOVES = st.tuples(
    st.sampled_from(["disburse", "repay", "repay", "strike a payment", "strike a repayment"]),
    st.decimals("0.01", 400, places=2),
    st.integers(-20, 0),
)


def move(aid, verb, amount, on):
    lines = aid.disbursements if verb == "strike a payment" else aid.repayments
    standing = list(lines.standing())
    if verb in ("disburse", "repay"):
        getattr(aid, verb)(amount, on=on)
    elif standing:
        standing[int(amount) % len(standing)].strike(reason="Erreur")


@hypothesis_settings(max_examples=30, phases=[Phase.explicit, Phase.generate])
@given(st.lists(MOVES, max_size=12))
def test_a_company_never_owes_less_than_nothing_on_any_day(db, moves):
    with transaction.atomic():
        aid = AidFactory(decision=approved(advance=1_000).approval)
        balance = aid.convention.balance()
        for verb, amount, offset in moves:
            try:
                move(aid, verb, amount, day(offset))
            except ValidationError as refusal:
                assert all(refusal.messages)
        paid, repaid = aid.disbursements.standing(), aid.repayments.standing()
        for offset in range(-21, 1):
            gone = sum(line.amount for line in paid if line.paid_on <= day(offset))
            back = sum(line.amount for line in repaid if line.received_on <= day(offset))
            assert 0 <= back <= gone <= 1_000
        assert aid.convention.balance() == balance + sum(line.amount for line in repaid)
        transaction.set_rollback(True)


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
    SkillDayFactory(mission=mission, done_on=day(-2), days=Decimal("0.25"))
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


def test_a_mission_gets_one_day_at_most_on_one_date(db):
    mission = MissionFactory()
    first = SkillDayFactory(mission=mission, days=Decimal("0.75"))
    first.full_clean()
    second = SkillDayFactory.build(mission=mission, days=Decimal("0.5"))
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
