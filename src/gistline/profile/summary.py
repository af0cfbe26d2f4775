"""The summary: frozen, versioned, and the only file that knows the names in its JSON.

Comes in: facts of a table, or what became of a file instead. Goes out: `Summary`, its dictionary, its JSON and
the JSON Schema that describes it. Called by `profile.summarize`, by the pipeline and by the commands.
"""

import json
from datetime import UTC, date, datetime, time
from typing import Any, Literal, NamedTuple

from gistline import __version__
from gistline.errors import GistlineError
from gistline.profile.facts import ColumnFacts, NumberFacts, Scalar, TableFacts
from gistline.profile.reference.histogram import Histogram
from gistline.profile.reference.top_values import TopValues
from gistline.profile.resource import resource

SCHEMA = "https://gistline.dev/schema/summary-1.json"
SCHEMA_VERSION = "1.0"
LARGEST_INTEGER = 2**53 - 1  # a JSON reader that knows floats alone (JavaScript) would round larger ones

Status = Literal["complete", "rejected", "deleted", "failed"]


class Source(NamedTuple):
    """Where the bytes come from. What is None is not known; `size` is in bytes."""

    bucket: str | None = None
    key: str | None = None
    version_id: str | None = None
    etag: str | None = None
    size: int | None = None
    sequencer: str | None = None
    request_id: str | None = None
    last_modified: datetime | None = None


class Summary(NamedTuple):
    """What is said of one CSV. `table` is there if it is complete, `error` if it was rejected or failed."""

    status: Status
    generated_at: datetime
    source: Source = Source()
    engine: str | None = None
    table: TableFacts | None = None
    error: GistlineError | None = None
    generation: int | None = None

    @classmethod
    def complete(cls, table: TableFacts, *, source: Source, engine: str, at: datetime) -> "Summary":
        """Summarise a table; the source's size is what was read, unless the source knows."""
        size = table.size if source.size is None else source.size
        return cls("complete", at, source._replace(size=size), engine, table)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object; its keys are always in the same order."""
        document: dict[str, Any] = {
            "$schema": SCHEMA,
            "schemaVersion": SCHEMA_VERSION,
            "status": self.status,
            **_error(self.error),
            "generation": self.generation,
            "generatedAt": _timestamp(self.generated_at),
            "generator": {"name": "gistline", "version": __version__, "engine": self.engine},
            "source": _source(self.source),
        }
        if self.table:
            document |= _table(self.table, self.source.key or self.table.name)
        return document

    def to_json(self) -> str:
        """Return the JSON text, in ASCII, on lines of its own: the same for the same summary."""
        return json.dumps(self.to_dict(), indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of summaries."""
    from importlib.resources import files  # noqa: PLC0415 - 10 ms that only those pay who validate

    text = files("gistline.profile").joinpath("schema", "summary-1.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _error(error: GistlineError | None) -> dict[str, Any]:
    if error is None:
        return {}
    return {"error": {"code": error.code, "message": error.message, "remedy": error.remedy}}


def _source(source: Source) -> dict[str, Any]:
    return {
        "bucket": source.bucket,
        "key": source.key,
        "versionId": source.version_id,
        "etag": source.etag,
        "bytes": source.size,
        **({"lastModified": _timestamp(source.last_modified)} if source.last_modified else {}),
        "sequencer": source.sequencer,
        "requestId": source.request_id,
    }


def _table(facts: TableFacts, path: str | None) -> dict[str, Any]:
    return {
        "resource": resource(facts, path),
        "detection": _detection(facts),
        "table": {
            "rowCount": facts.row_count,
            "columnCount": len(facts.columns),
            "blankRowCount": facts.blank_row_count,
            "errors": _errors(facts),
        },
        "columns": [_column(index, column) for index, column in enumerate(facts.columns)],
        "warnings": [
            {"code": one.code, "column": one.column, "count": one.times, "message": one.message}
            for one in facts.warnings
        ],
    }


def _detection(facts: TableFacts) -> dict[str, Any]:
    encoding, runner_up = facts.encoding, facts.dialect.runner_up
    return {
        "encoding": {
            "value": encoding.value,
            "method": encoding.method,
            "replacedBytes": encoding.replaced_bytes,
        },
        "dialect": {
            "confidence": facts.dialect.confidence,
            "runnerUp": {"delimiter": runner_up[0], "confidence": runner_up[1]} if runner_up else None,
        },
        "preambleRows": facts.dialect.preamble_rows,
        "footerRows": facts.footer_rows,
    }


def _errors(facts: TableFacts) -> dict[str, Any]:
    by_code = facts.errors.by_code
    return {
        "count": sum(by_code.values()),
        "byCode": dict(sorted(by_code.items())),
        "examples": [
            {
                "code": error.code,
                "row": error.row,
                "line": error.line,
                "byteOffset": error.byte_offset,
                "expected": error.expected,
                "actual": error.actual,
            }
            for error in facts.errors.examples
        ],
    }


def _column(index: int, column: ColumnFacts) -> dict[str, Any]:
    distinct, low_high = column.distinct, column.extremes or (None, None)
    length = column.length
    return {
        "index": index,
        "name": column.label,
        "type": column.type,
        "format": column.format,
        "typeCounts": dict(column.type_counts),
        "count": column.value_count,
        "nullCount": column.null_count,
        "missingTokens": dict(column.missing_tokens),
        "distinct": {
            "value": distinct.value,
            "method": distinct.method,
            "lower": distinct.lower,
            "upper": distinct.upper,
        },
        "min": _scalar(low_high[0]),
        "max": _scalar(low_high[1]),
        **_numbers(column.numbers),
        **_quantiles(column),
        "histogram": _histogram(column.histogram),
        "length": {"min": length[0], "max": length[1], "mean": length[2]} if length else None,
        "patterns": _patterns(column.patterns),
        "semantic": column.semantic._asdict() if column.semantic else None,
        **_top_values(column.top_values),
        "redacted": column.redacted,
    }


def _numbers(numbers: NumberFacts | None) -> dict[str, Any]:
    names = ("sum", "mean", "stddev", "zeroCount", "negativeCount", "nanCount", "infCount")
    if numbers is None:
        return dict.fromkeys(names)
    counts = (numbers.zeros, numbers.negatives, numbers.nans, numbers.infinities)
    return dict(zip(names, (_scalar(numbers.total), numbers.mean, numbers.stddev, *counts), strict=True))


def _quantiles(column: ColumnFacts) -> dict[str, Any]:
    if column.quantiles is None or column.numbers is None:
        return {"quantiles": None, "quantileMethod": None}
    error = column.numbers.rank_error
    return {
        "quantiles": {name: _scalar(value) for name, value in column.quantiles.items()},
        "quantileMethod": {"method": "estimate" if error else "exact", "rankError": error},
    }


def _histogram(found: Histogram | None) -> dict[str, Any] | None:
    if found is None:
        return None
    edges = [_scalar(edge) for edge in found.edges]
    return {"edges": edges, "counts": list(found.counts), "method": found.method}


def _patterns(found: tuple[tuple[str, int], ...] | None) -> list[dict[str, Any]] | None:
    return None if found is None else [{"pattern": pattern, "count": count} for pattern, count in found]


def _top_values(found: TopValues | None) -> dict[str, Any]:
    if found is None:
        return {"topValues": None, "topValuesMethod": None}
    values: list[dict[str, Any]]
    if found.exact:
        values = [{"value": one.value, "count": one.times} for one in found.values]
    else:
        values = [
            {"value": one.value, "count": one.times, "lower": one.lower, "upper": one.upper}
            for one in found.values
        ]
    method = {"method": "exact" if found.exact else "estimate", "least": found.least}
    return {"topValues": values, "topValuesMethod": method}


def _scalar(value: Scalar | None) -> int | float | str | None:
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        return str(value)
    return value.isoformat() if isinstance(value, date | time) else value
