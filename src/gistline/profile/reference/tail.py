"""The damaged rows at the end of a table: are they rows, or notes below it?

Comes in: damaged rows behind the last sound one. Goes out: how many of them are notes, and what is wrong with the
others. Called by `rows`, and by `merging` when the last row is in: only then is an end an end.

Notes are no rows: lines that have a single cell, or fewer than half of them, up to the end of the file, behind a
blank line; or lines of a single cell that begins like a note. A row that was cut off looks different.
"""

from collections.abc import Sequence
from itertools import takewhile

from gistline.profile.state import Damaged, RowError

BLANK_ROW, MISSING_CELL, EXTRA_CELL, STRAY_QUOTE = "blank-row", "missing-cell", "extra-cell", "stray-quote"
ENCODING_ERROR = "encoding-error"

MOST_NOTES = 20  # lines below the table
_NOTES = ("#", "*", "note:", "notes:", "source:", "sources:")


def count_notes(tail: Sequence[Damaged], width: int) -> int:
    """Tell how many of the last rows are notes below a table of so many columns."""
    first = len(tail)
    while first and not tail[first - 1].odd and _is_short(tail[first - 1], width):
        first -= 1
    end = tail[first:]
    blank = next((index for index, one in enumerate(end) if not any(one.cells)), None)
    if blank is not None and any(any(one.cells) for one in end[blank:]):
        return len(end) - blank
    return len(list(takewhile(_begins_like_a_note, reversed(end)))) if width > 1 else 0


def error_of(one: Damaged, row: int, width: int) -> RowError:
    """Say what is wrong with a row that has this number."""
    return RowError(_code(one, width), row, one.line, one.byte_offset, width, len(one.cells))


def fitted(one: Damaged, width: int) -> list[str]:
    """Complete a row that is too short with empty cells, cut one that is too long."""
    return one.cells[:width] + [""] * (width - len(one.cells))


def _code(one: Damaged, width: int) -> str:
    if one.odd:
        return STRAY_QUOTE
    if not any(one.cells):
        return BLANK_ROW
    return MISSING_CELL if len(one.cells) < width else EXTRA_CELL


def _is_short(one: Damaged, width: int) -> bool:
    return len(one.cells) <= 1 or len(one.cells) * 2 < width


def _begins_like_a_note(one: Damaged) -> bool:
    return len(one.cells) == 1 and one.cells[0].lower().startswith(_NOTES)
