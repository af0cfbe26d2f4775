"""Histograms: how many numbers lie in each of some ranges of equal width.

Comes in: the numbers of a column. Goes out: edges and counts. Called by `facts`.

The edges are round: multiples of 1, 2 or 5 times a power of ten, the least of these that makes 20 bins or fewer. So
they can be read; edges of integers are integers, and every bin has room for equally many of them. A bin holds its lower
edge and not its upper one. Every number lies above the first edge or on it, and below the last one.

As long as all distinct numbers are remembered the counts are exact; beyond, they are those of the numbers that
`quantiles` keeps, each of which stands for several. Either way they add up to all finite numbers.
"""

from bisect import bisect_right
from itertools import count
from typing import Literal, NamedTuple

from gistline.profile.reference.quantiles import decimal_ratio, weighted
from gistline.profile.state import Numbers

MOST_BINS = 20
_LOG_2 = 0.30103  # decimal digits in a bit
_ROUND = (1, 2, 5)


class Histogram(NamedTuple):
    """`counts[i]` numbers lie from `edges[i]` up to, not including, `edges[i + 1]`."""

    edges: tuple[int | float, ...]
    counts: tuple[int, ...]
    method: Literal["exact", "estimate"]


def histogram(numbers: Numbers, *, as_floats: bool) -> Histogram | None:
    """Return the histogram of a column of numbers; None if there is no finite one.

    An edge beyond 64-bit floats stays an integer.
    """
    if numbers.extremes is None:
        return None
    edges = _edges(*numbers.extremes, as_floats=as_floats)
    counts = [0] * (len(edges) - 1)
    for value, weight in weighted(numbers.ranks):
        # rounding may move an edge past an integer that floats cannot hold
        counts[min(max(bisect_right(edges, value) - 1, 0), len(counts) - 1)] += weight
    return Histogram(tuple(edges), tuple(counts), "estimate" if numbers.ranks.levels else "exact")


def _edges(low: float, high: float, *, as_floats: bool) -> list[int | float]:
    """Return edges around all numbers from `low` to `high`, each one above the one before it."""
    first, last, step, exponent = _bins(decimal_ratio(low), decimal_ratio(high), whole=not as_floats)
    multiples = [number * step for number in range(first, last + 2)]
    if exponent < 0:
        exact: list[int | float] = [number / 10**-exponent for number in multiples]
    else:
        exact = [number * 10**exponent for number in multiples]
    edges = sorted({as_float(edge) for edge in exact}) if as_floats else exact
    if len(edges) > 1:
        return edges
    return exact if isinstance(low, int) else [int(low), int(low) + 1]  # so large that no float lies between


def _bins(low: tuple[int, int], high: tuple[int, int], *, whole: bool) -> tuple[int, int, int, int]:
    """Return the numbers of the first and the last bin, counted from 0, and their width: digit and exponent."""
    width = high[0] * low[1] - low[0] * high[1], low[1] * high[1]
    least = int((width[0].bit_length() - width[1].bit_length()) * _LOG_2) - 3 if width[0] else 0
    steps = ((step, exponent) for exponent in count(max(least, 0) if whole else least) for step in _ROUND)
    for step, exponent in steps:
        first, last = _bin(low, step, exponent), _bin(high, step, exponent)
        if last - first < MOST_BINS:
            break
    return first, last, step, exponent


def _bin(value: tuple[int, int], step: int, exponent: int) -> int:
    """Count the whole steps from 0 to a value."""
    numerator, denominator = value
    shift: int = 10 ** abs(exponent)
    return (
        numerator * shift // (denominator * step)
        if exponent < 0
        else numerator // (denominator * step * shift)
    )


def as_float(number: float) -> int | float:
    """Give `1` and `1.0` one form; an integer beyond floats stays an integer."""
    try:
        return float(number)
    except OverflowError:
        return number
