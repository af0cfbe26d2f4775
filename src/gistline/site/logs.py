"""CloudWatch Logs, read as they grow.

Comes in: a target and a log group. Goes out: its events, oldest first, each once. Called by the commands that
follow what a function does, and by `verify`, `uploads`, `lastwords` and `story`.
"""

import itertools
import json
import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gistline.errors import StackError
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


@dataclass(slots=True)
class Tail:
    """The end of a log group: its events from `since` (milliseconds since 1970) on that match `pattern`.

    Lines that arrive late, with a time up to `LATE` earlier than the newest, are still seen. What was seen is told by
    id, stream, time and text: the local cloud gives no ids.
    """

    logs: "CloudWatchLogsClient"
    group: str
    since: int
    pattern: str = EVERYTHING
    _seen: dict[tuple[object, ...], int] = field(default_factory=dict)

    def news(self) -> Iterator[LogEvent]:
        """Look once, and yield what was not there at the last look.

        Raises:
            StackError: CloudWatch Logs refused, or has no such group.
        """
        for identity, event in _look(self.logs, self.group, self.since, self.pattern):
            if identity not in self._seen:
                self._seen[identity] = event.timestamp
                yield event
        self.since = max([self.since, *(timestamp - LATE for timestamp in self._seen.values())])
        self._seen = {identity: at for identity, at in self._seen.items() if at >= self.since}


def follow(
    target: Target, group: str, since: int, moments: Iterable[object], pattern: str = EVERYTHING
) -> Iterator[LogEvent]:
    """Yield the events of a `Tail` as they come: looks once at each of the `moments`."""
    tail = Tail(target.client("logs"), group, since, pattern)
    for _ in moments:
        yield from tail.news()


def if_readable(events: Iterable[LogEvent]) -> Iterator[LogEvent]:
    """Yield the events, or none where the log may not be read: for what is good to know and not needed."""
    try:
        yield from events
    except StackError:
        return


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
