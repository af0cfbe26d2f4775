"""How long the values are, in characters (Unicode code points), as written.

Comes in: distinct texts and how often each occurs. Goes out: `Lengths`. Called by `column` and `facts`.
"""

from collections.abc import Collection, Mapping
from operator import mul

from gistline.profile.reference.extremes import widen
from gistline.profile.state import Lengths


def add(lengths: Lengths, texts: Collection[str], counts: Collection[int]) -> None:
    """Add distinct texts with their frequencies."""
    sizes = list(map(len, texts))
    lengths.total += sum(map(mul, sizes, counts))
    lengths.extremes = widen(lengths.extremes, sizes)


def merge(lengths: Lengths, other: Lengths) -> None:
    """Add the values of another part."""
    lengths.total += other.total
    lengths.extremes = widen(lengths.extremes, other.extremes or ())


def with_tokens(lengths: Lengths, tokens: Mapping[str, int]) -> Lengths:
    """Return the lengths of a column in which tokens for "no value" are values."""
    both = Lengths(lengths.total, lengths.extremes)
    add(both, tokens.keys(), tokens.values())
    return both
