"""The table as a Frictionless Data Resource (v2), so that other tools can read the file with it.

Comes in: the facts of a table. Goes out: a JSON object with the names of Frictionless
(https://datapackage.org/standard/data-resource/, table-dialect/ and table-schema/). Called by `summary`.
"""

from typing import Any

from gistline.profile.dialect import Dialect
from gistline.profile.facts import ColumnFacts, TableFacts
from gistline.profile.types import POINT, Style

_OF_A_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")


def resource(facts: TableFacts, path: str | None) -> dict[str, Any]:
    """Describe the file at `path` (an object key or a file name; None if it came without one)."""
    below = _below(path or "")
    return {
        "name": _name(path),
        "type": "table",
        **({"path": below} if below else {}),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": facts.encoding.value,
        **({"compression": facts.compression} if facts.compression else {}),
        "bytes": facts.size,
        **({"hash": f"sha256:{facts.digest}"} if facts.digest else {}),
        "dialect": _dialect(facts.dialect),
        "schema": {"fields": [_field(column) for column in facts.columns], "missingValues": [""]},
    }


def _below(path: str) -> str:
    """Give the path, or its end alone where readers would refuse it: it must neither begin at the root nor go up.

    Source: https://datapackage.org/standard/data-resource/#path-or-data
    """
    parts = path.split("/")
    return path if parts[0] and ".." not in parts else parts[-1]


def _name(path: str | None) -> str:
    """Name the resource after its file, in the letters that Frictionless allows."""
    file = (path or "").rpartition("/")[2].lower()
    stem = file.rpartition(".")[0] or file
    return "".join(letter if letter in _OF_A_NAME else "-" for letter in stem).strip("-.") or "table"


def _dialect(dialect: Dialect) -> dict[str, Any]:
    return {
        "delimiter": dialect.delimiter,
        "quoteChar": dialect.quote,
        "doubleQuote": dialect.quote is not None and dialect.escape is None,
        "escapeChar": dialect.escape,
        "lineTerminator": dialect.line_terminator,
        "header": bool(dialect.header_rows),
        "headerRows": list(dialect.header_rows),
        "skipInitialSpace": dialect.skip_initial_space,
        "commentChar": None,
    }


def _field(column: ColumnFacts) -> dict[str, Any]:
    """Describe a column; an ambiguous date is a string to a reader that has to parse it."""
    if column.format == "ambiguous":
        return {"name": column.label, "type": "string"}
    field: dict[str, Any] = {"name": column.label, "type": column.type}
    if column.type == "number":
        field |= _style(column.style)
    elif column.format:
        field["format"] = column.format
    if column.null_tokens:
        field["missingValues"] = ["", *column.null_tokens]
    return field


def _style(style: Style) -> dict[str, Any]:
    """Say how numbers are written, where it is not as Table Schema expects; `bareNumber`: without a unit."""
    field: dict[str, Any] = {}
    if style.decimal_char != POINT:
        field["decimalChar"] = style.decimal_char
    if style.group_char:
        field["groupChar"] = style.group_char
    if style.unit:
        field["bareNumber"] = False
    return field
