"""Figures of an evaluation set apart by what their rows have in common: a sponsor, a purpose…

Each cell is the sum of rows of one figure (`reports/rows.py`), and leads to them.
"""

from typing import NamedTuple

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from reports.evaluation import Evaluation
from reports.rows import FIGURES
from territories.search import fold


class Group(NamedTuple):
    """What some rows of a figure have in common, and their sum."""

    value: str  # in addresses
    name: str
    sum: object


class Breakdown(NamedTuple):
    """How rows are grouped: by the value that `paths` finds on each kind of rows."""

    slug: str  # its word in addresses
    title: str
    heading: str
    figures: list[str]  # keys, one column each
    paths: dict[str, tuple[str, str]]  # kind of rows → lookups of the value and of its name

    def groups(self, key, evaluation: Evaluation) -> list[Group]:
        """The figure `key` shared out. Costs one query."""
        figure = FIGURES[key]
        value, name = self.paths[figure.kind]
        sums = figure.rows(evaluation).order_by().values_list(value, name).annotate(Sum("counts"))
        return [Group(str(found), label, counts) for found, label, counts in sums]

    def part(self, key, evaluation: Evaluation, value: str) -> tuple[QuerySet, Group]:
        """The rows of the figure `key` that have this value, and their sum; none when none has."""
        figure = FIGURES[key]
        rows = figure.rows(evaluation)
        for group in self.groups(key, evaluation):
            if group.value == value:
                return rows.filter(**{self.paths[figure.kind][0]: value}), group
        return rows.none(), Group(value, _("aucune ligne"), 0)


class Line(NamedTuple):
    """The sums of one value, in the order of the columns."""

    value: str
    name: str
    sums: list


class Table(NamedTuple):
    breakdown: Breakdown
    lines: list[Line]


SPONSOR = ("sponsor", "sponsor__name")
BREAKDOWNS = {
    each.slug: each
    for each in [
        Breakdown(
            "apporteur",
            _("Ce que chaque apporteur a promis"),
            _("Apporteur"),
            ["pledged", "skill_days_pledged"],
            {"pledges": SPONSOR},
        ),
    ]
}


def tables(evaluation: Evaluation) -> list[Table]:
    """Every breakdown, one query a column."""
    return [_table(breakdown, evaluation) for breakdown in BREAKDOWNS.values()]


def _table(breakdown, evaluation):
    found = [
        {group.value: group for group in breakdown.groups(key, evaluation)}
        for key in breakdown.figures
    ]
    names = {value: group.name for column in found for value, group in column.items()}
    lines = [
        Line(value, name, [column[value].sum if value in column else 0 for column in found])
        for value, name in sorted(names.items(), key=lambda item: fold(item[1]))
    ]
    return Table(breakdown, lines)
