"""The most frequent values and how often they occur: exact within the budget, then estimated.

Comes in: distinct texts with their frequencies. Goes out: up to ten values as written, the most frequent first,
ties by code points. Called by `column` and `facts`.

The estimate keeps a number of values and their counts; when there are more, all counts are lowered by as much as drops
the surplus (Misra and Gries 1982; merged as in Agarwal et al. 2012, "Mergeable Summaries"). `missed` is by how much
in all: so often a value may have occurred besides. So a value that is listed occurs between `lower` and `upper` times,
for certain, and more often than any that was dropped; and every value that occurs at least `least` times is listed,
unless ten others are. Texts that are too long (`budget.LONGEST_FREQUENT`) are never listed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from heapq import nlargest, nsmallest
from typing import NamedTuple

from gistline.profile.budget import LONGEST_FREQUENT, frequent_values
from gistline.profile.state import ColumnState

MOST_VALUES = 10


class TopValue(NamedTuple):
    """A value, how often it occurs, and between which bounds that lies."""

    value: str
    times: int
    lower: int
    upper: int


class TopValues(NamedTuple):
    """The most frequent values; every value that occurs `least` times is there, unless ten others are."""

    values: tuple[TopValue, ...]
    exact: bool
    least: int


def add(column: ColumnState, texts: Iterable[str], counts: Iterable[int]) -> None:
    """Add values that are about to be forgotten."""
    frequent = column.frequent
    for text, count in zip(texts, counts, strict=True):
        if len(text) <= LONGEST_FREQUENT:
            frequent[text] = frequent.get(text, 0) + count
    _drop(column)


def merge(column: ColumnState, other: ColumnState) -> None:
    """Add the forgotten values of another part: the bounds of both errors add up."""
    column.missed += other.missed
    add(column, other.frequent.keys(), other.frequent.values())


def top_values(column: ColumnState, nulls: Collection[str]) -> TopValues:
    """Return the most frequent values of a column; `nulls` are none here."""
    if column.complete:
        values = {
            text: count for text, count in column.texts.items() if text not in nulls and not _blank(text)
        }
        return TopValues(tuple(_exactly(dict(_most(values)))), exact=True, least=1)
    tokens = {text: count for text, count in column.missing.items() if text not in nulls}
    found = {one.value: one for one in (*_frequent(column), *_exactly(tokens))}
    ranking = _most({one.value: one.times for one in found.values()})
    return TopValues(tuple(found[text] for text, _ in ranking), exact=False, least=2 * column.missed + 1)


def _drop(column: ColumnState) -> None:
    """Keep as many values as fit."""
    most = frequent_values(column.budget)
    if len(column.frequent) > most:
        surplus = nlargest(most + 1, column.frequent.values())[-1]
        column.missed += surplus
        column.frequent = {
            text: count - surplus for text, count in column.frequent.items() if count > surplus
        }


def _frequent(column: ColumnState) -> Iterator[TopValue]:
    """Yield what certainly occurs more often than whatever was dropped."""
    for text, count in column.frequent.items():
        if count > column.missed:
            yield TopValue(text, count + column.missed // 2, count, count + column.missed)


def _exactly(values: Mapping[str, int]) -> Iterator[TopValue]:
    return (TopValue(text, count, count, count) for text, count in values.items())


def _most(values: Mapping[str, int]) -> list[tuple[str, int]]:
    frequencies = nlargest(MOST_VALUES, values.values())
    if not frequencies:
        return []
    above = [(text, count) for text, count in values.items() if count > frequencies[-1]]
    level = (text for text, count in values.items() if count == frequencies[-1])
    tied = [(text, frequencies[-1]) for text in nsmallest(MOST_VALUES - len(above), level)]
    return [*sorted(above, key=lambda pair: (-pair[1], pair[0])), *tied]


def _blank(text: str) -> bool:
    return not text or text.isspace()
