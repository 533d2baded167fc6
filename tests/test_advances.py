"""An advance from its contract to its last instalment, in the verbs of its money."""

from datetime import timedelta
from decimal import Decimal

import pytest

from support.late import late_on
from support.models import (
    Aid,
    Credit,
    Disbursement,
    Instalment,
    PaymentOrder,
    Release,
    Repayment,
    Rescheduling,
    WriteOff,
)
from tests.factories import (
    TODAY,
    AidFactory,
    ConventionFactory,
    UserFactory,
    approved,
    day,
)
from tests.refusals import refused, refused_by


@pytest.fixture
def advance(convention):
    """10 000 € granted 300 days ago, due in ten months without deferral; nothing paid yet."""
    decision = approved(convention=convention, on=day(-300)).approval
    return AidFactory(decision=decision, contract_on=day(-300), deferral_months=0, instalments=10)


@pytest.fixture
def paid(advance):
    """The same, paid out in full 290 days ago: nine instalments are due."""
    advance.disburse(10_000, on=day(-290))
    return advance


def fresh(aid):
    return Aid.objects.get(pk=aid.pk)


# What the database refuses


def write(model, **fields):
    aid = AidFactory()
    needed = {
        Credit: {"received_on": day(-5)},
        Disbursement: {"paid_on": TODAY},
        Instalment: {"since": TODAY, "due_on": TODAY},
        PaymentOrder: {},
        Release: {"released_on": TODAY, "reason": "x"},
        Repayment: {"received_on": day(-5)},
        Rescheduling: {
            "kind": "moratorium",
            "requested_on": day(-5),
            "first_due_on": day(5),
            "instalments": 3,
        },
        WriteOff: {"written_off_on": TODAY, "reference": "PV", "reason": "x"},
    }
    if model in (Release, Repayment):
        fields.setdefault("entry", aid.convention.entries.first())
    return model.objects.create(**{"aid": aid, "amount": 1} | needed[model] | fields)


def approve_own_order():
    somebody = UserFactory()
    write(Disbursement, created_by=somebody, approved_by=somebody)


def settle_order_twice():
    order = write(PaymentOrder, struck_at="2026-01-01T00:00Z", struck_reason="x")
    order.disbursement = write(Disbursement)
    order.save()


def ask_twice():
    first = write(Rescheduling)
    write(Rescheduling, aid=first.aid)


def write_twice_the_same_day():
    write(Instalment, aid=write(Instalment).aid)


STRUCK = {"struck_at": "2026-01-01T00:00Z"}
DATABASE_REFUSES = [
    ("aid_has_a_number", lambda: AidFactory(number="")),
    ("aid_frequency_known", lambda: AidFactory(frequency=2)),
    ("aid_first_due_after_its_contract", lambda: AidFactory(first_due_on=day(-20))),
    ("disbursement_approved_by_somebody_else", approve_own_order),
    ("paymentorder_amount_positive", lambda: write(PaymentOrder, amount=0)),
    ("paymentorder_struck_out_with_a_reason", lambda: write(PaymentOrder, **STRUCK)),
    ("paymentorder_approved_or_struck_out", settle_order_twice),
    ("repayment_rejected_after_it_came_with_a_reason", lambda: write(Repayment, rejected_on=TODAY)),
    (
        "repayment_rejected_after_it_came_with_a_reason",
        lambda: write(Repayment, rejected_on=day(-6), rejected_reason="x"),
    ),
    ("credit_amount_positive", lambda: write(Credit, amount=0)),
    ("credit_struck_out_with_a_reason", lambda: write(Credit, **STRUCK)),
    ("credit_used_after_it_came", lambda: write(Credit, used_on=day(-6))),
    ("release_amount_positive", lambda: write(Release, amount=-1)),
    ("release_struck_out_with_a_reason", lambda: write(Release, **STRUCK)),
    ("writeoff_amount_positive", lambda: write(WriteOff, amount=0)),
    ("writeoff_struck_out_with_a_reason", lambda: write(WriteOff, **STRUCK)),
    ("writeoff_decided_by_the_committee", lambda: write(WriteOff, reference="")),
    ("rescheduling_amount_positive", lambda: write(Rescheduling, amount=0)),
    ("rescheduling_struck_out_with_a_reason", lambda: write(Rescheduling, **STRUCK)),
    ("rescheduling_kind_known", lambda: write(Rescheduling, kind="typo")),
    (
        "rescheduling_answered_after_it_was_asked",
        lambda: write(Rescheduling, status="approved", decided_on=day(-6)),
    ),
    (
        "rescheduling_due_after_it_was_accorded",
        lambda: write(Rescheduling, status="approved", decided_on=TODAY, first_due_on=day(-1)),
    ),
    ("rescheduling_has_an_instalment", lambda: write(Rescheduling, instalments=0)),
    ("rescheduling_asked_once_at_a_time", ask_twice),
    ("instalment_once_a_day_in_a_schedule", write_twice_the_same_day),
    ("instalment_not_negative", lambda: write(Instalment, amount=-1)),
    ("instalment_lasts_a_day_at_least", lambda: write(Instalment, until=TODAY)),
]


@pytest.mark.parametrize(("constraint", "write"), DATABASE_REFUSES)
def test_the_database_refuses(constraint, write, db):
    with refused_by(constraint):
        write()


# The contract


def test_aids_are_numbered_by_antenna_and_year_without_a_gap(toul, longwy):
    def sign(antenna, days_ago):
        convention = ConventionFactory(antenna=antenna, starts_on=day(-500), funds=100_000)
        decision = approved(convention=convention, on=day(-days_ago), advance=1_000).approval
        return Aid.sign(decision, instrument="advance", on=day(-days_ago)).number

    numbers = [sign(toul, 400), sign(toul, 10), sign(longwy, 10), sign(toul, 400), sign(toul, 9)]
    before, this = day(-400).year, day(-10).year
    assert numbers == [
        f"TOUL-{before}-001",
        f"TOUL-{this}-001",
        f"LONGWY-{this}-001",
        f"TOUL-{before}-002",
        f"TOUL-{this}-002",
    ]


def test_a_contract_is_corrected_until_money_leaves(advance):
    advance.correct(instalments=24, frequency=3, first_due_on=day(30))
    advance.disburse(100, on=day(-10))
    assert fresh(advance).schedule()[0].due_on == day(30)
    with refused("paid"):
        advance.correct(instalments=12)


def test_a_contract_begins_to_be_paid_back_within_ten_years(advance):
    with refused("year", field="first_due_on"):
        advance.correct(first_due_on=day(11 * 366))


def test_instalments_come_each_quarter_on_the_last_day_of_shorter_months(advance):
    advance.correct(instalments=3, frequency=3, first_due_on=day(0).replace(day=31, month=12))
    advance.disburse(100, on=day(-10))
    due = [line.due_on for line in fresh(advance).schedule()]
    year = day(0).year
    assert [(on.month, on.day, on.year - year) for on in due] == [
        (12, 31, 0),
        (3, 31, 1),
        (6, 30, 1),
    ]


# Two people for a payment


@pytest.fixture
def watched(convention):
    convention.terms.update(second_person_above=5_000)
    decision = approved(convention=convention, on=day(-30)).approval
    return AidFactory(decision=decision, contract_on=day(-29))


def test_a_large_payment_waits_for_a_second_person(watched, alice, toul):
    order = watched.pay(6_000, on=TODAY, label="Premier", by=alice)
    assert isinstance(order, PaymentOrder) and fresh(watched).disbursed == 0
    with refused("same_person"):
        order.approve(on=TODAY, by=alice)
    line = order.approve(on=TODAY, by=(other := UserFactory()))
    assert (line.created_by, line.approved_by, line.label) == (alice, other, "Premier")
    assert fresh(watched).disbursed == 6_000
    for act in (
        lambda: order.approve(on=TODAY, by=other),
        lambda: order.strike(reason="Trop tard"),
    ):
        with refused("settled"):
            act()


def test_a_large_payment_is_not_cut_in_two_on_the_same_day(watched, alice):
    assert isinstance(watched.pay(5_000, on=TODAY, by=alice), Disbursement)
    assert isinstance(watched.pay(1, on=TODAY, by=alice), PaymentOrder)
    with refused("second_person"):
        watched.disburse(1, on=TODAY, by=alice)
    watched.disburse(1, on=day(-1), by=alice)


def test_what_waits_for_approval_is_not_promised_twice(watched, alice):
    order = watched.pay(9_000, on=TODAY, by=alice)
    with refused(field="amount"):
        watched.pay(1_001, on=TODAY, by=alice)
    assert (fresh(watched).left_to_pay, fresh(watched).left_to_order) == (10_000, 1_000)
    assert list(Aid.objects.to_pay()) == [watched]
    watched.pay(1_000, on=day(-1), by=alice)
    assert not Aid.objects.to_pay().exists()
    with refused("order_waits"):
        watched.release(on=TODAY, reason="Projet réduit", by=alice)
    order.strike(reason="Erreur de montant", by=alice)
    watched.pay(9_000, on=TODAY, by=alice)


# What will never be paid out


def test_what_was_never_paid_goes_back_to_the_envelope_and_may_be_taken_again(advance, alice):
    convention = advance.convention
    balance = convention.balance()
    advance.disburse(4_000, on=day(-100))
    line = advance.release(on=day(-50), reason="Projet réduit", by=alice)
    assert (line.amount, line.entry.kind) == (6_000, "release")
    assert convention.balance() == balance + 6_000
    assert convention.balance(on=day(-51)) == balance
    assert (fresh(advance).left_to_pay, Aid.objects.to_pay().count()) == (0, 0)
    with refused(field="amount"):
        advance.disburse(1, on=TODAY)
    with refused("nothing_left"):
        advance.release(on=TODAY, reason="Encore")
    line.strike(reason="Le projet reprend", by=alice)
    assert convention.balance() == balance
    advance.disburse(6_000, on=TODAY)


# Money that comes back, or not


def test_beyond_what_is_owed_money_is_refused_or_kept_for_the_company(paid, alice):
    balance = paid.convention.balance()
    with refused(field="amount"):
        paid.repay(10_001, on=day(-5))
    line = paid.repay(10_001, on=day(-5), by=alice, keep_credit=True)
    assert (line.amount, line.excess.amount) == (10_000, 1)
    assert paid.convention.balance() == balance + 10_000  # what is the company's is no fund
    more = paid.repay(5, on=day(-4), keep_credit=True)
    assert isinstance(more, Credit) and more.amount == 5
    more.send_back(on=TODAY)
    assert [each.pk for each in Credit.objects.held_on(TODAY)] == [line.excess.pk]
    assert Credit.objects.held_on(day(-4)).count() == 2
    with refused("used"):
        more.send_back(on=TODAY)


def test_a_credit_pays_what_becomes_owed_later(advance):
    advance.disburse(1_000, on=day(-100))
    credit = advance.repay(1_300, on=day(-50), keep_credit=True).excess
    with refused("nothing_owed"):
        credit.apply(on=TODAY)
    advance.disburse(200, on=day(-20))
    line = Credit.objects.get().apply(on=day(-10))
    assert (line.amount, fresh(advance).outstanding) == (200, 0)
    assert Credit.objects.held_on(TODAY).get().amount == 100
    with refused("credit"):
        line.strike(reason="Erreur")


def test_a_payment_that_the_bank_rejects_counts_until_that_day(paid, alice):
    balance = paid.convention.balance()
    line = paid.repay(1_000, on=day(-200), by=alice)
    line.reject(on=day(-190), reason="Prélèvement rejeté", by=alice)
    assert paid.convention.balance(on=day(-191)) == balance + 1_000
    assert paid.convention.balance(on=day(-190)) == paid.convention.balance() == balance
    aid = fresh(paid)
    assert (aid.repaid_on(day(-191)), aid.repaid_on(day(-190)), aid.outstanding) == (
        1_000,
        0,
        10_000,
    )
    for again in (lambda: line.reject(on=TODAY, reason="x"), lambda: line.strike(reason="x")):
        with refused("reversed"):
            again()


def test_a_rejected_payment_takes_its_excess_along(paid):
    line = paid.repay(10_100, on=day(-20), keep_credit=True)
    with refused(field="on"):
        line.reject(on=day(-21), reason="Rejet")
    line.reject(on=day(-10), reason="Rejet")
    assert not Credit.objects.held_on(TODAY).exists()


# Another schedule


def test_a_rescheduling_is_asked_accorded_and_keeps_the_old_schedule(paid, alice):
    paid.repay(1_500, on=day(-200))
    before = fresh(paid).schedule(day(-101))
    request = paid.ask_rescheduling(
        "rescheduling",
        on=day(-110),
        reason="Perte d’un client",
        first_due_on=day(20),
        instalments=17,
        frequency=1,
        by=alice,
    )
    assert (request.amount, fresh(paid).schedule() == before) == (8_500, True)
    with refused(field="reference"):
        request.approve(on=day(-100), by=alice)
    request.approve(on=day(-100), reference="PV du 12", by=alice)
    aid = fresh(paid)
    after = aid.schedule()
    assert aid.schedule(day(-101)) == before
    assert [line.amount for line in after[:2]] == [1_000, 500]  # what was paid back stays
    assert [line.amount for line in after[2:]] == [500] * 17
    assert (after[2].due_on, aid.late, aid.late_on(day(-101)) > 0) == (day(20), 0, True)
    with refused("answered"):
        request.refuse(on=TODAY, answer="Trop tard", reference="PV", by=alice)
    request.strike(reason="Saisi sur la mauvaise aide", by=alice)
    assert fresh(paid).schedule() == before


def test_the_coordinator_decides_where_the_convention_says_so(paid, alice):
    paid.convention.terms.update(rescheduled_by="coordinator")
    request = fresh(paid).ask_rescheduling(
        "moratorium", on=day(-100), reason="Travaux", first_due_on=day(60), by=alice
    )
    with refused(field="__all__"):
        paid.ask_rescheduling("moratorium", on=TODAY, reason="Encore", first_due_on=day(90))
    request.approve(on=day(-90), by=alice)
    lines = fresh(paid).schedule()
    assert (len(lines), lines[0].due_on, lines[-1].amount) == (10, day(60), 1_000)


def test_a_request_is_refused_with_a_reason_and_changes_nothing(paid, alice):
    paid.convention.terms.update(rescheduled_by="coordinator")
    before = fresh(paid).schedule()
    request = fresh(paid).ask_rescheduling(
        "moratorium", on=day(-100), reason="Travaux", first_due_on=day(60), by=alice
    )
    with refused(field="answer"):
        request.refuse(on=day(-90), answer=" ", by=alice)
    request.refuse(on=day(-90), answer="Les comptes sont bons", by=alice)
    assert fresh(paid).schedule() == before


def test_a_company_in_default_owes_everything_and_gets_nothing_more(advance, alice):
    advance.convention.terms.update(rescheduled_by="coordinator")
    advance = fresh(advance)
    advance.disburse(6_000, on=day(-290))
    request = advance.ask_rescheduling(
        "default", on=day(-20), reason="Mise en demeure sans effet", first_due_on=None, by=alice
    )
    request.approve(on=day(-10), by=alice)
    aid = fresh(advance)
    assert aid.late_on(day(-11)) == aid.late_on(day(-10)) == 5_400  # nine instalments of ten
    assert aid.late_on(day(-9)) == 6_000
    before = late_on(Aid.objects.all(), day(-11))[0]
    for offset in (-10, -9, 0):
        after = late_on(Aid.objects.all(), day(offset))[0]
        assert (after.since, after.days) == (before.since, before.days + offset + 11)
    with refused("default"):
        aid.disburse(100, on=TODAY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_due_on": day(-101)}, "first_due_on"),
        ({"first_due_on": day(11 * 366)}, "first_due_on"),
        ({"instalments": 0}, "instalments"),
        ({"instalments": 121}, "instalments"),
        ({"on": day(1)}, "requested_on"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_wrong_request_is_told_beside_its_field(paid, changes, field):
    request = {
        "on": day(-100),
        "reason": "Travaux",
        "first_due_on": day(60),
        "instalments": 12,
        "frequency": 1,
    }
    with refused(field=field):
        paid.ask_rescheduling("rescheduling", **request | changes)
    assert not Rescheduling.objects.exists()


def test_nothing_is_rescheduled_when_nothing_is_owed(advance):
    with refused("before_payment", field="requested_on"):
        advance.ask_rescheduling("default", on=TODAY, reason="x", first_due_on=None)
    advance.disburse(100, on=day(-5))
    advance.repay(100, on=day(-4))
    with refused("nothing_owed"):
        advance.ask_rescheduling("default", on=TODAY, reason="x", first_due_on=None)


def test_money_before_the_first_payment_is_told_beside_its_date(advance):
    advance.disburse(1_000, on=day(-20))
    for act, field in (
        (lambda: advance.repay(50, on=day(-21), keep_credit=True), "received_on"),
        (
            lambda: advance.write_off(50, on=day(-21), reference="PV", reason="x"),
            "written_off_on",
        ),
    ):
        with refused("before_payment", field=field):
            act()
    assert not Credit.objects.exists()


def test_a_moratorium_never_brings_what_is_due_forward(paid):
    paid.repay(9_000, on=day(-30))
    asked = {"on": TODAY, "reason": "Travaux"}
    last = fresh(paid).schedule()[-1].due_on
    with refused(field="first_due_on"):
        paid.ask_rescheduling("moratorium", first_due_on=last - timedelta(1), **asked)
    paid.ask_rescheduling("moratorium", first_due_on=last, **asked)


def test_a_grant_knows_no_repayment_no_loss_and_no_schedule(db):
    grant = AidFactory(
        decision=approved(advance=0, grant=5_000).approval, instrument=Aid.Instrument.GRANT
    )
    grant.disburse(5_000, on=TODAY)
    for verb in (
        lambda: grant.write_off(1, on=TODAY, reference="PV", reason="x"),
        lambda: grant.ask_rescheduling("default", on=TODAY, reason="x", first_due_on=None),
    ):
        with refused(field="amount"):
            verb()
    assert not Instalment.objects.exists()


def test_a_second_payment_is_spread_over_what_is_due_after_it(advance):
    advance.disburse(6_000, on=day(-290))
    third = fresh(advance).schedule()[2].due_on
    advance.disburse(3_500, on=third)
    lines = fresh(advance).schedule()
    assert [line.amount for line in lines] == [600] * 3 + [1_100] * 7
    assert [line.amount for line in fresh(advance).schedule(third - timedelta(1))] == [600] * 10
    last = lines[-1].due_on
    assert last <= TODAY + timedelta(30)
    assert sum(line.amount for line in lines) == Decimal(9_500)
