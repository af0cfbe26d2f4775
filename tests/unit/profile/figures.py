"""What Python's own `csv`, `decimal` and `statistics` say of a CSV, held against a summary. No code of the engine here.

Comes in: a summary as a dict (everything published) and the text it was made of. Goes out: every difference, in
words. Called by `test_real` and `test_second_opinion`.

The whole file is in memory and each figure is worked out by its definition, so it is slow and plain.
"""

import csv
import io
import math
import re
import statistics
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

Summary = dict[str, Any]

MISSING = frozenset(
    {"na", "n/a", "#n/a", "nan", "null", "none", "nil", "-", "--", "?", ".", "\\n", "missing", "unknown"}
)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def rows_of(text: str, delimiter: str = ",") -> list[list[str]]:
    """Return all rows, the header first, without blank lines."""
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if row]


def differences(summary: Summary, text: str, delimiter: str = ",") -> list[str]:
    """Return every figure of a summary that is not what it should be, for a table without a damaged row."""
    labels, *rows = rows_of(text, delimiter)
    found = list(_frame(summary, labels, len(rows)))
    if found:
        return found
    cells = zip(*rows, strict=True) if rows else [()] * len(labels)
    for column, own in zip(summary["columns"], cells, strict=True):
        found += [
            f"column {column['index']}, a {column['type']}: {what}" for what in _column(column, list(own))
        ]
    return found


def _frame(summary: Summary, labels: list[str], rows: int) -> Iterator[str]:
    table = summary["table"]
    if [column["name"] for column in summary["columns"]] != labels:
        yield "labels"
    if (table["rowCount"], table["columnCount"]) != (rows, len(labels)):
        yield f"{table['rowCount']} rows of {table['columnCount']} cells"
    if table["errors"]["count"] != table["errors"]["byCode"].get("blank-row", 0):
        yield "errors"


def _column(column: Summary, cells: list[str]) -> Iterator[str]:
    values = [cell for cell in cells if cell.strip()]
    tokens = Counter(cell for cell in cells if not cell.strip())
    if column["type"] != "string":
        tokens += Counter(
            cell for cell in values if cell.strip().lower() in MISSING and not _is_nan(cell, column)
        )
        values = [cell for cell in values if cell not in tokens]
    if (column["count"], column["nullCount"]) != (len(values), len(cells) - len(values)):
        yield f"{column['count']} values and {column['nullCount']} nulls"
        return
    if values:
        yield from _as_written(column, values)
        yield from _as_typed(column, values)


def _is_nan(cell: str, column: Summary) -> bool:
    return cell.strip().lower() == "nan" and bool(column["nanCount"])


def _as_written(column: Summary, values: list[str]) -> Iterator[str]:
    distinct = column["distinct"]
    different = len(set(values))
    if not distinct["lower"] <= different <= distinct["upper"]:
        yield f"distinct {distinct['value']}"
    if distinct["method"] == "exact" and distinct["value"] != different:
        yield f"distinct {distinct['value']}, said to be exact"
    lengths = [len(value) for value in values]
    known = {"min": min(lengths), "max": max(lengths)}
    if any(column["length"][what] != length for what, length in known.items()):
        yield "length"
    if not math.isclose(column["length"]["mean"], statistics.fmean(lengths), rel_tol=1e-12):
        yield "mean length"
    if distinct["method"] == "exact":
        counts = Counter(values)
        most = sorted(counts.values(), reverse=True)[: len(column["topValues"])]
        top = [(each["value"], each["count"]) for each in column["topValues"]]
        if [count for _, count in top] != most or any(counts[value] != count for value, count in top):
            yield "top values"


def _as_typed(column: Summary, values: list[str]) -> Iterator[str]:
    numbers = all(_NUMBER.fullmatch(value) for value in values)
    if column["type"] == "string":
        if numbers and not any(re.match(r"-?0[0-9]", value) for value in values):
            yield "text, of numbers"
    elif column["type"] == "integer":
        if not all(_INTEGER.fullmatch(value.strip()) for value in values):
            yield "integers, of other values"
        else:
            yield from _as_integers(column, [int(value) for value in values])
    elif column["type"] == "number" and numbers:
        if all(_INTEGER.fullmatch(value) for value in values):
            yield "numbers, of integers"
        yield from _as_numbers(column, [Decimal(value) for value in values])
    elif column["type"] == "date" and column["format"] is None:
        if not all(_DATE.fullmatch(value) for value in values):
            yield "dates, of other values"
        elif (column["min"], column["max"]) != (min(values), max(values)):
            yield "range"


def _as_integers(column: Summary, values: list[int]) -> Iterator[str]:
    if [int(column[what]) for what in ("min", "max", "sum")] != [min(values), max(values), sum(values)]:
        yield "range or sum"
    yield from _moments(column, [float(value) for value in values])


def _as_numbers(column: Summary, values: list[Decimal]) -> Iterator[str]:
    if (column["min"], column["max"]) != (float(min(values)), float(max(values))):
        yield "range"
    if not math.isclose(column["sum"], sum(values), rel_tol=1e-12, abs_tol=1e-12):
        yield f"sum {column['sum']}"
    yield from _moments(column, [float(value) for value in values])


def _moments(column: Summary, values: list[float]) -> Iterator[str]:
    mean = math.fsum(values) / len(values)
    wide = max(map(abs, values))
    if not math.isclose(column["mean"], mean, rel_tol=1e-12, abs_tol=1e-12 * wide):
        yield f"mean {column['mean']}"
    if len(values) > 1:
        stddev = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
        if not math.isclose(column["stddev"], stddev, rel_tol=1e-9, abs_tol=1e-9 * wide):
            yield f"stddev {column['stddev']}"
    if column["zeroCount"] != values.count(0) or column["negativeCount"] != sum(
        value < 0 for value in values
    ):
        yield "signs"
    yield from _quantiles(column, sorted(values))


def _quantiles(column: Summary, values: list[float]) -> Iterator[str]:
    method = column["quantileMethod"]
    for share, got in column["quantiles"].items():
        place = float(share) * (len(values) - 1)
        low, high = values[math.floor(place)], values[math.ceil(place)]
        meant = low + (high - low) * (place - math.floor(place))
        if method["method"] == "exact":
            if not math.isclose(float(got), meant, rel_tol=1e-9, abs_tol=1e-9):
                yield f"quantile {share}"
        else:
            ranks = [bisect(values, float(got)) / len(values) for bisect in (bisect_left, bisect_right)]
            if not ranks[0] - method["rankError"] <= float(share) <= ranks[1] + method["rankError"]:
                yield f"quantile {share}, beyond its bounds"
