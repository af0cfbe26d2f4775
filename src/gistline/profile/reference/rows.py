"""Lines in, rows of equal width out; whatever is wrong with a row is written down.

Comes in: the lines of a file and its dialect. Goes out: batches of rows of as many cells as there are labels.
Called by `table`. A row with too few cells is completed with empty ones, a row with too many is cut; no row is
dropped. A row is damaged in one way at most. Lines that are not plain are read by the rule in `recovery`.

Notes below the table are no rows; which lines they are is told by `tail`, when it is known that nothing follows.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gistline.profile.dialect import Dialect
from gistline.profile.encoding import Lines
from gistline.profile.grammar import Grammar, Row
from gistline.profile.recovery import Record, Recovery
from gistline.profile.reference.tail import ENCODING_ERROR, MOST_NOTES, STRAY_QUOTE, error_of, fitted
from gistline.profile.state import Damaged, RowError, RowErrors
from gistline.profile.window import Window

BATCH_CELLS = 1 << 16
BATCH_BYTES = 1 << 22


_FEW = 3  # rows between two damaged ones from which on they are believed


class Batch(NamedTuple):
    """Some rows: sound ones, damaged ones, and those that are damaged only if the file is in UTF-8."""

    sound: list[Row]
    damaged: list[Row]
    foreign: list[Row]


class _Doubtful(NamedTuple):
    """A row that breaks the grammar or does not fit, and its text, before it is known whether it is a row at all."""

    row: Damaged
    text: str


class Rows:
    """The rows of one table, to be read once. `count` is how many there were.

    `tail` are the damaged ones after the last sound one, which are not among them: rows, or notes below the table.
    """

    def __init__(self, lines: Lines, dialect: Dialect) -> None:
        self._width = len(dialect.labels)
        self._grammar = Grammar.of(dialect)
        self._others = dialect.other_widths
        self._recovery = Recovery(self._grammar, self._width, dialect.other_widths)
        self._window = Window(lines.blocks(), self._grammar)
        self._sound: list[Row] = []
        self._damaged: list[Row] = []
        self._foreign: list[Row] = []
        self._doubtful: list[_Doubtful] = []  # since the last sound row
        self.errors, self.foreign = RowErrors(), RowErrors()
        self.count = 0
        self._since = _FEW  # sound rows since the last damaged one
        self._skip(dialect)

    def batches(self) -> Iterator[Batch]:
        """Yield rows in batches small enough to keep memory flat; the last may be empty."""
        most = max(1, BATCH_CELLS // self._width)
        begin = self.bytes_read
        while self._window.more():
            run = self._window.run()
            self._window.take(self._read_run(run) if run else self._read_odd())
            if (
                len(self._sound) + len(self._damaged) + len(self._foreign) >= most
                or self.bytes_read - begin >= BATCH_BYTES
            ):
                begin = self.bytes_read
                yield self._batch()
        yield self._batch()

    @property
    def tail(self) -> list[Damaged]:
        """The damaged rows after the last sound one."""
        return [one.row for one in self._doubtful]

    @property
    def lines_read(self) -> int:
        """How many lines the rows read so far have, with all that stands above them."""
        return self._window.number - 1

    @property
    def bytes_read(self) -> int:
        """How many bytes these lines have, and those after them that were looked at."""
        return self._window.size

    def _skip(self, dialect: Dialect) -> None:
        """Go to the first row of data; note what is wrong with the header."""
        for number in range(dialect.data_line):
            if self._window.more():
                if not dialect.header_sound and number + 1 == dialect.header_rows[0]:
                    position = self._window.position(0)
                    self.errors.add(RowError(STRAY_QUOTE, 0, *position, self._width, self._width))
                self._window.take(1)

    def _batch(self) -> Batch:
        batch = Batch(self._sound, self._damaged, self._foreign)
        self._sound, self._damaged, self._foreign = [], [], []
        return batch

    def _read_run(self, run: Sequence[str]) -> int:
        """Read lines that are rows."""
        rows = self._grammar.split(run)
        fit = set(map(len, rows)) == {self._width} and (self._width == 1 or all(map(any, rows)))
        if fit and self._window.all_right():
            self._settle(len(self._doubtful))
            self._sound += rows
            self._since += len(rows)
            self.count += len(rows)
        else:
            for index, row in enumerate(rows):
                self._add(Record(row, 1, sound=True), index)
        return len(run)

    def _read_odd(self) -> int:
        """Read the row that begins at a line which is not plain."""
        record = self._recovery.read(self._window)
        if not record.sound:
            self._suspect()
        self._add(record, 0)
        return record.lines

    def _suspect(self) -> None:
        """Let few rows between two damaged ones not decide on types: they may be lines of one multi-line cell."""
        few = self._since if self._since < _FEW and self._since <= len(self._sound) else 0
        self._damaged += self._sound[len(self._sound) - few :]
        del self._sound[len(self._sound) - few :]

    def _add(self, record: Record, index: int) -> None:
        """Take a row that begins so many lines from the current one."""
        fits = len(record.cells) == self._width
        if record.sound and fits and (self._width == 1 or any(record.cells)):
            self._settle(len(self._doubtful))
            self._since += 1
            self.count += 1
            self._add_whole(record, index)
            return
        self._since = 0
        text = "".join(self._window.ahead(index + line) or "" for line in range(record.lines))
        if (
            self._width == 1 and record.sound and len(record.cells) > 1
        ):  # nothing of a table of one column is cut
            record = record._replace(cells=[text.rstrip("\r\n"), *record.cells[1:]])
        row = Damaged(record.cells, not record.sound, *self._window.position(index))
        one = _Doubtful(row, text)
        self._doubtful.append(one if fits or record.sound else self._glued(one))
        self._settle(len(self._doubtful) - MOST_NOTES)

    def _add_whole(self, record: Record, index: int) -> None:
        """Take a row that fits, where its bytes are right."""
        wrong = self._window.wrong(index, record.lines)
        rows = {"": self._sound, "in UTF-8": self._foreign, "everywhere": self._damaged}[wrong]
        rows.append(record.cells)
        if wrong:
            errors = self.foreign if wrong == "in UTF-8" else self.errors
            place = self._window.position(index)
            errors.add(RowError(ENCODING_ERROR, self.count, *place, self._width, self._width))

    def _glued(self, last: _Doubtful) -> _Doubtful:
        """Join an odd line that is too short to those before it, if together they are one row.

        A multi-line cell whose opening quote is missing leaves such lines.
        """
        width, first = len(last.row.cells), len(self._doubtful)
        while first and width < self._width and len(self._doubtful[first - 1].row.cells) not in self._others:
            first -= 1
            width += max(0, len(self._doubtful[first].row.cells) - 1)
        if width != self._width:
            return last
        parts = [*self._doubtful[first:], last]
        del self._doubtful[first:]
        text = "".join(part.text for part in parts)
        cells = self._grammar.literally(text, self._width).cells
        return _Doubtful(parts[0].row._replace(cells=cells, odd=True), text)

    def _settle(self, count: int) -> None:
        """Note what is wrong with the first of the doubtful rows, and give them the width of the header."""
        for one in self._doubtful[: max(0, count)]:
            self.count += 1
            self.errors.add(error_of(one.row, self.count, self._width))
            self._damaged.append(fitted(one.row, self._width))
        del self._doubtful[: max(0, count)]
