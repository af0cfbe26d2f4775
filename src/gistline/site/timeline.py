"""What a log tells of invocations: which line belongs to which, and how each attempt ended.

Comes in: lines of the summarizer's log. Goes out: `Invocation`s with their `Attempt`s as data. Called by the
commands `logs` and `trace`. Lambda's own lines are those of the Lambda Developer Guide, "Working with Lambda
function logs": START, END and REPORT, each with the request id; a retry has the request id of the first attempt.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from gistline.site.logs import LogEvent

_ROUTINE = re.compile(r"(START|END|REPORT|INIT_START|INIT_REPORT|EXTENSION|TELEMETRY)\b")
_REQUEST_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_NUMBERS = {
    "milliseconds": re.compile(r"\tDuration: ([\d.]+) ms"),
    "memory_used": re.compile(r"Max Memory Used: (\d+) MB"),
    "memory": re.compile(r"\tMemory Size: (\d+) MB"),
    "init_milliseconds": re.compile(r"Init Duration: ([\d.]+) ms"),
}


class Kind(StrEnum):
    """Who wrote a line."""

    OURS = "ours"  # the summarizer, one JSON object
    ROUTINE = "routine"  # Lambda, at each invocation
    OTHER = "other"  # Lambda or Python, when something went wrong


@dataclass(frozen=True, slots=True)
class Report:
    """What Lambda reports of one attempt; memory in MB, `init_milliseconds` only at a cold start."""

    milliseconds: float
    memory: int
    memory_used: int
    init_milliseconds: float | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run of the handler: when it started (milliseconds since 1970), what it said, how it ended."""

    started: int | None
    lines: tuple[LogEvent, ...]
    trouble: tuple[LogEvent, ...]
    report: Report | None


@dataclass(frozen=True, slots=True)
class Invocation:
    """All attempts at one event, and what the recorder said after the last where all of them failed."""

    request_id: str
    attempts: tuple[Attempt, ...]
    recorded: tuple[LogEvent, ...] = ()


def kind_of(event: LogEvent) -> Kind:
    """Tell who wrote a line."""
    if "requestId" in event.fields and "message" in event.fields:
        return Kind.OURS
    return Kind.ROUTINE if _ROUTINE.match(event.text) else Kind.OTHER


def request_id_of(event: LogEvent) -> str:
    """Return the id of the invocation that a line belongs to, or nothing where the line does not say it."""
    if kind_of(event) is Kind.OURS:
        return str(event.fields["requestId"])
    found = _REQUEST_ID.search(event.text)
    return found[0] if found else ""


def about(events: Iterable[LogEvent], key: str) -> Iterator[LogEvent]:
    """Yield the lines about `key` as they come, and all further lines of the invocations that name it.

    Lambda's START comes before any line that names the key; it is held back until one does.
    """
    held: dict[str, LogEvent] = {}
    known: set[str] = set()
    for event in events:
        request_id = request_id_of(event)
        if event.fields.get("key") == key:
            known.add(request_id)
            if request_id in held:
                yield held.pop(request_id)
            yield event
        elif kind_of(event) is not Kind.OURS and request_id in known:
            yield event
        elif event.text.startswith("START"):
            held[request_id] = event
        elif event.text.startswith("END"):
            held.pop(request_id, None)


def invocation(request_id: str, events: Iterable[LogEvent], key: str) -> Invocation:
    """Sort the lines of one invocation into its attempts; of our lines only those about `key` are kept."""
    attempts: list[list[LogEvent]] = []
    for event in events:
        if event.text.startswith("START") or not attempts:
            attempts.append([])
        attempts[-1].append(event)
    return Invocation(request_id, tuple(_attempt(lines, key) for lines in attempts))


def _attempt(events: list[LogEvent], key: str) -> Attempt:
    return Attempt(
        started=next((event.timestamp for event in events if event.text.startswith("START")), None),
        lines=tuple(event for event in events if event.fields.get("key") == key),
        trouble=tuple(event for event in events if kind_of(event) is Kind.OTHER),
        report=next((_report(event.text) for event in events if event.text.startswith("REPORT")), None),
    )


def _report(text: str) -> Report:
    numbers = {
        name: found[1] if (found := pattern.search(text)) else None for name, pattern in _NUMBERS.items()
    }
    init = numbers["init_milliseconds"]
    return Report(
        milliseconds=float(numbers["milliseconds"] or 0),
        memory=int(numbers["memory"] or 0),
        memory_used=int(numbers["memory_used"] or 0),
        init_milliseconds=float(init) if init else None,
    )
