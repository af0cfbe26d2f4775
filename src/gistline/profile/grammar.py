"""What one line can be: the grammar of cells, and the best reading of a line that breaks it.

Comes in: a delimiter, a quote, an escape. Goes out: a `Grammar`, which tells sound lines from others and takes
them apart. Called by `recovery`, `detect` and the row reader.

The grammar is that of RFC 4180, with the delimiter, the quote and the escape of the dialect:

    row    = cell *(delimiter cell) end
    cell   = quoted / bare
    quoted = quote *(any character but quote, line ends included / quote quote / escape any) quote *(blank)
    bare   = *(any character but delimiter, quote and line ends)

A line is *plain* if it is a row. It is *open* if it begins a row and ends in the middle of a quoted cell. Any
other line is *odd*: it has a quote where none may be. An odd line is still taken apart, `literally`: a quote for
which the grammar has no place is a letter.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from gistline.profile.dialect import Dialect, allow_long_cells

Row = list[str]

_MOST_READINGS = 512  # delimiters times quotes of a line up to which all its readings are weighed


class Reading(NamedTuple):
    """A line taken apart, and how many of its cells hold a quote that is only a letter."""

    cells: Row
    literal: int


class Grammar:
    """The ways to read a line of one dialect. No text makes an expression take more than linear time."""

    def __init__(self, delimiter: str, quote: str | None, escape: str | None = None, *, skip: bool) -> None:
        allow_long_cells()
        self.delimiter = delimiter
        self.quote = quote
        self.escape = escape
        self.skip = skip

    @classmethod
    def of(cls, dialect: Dialect) -> "Grammar":
        """Return the grammar of a dialect."""
        return cls(dialect.delimiter, dialect.quote, dialect.escape, skip=dialect.skip_initial_space)

    @cached_property
    def _parts(self) -> dict[str, str]:
        """The expressions' building blocks; possessive quantifiers keep them linear."""
        delimiter, quote = re.escape(self.delimiter), re.escape(self.quote or "")
        other, escaped = (re.escape(self.escape), rf"|{re.escape(self.escape)}.") if self.escape else ("", "")
        blanks = "[" + "".join(blank for blank in " \t" if blank != self.delimiter) + "]*+"
        space = " *+" if self.skip else ""
        ends = rf"(?={delimiter}|[\r\n]*+\Z)"
        text = f"(?:[^{quote}{other}]++|{quote}{quote}{escaped})*+"
        bare = rf"(?:[^{delimiter}{quote}{other}\r\n]++{escaped})*+"
        cell = f"{space}(?:{quote}{text}{quote}{blanks}{ends}|{bare}{ends})"
        return {
            "delimiter": delimiter,
            "text": text,
            "cell": cell,
            "more": f"(?:{delimiter}{cell})*+",
            "opening": rf"{space}{quote}{text}\Z",
            "closed": f"{quote}{blanks}{ends}",
            "quoted": f"{space}{quote}(?P<text>{text}){quote}(?P<blanks>{blanks}){ends}",
            "bare": f"{space}(?:[^{delimiter}{other}]++{escaped})*+",
            "unescape": f"{other}([{other}{quote}{delimiter}])",
        }

    def _compiled(self, pattern: str) -> re.Pattern[str]:
        return re.compile(pattern.format_map(self._parts), re.DOTALL)

    # Each is compiled when it is first needed, because that takes a millisecond.
    @cached_property
    def _row(self) -> re.Pattern[str]:
        return self._compiled(r"{cell}{more}[\r\n]*+")

    @cached_property
    def _open(self) -> re.Pattern[str]:
        return self._compiled(r"(?:{cell}{delimiter})*+{opening}")

    @cached_property
    def _closes(self) -> re.Pattern[str]:
        return self._compiled(r"{text}{closed}{more}[\r\n]*+")

    @cached_property
    def _stays(self) -> re.Pattern[str]:
        return self._compiled(r"{text}(?:{closed}{more}{delimiter}{opening})?+\Z")

    @cached_property
    def _quoted(self) -> re.Pattern[str]:
        return self._compiled("{quoted}")

    @cached_property
    def _bare(self) -> re.Pattern[str]:
        return self._compiled("{bare}")

    @cached_property
    def _closing(self) -> re.Pattern[str]:
        return self._compiled("{closed}")

    @cached_property
    def _escaped(self) -> re.Pattern[str]:
        return self._compiled("{unescape}")

    def is_plain(self, line: str) -> bool:
        """Tell whether a line is a row."""
        return self.quote is None or self.quote not in line or self._row.fullmatch(line) is not None

    def is_open(self, line: str) -> bool:
        """Tell whether a line begins a row that goes on in the next line."""
        return self.quote is not None and self._open.fullmatch(line) is not None

    def closes(self, line: str) -> bool:
        """Tell whether a line ends a row that is in the middle of a quoted cell."""
        return self._closes.fullmatch(line) is not None

    def stays_open(self, line: str) -> bool:
        """Tell whether a row that is in the middle of a quoted cell still is after this line."""
        return self._stays.fullmatch(line) is not None

    def split(self, lines: Sequence[str]) -> list[Row]:
        """Take plain lines apart, each a row; a blank line is a row without cells."""
        if self.escape is not None and any(self.escape in line for line in lines):
            return [self._greedy(line.rstrip("\r\n")).cells if line.strip("\r\n") else [] for line in lines]
        return self._read(lines)

    def join(self, lines: Sequence[str]) -> Row:
        """Take the lines of one row apart: an open line, and others up to the one that closes it."""
        if self.escape is not None:
            return self._greedy("".join(lines).rstrip("\r\n")).cells
        return self._read(lines)[0]

    def literally(self, text: str, width: int) -> Reading:
        """Take text apart that breaks the grammar: into as many cells as `width`, if that can be.

        Of all such readings it is the one in which the fewest cells hold a quote that is only a letter. Line
        ends inside the text are letters; those at its end do not count.
        """
        text = text.rstrip("\r\n")
        reading = self._greedy(text)
        if self.quote is None or (len(reading.cells) == width and not reading.literal):
            return reading
        if text.count(self.delimiter) * text.count(self.quote) > _MOST_READINGS:
            return reading
        return self._weighed(text, width) or reading

    def _read(self, lines: Iterable[str]) -> list[Row]:
        reader = csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            skipinitialspace=self.skip,
        )
        return list(reader)

    def _greedy(self, text: str) -> Reading:
        """Read a cell as quoted if it is, else up to the next delimiter."""
        if self.quote is None:
            return Reading(text.split(self.delimiter), 0)
        cells: Row = []
        literal = position = 0
        while True:
            quoted = self._quoted.match(text, position)
            if quoted:
                cells.append(self._value(quoted["text"]) + quoted["blanks"])
                position = quoted.end()
            else:
                bare = text[position : (position := self._bare_end(text, position))]
                literal += self.quote in bare
                cells.append(self._unescaped(bare.lstrip(" ") if self.skip else bare))
            if position >= len(text):
                return Reading(cells, literal)
            position += 1

    def _bare_end(self, text: str, start: int) -> int:
        match = self._bare.match(text, start)
        end = match.end() if match else start
        if end < len(text) and text[end] != self.delimiter:  # an escape with nothing behind it
            return len(text)
        return end

    def _weighed(self, text: str, width: int) -> Reading | None:
        """Go through all readings, cell by cell; keep the best one up to each position."""
        best: dict[int, tuple[int, tuple[object, ...]]] = {0: (0, ())}
        closings = [(match.start(), match.end()) for match in self._closing.finditer(text)]
        for _ in range(width):
            following: dict[int, tuple[int, tuple[object, ...]]] = {}
            for position, (literal, path) in best.items():
                for end, cost, cell in self._cells_at(text, position, closings):
                    known = following.get(end + 1)
                    if known is None or literal + cost < known[0]:
                        following[end + 1] = (literal + cost, (path, cell))
            best = following
        found = best.get(len(text) + 1)
        return Reading(list(_unrolled(found[1])), found[0]) if found else None

    def _cells_at(
        self, text: str, start: int, closings: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[int, int, str]]:
        """Yield every cell that can begin at `start`: where it ends, what it costs, what it holds."""
        if start > len(text):
            return
        quote = self.quote or ""
        inside = start + len(text[start:]) - len(text[start:].lstrip(" ")) if self.skip else start
        if text.startswith(quote, inside):
            for closing, end in closings:
                if closing > inside:
                    content = text[inside + 1 : closing]
                    yield (
                        end,
                        int(quote in content.replace(quote * 2, "")),
                        self._value(content) + text[closing + 1 : end],
                    )
        end = self._bare_end(text, start)
        bare = text[inside:end]
        yield end, int(quote in bare), self._unescaped(bare)

    def _value(self, quoted: str) -> str:
        quote = self.quote or ""
        return self._unescaped(quoted.replace(quote * 2, quote))

    def _unescaped(self, text: str) -> str:
        return self._escaped.sub(r"\1", text) if self.escape else text


def _unrolled(path: tuple[object, ...]) -> Row:
    cells: Row = []
    while path:
        path, cell = path  # type: ignore[assignment]
        cells.append(cell)  # type: ignore[arg-type]
    return cells[::-1]
