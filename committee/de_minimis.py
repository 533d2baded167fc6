"""The de minimis rule: what a single undertaking may still receive. Pure functions on aids.

Source: Regulation (EU) 2023/2831, article 3(2): a ceiling over any period of three years, to the
day, an aid being of the day on which the right to it is given. Before 2024 the texts counted fiscal
years: here days are counted at all dates. An aid has a `granted_on` and an `equivalent` in euros; a
ceiling has a `since` and an `amount` in euros.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from conventions.schedule import add_months

YEARS = 3


def counts_on(granted_on: date, on: date) -> bool:
    """Whether an aid counts on `on`: not yet three years old, the day itself included.

    The aid of 30/01/2024 counts until 29/01/2027; that of 29/02/2024 until 28/02/2027.
    """
    return add_months(on, -12 * YEARS) < granted_on <= on


def total_on(aids: Iterable, on: date) -> Decimal:
    """Euros of grant equivalent that count on `on`."""
    return sum((aid.equivalent for aid in aids if counts_on(aid.granted_on, on)), Decimal(0))


def ceiling_on(ceilings: Iterable, on: date):
    """The ceiling in force on `on`, None before the first one."""
    past = [ceiling for ceiling in ceilings if ceiling.since <= on]
    return max(past, key=lambda ceiling: ceiling.since, default=None)


def room_on(aids: Iterable, ceilings: Iterable, on: date) -> Decimal | None:
    """Euros that can be granted on `on` without any three years, later ones included, going beyond.

    Never negative. None when no ceiling is known: the rule then says nothing.
    """
    days = {on} | {aid.granted_on for aid in aids if counts_on(on, aid.granted_on)}
    rooms = [
        ceiling.amount - total_on(aids, day)
        for day in days
        if (ceiling := ceiling_on(ceilings, day))
    ]
    return max(min(rooms), Decimal(0)) if rooms else None
