"""The most frequent values and how often they occur.

Comes in: a column whose distinct texts are all remembered. Goes out: up to ten values as written, the most
frequent first, ties by code points. Called by `facts`.
"""

from collections.abc import Collection
from heapq import nlargest, nsmallest

from gistline.profile.state import ColumnState

MOST_VALUES = 10


def top_values(column: ColumnState, nulls: Collection[str]) -> tuple[tuple[str, int], ...] | None:
    """Return (value, count); None if there were too many texts to remember. `nulls` are no values here."""
    if not column.complete:
        return None
    values = {text: count for text, count in column.texts.items() if text not in nulls and not _blank(text)}
    frequencies = nlargest(MOST_VALUES, values.values())
    if not frequencies:
        return ()
    above = [(text, count) for text, count in values.items() if count > frequencies[-1]]
    level = (text for text, count in values.items() if count == frequencies[-1])
    tied = [(text, frequencies[-1]) for text in nsmallest(MOST_VALUES - len(above), level)]
    return (*sorted(above, key=lambda pair: (-pair[1], pair[0])), *tied)


def _blank(text: str) -> bool:
    return not text or text.isspace()
