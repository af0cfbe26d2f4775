"""Everything that is known of one column, as a card for the terminal.

Comes in: the JSON object of a summary, and one of its `columns`. Goes out: what rich can print. Called by
`summarize`. What comes from a file is shown as plain text, as in `table`.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from gistline.commands import column as words
from gistline.commands.column import JsonObject
from gistline.commands.histogram import bars
from gistline.commands.table import headline, notes
from gistline.commands.terminal import plain
from gistline.commands.words import shown

_COUNTS = {"zeroCount": "zero", "negativeCount": "negative", "nanCount": "NaN", "infCount": "infinite"}
_WIDEST_BAR = 50


def only(summary: JsonObject, name: str) -> dict[str, Any]:
    """Keep of a table's summary the columns of that name, and the warnings about them and about the whole table.

    A name that is not there as written is looked for without regard to case and to spaces around it.
    """
    columns = summary["columns"]
    found = [column for column in columns if column["name"] == name]
    found = found or [column for column in columns if _alike(column["name"]) == _alike(name)]
    kept = {None, *(column["index"] for column in found)}
    warnings = [warning for warning in summary["warnings"] if warning["column"] in kept]
    return {**summary, "columns": found, "warnings": warnings}


def _alike(name: str) -> str:
    return name.strip().casefold()


def cards(summary: JsonObject) -> RenderableType:
    """Draw each column of a table's summary by itself."""
    columns = [part for column in summary["columns"] for part in (Text(), _card(column))]
    return Group(*headline(summary), *columns, *notes(summary))


def _card(column: JsonObject) -> RenderableType:
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for label, fact in _facts(column):
        facts.add_row(label, Text(shown(fact)) if isinstance(fact, str) else fact)
    name = plain(column["name"] or f"column {column['index']}", "bold")
    return Group(name, facts)


def _facts(column: JsonObject) -> Iterator[tuple[str, RenderableType]]:
    yield "type", " ".join(filter(None, (column["type"], column["format"])))
    yield from _meaning(column)
    yield from _counts(column)
    yield from _numbers(column)
    yield from _texts(column)
    if column.get("histogram"):
        yield "histogram", _Histogram(column["histogram"])


def _meaning(column: JsonObject) -> Iterator[tuple[str, str]]:
    """Say which types the values have, where not all have the same, and what they mean."""
    counts = column["typeCounts"]
    if len(counts) > 1:
        yield "fits", ", ".join(f"{name} {count:,}" for name, count in counts.items())
    if semantic := column.get("semantic"):
        yield "meaning", f"{semantic['value']} ({semantic['ratio']:.1%} of the values)"


def _counts(column: JsonObject) -> Iterator[tuple[str, str]]:
    count, missing = column["count"], column["nullCount"]
    yield "values", f"{count:,} of {count + missing:,}"
    if missing:
        yield "nulls", words.nulls(column)[0]
    tokens = {token: times for token, times in column["missingTokens"].items() if token and times}
    if tokens:
        yield "missing tokens", ", ".join(f"{token} ({times:,})" for token, times in tokens.items())
    distinct = column["distinct"]
    between = f" ({distinct['lower']:,} … {distinct['upper']:,})" if distinct["method"] == "estimate" else ""
    yield "distinct", words.distinct(column) + between


def _numbers(column: JsonObject) -> Iterator[tuple[str, str]]:
    if column["min"] is not None:
        yield "range", f"{words.value(column['min'])} … {words.value(column['max'])}"
    for name in ("mean", "stddev", "sum"):
        if column[name] is not None:
            yield name, words.value(column[name])
    counts = [f"{column[key]:,} {name}" for key, name in _COUNTS.items() if column[key]]
    if counts:
        yield "of these", ", ".join(counts)
    if column["quantiles"]:
        mark = words.about(column["quantileMethod"]["method"])
        each = (f"{float(rank):.0%} {mark}{words.value(at)}" for rank, at in column["quantiles"].items())
        yield "quantiles", "  ".join(each)


def _texts(column: JsonObject) -> Iterator[tuple[str, RenderableType]]:
    if length := column["length"]:
        yield (
            "length",
            f"{length['min']:,} … {length['max']:,} characters, mean {words.value(length['mean'])}",
        )
    if patterns := column.get("patterns"):
        yield "patterns", _tally((f"{each['count']:,}", each["pattern"]) for each in patterns)
    if column["redacted"]:
        yield "most frequent", "withheld (--values all shows them)"
    elif column["topValues"]:
        yield "most frequent", _tally((words.top_count(each), each["value"]) for each in column["topValues"])


def _tally(counts: Iterable[tuple[str, str]]) -> RenderableType:
    """Draw a line for each text, with its count before it."""
    lines = Table.grid(padding=(0, 2, 0, 0))
    lines.add_column(justify="right", no_wrap=True)
    for count, text in counts:
        lines.add_row(count, plain(text))
    return lines


class _Histogram:
    """A line for each bin, in the room that there is."""

    def __init__(self, histogram: JsonObject) -> None:
        self._histogram = histogram

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        edge = max(len(words.value(each)) for each in self._histogram["edges"])
        mark = words.about(self._histogram.get("method", "exact"))
        count = max(len(f"{mark}{each:,}") for each in self._histogram["counts"])
        room = options.max_width - 2 * edge - count - len(" …     ")
        for each in bars(self._histogram, min(max(room, 1), _WIDEST_BAR)):
            between = f"{words.value(each.low):>{edge}} … {words.value(each.high):>{edge}}"
            yield plain(f"{between}  {f'{mark}{each.values:,}':>{count}}  {each.bar}")
