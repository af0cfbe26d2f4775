"""CloudWatch Logs, read as they grow.

Comes in: a target and a log group. Goes out: its events, oldest first, each once. Called by the commands that
follow what a function does.
"""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gistline.stack.target import Target, explained

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

POLL = 0.05  # seconds between two looks at the local cloud; a look costs nothing there
POLL_AWS = 1.0  # FilterLogEvents allows 5 calls a second and account (CloudWatch Logs quotas)


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One line of a log: when it was written (milliseconds since 1970), and its text."""

    timestamp: int
    text: str

    @property
    def fields(self) -> dict[str, Any]:
        """The line as the JSON object it is, or nothing when it is one of Lambda's own lines."""
        try:
            value = json.loads(self.text)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


def looks(target: Target, seconds: float) -> Iterator[None]:
    """Yield at each moment at which to look into the log, until `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        yield
        time.sleep(POLL if target.endpoint else POLL_AWS)


def follow(target: Target, group: str, since: int, moments: Iterable[object]) -> Iterator[LogEvent]:
    """Yield the events of `group` from `since` (milliseconds since 1970) on, as they come.

    Looks once at each of the `moments`. Lines that arrive late, with an earlier time, are still seen: every
    look starts at `since`. What was seen is told by id, stream, time and text: the local cloud gives no ids.
    """
    logs = target.client("logs")
    seen: set[tuple[object, ...]] = set()
    for _ in moments:
        yield from _news(logs, group, since, seen)


def _news(
    logs: "CloudWatchLogsClient", group: str, since: int, seen: set[tuple[object, ...]]
) -> Iterator[LogEvent]:
    with explained(f"reading the log group {group}"):
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since)
        events = [event for page in pages for event in page["events"]]
    for event in sorted(events, key=lambda event: event["timestamp"]):
        identity = (event.get("eventId"), event["logStreamName"], event["timestamp"], event["message"])
        if identity not in seen:
            seen.add(identity)
            yield LogEvent(event["timestamp"], event["message"].rstrip("\n"))
