"""What sponsors promise to a convention, and what came."""

from decimal import Decimal

import pytest

from conventions.models import Convention, Pledge, Receipt
from tests.factories import TODAY, ConventionFactory, SponsorFactory, day
from tests.refusals import refused, refused_by


def pledged(convention, **fields):
    given = {"origin": "public", "on": day(-100), "amount": Decimal(1_000)}
    return convention.pledge(SponsorFactory(), **given | fields)


def write_pledge(**fields):
    given = {"origin": "public", "amount": 100, "pledged_on": day(-10)}
    return Pledge.objects.create(
        convention=ConventionFactory(), sponsor=SponsorFactory(), **given | fields
    )


DATABASE_REFUSES = [
    ("pledge_brings_euros_or_days", lambda: write_pledge(amount=0)),
    ("pledge_brings_euros_or_days", lambda: write_pledge(amount=-1, days=1)),
    ("pledge_brings_euros_or_days", lambda: write_pledge(days=-1)),
    ("pledge_origin_known", lambda: write_pledge(origin="typo")),
    ("pledge_envelope_known", lambda: write_pledge(envelope="typo")),
    ("pledge_withdrawn_after_it_was_made", lambda: write_pledge(withdrawn_on=day(-11))),
    (
        "receipt_amount_positive",
        lambda: Receipt.objects.create(pledge=write_pledge(), amount=0, received_on=TODAY),
    ),
    (
        "receipt_struck_out_with_a_reason",
        lambda: Receipt.objects.create(
            pledge=write_pledge(), amount=1, received_on=TODAY, struck_reason="Sans date"
        ),
    ),
]


@pytest.mark.parametrize(("constraint", "write"), DATABASE_REFUSES)
def test_the_database_refuses(constraint, write, db):
    with refused_by(constraint):
        write()


def test_a_pledge_is_a_line_of_the_ledger_at_once(convention, alice):
    balance = convention.balance()
    pledge = pledged(convention, amount=Decimal("500.50"), days=Decimal("2.25"), by=alice)
    [entry] = pledge.entries.all()
    assert (entry.amount, entry.on, entry.created_by) == (Decimal("500.50"), day(-100), alice)
    assert entry.label == str(pledge.sponsor)
    assert convention.balance() == balance + Decimal("500.50")


def test_a_pledge_of_days_alone_is_no_line_of_the_ledger(convention):
    assert not pledged(convention, amount=0, days=Decimal(20)).entries.exists()


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("__all__", {"amount": 0}),
        ("amount", {"amount": -5}),
        ("amount", {"amount": Decimal("0.005")}),
        ("days", {"days": Decimal("0.1")}),
        ("pledged_on", {"on": day(2)}),
        ("origin", {"origin": "typo"}),
        ("envelope", {"envelope": "typo"}),
    ],
)
def test_a_wrong_pledge_is_told_beside_its_field_and_leaves_nothing(convention, field, fields):
    count, balance = Pledge.objects.count(), convention.balance()
    with refused(field=field):
        pledged(convention, **fields)
    assert (Pledge.objects.count(), convention.balance()) == (count, balance)


def test_a_closed_convention_takes_no_pledge(convention):
    convention.close(on=TODAY)
    with refused("closed"):
        pledged(Convention.objects.get())


def test_money_received_never_exceeds_the_promise(convention, alice):
    pledge = pledged(convention)
    pledge.receive(Decimal("999.99"), on=day(-50), by=alice)
    with refused(field="amount"):
        pledge.receive(Decimal("0.02"), on=day(-40))
    pledge.receive(Decimal("0.01"), on=day(-40))
    assert Pledge.objects.with_received().get(pk=pledge.pk).received == 1_000


def test_money_that_never_came_is_struck_out_and_still_expected(convention, alice):
    pledge = pledged(convention)
    receipt = pledge.receive(1_000, on=day(-50))
    with refused(field="reason"):
        receipt.strike(reason=" ")
    receipt.strike(reason="Virement rejeté", by=alice)
    again = Pledge.objects.with_received().get(pk=pledge.pk)
    assert (again.received, again.expected) == (0, 1_000)
    assert not Receipt.objects.standing().exists()
    pledge.receive(1_000, on=day(-40)).strike(reason="Encore rejeté")
    with refused(field="reason"):
        pledge.withdraw(on=TODAY, reason="")
    pledge.withdraw(on=TODAY, reason="Budget non voté")


@pytest.mark.parametrize(
    ("field", "amount", "on"),
    [("received_on", 5, day(2)), ("__all__", 0, TODAY), ("amount", Decimal("0.001"), TODAY)],
)
def test_a_wrong_receipt_is_told_beside_its_field(convention, field, amount, on):
    with refused(field=field):
        pledged(convention).receive(amount, on=on)
    assert not Receipt.objects.exists()


def test_money_received_changes_no_balance(convention):
    pledge, balance = pledged(convention), convention.balance()
    pledge.receive(500, on=TODAY)
    assert convention.balance() == balance


def test_a_pledge_withdrawn_leaves_the_ledger_from_that_day(convention):
    balance = convention.balance()
    pledge = pledged(convention)
    pledge.withdraw(on=day(-30), reason="Budget non voté")
    assert convention.balance() == balance
    assert convention.balance(on=day(-31)) == balance + 1_000
    assert pledge in Pledge.objects.standing_on(day(-31))
    assert pledge not in Pledge.objects.standing_on(day(-30))
    assert pledge not in Pledge.objects.standing_on(day(-101))


def test_a_pledge_is_withdrawn_once_and_before_any_money_came(convention):
    pledge, paid = pledged(convention), pledged(convention)
    paid.receive(1, on=TODAY)
    with refused("received"):
        paid.withdraw(on=TODAY, reason="Trop tard")
    stale = Pledge.objects.get(pk=pledge.pk)
    pledge.withdraw(on=TODAY, reason="Budget non voté")
    with refused("received"):
        stale.withdraw(on=TODAY, reason="Encore")
    with refused("withdrawn"):
        Pledge.objects.get(pk=pledge.pk).receive(1, on=TODAY)


@pytest.mark.parametrize("on", [day(-101), day(2)])
def test_a_pledge_is_withdrawn_between_its_day_and_today(convention, on):
    pledge = pledged(convention)
    with refused():
        pledge.withdraw(on=on, reason="Budget non voté")
    assert Pledge.objects.get(pk=pledge.pk).withdrawn_on is None
    assert convention.balance("general") == 101_000


def test_a_pledge_already_spent_cannot_be_withdrawn(toul):
    convention = ConventionFactory(antenna=toul)
    pledge = pledged(convention)
    convention.commit(1, on=TODAY, label="Aide")
    with refused("overdrawn"):
        pledge.withdraw(on=TODAY, reason="Budget non voté")
    assert Pledge.objects.get().withdrawn_on is None


def test_money_is_not_received_before_it_is_promised(convention):
    pledge = convention.pledge(SponsorFactory(), origin="public", amount=50, on=day(-9))
    with refused(field="received_on"):
        pledge.receive(5, on=day(-10))
    pledge.receive(5, on=day(-9))
