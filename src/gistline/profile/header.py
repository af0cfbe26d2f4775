"""Where the header is, told by the types of what is below it.

Comes in: the first rows of a table and its width. Goes out: a `Header`. Called by `detect`.

A row is no header if it fits the types of the columns below it: at least one of their numbers or dates is above
numbers or dates, and none of their texts is. A table of nothing but text keeps its first row as header. So
does a cross table, whose first cell is blank and stands above the names of its rows, even if its labels are numbers. Lines
above the header (titles, notes, blank lines) are preamble. Rows below it that hold text above at least two
columns of numbers or dates, and none of these, belong to the header: units, for example.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice, pairwise
from typing import NamedTuple

from gistline.profile.grammar import Row
from gistline.profile.recovery import Record
from gistline.profile.semantic import PERSONAL, kind_of
from gistline.profile.types import BLANK, MISSING, decide, read

_LOOKED_AT = 20  # rows that decide what a column holds
_MAJORITY = 0.6
_MOST_HEADER_ROWS = 3
_SHORT_SHARE, _SHORT_ROWS = 0.75, 2  # of rows that are all wider than the header
_YEARS = range(1500, 2200)
_FEW = 3
_DIGITS = 18


class Sampled(NamedTuple):
    """A row of the sample, and the index of its first line."""

    line: int
    record: Record

    @property
    def cells(self) -> Row:
        """The cells of the row."""
        return self.record.cells


class Header(NamedTuple):
    """The labels; indexes of the sampled rows they come from (none if there is no header), and of the first data row."""

    labels: tuple[str, ...]
    rows: tuple[int, ...]
    data: int


def find_header(rows: Sequence[Sampled], width: int) -> Header:
    """Find the header among the first rows, of which one at least is not blank; most have `width` cells."""
    lead = next(index for index, row in enumerate(rows) if not is_blank(row.cells))
    first = next((index for index, row in enumerate(rows) if _is_sound(row, width)), None)
    if first is None or (first != lead and not _is_preamble(rows, lead, first, width)):
        return Header(_padded(rows, lead, width), (lead,), lead + 1)
    first = _without_comments(rows, first, width)
    if not _is_sound(rows[first], width):
        return Header(_padded(rows, first, width), (first,), first + 1)
    if _is_data(rows, first, width):
        return Header(tuple(f"field{number}" for number in range(1, width + 1)), (), first)
    end = first + 1
    while end - first < _MOST_HEADER_ROWS and _is_more_header(rows, end, width):
        end += 1
    parts = zip(*(row.cells for row in rows[first:end]), strict=True)
    labels = rows[first].cells if end == first + 1 else [" ".join(filter(str.strip, part)) for part in parts]
    return Header(tuple(labels), tuple(range(first, end)), end)


def kinds_below(rows: Sequence[Sampled], start: int, width: int) -> list[str | None]:
    """Tell what most cells of each column hold, from a row on: a type, or None if that is text, nothing or no majority."""
    below = list(islice((row.cells for row in rows[start:] if _is_sound(row, width)), _LOOKED_AT))
    columns = zip(*below, strict=True) if below else [()] * width
    return [_majority(list(filter(None, map(_kind, cells)))) for cells in columns]


def is_blank(cells: Row) -> bool:
    """Tell whether a row has no value."""
    return not any(map(str.strip, cells))


def _is_sound(row: Sampled, width: int) -> bool:
    return row.record.sound and len(row.cells) == width and not is_blank(row.cells)


def _majority(kinds: Sequence[str]) -> str | None:
    kind, count = Counter(kinds).most_common(1)[0] if kinds else ("string", 0)
    return kind if kind != "string" and count >= _MAJORITY * len(kinds) else None


def _kind(cell: str) -> str | None:
    """Return the type that one cell alone would give its column; None if it holds no value."""
    shape = read(cell)[0]
    return None if shape in {BLANK, MISSING} else _kind_of(shape)


@cache
def _kind_of(shape: str) -> str:
    kind = decide({shape: 1}).type
    return "number" if kind == "integer" else kind


def votes(cells: Row, kinds: Sequence[str | None]) -> Iterator[bool]:
    """Yield, for every cell above a column of numbers or dates, whether it is one of these."""
    for cell, kind in zip(cells, kinds, strict=True):
        own = _kind(cell)
        if kind and own:
            yield own == kind


def _is_preamble(rows: Sequence[Sampled], lead: int, first: int, width: int) -> bool:
    """Tell whether the rows before the first of full width are no part of the table."""
    above = [row.cells for row in rows[lead:first]]
    if all(len(cells) <= 1 or cells[0].startswith("#") for cells in above):
        return True
    found = list(votes(rows[first].cells, kinds_below(rows, first + 1, width)))
    return bool(found) and not any(found)


def _without_comments(rows: Sequence[Sampled], first: int, width: int) -> int:
    """Skip lines that begin with "#", but for the last one if it is the header, as in `#id,name` above data."""
    end = first
    while end < len(rows) and (is_blank(rows[end].cells) or rows[end].cells[0].startswith("#")):
        end += 1
    if end == first or end == len(rows):
        return first
    last, below = rows[end - 1].cells, rows[end]
    found = list(votes(below.cells, kinds_below(rows, end + 1, width))) if _is_sound(below, width) else []
    is_header = len(last) == width and (any(found) or (not found and not last[0].startswith("# ")))
    return end - 1 if is_header else end


def _is_data(rows: Sequence[Sampled], first: int, width: int) -> bool:
    """Tell whether a row is none of labels: it holds somebody's address or number, or numbers like those below."""
    cells = rows[first].cells
    if any(kind_of(cell.strip()) in PERSONAL for cell in cells):
        return True
    if len(rows) == first + 1:
        return all(_kind(cell) == "number" for cell in cells)
    found = list(votes(cells, kinds_below(rows, first + 1, width)))
    below = [row.cells for row in rows[first + 1 :] if _is_sound(row, width)]
    if not found or not all(found) or _are_labels(cells, below):
        return False
    return bool(cells[0].strip()) or not all(row[0].strip() for row in below)


def _are_labels(cells: Row, below: Sequence[Row]) -> bool:
    """Tell whether the numbers of a row are labels: years above what is none, or 0, 1, 2 ... or 1, 2, 3 ..."""
    columns = [index for index, cell in enumerate(cells) if _kind(cell) == "number"]
    years = [_year(cells[index]) for index in columns]
    rising = all(one < other for one, other in pairwise(years))
    if years and all(years) and rising and not any(_year(row[index]) for row in below for index in columns):
        return True
    starts = {cells[index].strip() for index in columns[:1]} & {"0", "1"}
    return bool(starts) and _counts(cells, columns) and not any(_counts(row, columns) for row in below)


def _counts(cells: Row, columns: Sequence[int]) -> bool:
    """Tell whether so many cells, three at least, are whole numbers one after the other."""
    texts = [cells[index].strip() for index in columns]
    if len(texts) < _FEW or not all(text.isascii() and text.isdigit() for text in texts):
        return False
    first = int(texts[0][:_DIGITS])
    return texts == [str(number) for number in range(first, first + len(texts))]


def _year(cell: str) -> int:
    text = cell.strip()
    return int(text) if text.isascii() and text.isdigit() and int(text[:9]) in _YEARS else 0


def _is_more_header(rows: Sequence[Sampled], index: int, width: int) -> bool:
    if index >= len(rows) or not _is_sound(rows[index], width):
        return False
    kinds = kinds_below(rows, index + 1, width)
    found = list(votes(rows[index].cells, kinds))
    typed = sum(kind is not None for kind in kinds)
    return not any(found) and len(found) >= max(2, typed / 2)


def _padded(rows: Sequence[Sampled], lead: int, width: int) -> tuple[str, ...]:
    """Return the labels of a header that is not as wide as most rows.

    If nearly all rows are wider, their columns get blank labels: the first one if only one is missing, because
    it holds row names (as R writes them), unless the last column is empty.
    """
    labels, below = rows[lead].cells, [row.cells for row in rows[lead + 1 :] if not is_blank(row.cells)]
    wide = [cells for cells in below if len(cells) == width]
    if len(labels) >= width or len(wide) < _SHORT_ROWS or len(wide) < _SHORT_SHARE * len(below):
        return tuple(labels)
    missing = [""] * (width - len(labels))
    row_names = len(missing) == 1 and any(cells[-1].strip() for cells in wide)
    return tuple([*missing, *labels] if row_names else [*labels, *missing])
