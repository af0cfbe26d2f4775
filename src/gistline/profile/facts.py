"""What a table's counts say: types decided, statistics computed, personal values withheld.

Comes in: a `TableState`. Goes out: frozen facts. Called by `profile.summarize`. Nothing here knows how the
facts are written down; that is `summary`.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from gistline.profile.dialect import Dialect
from gistline.profile.encoding import Encoding, Lines
from gistline.profile.personal import is_categorical, is_long_number, is_personal_label, looks_personal
from gistline.profile.reference import extremes, lengths, moments, quantiles
from gistline.profile.reference.distinct import Distinct, count_distinct
from gistline.profile.reference.missing import null_tokens, value_tokens
from gistline.profile.reference.top_values import top_values
from gistline.profile.state import ColumnState, RowErrors, TableState
from gistline.profile.temporal import Instant
from gistline.profile.types import INFINITE, NAN, Decision, decide
from gistline.profile.warnings import TableWarning, table_warnings

Published = Literal["safe", "all", "none"]
"""Which values may be published: those that belong to nobody, every column's, or no column's."""

NUMERIC = frozenset({"integer", "number"})

Scalar = int | float | str | Instant


class NumberFacts(NamedTuple):
    """What is known of a column of numbers; None is what 64-bit floats cannot tell."""

    total: int | float | None
    mean: float | None
    stddev: float | None
    zeros: int
    negatives: int
    nans: int | None  # counted in columns of numbers, impossible in columns of integers
    infinities: int | None
    rank_error: float  # of the quantiles, as a share of the values


class ColumnFacts(NamedTuple):
    """What is known of one column. None is what was not computed, or is withheld (`redacted`)."""

    label: str
    type: str
    format: str | None
    type_counts: Mapping[str, int]
    value_count: int
    null_count: int
    missing_tokens: Mapping[str, int]
    null_tokens: tuple[str, ...]
    distinct: Distinct
    extremes: tuple[Scalar, Scalar] | None
    numbers: NumberFacts | None
    quantiles: Mapping[str, int | float] | None
    length: tuple[int, int, float] | None  # shortest, longest, mean
    top_values: tuple[tuple[str, int], ...] | None
    redacted: bool


class TableFacts(NamedTuple):
    """What is known of one file that holds a table. `size` is in bytes; `name` is the file's, if it has one."""

    name: str | None
    size: int
    encoding: Encoding
    dialect: Dialect
    row_count: int
    blank_row_count: int
    preamble_rows: int
    errors: RowErrors
    columns: tuple[ColumnFacts, ...]
    warnings: tuple[TableWarning, ...]


def table_facts(
    table: TableState, lines: Lines, dialect: Dialect, *, name: str | None, published: Published
) -> TableFacts:
    """Turn the state of a table whose lines are all read into facts."""
    return TableFacts(
        name=name,
        size=lines.size,
        encoding=lines.encoding,
        dialect=dialect,
        row_count=table.row_count,
        blank_row_count=table.blank_row_count,
        preamble_rows=table.preamble_rows,
        errors=table.errors,
        columns=tuple(column_facts(column, published) for column in table.columns),
        warnings=table_warnings(table, lines.encoding),
    )


def column_facts(column: ColumnState, published: Published = "safe") -> ColumnFacts:
    """Decide what a column is and compute what is known of it."""
    decision = decide(column.shapes)
    nulls, values = null_tokens(column, decision), value_tokens(column, decision)
    distinct = count_distinct(column, decision)
    count = sum(column.shapes.values()) + sum(values.values())
    shown = published == "all" or (
        published == "safe" and _belongs_to_nobody(column, decision, distinct, count)
    )
    numeric = decision.type in NUMERIC
    length = lengths.with_tokens(column.lengths, values)
    return ColumnFacts(
        label=column.label,
        type=decision.type,
        format=decision.format,
        type_counts={**decision.type_counts, "string": count} if values else decision.type_counts,
        value_count=count,
        null_count=column.blanks + column.unfit + sum(nulls.values()),
        missing_tokens={"": column.blanks, **dict(sorted(column.missing.items()))},
        null_tokens=tuple(sorted(nulls)),
        distinct=distinct,
        extremes=_extremes(column, decision, values) if shown else None,
        numbers=_number_facts(column, decision) if numeric else None,
        quantiles=quantiles.quantiles(column.numbers.ranks) if numeric and shown else None,
        length=(*length.extremes, length.total / count) if length.extremes else None,
        top_values=top_values(column, nulls) if shown else None,
        redacted=not shown,
    )


def _belongs_to_nobody(column: ColumnState, decision: Decision, distinct: Distinct, count: int) -> bool:
    """Tell whether the values of a column may be shown: doubt means no."""
    personal = is_personal_label(column.label)
    if decision.type == "string" and count:
        few = column.complete and is_categorical(distinct.value, count)
        return few and not personal and not looks_personal(column.texts)
    if decision.type in NUMERIC:  # pandas writes integers as 1.0 once a cell is empty
        return not (personal and any(map(is_long_number, column.numbers.extremes or ())))
    return not (personal and decision.order)


def _extremes(
    column: ColumnState, decision: Decision, tokens: Mapping[str, int]
) -> tuple[Scalar, Scalar] | None:
    if decision.type == "integer":
        return column.numbers.extremes
    if decision.type == "number":
        pair = column.numbers.extremes
        return (_as_float(pair[0]), _as_float(pair[1])) if pair else None
    if decision.type == "string":
        return extremes.widen(column.text_extremes, tokens)
    return extremes.instants(column, decision.order)


def _as_float(number: float) -> float:
    """Give `1` and `1.0` one form; an integer beyond floats stays an integer."""
    try:
        return float(number)
    except OverflowError:
        return number


def _number_facts(column: ColumnState, decision: Decision) -> NumberFacts:
    numbers, may_be_special = column.numbers, decision.type == "number"
    return NumberFacts(
        total=moments.total(numbers),
        mean=moments.mean(numbers),
        stddev=moments.stddev(numbers),
        zeros=numbers.zeros,
        negatives=numbers.negatives,
        nans=column.shapes.get(NAN, 0) if may_be_special else None,
        infinities=column.shapes.get(INFINITE, 0) if may_be_special else None,
        rank_error=quantiles.rank_error(numbers.ranks),
    )
