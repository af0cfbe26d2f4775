"""Cells of damaged rows: a cell too many or too few moves others into columns they do not belong to.

Comes in: a column whose sound cells are all counted, and its cells of damaged rows. Goes out: those that do not
change how the others are read: their type, and the order and the signs in which they are written. Called by `column` when the last row is in, if most rows are sound. The others count as null,
and a warning tells how many they are.
"""

from collections import Counter
from collections.abc import Mapping

from gistline.profile.reference.cells import Cells, by_shape
from gistline.profile.state import ColumnState
from gistline.profile.types import BLANK, MISSING, decide


def fitting(column: ColumnState, doubtful: Counter[str]) -> Counter[str]:
    """Return the doubtful cells that fit the type of the sound ones; shape by shape, the most frequent first."""
    shapes: Mapping[str, int] = column.shapes
    if not shapes:
        return doubtful
    reading = _reading(shapes)
    kept = doubtful.copy()
    groups = by_shape(doubtful)
    for shape in sorted(groups, key=lambda name: (-sum(groups[name].counts), name)):
        widened = _with(shapes, shape, groups[shape])
        if _reading(widened) == reading:
            shapes = widened
        else:
            for text in groups[shape].texts:
                del kept[text]
    return kept


def _reading(shapes: Mapping[str, int]) -> tuple[object, ...]:
    """Return how the others are read: a cell may fit the type and yet tell that their commas are decimal."""
    decision = decide(shapes)
    return decision.type, decision.format, decision.order, decision.style


def _with(shapes: Mapping[str, int], shape: str, cells: Cells) -> Mapping[str, int]:
    if shape in {BLANK, MISSING}:
        return shapes
    return {**shapes, shape: shapes.get(shape, 0) + sum(cells.counts)}
