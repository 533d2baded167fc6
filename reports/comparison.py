"""A convention beside the one that it renews, at the same age: how it reads in a report."""

from collections.abc import Container
from typing import NamedTuple

from django.utils.translation import gettext as _

from conventions.money import plain
from reports.definitions import SAME_AGE
from reports.display import SECTIONS, difference, full_label
from reports.evaluation import Evaluation
from reports.lineage import at_the_same_age
from reports.rows import FIGURES
from territories.dates import in_figures


class ComparedLine(NamedTuple):
    """A figure of both, and what the later one has more (or less, below zero)."""

    key: str
    label: str
    slug: str | None  # the word of the figure in the address of its rows; a division has none
    here: object
    before: object
    difference: object  # in points, of shares; None when one of both cannot be told


class ComparedSection(NamedTuple):
    title: str
    kind: str  # euros, days, number or share: how its figures are written
    lines: list[ComparedLine]


class Comparison(NamedTuple):
    """Both conventions, each on its own day."""

    here: Evaluation
    before: Evaluation
    sections: list[ComparedSection]

    @property
    def age(self) -> int:
        """Days gone since the first one of this convention, that day included."""
        return age_of(self.here)

    @property
    def age_before(self) -> int:
        """The same of the convention before: fewer when its term was shorter."""
        return age_of(self.before)

    @property
    def told(self) -> str:
        """What the same age is, and the two days that it gives."""
        days = _(
            "%(here)s est lue au %(day)s (jour %(age)s), %(before)s au %(then)s (jour %(old)s)."
        )
        return f"{SAME_AGE} " + days % {
            "here": self.here.convention,
            "day": in_figures(self.here.at),
            "age": plain(self.age),
            "before": self.before.convention,
            "then": in_figures(self.before.at),
            "old": plain(self.age_before),
        }


def age_of(evaluation: Evaluation) -> int:
    return (evaluation.at - evaluation.convention.starts_on).days + 1


def comparison_shown(
    evaluation: Evaluation, readable: Container[int] | None = None
) -> Comparison | None:
    """Every figure beside that of the convention before; None without one.

    `readable`: keys of the conventions whose evaluation the reader may read, None for all. A funder
    of this convention may not have paid for the one before.
    """
    both = at_the_same_age(evaluation)
    if both is None or readable is not None and both[1].convention.pk not in readable:
        return None
    sections = [
        ComparedSection(title, kind, [_line(key, kind, *both) for key in keys])
        for title, kind, keys in SECTIONS
    ]
    return Comparison(*both, sections)


def _line(key, kind, here, before):
    slug = FIGURES[key].slug if key in FIGURES else None
    mine, theirs = getattr(here, key), getattr(before, key)
    label = full_label(key, here)
    return ComparedLine(key, label, slug, mine, theirs, difference(mine, theirs, kind))
