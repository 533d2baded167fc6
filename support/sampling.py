"""Checking by sampling: which files are drawn, and how far a share seen in them can be trusted.

Pure. The draw can be done again by anybody: the seed is kept. The interval is Wilson's (E. B.
Wilson, « Probable inference », Journal of the American Statistical Association, 1927), which stays
between 0 and 1 and holds for small samples.
"""

from math import sqrt
from random import Random
from typing import NamedTuple

CONFIDENCE_95 = 1.959964  # two-sided quantile of the normal law


class Share(NamedTuple):
    """A proportion seen in a sample, with its bounds, all between 0 and 1."""

    seen: float
    low: float
    high: float


def draw(keys: list[int], size: int, seed: int) -> list[int]:
    """`size` of these keys at random, in order; the same seed always draws the same ones.

    All of them when there are no more. ValueError when `size` is not positive.
    """
    if size < 1:
        raise ValueError("a sample has a file at least")
    keys = sorted(set(keys))
    return sorted(Random(seed).sample(keys, min(size, len(keys))))


def wilson(successes: int, trials: int, quantile: float = CONFIDENCE_95) -> Share | None:
    """The share of successes and its interval of confidence, 95 % unless told; None of nothing."""
    if not trials:
        return None
    seen, square = successes / trials, quantile**2
    middle = seen + square / (2 * trials)
    half = quantile * sqrt((seen * (1 - seen) + square / (4 * trials)) / trials)
    scale = 1 + square / trials
    # At the ends the bound is the end itself, which a rounding would miss.
    low = 0.0 if successes == 0 else (middle - half) / scale
    high = 1.0 if successes == trials else (middle + half) / scale
    return Share(seen, low, high)
