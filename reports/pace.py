"""Where a figure goes at its pace: pure arithmetic on days, no database.

The method is the plainest there is, so that anybody can check it: what was done until a day,
divided by the days gone, times the days of the whole term. It knows nothing of seasons, nor of the
time that a job takes to be observed.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

EARLIEST = Fraction(1, 10)  # share of the term below which nothing can be told
WHY_NOT = {
    "early": _("Moins d’un dixième de la convention est écoulé : il est trop tôt pour prévoir."),
    "over": _("La convention est finie : il n’y a plus rien à prévoir."),
    "closed": _("La convention est close : il n’y a plus rien à prévoir."),
    "suspended": _("La convention est suspendue : rien n’est prévu tant qu’elle l’est."),
    "nothing": _("Rien n’est encore réalisé : ce calcul ne peut rien prévoir."),
}

METHOD = _(
    "Ce qui est réalisé à ce jour, divisé par les jours passés depuis le premier jour de la"
    " convention, puis multiplié par tous ses jours ; le résultat est arrondi au-dessous. Rien"
    " n’est prévu avant un dixième de la durée, ni après le dernier jour, ni tant que rien n’est"
    " réalisé, ni d’une convention suspendue ou close. Ce calcul ne connaît ni"
    " les saisons, ni le temps qu’il faut pour créer un emploi et le constater : d’une convention"
    " jeune, il dit plutôt trop peu."
)


class Forecast(NamedTuple):
    """What a figure will be on the last day of the term; None, and why as a code, when unknown."""

    value: Decimal | int | None
    on: date
    why_not: str = ""  # a word of WHY_NOT


def forecast(
    realised: Decimal | int, *, starts_on: date, ends_on: date, at: date, step: Decimal | int = 1
) -> Forecast:
    """What was realised at the end of `at`, carried on at the same pace to the end of the term.

    In the unit of `realised`, rounded down to a whole number of `step`. First and last day count.
    """
    term = (ends_on - starts_on).days + 1
    gone = (at - starts_on).days + 1
    if at >= ends_on:
        return Forecast(None, ends_on, "over")
    if gone < EARLIEST * term:
        return Forecast(None, ends_on, "early")
    if not realised:
        return Forecast(None, ends_on, "nothing")
    return Forecast(realised * term // (gone * step) * step, ends_on)
