"""Tables put together from what was counted of their rows, part by part.

Comes in: states of parts that follow one another. Goes out: the state of all their rows. Called by `partial`, and
by `facts` when the last row is in.

A merge equals one pass over all rows: exactly where one pass is exact, which includes which statistics are exact,
what becomes of the cells of damaged rows, and the number of distinct values even where it is estimated. Estimated
top values and quantiles may differ from those of one pass, each within its own bounds. Merging is associative in
the same sense; it is commutative but for the examples of errors and the notes below the table, which depend on the
order of rows. A state of the same columns without rows (`empty`) changes nothing.
"""

from collections.abc import Iterable, Sequence

from gistline.errors import PartialError
from gistline.profile.budget import Budget
from gistline.profile.reference import column as columns
from gistline.profile.reference.column import add_doubtful, new_column, shorten
from gistline.profile.reference.tail import BLANK_ROW, MOST_NOTES, count_notes, error_of, fitted
from gistline.profile.state import MOST_EXAMPLES, Damaged, RowErrors, TableState


def empty(labels: Iterable[str], budget: Budget) -> TableState:
    """Return the state of a table with these columns, of which no row was read."""
    names = list(labels)
    columns_of = [new_column(label, budget.texts_of_each(len(names))) for label in names]
    return TableState(columns_of, 0, 0, 0, RowErrors(), RowErrors(), [], budget=budget)


def merge(parts: Sequence[TableState]) -> TableState:
    """Return the state of the rows of all parts (one at least), in this order; the parts stay as they are.

    Raises:
        PartialError: `parts-differ`, they are not of the same columns, or were counted under different budgets.
    """
    if any(_kind(part) != _kind(parts[0]) for part in parts):
        raise PartialError(
            "the parts have different columns or budgets",
            "merge what was profiled from one file, with one dialect and one budget",
            code="parts-differ",
        )
    whole = empty((column.label for column in parts[0].columns), parts[0].budget)
    for part in parts:
        whole = _followed(whole, part)
    return whole


def finish(table: TableState, *, in_utf_8: bool = True) -> TableState:
    """Return the table as it is when the last row is in, all that was open decided; `table` stays as it is.

    `in_utf_8` tells that bytes which are no UTF-8 are damage: the file is not in Windows-1252.

    Damaged rows at the end are rows, or notes below the table. If most rows are sound, cells of damaged rows that
    would change the type of their column become null.
    """
    width = len(table.columns)
    notes = count_notes(table.tail, width) if table.row_count else 0
    rows = table.tail[: len(table.tail) - notes]
    whole = _noted(table, rows)
    if in_utf_8:
        whole = whole._replace(errors=_both(whole.errors, whole.foreign, empty((), table.budget)))
    sound = (whole.errors.by_code.total() - whole.blank_row_count) * 2 < whole.row_count
    cells = zip(*(fitted(one, width) for one in rows), strict=True) if rows else ((),) * width
    finished = [
        columns.finish(column, own, mostly_sound=sound, in_utf_8=in_utf_8)
        for column, own in zip(table.columns, cells, strict=True)
    ]
    return whole._replace(columns=finished, footer_rows=notes, tail=[])


def _kind(table: TableState) -> tuple[object, ...]:
    return table.budget, [(column.label, column.budget) for column in table.columns]


def _followed(whole: TableState, part: TableState) -> TableState:
    """Add the rows of a part to the columns of `whole`, and return what is new besides."""
    lines, offset = whole.lines, whole.bytes
    later = [one._replace(line=one.line + lines, byte_offset=one.byte_offset + offset) for one in part.tail]
    if part.row_count:
        whole = _settled(whole, whole.tail)._replace(tail=[])
    whole = _joined(whole, part)
    tail = whole.tail + later
    surplus = max(0, len(tail) - MOST_NOTES)
    whole = _settled(whole, tail[:surplus])
    for column in whole.columns:
        shorten(column, whole.budget.characters_of_each(len(whole.columns)))
    return whole._replace(tail=tail[surplus:], lines=lines + part.lines, bytes=offset + part.bytes)


def _joined(whole: TableState, part: TableState) -> TableState:
    for column, other in zip(whole.columns, part.columns, strict=True):
        columns.merge(column, other)
    return whole._replace(
        row_count=whole.row_count + part.row_count,
        blank_row_count=whole.blank_row_count + part.blank_row_count,
        errors=_both(whole.errors, part.errors, whole),
        foreign=_both(whole.foreign, part.foreign, whole),
    )


def _both(earlier: RowErrors, later: RowErrors, before: TableState) -> RowErrors:
    """Put errors together; `before` are the rows before the later ones."""
    errors = RowErrors()
    errors.by_code = earlier.by_code + later.by_code
    shifted = [
        error._replace(
            row=error.row + before.row_count,
            line=error.line + before.lines,
            byte_offset=error.byte_offset + before.bytes,
        )
        for error in later.examples
    ]
    errors.examples = sorted([*earlier.examples, *shifted], key=lambda error: error.row)[:MOST_EXAMPLES]
    return errors


def _settled(table: TableState, rows: Sequence[Damaged]) -> TableState:
    """Add damaged rows, which are rows because others follow them."""
    width = len(table.columns)
    for column, cells in zip(
        table.columns, zip(*(fitted(one, width) for one in rows), strict=True), strict=False
    ):
        add_doubtful(column, cells)
    return _noted(table, rows)


def _noted(table: TableState, rows: Sequence[Damaged]) -> TableState:
    """Count damaged rows, and say what is wrong with them."""
    errors = RowErrors()
    errors.by_code = table.errors.by_code.copy()
    errors.examples = table.errors.examples.copy()
    for number, one in enumerate(rows, table.row_count + 1):
        errors.add(error_of(one, number, len(table.columns)))
    return table._replace(
        row_count=table.row_count + len(rows), blank_row_count=errors.by_code[BLANK_ROW], errors=errors
    )
