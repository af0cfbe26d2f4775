"""Hold a summary of a damaged file against the rows that nothing was done to.

Comes in: a summary as a dict (everything published) and a `Damaged`. Goes out: what is wrong with it, in words.
The figures to hold it against are worked out here of the cells as meant, by `decimal` and `statistics`: no code is
shared with the engine. Called by `test_damage` and `fuzz.damage`.

What a damaged row may add: as many rows as it has lines, each with any cells. So where a column has as many values
as the other rows have, every figure must be theirs to the last digit; where it has one more, that value is worked
out of sum and lengths, and all other figures must follow; where it has more than one more, each figure is bounded.
"""

import math
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from unit.profile.damage import Damaged, is_valid
from unit.profile.tables import TYPES, Style, Table

Summary = dict[str, Any]


def wrong_when_clean(summary: Summary, table: Table, written: Style) -> list[str]:
    """Return all that is wrong with the summary of an undamaged table."""
    found = [*_frame(summary, table, written)]
    if summary["table"]["rowCount"] != len(table.rows) or summary["table"]["errors"]["count"]:
        found.append("rows")
    return found or [*_columns(summary, table, table.rows, 0)]


def wrong_when_damaged(summary: Summary, damaged: Damaged) -> list[str]:
    """Return all that is wrong with the summary of a damaged table."""
    found = [*_frame(summary, damaged.table, damaged.written)]
    if found:
        return found
    more = summary["table"]["rowCount"] - len(damaged.others)
    if not len(damaged.places) <= more <= damaged.most_rows:
        return ["rows"]
    if is_valid_still(damaged):
        return [*_values(summary, damaged)]
    return [*_columns(summary, damaged.table, damaged.others, more), *_report(summary, damaged, more)]


def is_valid_still(damaged: Damaged) -> bool:
    """Say whether the damage made another valid CSV: the same other rows, and one whose cells are other ones.

    Nobody can tell such a cell from one that was meant, so it is a value like all others, for the type too.
    """
    rows = damaged.as_standard()
    if rows is None or not is_valid(damaged.text, damaged.written):
        return False
    return _keeps_others(rows, damaged)


def is_another_table(damaged: Damaged) -> bool:
    """Say whether Python's csv, in strict mode, finds no damage at all, but other rows than were meant.

    Then nobody can tell that file from a clean one: it is one, of another table.
    """
    rows = damaged.as_standard()
    return rows is not None and not _keeps_others(rows, damaged)


def _keeps_others(rows: list[list[str]], damaged: Damaged) -> bool:
    own = {place.row for place in damaged.places}
    others = [tuple(cells) for number, cells in enumerate(rows) if number and number not in own]
    return others == list(damaged.others)


def _frame(summary: Summary, table: Table, written: Style) -> Iterator[str]:
    dialect = summary["resource"]["dialect"]
    if dialect["delimiter"] != written.delimiter:
        yield f"delimiter {dialect['delimiter']!r}"
    if dialect["quoteChar"] not in {written.quote, None}:
        yield f"quote {dialect['quoteChar']!r}"
    if not dialect["header"] or dialect["headerRows"] != [1] or summary["detection"]["preambleRows"]:
        yield "header"
    if dialect["lineTerminator"] != written.end:
        yield "line end"
    if tuple(column["name"] for column in summary["columns"]) != table.labels:
        yield "labels"


def _columns(summary: Summary, table: Table, rows: Sequence[Sequence[str]], more: int) -> Iterator[str]:
    for column, kind, cells in zip(summary["columns"], table.kinds, zip(*rows, strict=True), strict=True):
        values = [cell for cell in cells if cell]
        for what in _column(column, kind, values, more):
            yield f"{what} of a column of kind {kind}"


def _values(summary: Summary, damaged: Damaged) -> Iterator[str]:
    """Hold every column against the rows of the valid CSV; types only where no cell became another one."""
    rows = (damaged.as_standard() or [])[1:]
    meant = [(place.row - 1, cells) for place, cells in zip(damaged.places, damaged.meant, strict=True)]
    for column, kind, cells in zip(
        summary["columns"], damaged.table.kinds, zip(*rows, strict=True), strict=True
    ):
        values = [cell for cell in cells if cell.strip()]
        if column["count"] != len(values):
            yield f"count of a column of kind {kind}, which is valid"
        elif all(cells[at] == as_meant[column["index"]] for at, as_meant in meant):
            yield from (f"{what} of a column of kind {kind}" for what in _column(column, kind, values, 0))
        else:
            yield from (f"{what} of a column of kind {kind}" for what in _as_text(column, values, 0))
    if summary["table"]["errors"]["count"]:
        yield "errors in a valid CSV"


def _column(column: Summary, kind: str, values: list[str], more: int) -> Iterator[str]:
    if column["type"] != TYPES[kind]:
        yield f"type {column['type']}"
        return
    if (column["format"] is not None) != (kind == "comma"):
        yield f"format {column['format']}"
    added = column["count"] - len(values)
    if not 0 <= added <= more:
        yield "count"
        return
    yield from _as_text(column, values, added)
    if TYPES[kind] in {"integer", "number"}:
        yield from _as_numbers(column, [Decimal(value.replace(",", ".")) for value in values], added)
    elif TYPES[kind] == "date" and not (column["min"] <= min(values) and max(values) <= column["max"]):
        yield "range"


def _as_text(column: Summary, values: list[str], added: int) -> Iterator[str]:
    lengths = [len(value) for value in values]
    distinct = len(set(values))
    if not distinct <= column["distinct"]["value"] <= distinct + added:
        yield "distinct"
    length = column["length"]
    rest = round(length["mean"] * column["count"]) - sum(lengths)
    if added <= 1:
        lengths += [rest] * added
        if (length["min"], length["max"]) != (min(lengths), max(lengths)) or (rest and not added):
            yield "lengths"
    elif length["min"] > min(lengths) or length["max"] < max(lengths) or rest < added:
        yield "lengths"
    if not _are_top(column["topValues"], Counter(values), added):
        yield "top values"


def _are_top(top: list[Summary], others: Counter[str], added: int) -> bool:
    surplus = [each["count"] - others[each["value"]] for each in top]
    listed = {each["value"] for each in top}
    missed = [count for value, count in others.items() if value not in listed]
    fewest = min(each["count"] for each in top)
    full = len(top) == 10 and all(count <= fewest for count in missed)
    return min(surplus) >= 0 and sum(surplus) <= added and (full or not missed)


def _as_numbers(column: Summary, values: list[Decimal], added: int) -> Iterator[str]:
    rest = Decimal(str(column["sum"])) - sum(values)
    if added > 1:
        if column["min"] > float(min(values)) or column["max"] < float(max(values)):
            yield "range"
        return
    if not added and not math.isclose(column["sum"], sum(values), rel_tol=1e-12):
        yield "sum"
    values = values + [rest] * added
    if not math.isclose(column["mean"], statistics.fmean(values), rel_tol=1e-9, abs_tol=1e-9):
        yield "mean"
    if len(values) > 1 and not math.isclose(
        column["stddev"], statistics.stdev(values), rel_tol=1e-6, abs_tol=1e-6
    ):
        yield "stddev"
    if not all(
        math.isclose(got, meant, rel_tol=1e-9, abs_tol=1e-6)
        for got, meant in ((column["min"], min(values)), (column["max"], max(values)))
    ):
        yield "range"


def _report(summary: Summary, damaged: Damaged, more: int) -> Iterator[str]:
    """Every error is about a damaged row; and each has one, unless all cells are kept, with their odd quotes."""
    errors = summary["table"]["errors"]
    spare = more - len(damaged.places)
    left = [(error["row"], error["line"]) for error in errors["examples"]]
    if errors["count"] > more:
        yield "errors of other rows"
    for place in damaged.places:
        rows, lines = range(place.row, place.row + spare + 1), range(place.line, place.line + place.lines)
        own = [(row, line) for row, line in left if row in rows and line in lines]
        left = [each for each in left if each not in own]
        if not own and errors["count"] <= 10 and not _all_is_kept(summary, damaged):
            yield "no error"
    if left:
        yield "place of the error"


def _all_is_kept(summary: Summary, damaged: Damaged) -> bool:
    rows = damaged.as_standard()
    if rows is None:
        return False
    return all(
        column["count"] == sum(bool(cell.strip()) for cell in cells)
        for column, cells in zip(summary["columns"], zip(*rows[1:], strict=True), strict=True)
    )
