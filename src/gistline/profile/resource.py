"""The table as a Frictionless Data Resource (v2), so that other tools can read the file with it.

Comes in: the facts of a table. Goes out: a JSON object with the names of Frictionless
(https://datapackage.org/standard/data-resource/, table-dialect/ and table-schema/). Called by `summary`.
"""

from typing import Any

from gistline.profile.dialect import QUOTE, Dialect
from gistline.profile.facts import ColumnFacts, TableFacts

_OF_A_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")


def resource(facts: TableFacts, path: str | None) -> dict[str, Any]:
    """Describe the file at `path` (an object key or a file name; None if it came without one)."""
    return {
        "name": _name(path),
        "type": "table",
        **({"path": path} if path else {}),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": facts.encoding.value,
        "bytes": facts.size,
        "dialect": _dialect(facts.dialect, facts.preamble_rows),
        "schema": {"fields": [_field(column) for column in facts.columns], "missingValues": [""]},
    }


def _name(path: str | None) -> str:
    """Name the resource after its file, in the letters that Frictionless allows."""
    file = (path or "").rpartition("/")[2].lower()
    stem = file.rpartition(".")[0] or file
    return "".join(letter if letter in _OF_A_NAME else "-" for letter in stem).strip("-.") or "table"


def _dialect(dialect: Dialect, preamble_rows: int) -> dict[str, Any]:
    return {
        "delimiter": dialect.delimiter,
        "quoteChar": QUOTE,
        "doubleQuote": True,
        "escapeChar": None,
        "lineTerminator": dialect.line_terminator,
        "header": True,
        "headerRows": [preamble_rows + 1],
        "skipInitialSpace": False,
        "commentChar": None,
    }


def _field(column: ColumnFacts) -> dict[str, Any]:
    """Describe a column; an ambiguous date is a string to a reader that has to parse it."""
    if column.format == "ambiguous":
        return {"name": column.label, "type": "string"}
    field: dict[str, Any] = {"name": column.label, "type": column.type}
    if column.format:
        field["format"] = column.format
    if column.null_tokens:
        field["missingValues"] = ["", *column.null_tokens]
    return field
