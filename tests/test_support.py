"""The aid that companies get, and its money: paid out, paid back, struck out when wrong."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from conventions.schedule import add_months
from support.annulment import annul_decision
from support.conditions import settle
from support.models import Aid, Disbursement, Repayment
from tests.factories import (
    TODAY,
    AidFactory,
    ConventionFactory,
    JobFactory,
    MissionFactory,
    SkillDayFactory,
    approved,
    day,
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
        (100, -11, "received_on"),  # before the money left
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
    next_day = first + timedelta(days=1)
    assert (aid.late_on(first), aid.late_on(next_day)) == (0, 100)
    aid.repay(30, on=TODAY)
    assert Aid.objects.get().late_on(next_day) == 70


def test_what_is_late_on_a_past_day_ignores_what_was_paid_since(convention):
    decision = approved(convention=convention, on=day(-200)).approval
    aid = AidFactory(decision=decision, contract_on=day(-200), deferral_months=0, instalments=2)
    aid.disburse(1_000, on=day(-150))
    first = aid.schedule()[0].due_on
    aid.disburse(2_000, on=TODAY)
    aid.repay(500, on=TODAY)
    aid = Aid.objects.get()
    assert (aid.late_on(first), aid.late_on(first + timedelta(days=1))) == (0, 500)
    assert (aid.disbursed_on(day(-1)), aid.repaid_on(day(-1))) == (1_000, 0)


def test_money_leaves_once_the_conditions_are_met(convention, alice):
    decision = approved(convention=convention, conditions=["Bail signé", "Étude"]).approval
    aid = AidFactory(decision=decision)
    lease, study = decision.conditions.all()
    lease.meet(on=day(-9), proof="Bail", by=alice)
    study.meet(on=day(-5), proof="Rapport", by=alice)
    with refused("conditions") as caught:
        aid.disburse(1, on=day(-6))
    assert "Étude" in caught.value.messages[0] and "Bail" not in caught.value.messages[0]
    aid.disburse(1, on=day(-5))
    for on in (None, day(-4)):
        with refused(field="met_on"):
            settle(study, on=on, proof="Rapport")
    settle(study, on=day(-5), proof="Rapport signé")
    aid.disbursements.get().strike(reason="Erreur")
    settle(study, on=None)
    with refused("conditions"):
        aid.disburse(1, on=TODAY)


def test_nothing_is_signed_on_an_annulled_decision(convention):
    application = approved(convention=convention)
    decision = application.approval
    annul_decision(application, on=TODAY, reason="Saisie sur le mauvais dossier")
    with refused("annulled"):
        Aid.sign(decision, instrument="advance", on=TODAY)


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
