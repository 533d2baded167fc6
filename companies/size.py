"""The size of a company: micro, small, medium or large, and why.

Source: Commission Recommendation 2003/361/EC, annex, articles 2 and 6: a class asks for a
head-count *and* for a turnover or a balance sheet below its ceilings. Partner and linked companies
count together: the caller adds them first.
"""

from decimal import Decimal
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class SizeClass(models.TextChoices):
    MICRO = "micro", gettext_lazy("Microentreprise")
    SMALL = "small", gettext_lazy("Petite entreprise")
    MEDIUM = "medium", gettext_lazy("Entreprise moyenne")
    LARGE = "large", gettext_lazy("Au-delà de la PME")


class Ceiling(NamedTuple):
    size: SizeClass
    headcount: int  # annual work units, strictly below
    turnover: int  # euros
    balance_sheet: int  # euros


CEILINGS = (
    Ceiling(SizeClass.MICRO, 10, 2_000_000, 2_000_000),
    Ceiling(SizeClass.SMALL, 50, 10_000_000, 10_000_000),
    Ceiling(SizeClass.MEDIUM, 250, 50_000_000, 43_000_000),
)


def size_class(
    headcount: Decimal, turnover: int | None = None, balance_sheet: int | None = None
) -> SizeClass:
    """The class of a company from its head-count (annual work units) and euros a year.

    Without any amount, the head-count alone decides.
    """
    for ceiling in CEILINGS:
        if headcount < ceiling.headcount and _amounts_fit(ceiling, turnover, balance_sheet):
            return ceiling.size
    return SizeClass.LARGE


def explain_size(
    headcount: Decimal, turnover: int | None = None, balance_sheet: int | None = None
) -> str:
    """One sentence that says which ceilings decided."""
    size = size_class(headcount, turnover, balance_sheet)
    if size == SizeClass.LARGE:
        return _("Dépasse un des plafonds de la PME européenne : 250 personnes, 50 M€, 43 M€.")
    ceiling = next(ceiling for ceiling in CEILINGS if ceiling.size == size)
    if turnover is None and balance_sheet is None:
        return _("Moins de %(people)d personnes ; chiffre d’affaires et bilan inconnus.") % {
            "people": ceiling.headcount
        }
    return _(
        "Moins de %(people)d personnes, et chiffre d’affaires d’au plus %(turnover)d M€"
        " ou bilan d’au plus %(balance)d M€."
    ) % {
        "people": ceiling.headcount,
        "turnover": ceiling.turnover // 1_000_000,
        "balance": ceiling.balance_sheet // 1_000_000,
    }


def _amounts_fit(ceiling, turnover, balance_sheet):
    if turnover is None and balance_sheet is None:
        return True
    return (turnover is not None and turnover <= ceiling.turnover) or (
        balance_sheet is not None and balance_sheet <= ceiling.balance_sheet
    )
