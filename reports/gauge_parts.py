"""What each gauge is made of: its target, what counts towards it, what is left, the time gone.

A part is a figure of reports/rows.py, or the sum of two: each leads to its rows.
"""

from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from conventions.money import as_counted, plain
from reports.definitions import DEFINITIONS
from reports.evaluation import Evaluation, first_day_of
from reports.indicators import LABELS
from reports.rows import FIGURES

# The figures of each gauge; of jobs, where the convention counts those maintained too: KEPT.
BEHIND = {
    "euros": {"committed": ["aid_committed"], "realised": ["aid_disbursed"]},
    "days": {
        "committed": ["skill_days_granted"],
        "realised": ["skill_days_delivered"],
        "verified": ["skill_days_certified"],
    },
    "jobs": {
        "committed": ["jobs_to_create"],
        "realised": ["jobs_created"],
        "verified": ["jobs_verified"],
    },
}
KEPT = {
    "committed": ["jobs_validated"],
    "realised": ["jobs_created", "jobs_maintained"],
    "verified": ["jobs_verified", "jobs_maintained_verified"],
}
OF_PARTS = {
    "target": gettext_lazy(
        "Ce que la convention doit atteindre à son dernier jour, d’après le texte en vigueur."
    ),
    "remaining": gettext_lazy(
        "L’objectif, moins ce qui est réalisé ; zéro quand il est atteint ou dépassé."
    ),
    "time": DEFINITIONS["time_elapsed"],
}
OF_SUMS = {
    "realised": gettext_lazy(
        "Les emplois créés et les emplois maintenus que l’antenne a constatés et que la convention"
        " compte."
    ),
    "verified": gettext_lazy(
        "Les emplois créés et les emplois maintenus que quelqu’un a vérifiés."
    ),
}


class Behind(NamedTuple):
    """A figure that a part is, or one of the two that it is the sum of."""

    slug: str
    told: str  # « 3 maintenus », in a sum


class Part(NamedTuple):
    """One line under a gauge."""

    key: str  # in files: "jobs_realised"
    name: str  # target, committed, realised, verified, remaining or time
    label: str
    value: Decimal | int | float
    kind: str
    definition: str
    figures: list[Behind] = []  # none for what has no rows

    @property
    def is_drawn(self):
        """Whether its colour in the drawing is to be told."""
        return self.name in ("committed", "realised", "time")

    @property
    def is_sum(self):
        return len(self.figures) > 1


def parts_of(name: str, kind: str, labels: dict[str, str], evaluation: Evaluation) -> list[Part]:
    """The lines under the gauge `name`; `labels` has the words of committed, realised, verified.

    Before the first day of an evaluation there are no rows to be read.
    """
    gauge = evaluation.gauges[name]
    has_rows = first_day_of(evaluation.convention) <= evaluation.at
    is_kept = name == "jobs" and evaluation.terms.maintained_jobs_count
    behind = KEPT if is_kept else BEHIND[name]
    words = {"target": _("Objectif"), **labels, "remaining": _("Reste à faire")}
    parts = []
    for part, label in words.items():
        keys = behind.get(part, [])
        figures = [Behind(FIGURES[key].slug, _added(key, evaluation)) for key in keys]
        told = _definition(part, keys)
        value = getattr(gauge, part)
        shown = figures if has_rows else []
        parts.append(Part(f"{name}_{part}", part, label, value, kind, told, shown))
    time = (str(LABELS["time_elapsed"]), evaluation.time_elapsed, "share", str(OF_PARTS["time"]))
    return [*parts, Part(f"{name}_time", "time", *time)]


def _definition(part, keys):
    match keys:
        case []:
            return str(OF_PARTS[part])
        case [key]:
            return str(DEFINITIONS[key])
    return str(OF_SUMS[part])


def _added(key, evaluation):
    """What a figure adds to a sum of jobs, in words."""
    if key not in (*KEPT["realised"], *KEPT["verified"]):
        return ""
    number = getattr(evaluation, key)
    if "maintained" in key:
        told = ngettext("%(jobs)s maintenu", "%(jobs)s maintenus", as_counted(number))
    else:
        told = ngettext("%(jobs)s créé", "%(jobs)s créés", as_counted(number))
    return told % {"jobs": plain(number)}
