"""Failures in words: as a table, in full, and as JSON.

Comes in: `Failure`s, and what the log knows of them. Goes out: text, or JSON objects. Called by `failures`. What a
function itself has said when it failed is not repeated: it might quote a cell.
"""

import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gistline.commands.redoing import WIDE
from gistline.commands.words import shown
from gistline.site.deadletters import DeadLetter
from gistline.site.failures import Failure
from gistline.site.timeline import Invocation

ROOMY = 100  # columns from which on a reason has room beside the others


def as_table(failures: Iterable[Failure], start: int, *, width: int | None = None) -> str:
    """Draw the list; keys begin at `start`, after the input prefix, as in `ls`.

    It has so many columns, or else those of the terminal or of COLUMNS; a pipe cuts no line.
    """
    drawn, terminal = io.StringIO(), sys.stdout.isatty()
    width = width or (None if terminal or os.environ.get("COLUMNS") else WIDE)
    console = Console(file=drawn, highlight=False, width=width, force_terminal=terminal)
    draw = _rows if console.width >= ROOMY else _paragraphs
    console.print(draw([_cells(each, start) for each in failures]))
    return drawn.getvalue()


def _cells(each: Failure, start: int) -> list[str]:
    name = each.name[start:] if each.keys else each.name
    status = f"{each.status}{'' if each.mark else ', not recorded'}"
    words = (name, moment(each.at), status, each.error.get("code", ""), each.error.get("message", ""))
    return [shown(str(word)) for word in words]


def _rows(failures: Iterable[list[str]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("csv", "when", "status", "code", "reason"):
        table.add_column(name, overflow="fold", no_wrap=name not in {"csv", "reason"})
    for cells in failures:
        table.add_row(*map(Text, cells))
    return table


def _paragraphs(failures: Iterable[list[str]]) -> Group:
    """Write each below the other where there is no room side by side."""
    lines: list[RenderableType] = []
    for name, *facts, reason in failures:
        lines.append(Text(name, overflow="fold"))
        lines += [Padding(Text(words), (0, 0, 0, 2)) for words in ("  ".join(facts), reason)]
    return Group(*lines)


def as_lines(each: Failure, invocations: Sequence[Invocation]) -> Iterator[str]:
    """Write all that is known of one failure."""
    facts = as_object(each, invocations, whole=True)
    yield shown(each.name)
    for name, value in facts.items():
        if name == "keys" or value in (None, [], {}):
            continue
        words = json.dumps(value) if isinstance(value, dict | list) else shown(str(value))
        yield f"  {name:<12}{words}"


def as_object(
    each: Failure, invocations: Sequence[Invocation] = (), *, whole: bool = False
) -> dict[str, Any]:
    """Give one failure as JSON; the `whole` of it with the event and the invocations, where they are known."""
    facts: dict[str, Any] = {
        "keys": list(each.keys),
        "where": str(each.place),
        "status": each.status,
        "when": moment(each.at),
        "code": each.error.get("code"),
        "reason": each.error.get("message"),
        "remedy": each.error.get("remedy"),
        "message": each.letter and each.letter.id,
    }
    return (
        facts | {"invocations": _invocations(each.letter, invocations), "event": _event(each)}
        if whole
        else facts
    )


def moment(at: datetime) -> str:
    """Write a time as `2026-11-23T12:00:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _invocations(letter: DeadLetter | None, known: Sequence[Invocation]) -> list[dict[str, Any]]:
    """Name the invocations by which the log can be searched, and how many attempts each had."""
    found: dict[str, int | None] = {one.request_id: len(one.attempts) for one in known}
    context = letter.record.get("requestContext", {}) if letter else {}
    if context.get("requestId"):
        found[context["requestId"]] = context.get("approximateInvokeCount")
    return [{"requestId": request_id, "attempts": attempts} for request_id, attempts in found.items()]


def _event(each: Failure) -> Any:
    return each.letter.record.get("requestPayload") if each.letter else None
