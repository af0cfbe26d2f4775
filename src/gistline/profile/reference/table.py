"""The one pass over a table.

Comes in: lines and a dialect. Goes out: a `TableState`. Called by `engine`.

Rows are read in batches and turned into columns; each column counts its distinct texts in C
(`Counter.update`). Every distinct text is then typed and added to the statistics once, with its frequency as
weight. Memory does not grow with rows: a column whose texts exceed its budget adds them and forgets them.
"""

from gistline.profile.dialect import Dialect
from gistline.profile.encoding import Lines
from gistline.profile.reference.column import believe, finish, forget, new_column
from gistline.profile.reference.rows import BATCH_BYTES, BLANK_ROW, Row, Rows
from gistline.profile.state import ColumnState, TableState

MOST_TEXTS = 50_000  # distinct texts remembered of one column
_ALL_TEXTS = 1_000_000  # of all columns together: about 150 MB of short texts
_FEWEST_TEXTS = 100
_ALL_CHARACTERS = 1 << 26
_CHECK_EVERY = 4 * BATCH_BYTES


def profile_table(lines: Lines, dialect: Dialect) -> TableState:
    """Count everything in one pass.

    Raises:
        RejectedError: there is no header, or a line is endless.
    """
    rows = Rows(lines, dialect)
    columns = [new_column(label, _budget(len(rows.header))) for label in rows.header]
    checked = 0
    for sound, damaged in rows.batches():
        _add(columns, sound, damaged)
        if lines.offset - checked > _CHECK_EVERY:
            checked = lines.offset
            _forget_long_texts(columns)
    blank = rows.errors.by_code[BLANK_ROW]
    damaged_rows = rows.errors.by_code.total() - blank
    for column in columns:
        finish(column, mostly_sound=damaged_rows * 2 < rows.count)
    return TableState(
        columns=columns,
        row_count=rows.count,
        blank_row_count=blank,
        preamble_rows=rows.preamble,
        open_quotes=rows.open_quotes,
        long_cells=rows.long_cells,
        errors=rows.errors,
    )


def _add(columns: list[ColumnState], sound: list[Row], damaged: list[Row]) -> None:
    for column, cells in zip(columns, zip(*sound, strict=True), strict=False):
        column.texts.update(cells)
        if len(column.texts) > column.budget:
            forget(column)
    for column, cells in zip(columns, zip(*damaged, strict=True), strict=False):
        column.doubtful.update(cells)
        if len(column.doubtful) > column.budget:
            believe(column)
        if len(column.texts) > column.budget:
            forget(column)


def _budget(width: int) -> int:
    return max(_FEWEST_TEXTS, min(MOST_TEXTS, _ALL_TEXTS // width))


def _forget_long_texts(columns: list[ColumnState]) -> None:
    """Forget the texts of columns whose cells are long: their number alone does not bound memory."""
    for column in columns:
        most = _ALL_CHARACTERS // len(columns)
        if sum(map(len, column.doubtful)) > most:
            believe(column)
        if sum(map(len, column.texts)) > most:
            forget(column)
