"""What is late on a day, and for how long: pure arithmetic on the instalments of an advance.

An instalment due on a day is late from the next day on. Repayments cover the oldest instalments
first, so that what is late is owed by the latest of those due. No interest comes of it, ever.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from conventions.money import ZERO
from conventions.schedule import Instalment

# The last day, in days late, of each age but the oldest.
AGES = {"up_to_30": 30, "up_to_90": 90, "up_to_180": 180, "beyond": None}
AGE_LABELS = {
    "up_to_30": _("1 à 30 jours"),
    "up_to_90": _("31 à 90 jours"),
    "up_to_180": _("91 à 180 jours"),
    "beyond": _("Plus de 180 jours"),
}


class LateInstalment(NamedTuple):
    """An instalment that is not wholly paid back; amounts in euros."""

    due_on: date
    amount: Decimal
    left: Decimal  # of it, still to be paid back

    def days_late(self, on: date) -> int:
        return (on - self.due_on).days


class Ages(NamedTuple):
    """Euros late, by how long."""

    up_to_30: Decimal = ZERO
    up_to_90: Decimal = ZERO
    up_to_180: Decimal = ZERO
    beyond: Decimal = ZERO

    def __add__(self, other):
        return Ages(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def late_instalments(
    instalments: list[Instalment], late: Decimal, on: date
) -> list[LateInstalment]:
    """The instalments that make the `late` euros of the day `on`, the oldest first.

    `late` is what was due before `on` and is not paid back.
    """
    found = []
    due = sorted((line for line in instalments if line.due_on < on), key=lambda line: line.due_on)
    for line in reversed(due):
        left = min(line.amount, late)
        if left > 0:
            found.append(LateInstalment(line.due_on, line.amount, left))
        late -= left
    return found[::-1]


def age_of(days_late: int) -> str:
    """The name, in `AGES`, of the age of what is late by so many days."""
    return next(name for name, last in AGES.items() if last is None or days_late <= last)


def by_age(late: list[LateInstalment], on: date) -> Ages:
    """Euros late on a day, by age."""
    euros = dict.fromkeys(AGES, ZERO)
    for line in late:
        euros[age_of(line.days_late(on))] += line.left
    return Ages(**euros)
