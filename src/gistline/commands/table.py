"""A summary as a table for the terminal.

Comes in: the JSON object of a summary, from S3 or from the engine. Goes out: what rich can print. Called by
`summarize`, `show`, `put` and `demo`. It fits every terminal of 40 columns or more: each column of the CSV has one
line, what matters least gives way first, and sentences are wrapped at words. Whatever comes from a file is shown
as plain text: neither rich's markup nor a terminal's control sequences in it have an effect.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from gistline.commands import column as words
from gistline.commands.column import JsonObject
from gistline.commands.terminal import Fitting, plain
from gistline.commands.words import shown

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
_GAP = 2
_NAME, _VALUES = 10, 16  # letters; with less room for them, something else gives way
_KIND = 24  # letters of a type with its detail
_CITED = 40  # letters of a name within a sentence


class _Layout(NamedTuple):
    """What there is room for besides names, types and values."""

    details: bool = True
    null_counts: bool = True  # otherwise their share alone
    distinct: bool = True


_LAYOUTS = (
    _Layout(),
    _Layout(null_counts=False),
    _Layout(null_counts=False, distinct=False),
    _Layout(details=False, null_counts=False, distinct=False),
)


def render(summary: JsonObject) -> RenderableType:
    """Draw what is known of a CSV; without a table, say what became of it."""
    if summary["status"] != "complete":
        return _fate(summary)
    return Group(*headline(summary), Text(), _Columns(summary["columns"]), *notes(summary))


def headline(summary: JsonObject) -> Iterator[Text]:
    """Name the file; say how large it is, and how it was read."""
    resource, table = summary["resource"], summary["table"]
    yield plain(summary["source"]["key"] or resource.get("path") or resource["name"], "bold")
    counts = {"row": table["rowCount"], "column": table["columnCount"], "byte": resource["bytes"]}
    sizes = (f"{count:,} {unit}{'' if count == 1 else 's'}" for unit, count in counts.items())
    yield Text(", ".join([*sizes, *_form(resource)]))


def notes(summary: JsonObject) -> Iterator[RenderableType]:
    """Name what is wrong with rows, and what to know before trusting the table."""
    sentences = [*_damage(summary["table"]["errors"]), *_warnings(summary)]
    if not sentences:
        return
    lines = Table.grid(padding=(0, 1, 0, 0))
    for sentence in sentences:
        lines.add_row("!", Text(shown(sentence)), style="yellow")
    yield from (Text(), lines)


def _form(resource: JsonObject) -> Iterator[str]:
    delimiter = resource["dialect"]["delimiter"]
    if resource.get("compression"):
        yield resource["compression"]
    yield resource["encoding"]
    yield _DELIMITERS.get(delimiter) or shown(delimiter)
    if not resource["dialect"]["header"]:
        yield "no header"


def _fate(summary: JsonObject) -> Text:
    error = summary.get("error")
    reason = f": [{error['code']}] {error['message']} - {error['remedy']}" if error else ""
    return Text(shown(summary["status"] + reason))


def _damage(errors: JsonObject) -> Iterator[str]:
    if errors["examples"]:
        kinds = ", ".join(f"{count:,} {code}" for code, count in errors["byCode"].items())
        first = errors["examples"][0]
        yield f"damaged rows: {kinds}; the first is row {first['row']:,} in line {first['line']:,}"


def _warnings(summary: JsonObject) -> Iterator[str]:
    names = {column["index"]: column["name"] for column in summary["columns"]}
    for warning in summary["warnings"]:
        index, about = warning["column"], ""
        if index is not None:
            name = plain(names[index] or f"column {index}")
            name.truncate(_CITED, overflow="ellipsis")
            about = f"{name.plain}: "
        yield f"{about}{warning['message']} ({warning['code']})"


class _Columns:
    """A line for each column, in the fullest layout that the terminal has room for."""

    def __init__(self, columns: Sequence[JsonObject]) -> None:
        self._columns = columns
        self._names = [plain(column["name"]) for column in columns]
        self._values = [_values(column) for column in columns]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        name = max(len("column"), *(text.cell_len for text in self._names))
        values = max(len("values"), *(fitting.longest for fitting in self._values))
        for layout in _LAYOUTS:
            middle = self._middle(layout)
            taken = sum(_GAP + max(text.cell_len for text in texts) for texts in middle)
            room = options.max_width - taken - _GAP
            if room >= min(name, _NAME) + min(values, _VALUES):
                break
        yield self._table(middle, min(name, max(_NAME, room // 3, room - values)))

    def _middle(self, layout: _Layout) -> list[list[Text]]:
        """Write the columns between names and values, each with its heading."""
        texts = [[Text("type")], [Text("nulls", justify="right")], [Text("distinct", justify="right")]]
        for column in self._columns:
            texts[0].append(_kind(column) if layout.details else Text(column["type"]))
            texts[1].append(Text(words.nulls(column)[0 if layout.null_counts else -1], justify="right"))
            texts[2].append(Text(words.distinct(column), justify="right"))
        return texts if layout.distinct else texts[:2]

    def _table(self, middle: Sequence[Sequence[Text]], name_width: int) -> Table:
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, _GAP // 2))
        table.add_column("column", no_wrap=True, max_width=name_width)
        for heading, *_ in middle:
            table.add_column(heading, no_wrap=True)
        table.add_column("values")  # alone to give way
        for name, *texts, values in zip(
            self._names, *(each[1:] for each in middle), self._values, strict=True
        ):
            table.add_row(name, *texts, values)
        return table


def _kind(column: JsonObject) -> Text:
    text = Text(column["type"]).append_text(Text(f" {shown(words.detail(column))}".rstrip(), "dim"))
    text.truncate(_KIND, overflow="ellipsis")
    return text


def _values(column: JsonObject) -> Fitting:
    if column["redacted"]:
        return Fitting([Text("withheld", "dim")])
    return Fitting(map(plain, words.values(column)))
