"""Lines in, rows of equal width out; whatever is wrong with a row is written down.

Comes in: the lines of a file and its dialect. Goes out: the header, then batches of rows of as many cells.
Called by `table`. A row with too few cells is completed with empty ones, a row with too many is cut; no row is
dropped. A row is damaged in one way at most.
"""

import csv
from collections.abc import Iterator

from gistline.errors import RejectedError
from gistline.profile.dialect import QUOTE, Dialect, allow_long_cells
from gistline.profile.encoding import Lines
from gistline.profile.state import RowError, RowErrors

MOST_COLUMNS = 16_384  # as many as a spreadsheet has; a column without rows already takes some kilobytes
BATCH_CELLS = 1 << 16
BATCH_BYTES = 1 << 22

BLANK_ROW, MISSING_CELL, EXTRA_CELL = "blank-row", "missing-cell", "extra-cell"
UNREADABLE = "source-error"  # an open quote, or a cell that is too long

Row = list[str]
_SENTINEL = "\n"  # one line more than there are: a blank row, unless an open quote swallows it


class Rows:
    """The rows of one table, to be read once.

    Raises:
        RejectedError: `empty-file` if there is no header, `too-many-columns`; whatever `Lines` raises.
    """

    def __init__(self, lines: Lines, dialect: Dialect) -> None:
        allow_long_cells()
        self._lines = lines
        self._ended = False
        self._reader = csv.reader(self._lines_and_sentinel(), delimiter=dialect.delimiter, quotechar=QUOTE)
        self._records = self._read()
        self._begin = (1, lines.offset)  # line and byte offset of the current row
        self._unreadable = False  # the current row
        self.errors = RowErrors()
        self.open_quotes = self.long_cells = 0
        self.count = self.preamble = 0
        self.header: Row = []
        self._read_header()

    def batches(self) -> Iterator[tuple[list[Row], list[Row]]]:
        """Yield sound and damaged rows in batches small enough to keep memory flat; the last may be empty."""
        width = len(self.header)
        alone = width == 1  # then an empty cell (`""`) is no blank row
        most = max(1, BATCH_CELLS // width)
        sound: list[Row] = []
        damaged: list[Row] = []
        end = self._lines.offset + BATCH_BYTES
        for record in self._records:
            self.count += 1
            if len(record) == width and (alone or any(record)) and not self._unreadable:
                sound.append(record)
            else:
                damaged.append(self._fitted(record))
            if len(sound) + len(damaged) >= most or self._lines.offset >= end:
                yield sound, damaged
                sound, damaged = [], []
                end = self._lines.offset + BATCH_BYTES
        yield sound, damaged

    def _read_header(self) -> None:
        """Take the first row that is not a blank line."""
        for record in self._records:
            if record and (len(record) > 1 or not record[0].isspace()):
                _refuse_endless(record)
                self.header = record
                if self._unreadable:
                    self._note(UNREADABLE, len(record))
                return
            self.preamble += 1
        raise RejectedError(
            "the file holds nothing but blank lines",
            "upload a CSV that has at least a header",
            code="empty-file",
        )

    def _lines_and_sentinel(self) -> Iterator[str]:
        yield from self._lines
        self._ended = True
        yield _SENTINEL

    def _read(self) -> Iterator[Row]:
        """Yield every record; one that the csv module gives up on is a row without cells."""
        while not self._ended:
            try:
                yield from self._readable()
            except csv.Error:  # the limit of a cell's length; the module goes on with the next line
                self.long_cells += 1
                self._unreadable = True
                yield []
                self._next()

    def _readable(self) -> Iterator[Row]:
        for record in self._reader:
            if self._ended:
                if record:
                    self.open_quotes += 1
                    self._unreadable = True
                    record[-1] = record[-1].removesuffix(_SENTINEL)
                    yield record
                return
            yield record
            self._next()

    def _next(self) -> None:
        self._begin = (self._reader.line_num + 1, self._lines.offset)
        self._unreadable = False

    def _fitted(self, record: Row) -> Row:
        """Note what is wrong with a row, and give it the width of the header."""
        width = len(self.header)
        self._note(_damage(record, width, unreadable=self._unreadable), len(record))
        return record[:width] + [""] * (width - len(record))

    def _note(self, code: str, actual: int) -> None:
        self.errors.add(RowError(code, self.count, *self._begin, len(self.header), actual))


def _damage(record: Row, width: int, *, unreadable: bool) -> str:
    if unreadable:
        return UNREADABLE
    if not any(record):
        return BLANK_ROW
    return MISSING_CELL if len(record) < width else EXTRA_CELL


def _refuse_endless(header: Row) -> None:
    if len(header) > MOST_COLUMNS:
        raise RejectedError(
            f"the header has {len(header):,} columns; {MOST_COLUMNS:,} are the most",
            "check that the file is a CSV whose rows end in line breaks",
            code="too-many-columns",
        )
