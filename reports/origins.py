"""Whose money the advances still out are: public or private, to the cent. Pure, no database."""

from decimal import Decimal
from typing import NamedTuple

from conventions.models import Pledge

UNKNOWN = ""  # of a convention that received nothing, nor any that it follows
LAST = Pledge.Origin.PUBLIC  # takes the cent that is left over


class OriginShare(NamedTuple):
    """What came from one origin, and what of the advances still out is its, in euros."""

    origin: str
    received: Decimal
    outstanding: Decimal


def split(amount: Decimal, received: dict[str, Decimal]) -> dict[str, Decimal]:
    """The `amount` shared pro rata of what was received from each origin, in euros.

    Each part is rounded down to the cent, and what is left over is public money: the parts sum to
    the amount. Of nothing received, the origin is unknown.
    """
    cents = {origin: int(euros * 100) for origin, euros in received.items() if euros}
    if not cents:
        return {UNKNOWN: amount}
    whole = sum(cents.values())
    parts = {
        origin: Decimal(int(amount * 100) * each // whole) / 100 for origin, each in cents.items()
    }
    if left := amount - sum(parts.values()):
        parts[LAST] += left
    return parts


def received_by(convention: int, received: dict, predecessors: dict) -> dict[str, Decimal]:
    """What a convention received from each origin; failing that, the one that it follows."""
    while convention and convention not in received:
        convention = predecessors.get(convention)
    return received.get(convention, {})
