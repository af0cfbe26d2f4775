"""How the rows of a file are written.

Comes in: nothing. Goes out: a frozen `Dialect`. `detect` finds it in the first lines; `grammar` reads lines by
it, `resource` publishes it. The names are those of Frictionless's Table Dialect.
"""

import csv
from typing import NamedTuple

from gistline.profile.encoding import LONGEST_CELL

DELIMITERS = (",", ";", "\t", "|")  # the earlier wins a tie
QUOTE = '"'


class Dialect(NamedTuple):
    """What separates rows and cells, where the header is, and how sure that is.

    `quote` is None if a quote is a letter like any other. `escape` is None if a quote inside a quoted cell is
    doubled. `labels` has one entry a column; `other_widths` are those that many rows have, too. `header_rows` are the numbers of its lines, 1 up, none if the file
    has no header; `header_sound` is false if a quote in them is where none may be.
    `data_line` is how many lines come before the first row of data. `confidence` is the delimiter's share of all
    scores, 0 to 1; `runner_up` is another delimiter and its share.
    """

    delimiter: str
    line_terminator: str
    labels: tuple[str, ...]
    quote: str | None = QUOTE
    escape: str | None = None
    skip_initial_space: bool = False
    other_widths: tuple[int, ...] = ()
    header_rows: tuple[int, ...] = (1,)
    header_sound: bool = True
    preamble_rows: int = 0
    data_line: int = 1
    confidence: float = 1.0
    runner_up: tuple[str, float] | None = None


def allow_long_cells() -> None:
    """Raise the process-wide limit of Python's csv module (131,072); never lower what somebody has set."""
    if csv.field_size_limit() < LONGEST_CELL:
        csv.field_size_limit(LONGEST_CELL)
