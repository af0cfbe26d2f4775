"""The one pass over a table.

Comes in: lines and a dialect. Goes out: a `TableState`. Called by `engine`.

Rows are read in batches and turned into columns; each column counts its distinct texts in C
(`Counter.update`). Every distinct text is then typed and added to the statistics once, with its frequency as
weight. Memory does not grow with rows: a column whose texts exceed its budget adds them and forgets them.
"""

from gistline.profile.budget import Budget
from gistline.profile.dialect import Dialect
from gistline.profile.encoding import Lines
from gistline.profile.reference.column import add as add_sound
from gistline.profile.reference.column import add_doubtful, add_foreign, new_column, shorten
from gistline.profile.reference.rows import BATCH_BYTES, Rows
from gistline.profile.reference.tail import BLANK_ROW
from gistline.profile.state import ColumnState, TableState

_CHECK_EVERY = 4 * BATCH_BYTES


def profile_table(lines: Lines, dialect: Dialect, budget: Budget) -> TableState:
    """Count everything in one pass; what is returned is unfinished, so that it can be merged (`finish`).

    Raises:
        RejectedError: a line is endless, or an archive is damaged.
    """
    rows = Rows(lines, dialect)
    columns = [new_column(label, budget.texts_of_each(len(dialect.labels))) for label in dialect.labels]
    checked = 0
    for batch in rows.batches():
        for add, found in zip((add_sound, add_doubtful, add_foreign), batch, strict=True):
            for column, cells in zip(columns, zip(*found, strict=True), strict=False):
                add(column, cells)
        if rows.bytes_read - checked > _CHECK_EVERY:
            checked = rows.bytes_read
            _shorten(columns, budget)
    _shorten(columns, budget)
    return TableState(
        columns=columns,
        row_count=rows.count,
        blank_row_count=rows.errors.by_code[BLANK_ROW],
        footer_rows=0,
        errors=rows.errors,
        foreign=rows.foreign,
        tail=rows.tail,
        lines=rows.lines_read,
        bytes=rows.bytes_read,
        budget=budget,
    )


def _shorten(columns: list[ColumnState], budget: Budget) -> None:
    for column in columns:
        shorten(column, budget.characters_of_each(len(columns)))
