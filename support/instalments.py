"""An advance followed instalment by instalment: what repayments cover, what is late."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from conventions.schedule import Instalment


class FollowedInstalment(NamedTuple):
    """One instalment; amounts in euros."""

    due_on: date
    amount: Decimal
    covered: Decimal
    left_after: Decimal  # of the whole advance, once everything due so far is paid back
    is_late: bool

    @property
    def left(self):
        """Of it, still to be paid back."""
        return self.amount - self.covered

    @property
    def is_covered(self):
        return not self.left


def follow(
    instalments: list[Instalment], repaid: Decimal, on: date, after: date = date.min
) -> list[FollowedInstalment]:
    """Repayments cover the oldest instalments first; those due `after` a day alone are told."""
    left_to_spread = repaid
    left = sum((line.amount for line in instalments), Decimal(0))
    followed = []
    for line in instalments:
        covered = min(line.amount, left_to_spread)
        left_to_spread -= covered
        left -= line.amount
        is_late = line.due_on < on and covered < line.amount
        followed.append(FollowedInstalment(line.due_on, line.amount, covered, left, is_late))
    return [line for line in followed if line.due_on > after]
