"""Whatever happens to an advance, in any order: its cents are all there, on every day."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from conventions.money import total
from conventions.schedule import Plan, versions
from support.models import Aid, Credit, Rescheduling
from tests.factories import AidFactory, ConventionFactory, approved, day

GRANTED = Decimal(10_000)
FIRST = -400  # the day of the contract, counted from today

cents = st.integers(1, 1_200_000).map(lambda number: Decimal(number) / 100)
offsets = st.integers(FIRST, 0)
plans = st.builds(
    Plan, st.integers(FIRST - 40, 400).map(day), st.integers(1, 40), st.sampled_from([1, 3])
)


# The arithmetic alone


@given(
    plans,
    st.lists(st.tuples(offsets.map(day), cents), min_size=1, max_size=5),
    st.lists(st.tuples(offsets.map(day), st.integers(0, 100)), max_size=6),
    st.lists(st.tuples(offsets, st.integers(0, 90), st.integers(1, 60)), max_size=4),
    st.lists(st.tuples(offsets.map(day), cents), max_size=2),
)
def test_every_version_of_a_schedule_sums_to_what_was_paid_out(plan, paid, shares, new_plans, lost):
    everything = sum(amount for _on, amount in paid)
    settled = [(on, everything * share / 1_000) for on, share in shares]
    settled = [(on, amount.quantize(Decimal("0.01"))) for on, amount in settled]
    reschedulings = [
        (day(offset), Plan(day(offset + wait), instalments))
        for offset, wait, instalments in new_plans
    ]
    first = min(paid)[0]
    lost = [(on, amount) for on, amount in lost if on >= first]
    for on, lines in versions(plan, paid, settled, reschedulings, lost).items():
        assert sum(line.amount for line in lines) == sum(each for day, each in paid if day <= on)
        assert all(line.amount >= 0 for line in lines)
        assert all(before.due_on < after.due_on for before, after in pairwise(lines))


@given(plans, offsets.map(day))
def test_an_advance_is_never_due_on_the_day_it_is_paid(plan, paid_on):
    (lines,) = versions(plan, [(paid_on, Decimal(100))]).values()
    assert len(lines) == plan.instalments
    assert lines[0].due_on > paid_on


# The verbs, on the database

KINDS = st.sampled_from(Rescheduling.Kind.values)
MOVES = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["pay", "repay", "recover"]), offsets, cents),
        st.tuples(st.just("keep"), offsets, cents),
        st.tuples(st.just("write_off"), offsets, cents),
        st.tuples(st.just("release"), offsets),
        st.tuples(st.just("reschedule"), offsets, KINDS, st.integers(0, 200), st.integers(1, 40)),
        st.tuples(
            st.sampled_from(["strike", "reject", "apply", "send_back"]), st.integers(0, 9), offsets
        ),
    ),
    min_size=3,
    max_size=14,
)


class Played:
    """Moves of a game on one advance; those that a rule refuses leave no trace."""

    def __init__(self, aid):
        self.key = aid.pk

    @property
    def aid(self):
        return Aid.objects.with_money().get(pk=self.key)

    def play(self, move, *arguments):
        try:
            with transaction.atomic():
                getattr(self, move)(*arguments)
        except ValidationError:
            return False
        return True

    def pay(self, offset, amount):
        self.aid.disburse(amount, on=day(offset))

    def repay(self, offset, amount):
        self.aid.repay(amount, on=day(offset))

    def keep(self, offset, amount):
        self.aid.repay(amount, on=day(offset), keep_credit=True)

    def recover(self, offset, amount):
        self.aid.recover(amount, on=day(offset))

    def write_off(self, offset, amount):
        self.aid.write_off(amount, on=day(offset), reference="PV", reason="Liquidation")

    def release(self, offset):
        self.aid.release(on=day(offset), reason="Projet réduit")

    def reschedule(self, offset, kind, wait, instalments):
        on = day(offset)
        asked = self.aid.ask_rescheduling(
            kind,
            on=on,
            reason="Perte d’un client",
            first_due_on=on + timedelta(wait),
            instalments=instalments,
            frequency=1,
        )
        asked.approve(on=on, reference="PV")

    def strike(self, rank, offset):
        money = ("disbursements", "repayments", "credits", "writeoffs", "releases")
        self._row(rank, *money, "reschedulings").strike(reason="Erreur")

    def reject(self, rank, offset):
        self._row(rank, "repayments").reject(on=day(offset), reason="Rejet")

    def apply(self, rank, offset):
        self._row(rank, "credits").apply(on=day(offset))

    def send_back(self, rank, offset):
        self._row(rank, "credits").send_back(on=day(offset))

    def _row(self, rank, *names):
        rows = [row for name in names for row in getattr(self.aid, name).all()]
        if not rows:
            raise ValidationError("nothing yet")
        return rows[rank % len(rows)]


def check(aid, convention, on):
    """Everything that must hold at the end of a day."""
    lines = aid.schedule(on)
    paid, repaid, written_off = aid.disbursed_on(on), aid.repaid_on(on), aid.written_off_on(on)
    assert sum(line.amount for line in lines) == paid
    assert all(line.amount >= 0 for line in lines)
    assert all(before.due_on < after.due_on for before, after in pairwise(lines))
    outstanding = paid - repaid - written_off + aid.recovered_on(on)
    assert aid.outstanding_on(on) == outstanding >= 0
    released = total(aid.releases.standing().filter(released_on__lte=on))
    assert convention.balance(on=on) == 50_000 - GRANTED + repaid + released >= 0
    late = dict(Aid.objects.late_on(on).values_list("pk", "arrears"))
    assert late == ({aid.pk: aid.late_on(on)} if aid.late_on(on) else {})
    assert aid.late_on(on) <= outstanding


@pytest.mark.django_db
@hypothesis_settings(max_examples=8)
@given(st.integers(0, 12), st.integers(1, 40), st.sampled_from([1, 3]), MOVES)
def test_money_and_schedule_agree_on_every_day_whatever_happens(
    deferral, instalments, frequency, moves
):
    with transaction.atomic():
        convention = ConventionFactory(starts_on=day(FIRST - 100), funds=50_000)
        decision = approved(convention=convention, on=day(FIRST), advance=GRANTED).approval
        aid = AidFactory(
            decision=decision,
            contract_on=day(FIRST),
            deferral_months=deferral,
            instalments=instalments,
            frequency=frequency,
        )
        played = Played(aid)
        played.play("pay", FIRST, Decimal("6000.01"))
        for move in moves:
            played.play(*move)
        aid = played.aid
        stored = list(aid.plan.values_list("since", "until", "due_on", "amount"))
        aid.replan()
        assert stored == list(aid.plan.values_list("since", "until", "due_on", "amount"))
        told = {line.since for line in aid.plan.all()} | {
            row.on for row in convention.entries.all()
        }
        for on in sorted(told | {day(0), day(FIRST), day(400)}):
            for each in (on - timedelta(1), on):
                if each >= day(FIRST):
                    check(aid, convention, each)
        assert Credit.objects.held_on(day(0)).filter(amount__lte=0).count() == 0
        transaction.set_rollback(True)
