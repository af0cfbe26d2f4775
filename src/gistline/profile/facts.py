"""What a table's counts say: types decided, statistics computed, personal values withheld.

Comes in: a `TableState`. Goes out: frozen facts. Called by `profile.summarize`. Nothing here knows how the
facts are written down; that is `summary`.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from gistline.profile import semantic
from gistline.profile.dialect import Dialect
from gistline.profile.encoding import Encoding
from gistline.profile.merging import finish
from gistline.profile.partial import Partial
from gistline.profile.personal import (
    are_grouped_phones,
    is_categorical,
    is_long_number,
    is_personal_label,
    looks_personal,
)
from gistline.profile.reference import extremes, lengths, moments, patterns, quantiles
from gistline.profile.reference.distinct import Distinct, count_distinct
from gistline.profile.reference.histogram import Histogram, as_float, histogram
from gistline.profile.reference.missing import null_tokens, value_tokens
from gistline.profile.reference.top_values import TopValues, top_values
from gistline.profile.semantic import CARD, LIKELY_CARDS, PERSONAL, Semantic
from gistline.profile.state import ColumnState, RowErrors
from gistline.profile.temporal import Instant
from gistline.profile.types import INFINITE, NAN, Decision, Style, decide
from gistline.profile.warnings import TableWarning, table_warnings

Published = Literal["safe", "all", "none"]
"""Which values may be published: those that belong to nobody, every column's, or no column's."""

NUMERIC = frozenset({"integer", "number"})

Scalar = int | float | str | Instant


class NumberFacts(NamedTuple):
    """What is known of a column of numbers; None is what 64-bit floats cannot tell, or what is withheld."""

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
    histogram: Histogram | None
    length: tuple[int, int, float] | None  # shortest, longest, mean
    patterns: tuple[tuple[str, int], ...] | None
    semantic: Semantic | None
    style: Style  # of numbers
    top_values: TopValues | None
    redacted: bool


class TableFacts(NamedTuple):
    """What is known of one file that holds a table.

    `name` is the file's, if it has one. `size` (in bytes) and `digest` (SHA-256, in hexadecimal) are those of the
    file as it is stored, None where it was read in parts; `compression` is None, or gz, bz2, xz, zst.
    """

    name: str | None
    size: int
    digest: str | None
    compression: str | None
    encoding: Encoding
    dialect: Dialect
    row_count: int
    blank_row_count: int
    footer_rows: int
    errors: RowErrors
    columns: tuple[ColumnFacts, ...]
    warnings: tuple[TableWarning, ...]


def table_facts(part: Partial, *, name: str | None, published: Published) -> TableFacts:
    """Turn what was counted of all rows of a table into facts."""
    table = finish(part.table, in_utf_8=part.encoding.value != "windows-1252")
    return TableFacts(
        name=name,
        size=part.size,
        digest=part.digest,
        compression=part.compression,
        encoding=part.encoding,
        dialect=part.dialect,
        row_count=table.row_count,
        blank_row_count=table.blank_row_count,
        footer_rows=table.footer_rows,
        errors=table.errors,
        columns=tuple(column_facts(column, published) for column in table.columns),
        warnings=table_warnings(table, part.encoding, part.dialect),
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
    kind = _semantic(column, decision, count)
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
        numbers=_number_facts(column, decision, shown=shown) if numeric else None,
        quantiles=quantiles.quantiles(column.numbers.ranks) if numeric and shown else None,
        histogram=histogram(column.numbers, as_floats=decision.type == "number")
        if numeric and shown
        else None,
        length=(*length.extremes, length.total / count) if length.extremes else None,
        patterns=patterns.top_patterns(column, values) if shown or _is_structured(column, kind) else None,
        semantic=kind,
        style=decision.style,
        top_values=top_values(column, nulls) if shown else None,
        redacted=not shown,
    )


def _belongs_to_nobody(column: ColumnState, decision: Decision, distinct: Distinct, count: int) -> bool:
    """Tell whether the values of a column may be shown: doubt means no."""
    personal = is_personal_label(column.label)
    if decision.type == "string" and count:
        few = column.complete and is_categorical(distinct.value, count)
        personal = personal or not PERSONAL.isdisjoint(column.semantics)
        return few and not personal and not looks_personal(column.texts, column.label)
    if decision.type in NUMERIC:  # pandas writes integers as 1.0 once a cell is empty
        cards = column.semantics.get(CARD, 0) > LIKELY_CARDS * count
        ends = column.numbers.extremes
        phones = ends is not None and are_grouped_phones(ends, decision.style.group_char)
        return not (cards or phones or (personal and any(map(is_long_number, ends or ()))))
    return not (personal and decision.order)


def _semantic(column: ColumnState, decision: Decision, count: int) -> Semantic | None:
    if decision.type in NUMERIC and (place := semantic.place(column.label, column.numbers.extremes)):
        return place
    return semantic.decide(column.semantics, count)


def _is_structured(column: ColumnState, kind: Semantic | None) -> bool:
    """Tell whether patterns of values that are withheld tell no more than a form.

    They do of what has one: a semantic type, or few patterns of figures that come back again and again. Those of
    free text and of names would tell how long each word is, and those of passwords their signs.
    """
    return bool(kind) or (not is_personal_label(column.label) and patterns.are_structured(column))


def _extremes(
    column: ColumnState, decision: Decision, tokens: Mapping[str, int]
) -> tuple[Scalar, Scalar] | None:
    if decision.type == "integer":
        return column.numbers.extremes
    if decision.type == "number":
        pair = column.numbers.extremes
        return (as_float(pair[0]), as_float(pair[1])) if pair else None
    if decision.type == "string":
        return extremes.widen(column.text_extremes, tokens)
    return extremes.instants(column, decision.order)


def _number_facts(column: ColumnState, decision: Decision, *, shown: bool) -> NumberFacts:
    """Count numbers; what sum, mean and deviation are tells the values themselves where these are few."""
    numbers, may_be_special = column.numbers, decision.type == "number"
    return NumberFacts(
        total=moments.total(numbers) if shown else None,
        mean=moments.mean(numbers) if shown else None,
        stddev=moments.stddev(numbers) if shown else None,
        zeros=numbers.zeros,
        negatives=numbers.negatives,
        nans=column.shapes.get(NAN, 0) if may_be_special else None,
        infinities=column.shapes.get(INFINITE, 0) if may_be_special else None,
        rank_error=quantiles.rank_error(numbers.ranks),
    )
