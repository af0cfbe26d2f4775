"""One way to read the first lines of a CSV: what comes out, and how good it looks.

Comes in: a block of lines and a grammar. Goes out: a `Trial`. Called by `detect`, which compares them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gistline.profile.block import Block
from gistline.profile.dialect import DELIMITERS, QUOTE
from gistline.profile.grammar import Grammar
from gistline.profile.header import Sampled, is_blank
from gistline.profile.recovery import Record, Recovery
from gistline.profile.types import TEXT, read
from gistline.profile.window import Window

_SURE = 0.9  # share of delimiters followed by a space
_ODD_ROWS, _ODD_SHARE = 3, 0.1  # from which on quotes are taken for letters, in a file that quotes nothing
_MANY = 0.2  # share of rows that may well be shorter than the others
_WEIGHED = 50  # rows whose cells are looked at


class Trial(NamedTuple):
    """One way to read the sample: what came out, and how good it looks."""

    grammar: Grammar
    rows: Sequence[Sampled]
    width: int
    others: tuple[int, ...]
    share: float


def read_in(block: Block, grammar: Grammar, *, whole: bool) -> Trial:
    """Read the sample: once to learn its width, once more by that width if there are quotes to be judged."""
    rows = list(_rows(block, Recovery(grammar), whole=whole))
    width, others = _widths(rows)
    if not all(row.record.sound and row.record.lines == 1 for row in rows):
        rows = list(_rows(block, Recovery(grammar, width, others), whole=whole))
        width, others = _widths(rows)
    filled = [row for row in rows if not is_blank(row.cells)]
    fitting = sum(row.record.sound and len(row.cells) == width for row in filled)
    return Trial(grammar, rows, width, others, fitting / len(filled) if filled else 0.0)


def _rows(block: Block, recovery: Recovery, *, whole: bool) -> Iterator[Sampled]:
    """Yield the rows of the sample; what its end has cut off is left out."""
    grammar = recovery.grammar
    window = Window(iter([block]), grammar)
    line = 0
    while window.more():
        run = window.run()
        if run:
            for row in grammar.split(run):
                yield Sampled(line, Record(row, 1, sound=True))
                line += 1
            window.take(len(run))
            continue
        record = recovery.read(window)
        if line and not (whole or record.sound) and grammar.is_open(window.ahead(0) or ""):
            return
        yield Sampled(line, record)
        window.take(record.lines)
        line += record.lines


def _widths(rows: Sequence[Sampled]) -> tuple[int, tuple[int, ...]]:
    """Return the most frequent number of cells (of equally frequent ones the larger), and others that many rows have."""
    widths = Counter(len(row.cells) for row in rows if not is_blank(row.cells))
    usual = max(widths, key=lambda width: (widths[width], width), default=1)
    few = max(_ODD_ROWS, _MANY * widths.total())
    return usual, tuple(width for width in sorted(widths) if width != usual and widths[width] >= few)


def best_quote(block: Block, delimiter: str, *, whole: bool) -> Trial:
    """Choose quote and escape for a delimiter; the usual ones win a tie."""
    skip = _skips(block.text, delimiter)
    usual = read_in(block, Grammar(delimiter, QUOTE, skip=skip), whole=whole)
    others = []
    if '\\"' in block.text:
        others.append(Grammar(delimiter, QUOTE, "\\", skip=skip))
    if len(re.findall(rf"(?:^|{re.escape(delimiter)}) ?'", block.text, re.MULTILINE)) > 1:
        others.append(Grammar(delimiter, "'", skip=skip))
    if _quotes_nothing(usual, block):
        others.append(Grammar(delimiter, None, skip=skip))
    best, score = usual, 0.0
    for trial in [usual, *(read_in(block, grammar, whole=whole) for grammar in others)]:
        if (own := trial.share * (looks(trial) if others else 1)) > score:
            best, score = trial, own
    return best


def _skips(text: str, delimiter: str) -> bool:
    return delimiter == " " or text.count(f"{delimiter} ") >= _SURE * text.count(delimiter)


def _quotes_nothing(trial: Trial, block: Block) -> bool:
    """Tell whether quotes are nowhere where they should be, and often elsewhere: then they are inches or seconds."""
    odd = [row for row in trial.rows if not row.record.sound]
    quoted = (QUOTE in block.lines[row.line] for row in trial.rows if row.record.sound)
    return len(odd) >= max(_ODD_ROWS, _ODD_SHARE * len(trial.rows)) and not any(quoted)


def looks(trial: Trial) -> float:
    """Return the share of cells that look like something."""
    fitting = [row.cells for row in trial.rows if len(row.cells) == trial.width][:_WEIGHED]
    cells = [cell for row in fitting for cell in row]
    foreign = set(DELIMITERS) - {trial.grammar.delimiter}
    return sum(_is_clean(cell, foreign) for cell in cells) / len(cells) if cells else 0.0


def _is_clean(cell: str, foreign: set[str]) -> bool:
    if read(cell)[0] != TEXT:
        return True
    wrapped = len(cell) > 1 and cell[0] == cell[-1] and cell[0] in "\"'"
    return not wrapped and foreign.isdisjoint(cell)
