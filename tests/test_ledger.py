"""The ledger: signed lines that nothing changes, and envelopes that nothing overdraws."""

from contextlib import nullcontext
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from conventions.models import Convention, Entry, EntryKind, Envelope
from tests.factories import TODAY, ConventionFactory, SponsorFactory, day
from tests.refusals import refused, refused_by

GENERAL, DIFFICULTY = Envelope.GENERAL, Envelope.DIFFICULTY


@pytest.fixture
def small(toul):
    """A convention of 500 € in each envelope, with a signed successor that has nothing yet."""
    convention = ConventionFactory(
        antenna=toul, reference="TOUL-1", funds=500, difficulty_funds=500
    )
    successor = convention.renew(
        reference="TOUL-2", name="Suite", starts_on=day(-100), ends_on=day(900)
    )
    successor.sign(on=day(-100))
    return convention


# What the database refuses


def write_entry(**fields):
    given = {"envelope": "general", "kind": "fee", "amount": -1, "on": TODAY, "label": "x"}
    return ConventionFactory().entries.create(**given | fields)


DATABASE_REFUSES = [
    ("entry_envelope_known", {"envelope": "typo"}),
    ("entry_kind_known", {"kind": "typo"}),
    *[
        ("entry_sign_follows_kind", {"kind": kind, "amount": amount})
        for kind, amount in [
            ("pledge", -5),
            ("release", -5),
            ("repayment", -5),
            ("commitment", 5),
            ("fee", 5),
            ("write_off", 5),
            ("carry_over", 5),  # money that comes says where it comes from
            ("carry_over", 0),
            ("pledge", 0),
            ("fee", 0),
        ]
    ],
]


@pytest.mark.parametrize(("constraint", "fields"), DATABASE_REFUSES)
def test_the_database_refuses(constraint, fields, db):
    with refused_by(constraint):
        write_entry(**fields)


@pytest.mark.parametrize(("kind", "amount"), [("pledge", 5), ("fee", -5)])
def test_a_line_is_not_undone_by_a_line_of_the_same_sign(kind, amount, db):
    entry = write_entry(kind=kind, amount=amount)
    with refused_by("entry_sign_follows_kind"):
        write_entry(kind=kind, amount=amount, reverses=entry)


# Never edited


def test_a_line_is_never_changed_nor_deleted(convention):
    entry = convention.entries.first()
    entry.amount = Decimal(1)
    for change in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(amount=1),
        lambda: Entry.objects.bulk_update([entry], ["amount"]),
    ):
        with pytest.raises(TypeError, match="reverse it"), transaction.atomic():
            change()
    assert convention.balance() == 120_000


@pytest.mark.parametrize("column", ["amount", "label", '"on"', "created_by_id"])
def test_the_database_itself_refuses_to_change_a_line(convention, column):
    with (
        pytest.raises(IntegrityError, match="ledger_append_only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE conventions_entry SET {column} = {column}")


def test_postgresql_also_refuses_to_delete_a_line(convention):
    """SQLite lets a test clean up; the model and the queryset refuse there as well (above)."""
    refusal = pytest.raises(IntegrityError, match="ledger_append_only")
    with (
        refusal if connection.vendor == "postgresql" else nullcontext(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM conventions_entry")


def test_a_convention_that_has_lines_is_not_deleted(convention):
    convention.terms.all().delete()
    convention.steps.all().delete()
    with pytest.raises(IntegrityError):
        convention.delete()


# Balances


def test_a_commitment_stops_at_the_last_cent(small):
    small.commit(Decimal("499.99"), on=TODAY, label="Aide 1")
    with refused("overdrawn") as caught:
        small.commit(Decimal("0.02"), on=TODAY, label="Aide 2")
    assert "il reste 0,01\u00a0€" in caught.value.messages[0]
    small.commit(Decimal("0.01"), on=TODAY, label="Aide 2")
    assert small.balance(GENERAL) == 0


def test_envelopes_do_not_lend_to_each_other(small):
    with refused("overdrawn"):
        small.commit(501, on=TODAY, label="Aide", envelope=DIFFICULTY)
    small.commit(500, on=TODAY, label="Aide", envelope=DIFFICULTY)
    assert (small.balance(DIFFICULTY), small.balance(GENERAL), small.balance()) == (0, 500, 500)


def test_the_balance_at_a_date_leaves_out_later_lines(small):
    small.commit(100, on=day(-50), label="Aide")
    small.charge_fee(30, on=day(-40), label="Frais de 2026")
    balances = [small.balance(GENERAL, on=day(offset)) for offset in (-366, -365, -51, -50, -40, 0)]
    assert balances == [0, 500, 500, 400, 370, 370]
    assert Convention.objects.with_balance().get(pk=small.pk).balance == 870


def test_a_backdated_commitment_leaves_later_days_what_they_need(small):
    small.commit(400, on=day(-10), label="Aide d’hier")
    assert small.balance(GENERAL, on=day(-20)) == 500
    assert small.available(GENERAL, day(-20)) == 100
    with refused("overdrawn"):
        small.commit(101, on=day(-20), label="Aide retrouvée")
    small.commit(100, on=day(-20), label="Aide retrouvée")


def test_money_that_came_later_does_not_pay_earlier_commitments(small):
    small.commit(500, on=day(-30), label="Aide")
    small.repay(200, on=day(-10), label="Remboursement")
    assert small.available(GENERAL, day(-20)) == 0
    assert small.available(GENERAL, day(-10)) == 200


def test_repayments_refill_the_envelope(small):
    small.commit(500, on=day(-30), label="Aide")
    small.repay(40, on=day(-10), label="Aide")
    assert small.balance(GENERAL) == 40
    small.commit(40, on=TODAY, label="Aide 2")


def test_fees_are_a_line_of_their_own(small, alice):
    entry = small.charge_fee(Decimal("12.50"), on=TODAY, label="Frais de 2026", by=alice)
    assert (entry.kind, entry.amount, entry.created_by) == ("fee", Decimal("-12.50"), alice)
    with refused("overdrawn"):
        small.charge_fee(500, on=TODAY, label="Frais de 2027")


def test_what_never_comes_is_written_off(small):
    small.write_off(500, on=TODAY, label="Dotation annulée")
    with refused("overdrawn"):
        small.write_off(1, on=TODAY, label="Encore")


def test_never_more_is_released_than_was_committed(small):
    small.commit(100, on=day(-20), label="Aide")
    with refused("beyond_committed"):
        small.release(101, on=TODAY, label="Aide")
    with refused("beyond_committed"):
        small.release(1, on=day(-21), label="Avant l’engagement")
    with refused("beyond_committed"):
        small.release(100, on=TODAY, label="Aide", envelope=DIFFICULTY)
    small.release(100, on=day(-10), label="Aide")
    with refused("beyond_committed"):
        small.release(100, on=day(-15), label="Deux fois le même argent")
    assert small.balance(GENERAL) == 500


VERBS = ["commit", "release", "repay", "charge_fee", "write_off"]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("amount", [0, -5, Decimal("0.001"), Decimal("1e30")])
def test_an_amount_is_positive_and_in_whole_cents(small, verb, amount):
    small.commit(100, on=day(-20), label="Aide")
    with refused():
        getattr(small, verb)(amount, on=TODAY, label="x")
    assert small.balance() == 900


@pytest.mark.parametrize("verb", VERBS)
def test_no_line_is_dated_in_the_future(small, verb):
    small.commit(100, on=day(-20), label="Aide")
    with refused():
        getattr(small, verb)(1, on=day(2), label="x")
    assert small.balance() == 900


# When money may be committed


@pytest.mark.parametrize(
    ("offset", "code"),
    [(-101, "out_of_term"), (-100, None), (-11, None), (-10, "out_of_term")],
)
def test_money_is_committed_within_the_term(offset, code, db):
    convention = ConventionFactory(starts_on=day(-100), signed=False, terms={"ends_on": day(-11)})
    convention.pledge(SponsorFactory(), origin="public", amount=500, on=day(-200))
    convention.sign(on=day(-150))
    if code:
        with refused(code):
            convention.commit(1, on=day(offset), label="Aide")
    else:
        convention.commit(1, on=day(offset), label="Aide")


def test_money_is_committed_while_signed(small):
    draft = ConventionFactory(signed=False, funds=500)
    with refused("not_running"):
        draft.commit(1, on=TODAY, label="Aide")
    small.suspend(on=day(-50), reason="Évaluation en cours")
    small.resume(on=day(-20))
    with refused("not_running"):
        small.commit(1, on=day(-30), label="Aide")
    small.commit(1, on=day(-51), label="Décidée avant la suspension")
    small.commit(1, on=day(-20), label="Décidée à la reprise")
    small.close(on=TODAY)
    with refused("closed"):
        small.commit(1, on=day(-51), label="Aide")


def test_a_closed_convention_charges_no_fee(small):
    small.close(on=TODAY)
    with refused("closed"):
        small.charge_fee(1, on=TODAY, label="Frais")


def test_the_closing_by_somebody_else_is_seen(small):
    Convention.objects.get(pk=small.pk).close(on=TODAY)
    with refused("closed"):
        small.commit(1, on=TODAY, label="Aide")


# From a convention to the next


def test_what_is_left_is_carried_over_on_both_sides(small):
    gone, come = small.carry_over(300, on=day(-5))
    assert (gone.amount, come.amount, come.carries) == (-300, 300, gone)
    assert gone.label == come.label == "TOUL-1 → TOUL-2"
    assert (small.balance(GENERAL), small.successor.balance(GENERAL)) == (200, 300)


@pytest.mark.parametrize("amount", [0, -5, 501, Decimal("0.001")])
def test_no_more_is_carried_over_than_is_left_and_never_backwards(small, amount):
    small.successor.pledge(SponsorFactory(), origin="public", amount=100, on=TODAY)
    with refused():
        small.carry_over(amount, on=TODAY)
    assert (small.balance(), small.successor.balance()) == (1_000, 100)


def test_without_a_successor_nothing_is_carried_over(convention):
    with refused("no_successor"):
        convention.carry_over(1, on=TODAY)


def test_nothing_is_carried_over_into_a_text_that_is_not_signed(convention):
    convention.renew(reference="SUITE", name="Suite", starts_on=TODAY, ends_on=day(900))
    with refused("not_signed"):
        convention.carry_over(1, on=TODAY)
    assert not convention.successor.entries.exists()


def test_a_closed_convention_can_still_carry_over(small):
    small.close(on=TODAY)
    small.carry_over(500, on=TODAY)
    assert small.successor.balance(GENERAL) == 500


def test_repayments_go_to_the_successor_once_the_convention_is_closed(small):
    small.commit(100, on=day(-50), label="Aide")
    assert small.repay(10, on=day(-40), label="Aide").convention == small
    small.close(on=day(-30))
    assert small.repay(10, on=day(-20), label="Aide").convention == small.successor

    third = small.successor.renew(
        reference="TOUL-3", name="Suite", starts_on=day(-10), ends_on=day(900)
    )
    small.successor.close(on=day(-10))
    assert Convention.objects.get(pk=small.pk).repay(5, on=TODAY, label="Aide").convention == third


def test_repayments_to_a_closed_convention_without_successor_stay_there(convention):
    convention.commit(100, on=TODAY, label="Aide")
    convention.close(on=TODAY)
    assert convention.repay(10, on=TODAY, label="Aide").convention == convention


# Mistakes


def test_a_mistake_is_reversed_by_another_line_of_the_same_day(small, alice):
    fee = small.charge_fee(30, on=day(-40), label="Frais")
    reversal = small.reverse(fee, label="Saisis deux fois", by=alice)
    assert (reversal.amount, reversal.on, reversal.kind) == (30, day(-40), "fee")
    assert (reversal.reverses, reversal.created_by) == (fee, alice)
    assert small.balance(GENERAL, on=day(-40)) == 500
    assert (
        small.reverse(small.charge_fee(1, on=day(-40), label="x"), label="y", on=TODAY).on == TODAY
    )


def test_a_line_is_reversed_once_and_a_reversal_never(small):
    fee = small.charge_fee(30, on=day(-40), label="Frais")
    reversal = small.reverse(fee, label="Erreur")
    for entry in (fee, Entry.objects.get(pk=fee.pk), reversal):
        with refused("reversed"):
            small.reverse(entry, label="Encore")


def test_money_already_spent_is_not_taken_back(small):
    pledge = small.entries.get(envelope=GENERAL)
    small.commit(1, on=TODAY, label="Aide")
    with refused("overdrawn"):
        small.undo(pledge, label="Erreur")


def test_a_line_that_something_owns_is_not_reversed_by_hand(small):
    commitment = small.commit(1, on=TODAY, label="Aide")
    for entry in (commitment, small.entries.get(envelope=GENERAL, kind="pledge")):
        with refused("owned"):
            small.reverse(entry, label="Erreur")
    assert small.balance(GENERAL) == 499


def test_a_commitment_already_released_is_not_given_back_again(small):
    entry = small.commit(100, on=day(-20), label="Aide")
    small.release(60, on=day(-10), label="Aide")
    with refused("beyond_committed"):
        small.undo(entry, label="Erreur")


def test_a_carry_over_is_undone_on_both_sides(small):
    gone, come = small.carry_over(300, on=day(-5))
    with refused("carried"):
        small.successor.reverse(come, label="Erreur")
    small.reverse(gone, label="Erreur")
    assert (small.balance(GENERAL), small.successor.balance(GENERAL)) == (500, 0)


def test_a_carry_over_already_spent_is_not_undone(small):
    gone, _come = small.carry_over(300, on=day(-5))
    small.successor.commit(1, on=TODAY, label="Aide")
    with refused("overdrawn"):
        small.reverse(gone, label="Erreur")
    assert (small.balance(GENERAL), small.successor.balance(GENERAL)) == (200, 299)


def test_a_line_is_reversed_by_its_own_convention(small):
    fee = small.charge_fee(30, on=day(-40), label="Frais")
    with pytest.raises(ValueError, match="its own convention"):
        small.successor.reverse(fee, label="Erreur")


# Whatever happens

STEPS = st.tuples(
    st.sampled_from([*VERBS, *VERBS, "pledge", "carry_over", "reverse", "withdraw", "close"]),
    st.sampled_from(list(Envelope)),
    st.decimals("0.01", 600, places=2),
    st.integers(-120, 0),
)


def play(convention, verb, envelope, amount, on):
    """Try one verb; the rules may refuse it."""
    money = {"on": on, "envelope": envelope}
    entries, pledges = list(convention.entries.all()), list(convention.pledges.all())
    pick = int(amount * 100)
    match verb:
        case "pledge":
            convention.pledge(SponsorFactory(), origin="private", amount=amount, **money)
        case "reverse" if entries:
            on = on if pick % 2 else None
            convention.undo(entries[pick % len(entries)], label="x", on=on)
        case "withdraw" if pledges:
            pledges[pick % len(pledges)].withdraw(on=on, reason="x")
        case "close":
            convention.close(on=on)
        case "carry_over":
            convention.carry_over(amount, **money)
        case verb if verb in VERBS:
            getattr(convention, verb)(amount, label="x", **money)


def running_totals(entries):
    """(day, total of `entries` at its end) for each day that has lines."""
    days = sorted({entry.on for entry in entries})
    return [(each, sum(entry.amount for entry in entries if entry.on <= each)) for each in days]


@hypothesis_settings(max_examples=40, phases=[Phase.explicit, Phase.generate])
@given(st.lists(STEPS, min_size=3, max_size=14))
def test_no_envelope_is_ever_overdrawn_whatever_the_verbs(db, steps):
    with transaction.atomic():
        first = ConventionFactory(starts_on=day(-120), funds=500, difficulty_funds=300)
        second = first.renew(reference="SUITE", name="x", starts_on=day(-90), ends_on=day(900))
        second.sign(on=day(-90))
        for verb, envelope, amount, offset in steps:
            for convention in (first, second) if verb != "close" else (first,):
                try:
                    play(convention, verb, envelope, amount, day(offset))
                except ValidationError as refusal:
                    assert all(refusal.messages)
        for convention in (first, second):
            for envelope in Envelope:
                entries = convention.entries.filter(envelope=envelope)
                assert all(sum >= 0 for _day, sum in running_totals(entries))
                committed = entries.of(EntryKind.COMMITMENT, EntryKind.RELEASE)
                assert all(sum <= 0 for _day, sum in running_totals(committed))
        carried = Entry.objects.of(EntryKind.CARRY_OVER)
        assert all(sum == 0 for _day, sum in running_totals(carried))
        transaction.set_rollback(True)
