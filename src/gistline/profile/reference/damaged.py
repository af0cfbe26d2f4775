"""Cells of damaged rows: a cell too many or too few moves others into columns they do not belong to.

Comes in: a column whose sound cells are all counted. Goes out: the same column, without the cells of damaged
rows that would change its type. Called by `column`, if most rows are sound. These cells count as null, and a
warning tells how many they are.
"""

from collections.abc import Mapping

from gistline.profile.reference.cells import Cells, by_shape
from gistline.profile.state import ColumnState
from gistline.profile.types import BLANK, MISSING, decide


def set_unfit_aside(column: ColumnState) -> None:
    """Keep the doubtful cells that fit the type of the sound ones."""
    shapes: Mapping[str, int] = column.shapes
    if not shapes:
        return
    kind = decide(shapes).type
    for shape, cells in by_shape(column.doubtful).items():
        widened = _with(shapes, shape, cells)
        if decide(widened).type == kind:
            shapes = widened
        else:
            column.unfit += sum(cells.counts)
            for text in cells.texts:
                del column.doubtful[text]


def _with(shapes: Mapping[str, int], shape: str, cells: Cells) -> Mapping[str, int]:
    if shape in {BLANK, MISSING}:
        return shapes
    return {**shapes, shape: shapes.get(shape, 0) + sum(cells.counts)}
