"""Clean tables to damage: every mixture of types, widths, delimiters, quoting and line ends, from a seed.

Comes in: a `random.Random`. Goes out: a `Table` of text cells and a `Style` to write it in. Called by `damage` and by
whatever needs many clean CSVs whose every cell is known. Nothing here knows the engine.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

DELIMITERS = (",", ";", "\t", "|")
QUOTINGS = ("minimal", "all", "non-numeric")
ENDS = ("\n", "\r\n", "\r")
WORDS = (
    "red",
    "Rug",
    "lamp",
    "Olga",
    "green",
    "box",
    "Paris",
    "Zürich",
    "north",
    "table",
    "o'clock",
    "sofa",
    "ok",
)
LABELS = (
    "id",
    "name",
    "Amount",
    "day",
    "city",
    "unit price",
    "note",
    "colour",
    "code",
    "weight",
    "flag",
    "owner",
)
TYPES = {
    "integer": "integer",
    "decimal": "number",
    "comma": "number",
    "date": "date",
    "boolean": "boolean",
    "word": "string",
    "text": "string",
    "lines": "string",
    "code": "string",
}
_DAY = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Style:
    """How a table is written down."""

    delimiter: str
    quoting: str
    end: str
    quote: str = '"'
    ends_with_end: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """The cells as meant. `kinds` says what each column holds; TYPES, which type that is."""

    labels: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def style(random: Random) -> Style:
    return Style(random.choice(DELIMITERS), random.choice(QUOTINGS), random.choice(ENDS))


def rarer(random: Random, style: Style) -> Style:
    """Return the style, or now and then one that fewer files have."""
    quote = "'" if style.quoting == "all" and random.random() < 0.1 else '"'
    return replace(style, quote=quote, ends_with_end=random.random() < 0.8)


def longer(random: Random, table: Table) -> Table:
    """Return the table, or now and then one of many more rows."""
    return replace(table, rows=table.rows * 25) if random.random() < 0.02 else table


def table(random: Random, style: Style) -> Table:
    """Draw a table. Every column keeps a value when any two rows are taken away, and no row is blank."""
    width, height = random.randint(2, 12), random.randint(3, 60)
    texts = ["word", "text", "code"] + (["lines"] if random.random() < 0.4 else [])
    mixed = ["integer", "integer", "decimal", "date", "boolean", *texts]
    if style.delimiter != ",":
        mixed.append("comma")
    kinds = random.choices(texts if random.random() < 0.25 else mixed, k=width)
    share = random.choice((0, 0, 0.1, 0.4))
    rows = [[_cell(random, kind, style) for kind in kinds] for _ in range(height)]
    for index, row in enumerate(rows[3:], start=3):
        kept = index % width
        row[:] = [c if i == kept or random.random() >= share else "" for i, c in enumerate(row)]
    random.shuffle(rows)
    labels = tuple(random.sample(LABELS, width))
    return Table(labels, tuple(kinds), tuple(map(tuple, rows)))


def write(cells: tuple[str, ...], kinds: tuple[str, ...], style: Style) -> list[str]:
    """Return the cells of one row as they stand in the file, with their quotes."""
    return [_quoted(cell, kind, style) for cell, kind in zip(cells, kinds, strict=True)]


def _quoted(cell: str, kind: str, style: Style) -> str:
    quote = style.quote
    needed = any(sign in cell for sign in (style.delimiter, quote, "\n", "\r"))
    wanted = style.quoting == "all" or (
        style.quoting == "non-numeric" and TYPES.get(kind) not in {"integer", "number"}
    )
    return quote + cell.replace(quote, quote * 2) + quote if needed or wanted else cell


def _words(random: Random, most: int) -> str:
    return " ".join(random.choices(WORDS, k=random.randint(1, most)))


def _text(random: Random, style: Style) -> str:
    inserts = (
        "",
        "",
        ", ",
        "; ",
        ' "quoted" ',
        '15" ',
        " it's ",
        f"{style.delimiter} ",
        f'"{style.delimiter}"',
        " | ",
    )
    return f"{_words(random, 3)}{random.choice(inserts)}{_words(random, 3)}"


def _lines(random: Random, style: Style) -> str:
    end = random.choice((style.end, "\n")) if style.end == "\r\n" else style.end
    return end.join(_text(random, style) for _ in range(random.choice((1, 1, 2, 3))))


_CELLS: dict[str, Callable[[Random], str]] = {
    "integer": lambda random: str(random.randint(-50, 9999)),
    "decimal": lambda random: f"{random.randint(-9999, 99999) / 100:.2f}",
    "comma": lambda random: f"{random.randint(0, 99999) / 100:.2f}".replace(".", ","),
    "date": lambda random: (_DAY + timedelta(random.randint(0, 900))).isoformat(),
    "boolean": lambda random: random.choice(("true", "false")),
    "word": lambda random: random.choice(WORDS),
    "code": lambda random: f"0{random.randint(0, 9999):04}",
}


def _cell(random: Random, kind: str, style: Style) -> str:
    if kind == "text":
        return _text(random, style)
    if kind == "lines":
        return _lines(random, style)
    return _CELLS[kind](random)
