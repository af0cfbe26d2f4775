"""Minimum and maximum, of numbers, of instants and of texts.

Comes in: values. Goes out: pairs (minimum, maximum), or None where there is no value. Called by `column` and
`facts`. Texts are compared by code points; infinities and NaN are no extremes.
"""

from collections.abc import Collection
from typing import Any, TypeVar

from gistline.profile.reference.cells import Cells
from gistline.profile.state import ColumnState
from gistline.profile.temporal import BOTH, ZONED, Instant

Comparable = TypeVar("Comparable", bound=Any)


def widen(
    extremes: tuple[Comparable, Comparable] | None, values: Collection[Comparable]
) -> tuple[Comparable, Comparable] | None:
    """Take more values into account."""
    if not values:
        return extremes
    low, high = min(values), max(values)
    return (low, high) if extremes is None else (min(extremes[0], low), max(extremes[1], high))


def add_instants(column: ColumnState, cells: Cells) -> None:
    """Add instants, apart for each order in which they can be read."""
    by_order: dict[str, list[Instant]] = {}
    for readings in cells.instants:
        for order, instant in readings:
            by_order.setdefault(order, []).append(instant)
    for order, instants in by_order.items():
        column.instant_extremes[order] = widen(column.instant_extremes.get(order), instants)


def merge_instants(column: ColumnState, other: ColumnState) -> None:
    """Add the instants of another part."""
    for order, pair in other.instant_extremes.items():
        column.instant_extremes[order] = widen(column.instant_extremes.get(order), pair or ())


def instants(column: ColumnState, order: str) -> tuple[Instant, Instant] | None:
    """Return the first and the last instant of a column that is read in `order`.

    There is none if the order is ambiguous, or if some of the instants have a time zone and others have not.
    """
    if order == BOTH:
        return None
    found = [column.instant_extremes.get(name) for name in (order, order + ZONED)]
    pairs = [pair for pair in found if pair]
    return pairs[0] if len(pairs) == 1 else None
