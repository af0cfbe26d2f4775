"""Which delimiter a CSV uses, and how sure that is.

Comes in: the first lines of the text. Goes out: a frozen `Dialect`. Called by `profile.summarize`.

Every candidate splits the sample, outside quotes. Its score is the share of rows that then have the most
frequent number of cells, so that one damaged row changes little; it counts half if the header differs.
"""

import csv
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from gistline.profile.encoding import LONGEST_CELL

DELIMITERS = (",", ";", "\t", "|")  # the earlier wins a tie
QUOTE = '"'


class Dialect(NamedTuple):
    """How the rows are written. `confidence` is the delimiter's share of all scores, 0 to 1."""

    delimiter: str
    line_terminator: str
    confidence: float
    runner_up: tuple[str, float] | None = None  # another delimiter and its share


def detect(sample: Sequence[str]) -> Dialect:
    """Choose the delimiter under which the sampled lines are most consistent.

    If none splits the header, the table has one column, and its delimiter is one that splits nothing.
    """
    allow_long_cells()
    terminator = _terminator(sample[0])
    scores = {delimiter: _score(sample, delimiter) for delimiter in DELIMITERS}
    ranking = sorted(DELIMITERS, key=lambda delimiter: scores[delimiter], reverse=True)
    total = sum(share for share, _ in scores.values())
    if not total:
        return _one_column(sample, terminator)
    best, second = ((delimiter, round(scores[delimiter][0] / total, 4)) for delimiter in ranking[:2])
    return Dialect(best[0], terminator, best[1], second if second[1] else None)


def allow_long_cells() -> None:
    """Raise the process-wide limit of Python's csv module (131,072); never lower what somebody has set."""
    if csv.field_size_limit() < LONGEST_CELL:
        csv.field_size_limit(LONGEST_CELL)


def _score(sample: Sequence[str], delimiter: str) -> tuple[float, int]:
    """Return the share of consistent rows and, to break ties, the number of cells."""
    rows = csv.reader(sample, delimiter=delimiter)
    widths = [len(row) for row in rows if "".join(row).strip()]
    if not widths or widths[0] == 1:
        return 0.0, 1
    width, frequency = Counter(widths).most_common(1)[0]
    share = frequency / len(widths)
    return (share if widths[0] == width else share / 2), width


def _one_column(sample: Sequence[str], terminator: str) -> Dialect:
    used = {delimiter for delimiter in DELIMITERS for line in sample if delimiter in line}
    unused = (delimiter for delimiter in DELIMITERS if delimiter not in used)
    return Dialect(next(unused, DELIMITERS[0]), terminator, 0.5 if used else 1.0)


def _terminator(line: str) -> str:
    stripped = line.rstrip("\r\n")
    ending = line[len(stripped) :]
    return ending or "\n"
