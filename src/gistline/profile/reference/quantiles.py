"""Quantiles: exact as long as the distinct numbers fit, then with a guaranteed bound of the error.

Comes in: numbers with their frequencies. Goes out: five quantiles. Called by `column` and `facts`.

The p-quantile of n sorted numbers lies at index (n - 1) * p, between two numbers interpolated linearly:
definition 7 of Hyndman and Fan (1996, "Sample Quantiles in Statistical Packages"), the one of pandas and
spreadsheets. Beyond the budget, buffers are sorted and every other number is kept, to stand for two (Munro and
Paterson 1980; Manku, Rajagopalan and Lindsay 1998). Halving numbers that each stand for 2**h moves no rank by
more than 2**h; the sum of that over all halvings is the bound, and the bounds of merged parts add up. No chance is
involved: the same file gives the same quantiles, which the sketches of the library cannot promise (`sketches`).
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from itertools import accumulate

from gistline.profile.state import Ranks

PROBABILITIES: Mapping[str, tuple[int, int]] = {
    "0.05": (1, 20),
    "0.25": (1, 4),
    "0.5": (1, 2),
    "0.75": (3, 4),
    "0.95": (19, 20),
}
_FRACTIONLESS = 1 << 53  # from here on a float holds no fraction


def add(ranks: Ranks, pairs: Iterable[tuple[int | float, int]]) -> None:
    """Add distinct numbers with their frequencies."""
    ranks.pairs.extend(pairs)
    _bound(ranks)


def merge(ranks: Ranks, other: Ranks) -> None:
    """Add the numbers of another part: the bounds of both errors add up."""
    ranks.pairs.extend(other.pairs)
    for h, level in enumerate(other.levels):
        if h == len(ranks.levels):
            ranks.levels.append([])
        ranks.levels[h].extend(level)
    ranks.error += other.error
    ranks.halvings += other.halvings
    _bound(ranks)


def quantiles(ranks: Ranks) -> dict[str, int | float] | None:
    """Return the quantiles by probability; None if there is no number."""
    pairs = sorted(weighted(ranks))
    if not pairs:
        return None
    ends = list(accumulate(count for _, count in pairs))
    result = {}
    for name, (numerator, denominator) in PROBABILITIES.items():
        index, part = divmod((ends[-1] - 1) * numerator, denominator)
        low, high = (pairs[bisect_right(ends, rank)][0] for rank in (index, min(index + 1, ends[-1] - 1)))
        result[name] = _between(low, high, part, denominator)
    return result


def weighted(ranks: Ranks) -> list[tuple[int | float, int]]:
    """Return the numbers that are kept, and for how many values each stands."""
    return ranks.pairs + [(value, 1 << h) for h, level in enumerate(ranks.levels) for value in level]


def decimal_ratio(value: float) -> tuple[int, int]:
    """Return the decimal that a float was read from, as a fraction: half way from 0.1 to 0.2 is 0.15."""
    if isinstance(value, int):
        return value, 1
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    scale = len(fraction) - int(exponent or 0)
    digits = int(whole + fraction)
    return (digits, 10**scale) if scale >= 0 else (digits * 10**-scale, 1)


def rank_error(ranks: Ranks) -> float:
    """Return by which share of the values a quantile's rank may be off, 1 at most; 0 if it is exact."""
    total = sum(len(level) << h for h, level in enumerate(ranks.levels))
    return min(1.0, ranks.error / total) if total else 0.0


def _between(low: float, high: float, part: int, whole: int) -> int | float:
    """Interpolate exactly, round once; an integer stays one."""
    if part == 0 or low == high:
        return low
    (a, b), (c, d) = decimal_ratio(low), decimal_ratio(high)
    numerator, denominator = a * d * (whole - part) + c * b * part, b * d * whole
    quotient = (2 * numerator + denominator) // (2 * denominator)
    integers = isinstance(low, int) and isinstance(high, int)
    if integers and (abs(quotient) >= _FRACTIONLESS or quotient * denominator == numerator):
        return quotient
    try:
        return numerator / denominator
    except OverflowError:
        return quotient


def _bound(ranks: Ranks) -> None:
    """Keep as many numbers as fit, exactly if they all do."""
    if ranks.levels or len(ranks.pairs) > ranks.capacity:
        _spread(ranks)
        _compact(ranks)


def _spread(ranks: Ranks) -> None:
    """Give every number to the levels that its frequency is made of, bit by bit."""
    for value, count in ranks.pairs:
        for level in range(count.bit_length()):
            if level == len(ranks.levels):
                ranks.levels.append([])
            if count >> level & 1:
                ranks.levels[level].append(value)
    ranks.pairs.clear()


def _compact(ranks: Ranks) -> None:
    """Halve levels, the lowest that is too large first, until the numbers fit."""
    while sum(map(len, ranks.levels)) > ranks.capacity:
        share = max(1, ranks.capacity // len(ranks.levels))
        large = next((h for h, level in enumerate(ranks.levels) if len(level) > share), None)
        if large is None:  # one number for each level is the least
            return
        _halve(ranks, large)


def _halve(ranks: Ranks, h: int) -> None:
    level = sorted(ranks.levels[h])
    left_over = [level.pop()] if len(level) % 2 else []
    if h + 1 == len(ranks.levels):
        ranks.levels.append([])
    # Keeping the upper and the lower of each two in turn makes most errors cancel out.
    ranks.levels[h + 1].extend(level[ranks.halvings % 2 :: 2])
    ranks.levels[h] = left_over
    ranks.halvings += 1
    ranks.error += 1 << h
