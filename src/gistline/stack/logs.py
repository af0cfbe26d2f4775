"""CloudWatch Logs, read as they grow.

Comes in: a target and a log group. Goes out: its events, oldest first, each once. Called by the commands that
follow what a function does, and by `verify`.
"""

import itertools
import json
import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gistline.stack.target import Target, explained

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

POLL = 0.05  # seconds between two looks at the local cloud; a look costs nothing there
POLL_AWS = 1.0  # FilterLogEvents allows 5 calls a second and account (CloudWatch Logs quotas)
LATE = 60_000  # milliseconds that a line may arrive behind a later one and still be seen
LONGEST_PATTERN = 1024  # characters (FilterLogEvents, filterPattern)
EVERYTHING = ""


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


def looks(
    target: Target,
    seconds: float = math.inf,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Yield at each moment at which to look into the log, until `seconds` have passed; the last is then."""
    deadline = clock() + seconds
    while (left := deadline - clock()) > 0:
        yield
        sleep(min(left, POLL if target.endpoint else POLL_AWS))
    yield


def about_key(part: str) -> str:
    """Make the filter pattern of lines whose key is `part`; `*` stands for anything.

    A pattern says less where its syntax has no sure way to say it, so that the lines must be looked at again.
    Source: CloudWatch Logs User Guide, "Filter pattern syntax for metric filters, subscription filters, and
    Live Tail", JSON log events.
    """
    pattern = f'{{ $.key = "{part}" }}'
    return EVERYTHING if set(part) & {'"', "\\"} or len(pattern) > LONGEST_PATTERN else pattern


def about_invocation(request_id: str) -> str:
    """Make the filter pattern of all lines of one invocation, Lambda's own among them."""
    return f'"{request_id}"'


def follow(
    target: Target, group: str, since: int, moments: Iterable[object], pattern: str = EVERYTHING
) -> Iterator[LogEvent]:
    """Yield the events of `group` from `since` (milliseconds since 1970) on that match `pattern`, as they come.

    Looks once at each of the `moments`. Lines that arrive late, with a time up to `LATE` earlier than the newest,
    are still seen. What was seen is told by id, stream, time and text: the local cloud gives no ids.
    """
    logs = target.client("logs")
    seen: dict[tuple[object, ...], int] = {}
    for _ in moments:
        for identity, event in _look(logs, group, since, pattern):
            if identity not in seen:
                seen[identity] = event.timestamp
                yield event
        since = max([since, *(timestamp - LATE for timestamp in seen.values())])
        seen = {identity: timestamp for identity, timestamp in seen.items() if timestamp >= since}


def read(target: Target, group: str, since: int, pattern: str = EVERYTHING) -> list[LogEvent]:
    """Return the events that stand there now; see `follow`."""
    return list(follow(target, group, since, itertools.repeat(None, 1), pattern))


def _look(
    logs: "CloudWatchLogsClient", group: str, since: int, pattern: str
) -> Iterator[tuple[tuple[object, ...], LogEvent]]:
    matching: Any = {"filterPattern": pattern} if pattern else {}
    with explained(f"reading the log group {group}"):
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=since, **matching
        )
        events = [event for page in pages for event in page["events"]]
    for event in sorted(events, key=lambda event: event["timestamp"]):
        identity = (event.get("eventId"), event["logStreamName"], event["timestamp"], event["message"])
        yield identity, LogEvent(event["timestamp"], event["message"].rstrip("\n"))
