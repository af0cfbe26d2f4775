"""Sum, mean and standard deviation, exact until the last step.

Comes in: numbers as mantissa and scale. Goes out: numbers rounded once, correctly. Called by `column` and
`facts`.

For every scale the sum of the mantissas and the sum of their squares are kept as Python integers, which never
round. So the order of rows does not matter, nothing cancels out, and sums of parts add up to the sum of the
whole. Variance: (sum(x^2) - sum(x)^2 / n) / (n - 1), the textbook formula, which is only dangerous where
floats are used (Chan, Golub, LeVeque 1983, "Algorithms for Computing the Sample Variance").
"""

from collections.abc import Mapping, Sequence
from math import isqrt

from gistline.profile.reference.cells import Cells
from gistline.profile.state import Numbers

_ROOT_BITS = 109  # 2 * 53 bits of a float, and three to round with


def add(numbers: Numbers, cells: Cells) -> None:
    """Add distinct numbers with their frequencies."""
    fresh: dict[int, list[int]] = {}
    for (mantissa, scale, _), count in zip(cells.numbers, cells.counts, strict=True):
        sums = fresh.get(scale)
        if sums is None:
            sums = fresh[scale] = [0, 0]
        weighted = mantissa * count
        sums[0] += weighted
        sums[1] += weighted * mantissa
    _add_sums(numbers, fresh)
    numbers.count += sum(cells.counts)


def merge(numbers: Numbers, other: Numbers) -> None:
    """Add the numbers of another part."""
    _add_sums(numbers, other.sums)
    numbers.count += other.count


def _add_sums(numbers: Numbers, sums: Mapping[int, Sequence[int]]) -> None:
    for scale, (total, squares) in sums.items():
        before = numbers.sums.get(scale, (0, 0))
        numbers.sums[scale] = (before[0] + total, before[1] + squares)


def total(numbers: Numbers) -> int | float | None:
    """Return the sum: exact if all numbers are integers, else the nearest float; None if there is none."""
    if not numbers.count:
        return None
    value, _, scale = _aligned(numbers.sums)
    return value if scale == 0 else _ratio(value, 10**scale)


def mean(numbers: Numbers) -> float | None:
    """Return the arithmetic mean; None if there is no number, or beyond floats."""
    value, _, scale = _aligned(numbers.sums)
    return _ratio(value, numbers.count * 10**scale) if numbers.count else None


def stddev(numbers: Numbers) -> float | None:
    """Return the sample standard deviation (n - 1); None for fewer than two numbers, or beyond floats."""
    if numbers.count < 2:  # noqa: PLR2004 - one number does not deviate
        return None
    value, squares, scale = _aligned(numbers.sums)
    numerator = numbers.count * squares - value * value
    return _root(numerator, numbers.count * (numbers.count - 1) * 10 ** (2 * scale))


def _aligned(sums: Mapping[int, tuple[int, int]]) -> tuple[int, int, int]:
    """Return both sums at the largest scale, which is at least 0, and that scale."""
    scale = max(0, *sums) if sums else 0
    value = sum(one * 10 ** (scale - own) for own, (one, _) in sums.items())
    squares = sum(one * 100 ** (scale - own) for own, (_, one) in sums.items())
    return value, squares, scale


def _ratio(numerator: int, denominator: int) -> float | None:
    try:
        return numerator / denominator  # Python rounds the quotient of integers correctly
    except OverflowError:
        return None


def _root(numerator: int, denominator: int) -> float | None:
    """Return the square root of a fraction, correctly rounded, as `statistics` of Python 3.11 finds it."""
    shift = (numerator.bit_length() - denominator.bit_length() - _ROOT_BITS) // 2
    if shift >= 0:
        return _ratio(_root_to_odd(numerator, denominator << 2 * shift) << shift, 1)
    return _ratio(_root_to_odd(numerator << -2 * shift, denominator), 1 << -shift)


def _root_to_odd(numerator: int, denominator: int) -> int:
    """Return the integer square root, its last bit set if it is not exact, so that rounding later is right."""
    root = isqrt(numerator // denominator)
    return root | (root * root * denominator != numerator)
