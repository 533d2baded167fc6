"""A convention beside the one that it renews, at the same age: how it reads on a page."""

from collections.abc import Container
from typing import NamedTuple

from reports.display import SECTIONS, full_label
from reports.evaluation import Evaluation
from reports.lineage import at_the_same_age


class ComparedLine(NamedTuple):
    """A figure of both, and what the later one has more (or less, below zero)."""

    key: str
    label: str
    here: object
    before: object
    difference: object  # None when one of both cannot be told


class ComparedSection(NamedTuple):
    title: str
    kind: str  # euros, days, number or share: how its figures are written
    lines: list[ComparedLine]


class Comparison(NamedTuple):
    before: Evaluation
    age: int  # days gone since the first one of each, that day included
    sections: list[ComparedSection]


def comparison_shown(
    evaluation: Evaluation, readable: Container[int] | None = None
) -> Comparison | None:
    """Every figure beside that of the convention before; None without one.

    `readable`: keys of the conventions whose evaluation the reader may read, None for all. A funder
    of this convention may not have paid for the one before.
    """
    before = at_the_same_age(evaluation)
    if before is None or readable is not None and before.convention.pk not in readable:
        return None
    age = (evaluation.at - evaluation.convention.starts_on).days + 1
    sections = [
        ComparedSection(title, kind, [_line(key, evaluation, before) for key in keys])
        for title, kind, keys in SECTIONS
    ]
    return Comparison(before, age, sections)


def _line(key, evaluation, before):
    mine, theirs = getattr(evaluation, key), getattr(before, key)
    difference = None if None in (mine, theirs) else mine - theirs
    return ComparedLine(key, full_label(key), mine, theirs, difference)
