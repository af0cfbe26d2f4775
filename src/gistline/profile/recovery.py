"""Rows that do not end where their line ends: how they are told from damaged ones.

Comes in: a grammar, a width, and lines to look ahead at. Goes out: one `Record` after the other. Called by
`detect` and the row reader, at a line that is not plain.

A row *fits* if it keeps to the grammar and has as many cells as the header (the width); where an exporter drops
cells at the end, so that many rows of the sample have another width, that one will do for telling rows apart. A place *makes sense* if a
row that fits begins there, or a blank line, or if the file ends there. The rule, at a line that is not plain:

1. *Joined.* If the line is open, those after it are read until the row closes, as the grammar has it. If that row
   fits, it is a sound row of several lines. Only where the place behind it makes no sense, rule 2 is tried first,
   and wins if it needs fewer lines: then the row has swallowed another one.
2. *Damaged.* Else the first place after the line is looked for at which a row that fits begins, and behind which
   the next place makes sense, too. What is before it is damaged. If these are several lines, they are one row if
   together they have about the right number of cells. If one of them fits by itself (in a table of three columns
   or more), if all have as many cells as the header, or if they are several rows that keep to the grammar but do not fit, they stay apart; else
3. *Alone.* the line is a damaged row by itself, and reading goes on at the next line.

In a damaged row, a quote for which the grammar has no place is a letter. So a stray quote never swallows what
comes after it, and a damaged row of several lines stays one row.

What a row can swallow is bounded: `MOST_LINES` lines and `LONGEST_CELL` characters. A scan for a closing quote
ends at the next quote that breaks the grammar, so that all scans together read each line a few times at most.
"""

from collections.abc import Collection
from typing import NamedTuple, Protocol

from gistline.profile.encoding import LONGEST_CELL
from gistline.profile.grammar import Grammar, Row

MOST_LINES = 100_000  # of one row
_MOST_DAMAGED = 50  # lines of a damaged row
_MANY = 3  # columns


class Lookahead(Protocol):
    """Where the current line is, and what comes then."""

    @property
    def number(self) -> int:
        """The number of the current line."""

    def ahead(self, count: int) -> str | None:
        """Return the line so many lines from here, 0 being the current one; None beyond the last."""


class Record(NamedTuple):
    """One row: its cells, how many lines it takes, and whether each of its quotes is in its place."""

    cells: Row
    lines: int
    sound: bool


class Recovery:
    """The rule above, for one table. As long as its width is not known (0), every row fits that keeps to the grammar."""

    def __init__(self, grammar: Grammar, width: int = 0, others: Collection[int] = ()) -> None:
        self.grammar = grammar
        self._width = width
        self._others = others
        self._barren = 0  # up to this line no row that fits begins

    def read(self, lines: Lookahead) -> Record:
        """Read the row that begins at the current line, which is not plain."""
        joined = self._joined(lines, 0, MOST_LINES)
        if joined and self._fits(joined) and self._makes_sense(lines, joined.lines):
            return joined
        taken = self._damaged(lines)
        swallows = joined is not None and 0 < taken < joined.lines
        if (
            joined
            and not swallows
            and (self._fits(joined) or self._keep_to_the_grammar(lines, joined.lines, taken))
        ):
            return joined
        if taken > 1:
            text = "".join(lines.ahead(count) or "" for count in range(taken))
            cells = self.grammar.literally(text, self._width).cells
            if self._may_be_one(len(cells)) and not self._swallows(lines, taken):
                return Record(cells, taken, sound=False)
        return Record(self.grammar.literally(lines.ahead(0) or "", self._width).cells, 1, sound=False)

    def _joined(self, lines: Lookahead, start: int, most: int) -> Record | None:
        """Read on from an open line until its row closes; None if it never does, or breaks the grammar."""
        first = lines.ahead(start)
        if first is None or not self.grammar.is_open(first):
            return None
        parts, size = [first], len(first)
        while len(parts) < most and (line := lines.ahead(start + len(parts))) is not None:
            parts.append(line)
            size += len(line)
            if size > LONGEST_CELL:
                return None
            if not self.grammar.stays_open(line):
                closes = self.grammar.closes(line)
                return Record(self.grammar.join(parts), len(parts), sound=True) if closes else None
        return None

    def _keep_to_the_grammar(self, lines: Lookahead, start: int, end: int) -> bool:
        """Tell whether some lines ahead are rows, of whatever width."""
        while start < end:
            line = lines.ahead(start) or ""
            row = None if self.grammar.is_plain(line) else self._joined(lines, start, end - start)
            if row is None and not self.grammar.is_plain(line):
                return False
            start += row.lines if row else 1
        return True

    def _row_at(self, lines: Lookahead, start: int) -> Record | None:
        """Return the row that begins so many lines from here; None unless it has a width that rows have."""
        line = lines.ahead(start)
        if line is None or not line.strip():
            return None
        if self.grammar.is_plain(line):
            record: Record | None = Record(self.grammar.join([line]), 1, sound=True)
        else:
            record = self._joined(lines, start, _MOST_DAMAGED)
        return record if record and (self._fits(record) or len(record.cells) in self._others) else None

    def _fits(self, record: Record) -> bool:
        return not self._width or len(record.cells) == self._width

    def _makes_sense(self, lines: Lookahead, start: int) -> bool:
        return self._is_blank(lines, start) or self._row_at(lines, start) is not None

    def _is_blank(self, lines: Lookahead, start: int) -> bool:
        """Tell whether there is nothing: a blank line, or no line."""
        line = lines.ahead(start)
        return line is None or not line.strip()

    def _damaged(self, lines: Lookahead) -> int:
        """Return how many lines there are before the next row that can be trusted; 0 if that is too far away."""
        count = max(1, self._barren - lines.number)
        while count <= _MOST_DAMAGED:
            if lines.ahead(count) is None:
                return count
            if self._is_blank(lines, count) and self._makes_sense(lines, count + 1):
                return count
            row = self._row_at(lines, count)
            if row and self._makes_sense(lines, count + row.lines):
                return count
            count += 1
        self._barren = lines.number + count
        return 0

    def _swallows(self, lines: Lookahead, taken: int) -> bool:
        """Tell whether all lines are damaged rows, or one is a row by itself; of two cells prose may be, too."""
        rows = (self._row_at(lines, count) for count in range(1, taken))
        widths = (
            len(self.grammar.literally(lines.ahead(at) or "", self._width).cells) for at in range(taken)
        )
        alone = self._width >= _MANY and any(row and row.lines == 1 for row in rows)
        return alone or all(width == self._width for width in widths)

    def _may_be_one(self, cells: int) -> bool:
        """Tell whether so many cells are rather one damaged row than several."""
        return self._width - 1 <= cells <= max(self._width, min(self._width + 1, 2 * self._width - 3))
