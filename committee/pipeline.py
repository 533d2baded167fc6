"""How long files have been at their step: three ages, told on the dashboard and in the list."""

from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# The last day, in days at a step, of each age but the oldest.
AGES = {"up_to_30": 30, "up_to_90": 90, "beyond": None}
AGE_LABELS = {
    "up_to_30": _("30 jours au plus"),
    "up_to_90": _("31 à 90 jours"),
    "beyond": _("Plus de 90 jours"),
}


def at_step_for(age: str, day: date) -> Q:
    """The condition, on `step_since`, that a file is of an age of `AGES` on a day."""
    lasts = list(AGES.values())
    place = list(AGES).index(age)
    condition = Q(step_since__isnull=False)
    if lasts[place] is not None:
        condition &= Q(step_since__gte=day - timedelta(lasts[place]))
    if place:
        condition &= Q(step_since__lt=day - timedelta(lasts[place - 1]))
    return condition
