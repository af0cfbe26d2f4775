"""What a reader of a summary should know before trusting it.

Comes in: the state and the facts of a table. Goes out: frozen `TableWarning`s. Called by `facts`. A message
never holds what a cell holds; columns are numbers.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from gistline.profile.dialect import Dialect
from gistline.profile.encoding import Encoding
from gistline.profile.numerals import count_either, is_number
from gistline.profile.state import ColumnState, TableState
from gistline.profile.temporal import DATETIME, is_instant, is_truncated, is_zoned
from gistline.profile.types import LEADING_ZEROS, PLUS_SIGN, TWO_DIGIT_YEAR, decide

_LIKE_NUMBERS = {LEADING_ZEROS: "numbers with leading zeros", PLUS_SIGN: "numbers with a plus sign"}
_AMBIGUOUS_NUMBER = (
    "a point or comma before three digits may be decimal or separate thousands, and no value tells which: a point was "
    "read as decimal, a comma as separating thousands"
)


_FEW = 10  # one row in so many may be damaged


class TableWarning(NamedTuple):
    """One warning. `column` is None if it is about the whole table; `times` is how often it applies."""

    code: str
    column: int | None
    times: int
    message: str


def table_warnings(table: TableState, encoding: Encoding, dialect: Dialect) -> tuple[TableWarning, ...]:
    """Return all warnings: first those of the table, then column by column."""
    labels = (column.label for column in table.columns)
    warnings = [*_of_text(encoding), *_of_rows(table, dialect), *_of_labels(labels)]
    for index, column in enumerate(table.columns):
        warnings.extend(_of_values(column, index))
    return tuple(warnings)


def _of_text(encoding: Encoding) -> Iterator[TableWarning]:
    if encoding.method == "assumed" or encoding.replaced_bytes:
        wrong = encoding.replaced_bytes
        message = f"the encoding is not certain; the text was read as {encoding.value}"
        message += f", in which {wrong:,} bytes are wrong" if wrong else ""
        yield TableWarning("assumed-encoding", None, wrong, message)


def _of_rows(table: TableState, dialect: Dialect) -> Iterator[TableWarning]:
    if not dialect.header_rows:
        message = (
            "there is no header: the first row looks like those below it, so that the columns have no names"
        )
        yield TableWarning("no-header", None, 1, message)
    damaged = table.errors.by_code.total() - table.blank_row_count
    if damaged * _FEW > table.row_count > _FEW:
        message = f"{damaged:,} rows are damaged: perhaps delimiter, quote or header are not what they seem"
        yield TableWarning("uncertain-dialect", None, damaged, message)
    if table.footer_rows:
        message = "lines below the table were taken for notes, and are no rows"
        yield TableWarning("notes", None, table.footer_rows, message)


def _of_labels(labels: Iterable[str]) -> Iterator[TableWarning]:
    first: dict[str, int] = {}
    for index, label in enumerate(labels):
        if not label.strip():
            yield TableWarning("blank-label", index, 1, "the column has no name")
        elif first.setdefault(label, index) != index:
            message = f"the column has the name of column {first[label]}"
            yield TableWarning("duplicate-label", index, 1, message)


def _of_values(column: ColumnState, index: int) -> Iterator[TableWarning]:
    shapes = column.shapes
    decision = decide(shapes)
    if decision.type == "string":
        for code, count, message in _kept_as_text(shapes):
            yield TableWarning(code, index, count, f"{message}: the column is kept as text")
    if column.unfit:
        yield TableWarning(
            "unfit-cell",
            index,
            column.unfit,
            "cells of damaged rows that do not fit the type of the column count as null",
        )
    if decision.format == "ambiguous":
        yield TableWarning(
            "ambiguous-date", index, sum(shapes.values()), "day and month cannot be told apart"
        )
    if decision.type == DATETIME:
        yield from _of_zones(shapes, index)
    truncated = sum(count for shape, count in shapes.items() if is_truncated(shape))
    if truncated and decision.type != "string":
        message = "fractions of a second are cut off after the sixth figure in the minimum and the maximum"
        yield TableWarning("truncated-fraction", index, truncated, message)
    if column.invisible:
        message = (
            "a byte order mark or a zero-width space begins or ends cells; it does not count for their type"
        )
        yield TableWarning("invisible-characters", index, column.invisible, message)
    if decision.style.ambiguous:
        yield TableWarning("ambiguous-number", index, count_either(shapes), _AMBIGUOUS_NUMBER)


def _of_zones(shapes: Mapping[str, int], index: int) -> Iterator[TableWarning]:
    """Say why there is no first and no last datetime."""
    local = sum(count for shape, count in shapes.items() if not is_zoned(shape))
    if 0 < local < sum(shapes.values()):
        message = (
            "some have a time zone, these have none: which is the first and which the last, no one can tell"
        )
        yield TableWarning("mixed-zones", index, local, message)


def _kept_as_text(shapes: Mapping[str, int]) -> Iterator[tuple[str, int, str]]:
    """Yield why a column in which every value looks like a number, or every value like a date, is one of text."""
    if all(is_number(shape) or shape in _LIKE_NUMBERS for shape in shapes):
        for code, message in _LIKE_NUMBERS.items():
            if shapes.get(code):
                yield code, shapes[code], message
    if shapes.get(TWO_DIGIT_YEAR) and all(is_instant(shape) or shape == TWO_DIGIT_YEAR for shape in shapes):
        yield TWO_DIGIT_YEAR, shapes[TWO_DIGIT_YEAR], "dates whose year has two digits"
    elif shapes and (all(map(is_number, shapes)) or all(map(is_instant, shapes))):
        yield (
            "mixed-formats",
            sum(shapes.values()),
            "no one way to write numbers, or dates and times, fits every value",
        )
