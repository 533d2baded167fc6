"""What is late, asked of the database: the same cents as the schedule of each advance."""

from datetime import date
from itertools import product

import pytest

from support.models import Aid, Disbursement
from tests import factories as make

# Months of every length, on both sides of a leap year's February.
PAID_ON = [date(2023, 8, 31), date(2023, 12, 29), date(2024, 1, 30), date(2024, 1, 31)]
DAYS = [
    *(date(2024, 2, day) for day in (1, 28, 29)),
    *(date(2024, 3, day) for day in (1, 29, 30, 31)),
    *(date(2024, 4, day) for day in (29, 30)),
    date(2025, 2, 28),
    date(2025, 3, 1),
    date(2030, 12, 31),
]


@pytest.fixture
def aid(convention):
    """An advance of 1 000,01 €, paid in two parts."""
    aid = make.AidFactory(decision=make.approved(convention=convention).approval)
    aid.disburse(make.Decimal("600.01"), on=make.day(-20))
    aid.disburse(make.Decimal(400), on=make.day(-19))
    return aid


def check(aid, day):
    """The database and the schedule agree on what this advance owes."""
    found = dict(Aid.objects.late_on(day).values_list("pk", "arrears"))
    late = Aid.objects.get(pk=aid.pk).late_on(day)
    assert found == ({aid.pk: late} if late else {}), (aid.deferral_months, aid.instalments, day)
    return late


@pytest.mark.parametrize("paid_on", PAID_ON)
def test_the_database_finds_late_what_the_schedule_does(aid, paid_on):
    Disbursement.objects.update(paid_on=paid_on)
    seen = set()
    for deferral, instalments in product((0, 5), (1, 7)):
        Aid.objects.update(deferral_months=deferral, instalments=instalments)
        Aid.objects.get().replan()
        seen |= {check(aid, day) for day in DAYS}
    assert len(seen) > 4


def test_what_was_paid_back_or_paid_out_later_does_not_count(aid):
    first, second = Disbursement.objects.order_by("paid_on")
    Disbursement.objects.filter(pk=first.pk).update(paid_on=make.day(-400))
    Disbursement.objects.filter(pk=second.pk).update(paid_on=make.day(-100))
    Aid.objects.update(deferral_months=0, instalments=10)
    aid = Aid.objects.get()
    aid.replan()
    aid.repay(make.Decimal("300.50"), on=make.day(-50))
    for offset in (-401, -400, -300, -101, -100, -51, -50, 0):
        check(aid, make.day(offset))
    assert check(aid, make.day(0)) == make.Decimal("699.51")
    aid.repay(make.Decimal("699.51"), on=make.day(-1))
    assert check(aid, make.day(0)) == 0


def test_a_line_struck_out_is_not_counted(aid):
    Disbursement.objects.update(paid_on=make.day(-400))
    Aid.objects.update(deferral_months=0, instalments=1)
    Aid.objects.get().replan()
    repayment = Aid.objects.get().repay(make.Decimal(500), on=make.day(-30))
    repayment.strike(reason="Erreur")
    assert check(aid, make.day(0)) == make.Decimal("1000.01")
    Disbursement.objects.order_by("pk").last().strike(reason="Erreur")
    assert check(aid, make.day(0)) == make.Decimal("600.01")


def test_a_grant_is_never_late(convention):
    application = make.approved(convention=convention, advance=0, grant=make.Decimal(500))
    aid = make.AidFactory(decision=application.approval, instrument="grant", instalments=1)
    aid.disburse(make.Decimal(500), on=make.day(-20))
    Disbursement.objects.update(paid_on=make.day(-900))
    assert check(aid, make.day(0)) == 0


def test_aids_to_pay_are_those_not_wholly_paid_out(aid, convention):
    assert list(Aid.objects.to_pay()) == [aid]
    aid.disburse(aid.left_to_pay, on=make.day(-1))
    assert not Aid.objects.to_pay().exists()
    aid.disbursements.last().strike(reason="Erreur")
    assert list(Aid.objects.to_pay()) == [aid]
