"""Damaged CSVs: a row of a clean table, or two, broken in one way; everything from a seed.

Comes in: a seed. Goes out: `Damaged` files, each with the clean table it was made of and the place of the damage.
Called by `test_damage`, which tries some hundreds, and by `fuzz.damage`, which tries tens of thousands.
Nothing here knows the engine.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from unit.profile.tables import DELIMITERS, Style, Table, longer, rarer, style, table, write

TypeOfDamage = Callable[[list[str], int, Random, Style], str | None]
_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is damaged: the row's number and the number of its first line, from 1; how many lines it has now."""

    row: int
    line: int
    lines: int


@dataclass(frozen=True, slots=True)
class Damaged:
    """One damaged file.

    Attributes:
        kind: what was done to it.
        table: the table as it was meant.
        written: how.
        text: the damaged file.
        places: where; more than one if it was done more than once.
        others: the rows that nothing was done to.
        meant: at each place, the row that was meant; no cells where the damage is a line of its own.
    """

    kind: str
    table: Table
    written: Style
    text: str
    places: tuple[Place, ...]
    others: tuple[tuple[str, ...], ...]
    meant: tuple[tuple[str, ...], ...]

    @property
    def most_rows(self) -> int:
        """How many rows may come of the damaged ones: as many as they have lines."""
        return sum(place.lines for place in self.places)

    def as_standard(self) -> list[list[str]] | None:
        """Return the rows that Python's csv reads in the file, header first; None if to it the file is no CSV."""
        return standard(self.text, self.written, len(self.table.labels))


def standard(text: str, written: Style, width: int) -> list[list[str]] | None:
    """Return what Python's csv reads, header first; None if a quote is misplaced or a row has not `width` cells."""
    file = io.StringIO(text, newline="")
    reader = csv.reader(file, delimiter=written.delimiter, quotechar=written.quote, strict=True)
    try:
        rows = list(reader)
    except csv.Error:
        return None
    return rows if all(len(row) == width for row in rows) else None


def is_valid(text: str, written: Style) -> bool:
    """Say whether quotes stand only where RFC 4180 has them: around a whole cell, and doubled within it.

    Python's csv takes them in other places too, and keeps them.
    """
    sign, quote = re.escape(written.delimiter), written.quote
    cell = rf"(?>{quote}(?:[^{quote}]|{quote}{quote})*+{quote}|[^{quote}{sign}\r\n]*+)"
    return re.fullmatch(rf"(?>{cell}(?:{sign}|\r\n|\r|\n))*+(?>{cell})?", text) is not None


def clean(table: Table, written: Style) -> str:
    """Write a table."""
    return _text([written.delimiter.join(record) for record in _records(table, written)], written)


def drawn(seed: int) -> tuple[Table, Style]:
    """Draw the table of that seed, undamaged."""
    random, odd = Random(seed), Random(f"odd {seed}")  # noqa: S311 - the same table for the same seed
    written = style(random)
    return longer(odd, table(random, written)), rarer(odd, written)


def cases(seed: int) -> Iterator[Damaged]:
    """Draw one table and damage it in every way that can be done to it, each time in another place."""
    random = Random(f"damage {seed}")  # noqa: S311 - the same files for the same seed
    whole, written = drawn(seed)
    height = len(whole.rows)
    for kind in KINDS:
        row = random.choice((1, height, random.randint(1, height)))
        if damaged := _damage(kind, (whole, written), (row,), random):
            yield damaged
        if kind in TWICE and height > 7:
            rows = sorted(random.sample(range(1, height + 1), 2))
            if damaged := _damage(kind, (whole, written), rows, random):
                yield replace(damaged, kind=f"{kind}, twice")


def _damage(kind: str, clean: tuple[Table, Style], rows: Sequence[int], random: Random) -> Damaged | None:
    whole, written = clean
    records = _records(whole, written)
    lines: list[tuple[str, bool]] = []
    for number, record in enumerate(records):
        if number in rows:
            broken = _broken(kind, record, written, random)
            if broken is None:
                return None
            lines.append((broken, True))
        if number not in rows or kind in OWN_LINE:
            lines.append((written.delimiter.join(record), False))
    text = _text([line for line, _ in lines], written)
    own = kind in OWN_LINE
    others = tuple(cells for number, cells in enumerate(whole.rows, start=1) if own or number not in rows)
    meant = tuple(() if own else whole.rows[row - 1] for row in rows)
    return Damaged(kind, whole, written, text, tuple(_places(lines)), others, meant)


def _broken(kind: str, record: list[str], written: Style, random: Random) -> str | None:
    """Damage a row in the first column, in random order, where it can be done."""
    columns = random.sample(range(len(record)), len(record))
    ways = (KINDS[kind](record, column, random, written) for column in columns)
    return next((line for line in ways if line is not None), None)


def _places(lines: list[tuple[str, bool]]) -> Iterator[Place]:
    line = 1
    for row, (text, damaged) in enumerate(lines):
        count = 1 + len(_BREAK.findall(text))
        if damaged:
            yield Place(row, line, count)
        line += count


def _records(table: Table, written: Style) -> list[list[str]]:
    header = write(table.labels, ("word",) * len(table.labels), written)
    return [header, *(write(row, table.kinds, written) for row in table.rows)]


def _text(lines: list[str], written: Style) -> str:
    return written.end.join(lines) + (written.end if written.ends_with_end else "")


def _joined(record: list[str], column: int, cell: str, written: Style) -> str:
    return written.delimiter.join([*record[:column], cell, *record[column + 1 :]])


def _is_quoted(cell: str, written: Style) -> bool:
    return len(cell) > 1 and cell[0] == written.quote


def _stray_start(record: list[str], column: int, random: Random, written: Style) -> str | None:
    return _joined(record, column, written.quote + record[column], written)


def _stray_middle(record: list[str], column: int, random: Random, written: Style) -> str | None:
    cell = record[column]
    if len(cell.strip(written.quote)) < 2:
        return None
    inside = 1 + _is_quoted(cell, written)
    at = random.randint(inside, len(cell) - inside)
    return _joined(record, column, cell[:at] + written.quote + cell[at:], written)


def _stray_end(record: list[str], column: int, random: Random, written: Style) -> str | None:
    return _joined(record, column, record[column] + written.quote, written)


def _missing_opening(record: list[str], column: int, random: Random, written: Style) -> str | None:
    cell = record[column]
    return _joined(record, column, cell[1:], written) if _is_quoted(cell, written) else None


def _missing_closing(record: list[str], column: int, random: Random, written: Style) -> str | None:
    cell = record[column]
    return _joined(record, column, cell[:-1], written) if _is_quoted(cell, written) else None


def _missing_delimiter(record: list[str], column: int, random: Random, written: Style) -> str | None:
    return _with_delimiter(record, column, "", written)


def _other_delimiter(record: list[str], column: int, random: Random, written: Style) -> str | None:
    other = random.choice([sign for sign in DELIMITERS if sign != written.delimiter])
    return _with_delimiter(record, column, other, written)


def _with_delimiter(record: list[str], column: int, sign: str, written: Style) -> str | None:
    if column == len(record) - 1:
        return None
    first, second = written.delimiter.join(record[: column + 1]), written.delimiter.join(record[column + 1 :])
    return first + sign + second


def _extra_delimiter(record: list[str], column: int, random: Random, written: Style) -> str | None:
    cell = record[column]
    at = random.randint(0, len(cell)) if random.random() < 0.5 else random.choice((0, len(cell)))
    return _joined(record, column, cell[:at] + written.delimiter + cell[at:], written)


def _quote_not_doubled(record: list[str], column: int, random: Random, written: Style) -> str | None:
    cell = record[column]
    places = [found.start() + 1 for found in re.finditer(written.quote * 2, cell[1:-1])]
    if not places:
        return None
    at = random.choice(places)
    return _joined(record, column, cell[:at] + cell[at + 1 :], written)


def _outer_doubled(record: list[str], column: int, random: Random, written: Style) -> str | None:
    cell, quote = record[column], written.quote
    if not _is_quoted(cell, written):
        return None
    return _joined(record, column, random.choice((quote + cell, cell + quote, quote + cell + quote)), written)


def _cut_off(record: list[str], column: int, random: Random, written: Style) -> str | None:
    line = written.delimiter.join(record)
    cut = _BREAK.split(line[: random.randint(1, len(line) - 1)])[0]
    return cut if cut.strip("\t \"',;|") and not cut.endswith("-") else None


def _lone_quote(record: list[str], column: int, random: Random, written: Style) -> str | None:
    return written.quote


KINDS: dict[str, TypeOfDamage] = {
    "stray quote, start": _stray_start,
    "stray quote, middle": _stray_middle,
    "stray quote, end": _stray_end,
    "missing opening quote": _missing_opening,
    "missing closing quote": _missing_closing,
    "missing delimiter": _missing_delimiter,
    "extra delimiter": _extra_delimiter,
    "another delimiter": _other_delimiter,
    "quote not doubled": _quote_not_doubled,
    "outer quote doubled": _outer_doubled,
    "row cut off": _cut_off,
    "a line of one quote": _lone_quote,
}
OWN_LINE = frozenset({"a line of one quote"})
TWICE = frozenset(kind for kind in KINDS if "quote" in kind)
