"""A summary as a table for the terminal.

Comes in: the JSON object of a summary, from S3 or from the engine. Goes out: what rich can print. Called by
`summarize` and `demo`. Whatever comes from a file is shown as plain text: neither rich's markup nor a terminal's
control sequences in it have an effect.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

JsonObject = Mapping[str, Any]

_GROUPED = 10_000
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def render(summary: JsonObject) -> RenderableType:
    """Draw what is known of a CSV; without a table, say what became of it."""
    if summary["status"] != "complete":
        return _fate(summary)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("column")  # this one and the last give way in a narrow terminal
    table.add_column("type", no_wrap=True)
    table.add_column("nulls", no_wrap=True, justify="right")
    table.add_column("distinct", no_wrap=True, justify="right")
    table.add_column("values")
    for column in summary["columns"]:
        table.add_row(*_row(column))
    return Group(*_headline(summary), Text(), table, *_notes(summary))


def _fate(summary: JsonObject) -> Text:
    error = summary.get("error")
    words = f": [{error['code']}] {error['message']} - {error['remedy']}" if error else ""
    return _plain(summary["status"] + words)


def _headline(summary: JsonObject) -> Iterator[Text]:
    resource, table = summary["resource"], summary["table"]
    name = _plain(summary["source"]["key"] or resource.get("path") or resource["name"])
    name.stylize("bold")
    yield name
    delimiter = resource["dialect"]["delimiter"]
    size = f"{table['rowCount']:,} rows, {table['columnCount']:,} columns, {resource['bytes']:,} bytes"
    yield Text(f"{size}, {resource['encoding']}, {_DELIMITERS.get(delimiter, delimiter)}")


def _row(column: JsonObject) -> Iterator[Text]:
    yield _plain(column["name"])
    yield Text(column["type"])
    yield Text(f"{column['nullCount']:,}" if column["nullCount"] else "")
    distinct = column["distinct"]
    yield Text(f"{'~' if distinct['method'] == 'estimate' else ''}{distinct['value']:,}")
    yield Text("withheld", style="dim") if column["redacted"] else _plain(_values(column))


def _values(column: JsonObject) -> str:
    """Show the range of numbers and times, and the most frequent of other values."""
    if column["type"] in {"string", "boolean"}:
        return ", ".join(f"{top['value']} ({top['count']:,})" for top in column["topValues"] or ())
    if column["min"] is None:
        return ""
    mean = f", mean {_value(column['mean'])}" if column["mean"] is not None else ""
    return f"{_value(column['min'])} … {_value(column['max'])}{mean}"


def _value(value: Any) -> str:
    """Show a number in groups of three digits from 10,000 on: below, it may well be a year."""
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) >= _GROUPED else f"{value:.6g}"
    return f"{value:,}" if isinstance(value, int) and abs(value) >= _GROUPED else str(value)


def _notes(summary: JsonObject) -> Iterator[Text]:
    """Name what is wrong with rows, and what to know before trusting the table."""
    errors, warnings = summary["table"]["errors"], summary["warnings"]
    if errors["examples"] or warnings:
        yield Text()
    if errors["examples"]:
        kinds = ", ".join(f"{count:,} {code}" for code, count in errors["byCode"].items())
        first = errors["examples"][0]
        yield Text(
            f"damaged rows: {kinds}; the first is row {first['row']:,} in line {first['line']:,}", "yellow"
        )
    for warning in warnings:
        column = warning["column"]
        where = (
            f"{summary['columns'][column]['name'] or 'column ' + str(column)}: " if column is not None else ""
        )
        yield _plain(f"{where}{warning['message']} ({warning['code']})", "yellow")


def _plain(text: str, style: str = "") -> Text:
    """Show text as it is, on one line, cut where there is no more room."""
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
    return Text(shown, style, no_wrap=True, overflow="ellipsis")
