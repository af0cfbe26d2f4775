"""What must hold for any bytes whatsoever: a summary that loses nothing, or a refusal by a documented code; in time.

Comes in: bytes. Goes out: what became of them, in a word. Raises AssertionError where something does not hold.
Called by `fuzz`, many thousand times, and by `test_fuzz`, some hundred times. The right summary of such bytes is not
known, so what can be asked is:

* a summary passes the JSON Schema, is JSON without NaN, and is the same when the bytes come in small pieces;
* every column has a value or a null in every row; every error lies inside the file;
* rows, header and the lines before it and after the last row are no more than there are lines; and no fewer, where the file holds no quote, for
  nothing else can join lines;
* where neither error nor warning says otherwise, each character that is no space, quote, escape or delimiter is found
  again: in a value, a missing token, the header or the lines before it.
"""

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from random import Random
from time import process_time
from typing import Any

import error_codes

from gistline.errors import RejectedError
from gistline.profile import summarize
from unit.profile.oracle import validator

Summary = dict[str, Any]

MOST_SECONDS = 10  # of this process
_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_BREAK = re.compile(r"\r\n|\r|\n")
_HARMLESS = frozenset({"leading-zeros", "plus-sign", "ambiguous-date", "blank-label", "duplicate-label"})


class Pieces(io.BytesIO):
    """A file that gives a few bytes at a time, as a slow connection does."""

    def read(self, size: int | None = -1, /) -> bytes:
        few = Random(self.tell()).choice((1, 2, 3, 7, 64))  # noqa: S311 - the same pieces for the same file
        return super().read(few if size is None or size < 0 else min(size, few))


def summary_of(file: io.BytesIO) -> Summary:
    return summarize(file, published="all", clock=lambda: _NOON).to_dict()


def check(content: bytes, summary_of: Callable[[io.BytesIO], Summary] = summary_of) -> str:
    """Summarise, twice; return the code of the refusal, or "summary"."""
    began = process_time()
    outcome = _outcome(io.BytesIO(content), summary_of)
    assert process_time() - began < MOST_SECONDS, "slow"
    assert _outcome(Pieces(content), summary_of) == outcome, "another outcome when read in pieces"
    if isinstance(outcome, str):
        assert outcome in _documented(), f"an undocumented code: {outcome}"
        return outcome
    _is_well_formed(outcome)
    _is_inside(outcome, content)
    text = _text(outcome, content)
    if text is not None:
        _accounts_for_lines(outcome, text)
        _keeps_characters(outcome, text)
    return "summary"


def _outcome(file: io.BytesIO, summary_of: Callable[[io.BytesIO], Summary]) -> Summary | str:
    try:
        return summary_of(file)
    except RejectedError as error:
        return error.code


@cache
def _documented() -> frozenset[str]:
    return frozenset(error_codes.codes())


def _is_well_formed(summary: Summary) -> None:
    validator().validate(summary)
    json.dumps(summary, allow_nan=False).encode()
    rows = summary["table"]["rowCount"]
    for column in summary["columns"]:
        assert column["count"] + column["nullCount"] == rows, "a row without a cell"
        assert sum(column["missingTokens"].values()) >= column["missingTokens"][""], "negative tokens"
        assert (
            column["distinct"]["lower"] <= column["distinct"]["value"] <= column["distinct"]["upper"] <= rows
        )
    assert len(summary["columns"]) == summary["table"]["columnCount"]


def _is_inside(summary: Summary, content: bytes) -> None:
    table = summary["table"]
    errors = table["errors"]
    assert errors["count"] == sum(errors["byCode"].values()), "errors without a code"
    assert len(errors["examples"]) == min(10, errors["count"]), "errors without an example"
    for error in errors["examples"]:
        assert error["row"] <= table["rowCount"], "an error beyond the last row"
        if summary["resource"].get("compression") is None:
            assert error["byteOffset"] < len(content), "an error beyond the last byte"
    assert table["blankRowCount"] <= table["rowCount"]


def _text(summary: Summary, content: bytes) -> str | None:
    """Return the text, where it is certain what it is."""
    encoding = summary["detection"]["encoding"]
    if encoding["value"] != "utf-8" or encoding["replacedBytes"] or summary["resource"].get("compression"):
        return None
    return content.decode("utf-8-sig").rstrip("\x1a")  # with which DOS ends a file


def _accounts_for_lines(summary: Summary, text: str) -> None:
    lines = _BREAK.split(text)
    if not lines[-1]:
        lines.pop()
    heads = _lines_before_rows(summary) + summary["detection"]["footerRows"]
    rows = summary["table"]["rowCount"]
    assert rows + heads <= len(lines), f"{rows} rows and {heads} other lines, of {len(lines)} lines"
    if not {'"', "'"} & set(text):
        while lines and not lines[-1].strip():
            lines.pop()
        assert rows + heads >= len(lines), f"{rows} rows and {heads} other lines, of {len(lines)} lines"


def _lines_before_rows(summary: Summary) -> int:
    """Return where the rows begin: after how many lines."""
    header: list[int] = summary["resource"]["dialect"]["headerRows"]
    before: int = summary["detection"]["preambleRows"]
    return max([before, *header])


def _keeps_characters(summary: Summary, text: str) -> None:
    dialect = summary["resource"]["dialect"]
    if summary["table"]["errors"]["count"] or {each["code"] for each in summary["warnings"]} - _HARMLESS:
        return
    if any(_BREAK.search(column["name"]) for column in summary["columns"]):
        return
    signs = {dialect["delimiter"], dialect["quoteChar"], dialect["escapeChar"]}
    if summary["detection"]["footerRows"]:
        return
    rows = _BREAK.split(text)[_lines_before_rows(summary) :]
    meant = sum(char not in signs and not char.isspace() for line in rows for char in line)
    kept = sum(
        (round(column["length"]["mean"] * column["count"]) if column["length"] else 0)
        + sum(len(token) * count for token, count in column["missingTokens"].items())
        for column in summary["columns"]
    )
    assert meant <= kept, f"of {meant} characters, {kept} were kept"
