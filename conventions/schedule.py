"""Repayment schedule of an interest-free advance: pure arithmetic, no database.

Source: the contract of the advance, whose terms are the convention's by default. No interest of any
kind, late interest included, exists here. Rules and a worked example: docs/money.md.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_DOWN, Decimal
from itertools import count
from operator import itemgetter
from typing import NamedTuple

CENT = Decimal("0.01")


class Instalment(NamedTuple):
    due_on: date
    amount: Decimal  # euros


class Plan(NamedTuple):
    """When an advance is paid back: `instalments` dates, `every` so many months.

    `keeps_due` is for a default: what is due already stays due on its own dates.
    """

    first_due_on: date
    instalments: int
    every: int = 1
    keeps_due: bool = False

    def dates(self, after: date = date.min) -> list[date]:
        """Its dates, all later than `after`: begun too late, it begins with the next one."""
        first = self.steps_until(after)
        return [self._date(first + step) for step in range(self.instalments)]

    def steps_until(self, day: date) -> int:
        """How many of its dates, carried on for ever, are not later than `day`."""
        return next(step for step in count() if self._date(step) > day)

    def next_after(self, day: date) -> date:
        """The first of its dates, carried on for ever, later than `day`."""
        return self._date(self.steps_until(day))

    def _date(self, step):
        return add_months(self.first_due_on, step * self.every)


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def spread(total: Decimal, dates: list[date]) -> list[Instalment]:
    """Split `total` euros equally over `dates`; the last instalment takes the leftover cents.

    ValueError when there is no date at all.
    """
    if not dates:
        raise ValueError("an amount is due on a date at least")
    share = (total / len(dates)).quantize(CENT, rounding=ROUND_DOWN)
    amounts = [share] * (len(dates) - 1) + [total - share * (len(dates) - 1)]
    return [Instalment(*line) for line in zip(dates, amounts, strict=True)]


def versions(
    plan: Plan,
    paid_out: Iterable[tuple[date, Decimal]],
    settled: Iterable[tuple[date, Decimal]] = (),
    reschedulings: Iterable[tuple[date, Plan]] = (),
    lost: Iterable[tuple[date, Decimal]] = (),
) -> dict[date, list[Instalment]]:
    """The schedule of an advance at the end of each day that changed it, in order of days.

    `paid_out` are payments to the company; `settled` what it paid back and what was written off,
    negative when that was undone; euros. The instalments of a version sum to what was paid out.

    * The first payment fixes the dates: those of `plan`, moved on if the first one is past.
    * A later payment is added to what is due after its day, and spread equally anew; when nothing
      is due any more, it is due at the next date of the plan.
    * A rescheduling keeps of each instalment what is settled on its day, and spreads what is still
      owed over the dates of the new plan. One that `keeps_due` spreads only what was to come.
    * What is `lost`, and counted in `settled`, leaves the last instalments, so that what is late
      stays so; it is told on the day of the first payment, where it is settled at once.
    """
    settled, paid_out = list(settled), list(paid_out)
    moves = [
        *((on, 0, amount) for on, amount in paid_out),
        *((on, 1, amount) for on, amount in lost),
        *((on, 2, new) for on, new in reschedulings),
    ]
    found, lines = {}, []
    for on, order, move in sorted(moves, key=itemgetter(0, 1)):
        if order == 0:
            lines = _paid_more(lines, plan, on, move)
        elif order == 1:
            lines = _lost(lines, move, min(paid_out)[0])
        else:
            plan = move
            lines = _replanned(lines, plan, on, sum(amount for day, amount in settled if day <= on))
        found[on] = lines
    return found


def _paid_more(lines, plan, on, amount):
    due = [line for line in lines if line.due_on <= on]
    later = [line for line in lines if line.due_on > on]
    if later:
        dates = [line.due_on for line in later]
    else:
        dates = [plan.next_after(on)] if lines else plan.dates(after=on)
    return due + spread(sum((line.amount for line in later), amount), dates)


def _lost(lines, amount, first):
    """Take `amount` away from the end, and tell it on the day `first` of the first payment."""
    left, kept = amount, []
    for line in reversed(lines):
        gone = min(line.amount, left)
        left -= gone
        if line.amount > gone:
            kept.insert(0, line._replace(amount=line.amount - gone))
    if kept and kept[0].due_on == first:
        return [kept[0]._replace(amount=kept[0].amount + amount - left), *kept[1:]]
    return [Instalment(first, amount - left), *kept]


def _replanned(lines, plan, on, settled):
    """What was settled ahead of its date counts on the day of the rescheduling."""
    kept: dict[date, Decimal] = {}
    for line in lines:
        covered = max(min(line.amount, settled), Decimal(0))
        settled -= covered
        stays = line.amount if plan.keeps_due and line.due_on <= on else covered
        if stays:
            day = min(line.due_on, on)
            kept[day] = kept.get(day, Decimal(0)) + stays
    owed = sum((line.amount for line in lines), -sum(kept.values(), Decimal(0)))
    if owed:
        for line in spread(owed, plan.dates()):
            kept[line.due_on] = kept.get(line.due_on, Decimal(0)) + line.amount
    return [Instalment(*line) for line in kept.items()]


def late_amount(instalments: Iterable[Instalment], settled: Decimal, on: date) -> Decimal:
    """Euros due before `on` that `settled` euros do not cover: due that day is not late."""
    due = sum((line.amount for line in instalments if line.due_on < on), Decimal(0))
    return max(due - settled, Decimal(0))
