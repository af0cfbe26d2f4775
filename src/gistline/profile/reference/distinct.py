"""How many distinct values there are: exact within the budget, then estimated.

Comes in: distinct texts. Goes out: `Distinct`. Called by `column` and `facts`. Values are compared as written:
`1` and `1.0` are two.

The estimate keeps the k smallest of all 64-bit hashes. If the k-th smallest is the share u of the range of
hashes, (k - 1) / u is an unbiased estimate with a relative standard error of 1 / sqrt(k - 2) (Bar-Yossef et al.
2002; Beyer et al. 2007, "On Synopses for Distinct-Value Estimation Under Multiset Operations"). The hash is
BLAKE2b: even over regular values, and the same on every machine.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import ceil, sqrt
from typing import Literal, NamedTuple

from gistline.profile.reference.missing import value_tokens
from gistline.profile.state import ColumnState
from gistline.profile.types import Decision

MOST_HASHES = 16_384  # a standard error of 0.8 %
_STANDARD_ERRORS = 3  # a true count beyond the bounds is expected once in 370 columns
_HASH_RANGE = 1 << 64


class Distinct(NamedTuple):
    """A number of distinct values, and between which bounds it lies."""

    value: int
    method: Literal["exact", "estimate"]
    lower: int
    upper: int


def add(column: ColumnState, texts: Iterable[str]) -> None:
    """Add the hashes of texts that are about to be forgotten."""
    most = _most(column)
    limit = column.hashes[-1] if len(column.hashes) == most else _HASH_RANGE
    fresh = {hashed for hashed in _hashes(texts) if hashed < limit}
    column.hashes = sorted(fresh.union(column.hashes))[:most]


def count_distinct(column: ColumnState, decision: Decision) -> Distinct:
    """Count the distinct values of a column whose type is decided."""
    tokens = len(value_tokens(column, decision))
    if column.complete:
        exact = column.value_texts + tokens
        return Distinct(exact, "exact", exact, exact)
    return _estimate(column.hashes, tokens, full=len(column.hashes) == _most(column))


def _estimate(hashes: Sequence[int], tokens: int, *, full: bool) -> Distinct:
    """Estimate from the smallest hashes; if these are all there are, they only need counting."""
    seen = len(hashes)
    if not full:
        return Distinct(seen + tokens, "estimate", seen + tokens, seen + tokens)
    value = (seen - 1) * _HASH_RANGE // hashes[-1]
    margin = ceil(value * _STANDARD_ERRORS / sqrt(seen - 2))
    return Distinct(value + tokens, "estimate", max(seen, value - margin) + tokens, value + margin + tokens)


def _most(column: ColumnState) -> int:
    return min(MOST_HASHES, column.budget)


def _hashes(texts: Iterable[str]) -> Iterator[int]:
    from hashlib import blake2b  # noqa: PLC0415 - most columns never need it, and it loads OpenSSL

    for text in texts:
        yield int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
