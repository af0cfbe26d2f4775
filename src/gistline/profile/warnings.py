"""What a reader of a summary should know before trusting it.

Comes in: the state and the facts of a table. Goes out: frozen `TableWarning`s. Called by `facts`. A message
never holds what a cell holds; columns are numbers.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gistline.profile.encoding import Encoding
from gistline.profile.state import ColumnState, TableState
from gistline.profile.types import DECIMAL, INFINITE, INTEGER, LEADING_ZEROS, NAN, PLUS_SIGN, decide

_LIKE_NUMBERS = frozenset({INTEGER, DECIMAL, NAN, INFINITE, LEADING_ZEROS, PLUS_SIGN})


class TableWarning(NamedTuple):
    """One warning. `column` is None if it is about the whole table; `times` is how often it applies."""

    code: str
    column: int | None
    times: int
    message: str


def table_warnings(table: TableState, encoding: Encoding) -> tuple[TableWarning, ...]:
    """Return all warnings: first those of the table, then column by column."""
    warnings = [*_of_text(table, encoding), *_of_labels(column.label for column in table.columns)]
    for index, column in enumerate(table.columns):
        warnings.extend(_of_values(column, index))
    return tuple(warnings)


def _of_text(table: TableState, encoding: Encoding) -> Iterator[TableWarning]:
    if encoding.method == "assumed" or encoding.replaced_bytes:
        wrong = encoding.replaced_bytes
        message = f"the encoding is not certain; the text was read as {encoding.value}"
        message += f", in which {wrong:,} bytes are wrong" if wrong else ""
        yield TableWarning("assumed-encoding", None, wrong, message)
    if table.open_quotes:
        yield TableWarning(
            "open-quote",
            None,
            table.open_quotes,
            "a quote is never closed: all that follows it was read as one cell",
        )
    if table.long_cells:
        yield TableWarning(
            "long-cell",
            None,
            table.long_cells,
            "a cell is too long to be read: its row was read as empty, up to the next line break",
        )


def _of_labels(labels: Iterable[str]) -> Iterator[TableWarning]:
    first: dict[str, int] = {}
    for index, label in enumerate(labels):
        if not label.strip():
            yield TableWarning("blank-label", index, 1, "the column has no name")
        elif first.setdefault(label, index) != index:
            message = f"the column has the name of column {first[label]}"
            yield TableWarning("duplicate-label", index, 1, message)


def _of_values(column: ColumnState, index: int) -> Iterator[TableWarning]:
    if column.shapes.keys() <= _LIKE_NUMBERS:
        if zeros := column.shapes.get(LEADING_ZEROS):
            yield TableWarning(
                "leading-zeros", index, zeros, "numbers with leading zeros: the column is kept as text"
            )
        if signs := column.shapes.get(PLUS_SIGN):
            yield TableWarning(
                "plus-sign", index, signs, "numbers with a plus sign: the column is kept as text"
            )
    if column.unfit:
        yield TableWarning(
            "unfit-cell",
            index,
            column.unfit,
            "cells of damaged rows that do not fit the type of the column count as null",
        )
    if decide(column.shapes).format == "ambiguous":
        yield TableWarning(
            "ambiguous-date", index, sum(column.shapes.values()), "day and month cannot be told apart"
        )
