"""A map of France by département, in a few shades: what a template draws, and what it cannot.

The outlines come from reports/network/data (its README tells the licence). Pure: no database.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

OUTLINES = Path(__file__).with_name("data") / "departments.json"
SHADES = 4


class Shape(NamedTuple):
    """A département as it is drawn: its outline, its shade (0: nothing), what it says."""

    code: str
    path: str
    shade: int
    title: str


class Shade(NamedTuple):
    """A line of the legend."""

    number: int
    text: str


class Map(NamedTuple):
    """What `components/map.html` draws."""

    label: str
    view_box: str
    shapes: list[Shape]
    legend: list[Shade]
    undrawn: list[str]  # names of départements that have a number and no outline


@cache
def outlines() -> dict:
    """The size of the map, and the outline of each département by its code."""
    return json.loads(OUTLINES.read_text(encoding="utf-8"))


def shades(numbers: list[int]) -> list[tuple[int, int]]:
    """(smallest, largest) number of each shade: four at most, of as many départements each."""
    known = sorted(number for number in numbers if number > 0)
    count = min(SHADES, len(set(known)))
    found = []
    for position in range(count):
        largest = known[-(-len(known) * (position + 1) // count) - 1]
        if not found or largest > found[-1][1]:
            smallest = min(number for number in known if not found or number > found[-1][1])
            found.append((smallest, largest))
    return found


def france(
    label: str, numbers: dict[str, int], names: dict[str, str], say: Callable[[int], str]
) -> Map:
    """The map of `numbers` by code; `names` of every département; `say` words a number."""
    levels = shades(list(numbers.values()))
    drawn = outlines()

    def shade(number):
        reached = (rank for rank, (_low, high) in enumerate(levels, 1) if 0 < number <= high)
        return next(reached, 0)

    shapes = [
        Shape(code, path, shade(number := numbers.get(code, 0)), _title(names, code, say(number)))
        for code, path in drawn["paths"].items()
    ]
    undrawn = [
        names.get(code, code)
        for code, number in sorted(numbers.items())
        if number and code not in drawn["paths"]
    ]
    return Map(label, drawn["viewBox"], shapes, _legend(levels), undrawn)


def _title(names, code, said):
    return _("%(name)s (%(code)s) : %(said)s") % {
        "name": names.get(code, code),
        "code": code,
        "said": said,
    }


def _legend(levels):
    lines = [
        str(low) if low == high else _("%(low)d à %(high)d") % {"low": low, "high": high}
        for low, high in levels
    ]
    return [Shade(rank, text) for rank, text in enumerate([_("aucune"), *lines])]


def companies_helped(number: int) -> str:
    """« 12 entreprises aidées »."""
    return ngettext("%(number)d entreprise aidée", "%(number)d entreprises aidées", number) % {
        "number": number
    }
