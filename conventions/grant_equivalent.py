"""Gross grant equivalent of an interest-free advance: the interest that the company is spared.

Source: Communication 2008/C 14/02 of the Commission on reference and discount rates (OJ C 14,
19.1.2008, p. 6). Reference rate: a base rate, dated (`ReferenceRate`), and a margin. Discount rate:
the base rate and 100 basis points. The grant equivalent of a grant is its amount.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from conventions.schedule import CENT, Instalment

DISCOUNT_MARGIN = 100  # basis points
DAYS_A_YEAR = 365


class Margins(NamedTuple):
    """Basis points to add for a rating, by the collateral that the company offers."""

    high: int
    normal: int
    low: int


MARGINS = {
    "strong": Margins(60, 75, 100),
    "good": Margins(75, 100, 220),
    "satisfactory": Margins(100, 220, 400),
    "weak": Margins(220, 400, 650),
    "bad": Margins(400, 650, 1000),  # or in difficulty
}
# Advances have no guarantee, and nobody rates companies of ten people: 400 points are also the
# least that the Communication asks for a company without a credit history.
USUAL_MARGIN = MARGINS["satisfactory"].low
DIFFICULTY_MARGIN = MARGINS["bad"].low


def advance_equivalent(
    instalments: list[Instalment], *, granted_on: date, base_rate: Decimal, margin: int
) -> Decimal:
    """Euros that an advance repaid by these `instalments` is worth on the day it is granted.

    In each period, the capital still owed bears the reference rate for its days over 365, paid at
    the end of the period and discounted to `granted_on`. `base_rate` is in percent, `margin` in
    basis points. Never above the advance itself; rounded half up, to the cent, once at the end.
    ValueError when an instalment is due before the one it follows, or before the grant.
    """
    reference = max(base_rate + Decimal(margin) / 100, Decimal(0)) / 100
    discount = 1 + (base_rate + Decimal(DISCOUNT_MARGIN) / 100) / 100
    owed = advance = sum((line.amount for line in instalments), Decimal(0))
    since, spared = granted_on, Decimal(0)
    for line in instalments:
        if line.due_on < since:
            raise ValueError("instalments follow the grant, in order")
        interest = owed * reference * (line.due_on - since).days / DAYS_A_YEAR
        years = Decimal((line.due_on - granted_on).days) / DAYS_A_YEAR
        spared += interest / discount**years
        owed -= line.amount
        since = line.due_on
    return min(spared, advance).quantize(CENT, ROUND_HALF_UP)
