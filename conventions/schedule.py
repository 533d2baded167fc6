"""Repayment schedule of an interest-free advance: pure arithmetic, no database.

Source: the convention's settings (deferral in months, number of monthly instalments). No interest
of any kind, late interest included, exists here.
"""

from calendar import monthrange
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

CENT = Decimal("0.01")


class Instalment(NamedTuple):
    due_on: date
    amount: Decimal  # euros


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def equal_instalments(total: Decimal, count: int, first_due: date) -> list[Instalment]:
    """Split `total` euros over `count` months; the last instalment takes the leftover cents.

    ValueError when there is no instalment at all.
    """
    if count < 1:
        raise ValueError("count must be at least 1")
    share = (total / count).quantize(CENT, rounding=ROUND_DOWN)
    amounts = [share] * (count - 1) + [total - share * (count - 1)]
    return [Instalment(add_months(first_due, i), amount) for i, amount in enumerate(amounts)]


def late_amount(instalments: list[Instalment], repaid: Decimal, on: date) -> Decimal:
    """Euros due before `on` that `repaid` euros do not cover: what is due that day is not late."""
    due = sum((line.amount for line in instalments if line.due_on < on), Decimal(0))
    return max(due - repaid, Decimal(0))
