"""How a CSV is written, found by reading its first lines in every way that can be meant.

Comes in: the first lines of the text. Goes out: a `Dialect`. Called by `profile.partial`.

Every candidate (delimiter, quote, escape) reads the sample with the row reader's own rules. Its score is the share
of rows that have the most frequent width and break no rule, times the share of cells that look like something:
a number, a date, or text without other delimiters in it. So one damaged row changes little, and `1,5;2,5` is
two decimals. The sniffers that exist (of Python, DuckDB, CleverCSV) lose the delimiter or the header over a
single damaged row.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gistline.errors import RejectedError
from gistline.profile.block import Block
from gistline.profile.dialect import DELIMITERS, QUOTE, Dialect
from gistline.profile.grammar import Grammar
from gistline.profile.header import Sampled, find_header, is_blank, kinds_below, votes
from gistline.profile.trial import Trial, best_quote, looks, read_in
from gistline.profile.types import TEXT, read

MOST_COLUMNS = 16_384  # as many as a spreadsheet has; a column without rows already takes some kilobytes

# Tried if no other splits the rows, and believed with more reason.
_RARE = (" ", ":", "~", "^", "\x1f", "\x1e", "\x01")
_SURE = 0.9  # share of rows, or of delimiters followed by a space
_MOST = 0.7  # share of rows below a title
_HALF = 0.5  # weight of a delimiter under which the first row is unlike the others
_LITTLE = 0.25  # the same if the other rows have one cell
_FEW = 3
_FEW_LINES = 20
_SEPARATOR = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # as spreadsheets write it into the first line


def detect(sample: Sequence[str], *, whole: bool = True) -> Dialect:
    """Choose the dialect under which the first lines are most consistent; `whole` if there are no others.

    If nothing splits the rows, the table has one column, and its delimiter is one that splits nothing.

    Raises:
        RejectedError: there is no header (`empty-file`), or it has no end (`too-many-columns`).
    """
    separator = _SEPARATOR.fullmatch(sample[0])
    skipped = 1 if separator else 0
    block = Block("".join(sample[skipped:]), 0, "utf-8")
    named = [separator[1]] if separator and any(separator[1] in line for line in sample[1:]) else []
    trials = [best_quote(block, one, whole=whole) for one in named or DELIMITERS if one in block.text]
    scores = _scores(trials)
    if not any(scores.values()):
        trials = [
            trial for one in _RARE if one in block.text and (trial := _believed(block, one, whole=whole))
        ]
        scores = {trial.grammar.delimiter: trial.share for trial in trials}
    if any(scores.values()):
        chosen = max(trials, key=lambda trial: scores[trial.grammar.delimiter])
        dialect = _dialect(chosen, sample, skipped)
        return dialect._replace(**_certainty(scores))
    only = _dialect(_one_column(block, whole=whole), sample, skipped)
    return only._replace(confidence=_HALF) if any(one in block.text for one in DELIMITERS) else only


def _certainty(scores: Mapping[str, float]) -> dict[str, Any]:
    """Return the confidence and the runner-up."""
    ranking = sorted(scores, key=lambda one: scores[one], reverse=True)
    first, *others = (round(scores[one] / sum(scores.values()), 4) for one in ranking)
    return {"confidence": first, "runner_up": (ranking[1], others[0]) if any(others[:1]) else None}


def _dialect(trial: Trial, sample: Sequence[str], skipped: int) -> Dialect:
    grammar, rows = trial.grammar, trial.rows
    if all(is_blank(row.cells) for row in rows):
        raise RejectedError(
            "the file holds nothing but blank lines",
            "upload a CSV that has at least a header",
            code="empty-file",
        )
    header = find_header(rows, trial.width)
    if len(header.labels) > MOST_COLUMNS:
        raise RejectedError(
            f"the header has {len(header.labels):,} columns; {MOST_COLUMNS:,} are the most",
            "check that the file is a CSV whose rows end in line breaks",
            code="too-many-columns",
        )
    last = rows[-1]
    data_line = rows[header.data].line if header.data < len(rows) else last.line + last.record.lines
    return Dialect(
        delimiter=grammar.delimiter,
        line_terminator=_terminator(sample[0]),
        labels=header.labels,
        quote=grammar.quote,
        escape=grammar.escape,
        skip_initial_space=grammar.skip,
        other_widths=_other_widths(trial, len(header.labels)),
        header_rows=tuple(rows[index].line + skipped + 1 for index in header.rows),
        header_sound=all(rows[index].record.sound for index in header.rows),
        preamble_rows=skipped + rows[header.rows[0] if header.rows else header.data].line,
        data_line=data_line + skipped,
    )


def _other_widths(trial: Trial, width: int) -> tuple[int, ...]:
    return tuple(one for one in (trial.width, *trial.others) if one != width)


def _terminator(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :] or "\n"


def _scores(trials: Sequence[Trial]) -> dict[str, float]:
    """Return the score of each delimiter."""
    promising = [trial for trial in trials if _weight(trial)]
    return {
        trial.grammar.delimiter: _weight(trial) * trial.share * (looks(trial) if len(promising) > 1 else 1)
        for trial in trials
    }


def _weight(trial: Trial) -> float:
    """Return what the first row says of a reading: 0 that it splits nothing."""
    lead = next((row.cells for row in trial.rows if not is_blank(row.cells)), [])
    if len(lead) == trial.width:
        return float(trial.width > 1)
    if len(lead) > 1:
        return _HALF if trial.width > 1 else _LITTLE
    return _HALF if _is_below_a_title(trial) else 0.0


def _is_below_a_title(trial: Trial) -> bool:
    """Tell whether a table begins below lines that have one cell, or whether these lines are the table."""
    rows = [row for row in trial.rows if not is_blank(row.cells)]
    fitting = [index for index, row in enumerate(rows) if len(row.cells) == trial.width]
    below = rows[fitting[0] : fitting[-1] + 1] if fitting else []
    if below and trial.rows[1].line == below[0].line and _is_no_header(below, trial.width):
        return False
    if trial.width == 1 or len(below) < 2 or len(fitting) < _MOST * len(below):  # noqa: PLR2004 - a header and a row
        return False
    return any(kinds_below(below, 1, trial.width)) or (
        trial.width >= _FEW and len(fitting) >= _SURE * len(below)
    )


def _is_no_header(below: Sequence[Sampled], width: int) -> bool:
    """Tell whether the first row right below a single line fits the types below it: then that line is the header."""
    found = list(votes(below[0].cells, kinds_below(below, 1, width)))
    return any(found) and not below[0].cells[0].startswith("#")


def _believed(block: Block, delimiter: str, *, whole: bool) -> Trial | None:
    """Read by a rare delimiter, if nearly all rows agree and at least half of their columns hold numbers or dates."""
    trial = best_quote(block, delimiter, whole=whole)
    fitting = sum(len(row.cells) == trial.width for row in trial.rows[1:])
    if trial.width == 1 or len(trial.rows) < 2 or fitting < _SURE * (len(trial.rows) - 1):  # noqa: PLR2004 - a header and a row
        return None
    lead, kinds = trial.rows[0].cells, kinds_below(trial.rows, 1, trial.width)
    typed = sum(kind is not None for kind in kinds)
    header = len(lead) == trial.width - 1 >= _FEW - 1 or (
        len(lead) == trial.width and not any(votes(lead, kinds))
    )
    if typed * 2 < trial.width or not (header or typed == len(lead) == trial.width) or _are_values(block):
        return None
    return trial


def _are_values(block: Block) -> bool:
    """Tell whether whole lines are numbers, dates or times: then nothing separates cells in them."""
    lines = [line for line in map(str.strip, block.lines) if line][:_FEW_LINES]
    return sum(read(line)[0] != TEXT for line in lines) * 2 > len(lines)


def _one_column(block: Block, *, whole: bool) -> Trial:
    unused = (delimiter for delimiter in (*DELIMITERS, *_RARE[::-1]) if delimiter not in block.text)
    grammar = Grammar(next(unused, DELIMITERS[0]), QUOTE, skip=False)
    return read_in(block, grammar, whole=whole)._replace(width=1)
