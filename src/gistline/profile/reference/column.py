"""The distinct texts of a column, typed and added to its statistics.

Comes in: a column with texts. Goes out: the same column, its statistics updated. Called by `table`.
"""

from collections.abc import Collection, Mapping

from gistline.profile import temporal
from gistline.profile.reference import (
    damaged,
    distinct,
    extremes,
    lengths,
    missing,
    moments,
    quantiles,
    signs,
)
from gistline.profile.reference.cells import Cells, by_shape
from gistline.profile.state import ColumnState, Numbers, Ranks
from gistline.profile.types import BLANK, DECIMAL, INTEGER, MISSING, decide


def new_column(label: str, budget: int) -> ColumnState:
    """Return a column that will remember up to `budget` distinct texts."""
    return ColumnState(label, budget, Numbers(Ranks(budget)))


def forget(column: ColumnState) -> None:
    """Make room: add all texts to the statistics and go on with none; distinct values become an estimate."""
    column.complete = False
    _absorb(column, column.texts)
    column.texts.clear()


def believe(column: ColumnState) -> None:
    """Take the cells of damaged rows for what they are: there are too many to be set aside."""
    column.texts.update(column.doubtful)
    column.doubtful.clear()


def finish(column: ColumnState, *, mostly_sound: bool) -> None:
    """Add what is left when the last row is in.

    If most rows are sound, cells of damaged rows that would change the type of the column become null.
    """
    _absorb(column, column.texts)
    if column.doubtful:
        if mostly_sound:
            damaged.set_unfit_aside(column)
        _absorb(column, column.doubtful, known=column.texts)
        believe(column)
    if not column.complete:
        column.texts.clear()


def _absorb(column: ColumnState, texts: Mapping[str, int], known: Collection[str] = ()) -> None:
    """Add distinct texts to the statistics, once, with their frequencies; `known` ones are not distinct."""
    groups = by_shape(texts)
    missing.add(column, groups.pop(BLANK, Cells()), groups.pop(MISSING, Cells()))
    for shape, cells in groups.items():
        column.shapes[shape] = column.shapes.get(shape, 0) + sum(cells.counts)
        column.value_texts += sum(text not in known for text in cells.texts) if known else len(cells.texts)
        lengths.add(column.lengths, cells.texts, cells.counts)
        column.text_extremes = extremes.widen(column.text_extremes, cells.texts)
        if not column.complete:
            distinct.add(column, cells.texts)
    _add_values(column, groups)


def _add_values(column: ColumnState, groups: Mapping[str, Cells]) -> None:
    """Add numbers or instants, unless the column has already shown that it holds neither."""
    kind = decide(column.shapes).type
    if kind in {"integer", "number"}:
        for cells in filter(None, map(groups.get, (INTEGER, DECIMAL))):
            moments.add(column.numbers, cells)
            signs.add(column.numbers, cells)
            column.numbers.extremes = extremes.widen(column.numbers.extremes, cells.plain)
            quantiles.add(column.numbers.ranks, zip(cells.plain, cells.counts, strict=True))
    elif kind in {temporal.DATE, temporal.TIME, temporal.DATETIME}:
        for cells in groups.values():
            extremes.add_instants(column, cells)
