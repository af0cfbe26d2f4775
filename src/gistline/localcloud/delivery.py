"""The queue of asynchronous invocations, with AWS's rules for retries.

Comes in: events that S3 (or `Invoke` with `InvocationType=Event`) was allowed to send. Goes out: calls of
`invoke`, never more at once than there are workers, and of `give_up` for what no attempt could handle.
Called by `ministack`. Knows no AWS client: what it needs comes in as functions.

AWS's rules (Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation"):
a function's error is retried twice, after one minute and after two more; a throttle or a system error puts
the event back for up to six hours, waiting from 1 second up to 5 minutes, and uses up no attempt; an event
older than MaximumEventAge is given up. All these times run at one `Pace`. Since 2021-08-16 a reserved concurrency of zero gives it up at once.
"""

import heapq
import itertools
import logging
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from gistline.localcloud.ledger import Fate, Ledger

MINUTE = 60.0
THROTTLE_FIRST_WAIT = 1.0
THROTTLE_LONGEST_WAIT = 300.0

logger = logging.getLogger(__name__)


class Kind(StrEnum):
    """How an attempt to invoke a function ended."""

    OK = "ok"
    ERROR = "error"  # the function raised, crashed or timed out
    THROTTLED = "throttled"  # TooManyRequestsException: it did not run
    SYSTEM = "system"  # a system error: it could not be run
    LATE = "late"  # the event had become too old before it was its turn
    SHUT = "shut"  # its reserved concurrency is zero
    RECURSIVE = "recursive"  # its chain has come round to the function too often: it was not run
    GONE = "gone"  # there is no such function any more


class Condition(StrEnum):
    """Why an event was given up, in the words of AWS's invocation record; the last one's is not documented."""

    RETRIES_EXHAUSTED = "RetriesExhausted"
    EVENT_AGE_EXCEEDED = "EventAgeExceeded"
    ZERO_RESERVED_CONCURRENCY = "ZeroReservedConcurrency"
    RECURSIVE_INVOCATION = "RecursiveInvocation"  # our word, after Lambda's RecursiveInvocationException


_AT_ONCE = {
    Kind.SHUT: Condition.ZERO_RESERVED_CONCURRENCY,
    Kind.LATE: Condition.EVENT_AGE_EXCEEDED,
    Kind.RECURSIVE: Condition.RECURSIVE_INVOCATION,
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """The end of one attempt; `body` is what the function returned, or AWS's error object."""

    kind: Kind
    body: Any = None


@dataclass(frozen=True, slots=True)
class Invocation:
    """One event on its way to one function. All attempts share the request id, as on AWS."""

    function: str  # ARN
    payload: Any  # any JSON value
    accepted: float  # seconds on the queue's clock
    trace: str = ""  # header of the request that caused it
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    attempts: int = 0  # that ran
    throttles: int = 0  # and system errors
    waited: float = 0.0  # AWS's seconds that it has waited for its next attempts so far


@dataclass(frozen=True, slots=True)
class AsyncSettings:
    """A function's EventInvokeConfig, with Lambda's defaults."""

    max_retries: int = 2
    max_age: float = 21600.0  # seconds
    destination: str = ""  # ARN of the on-failure destination


@dataclass(frozen=True, slots=True)
class Again:
    """Try `invocation` once more in `after` seconds."""

    invocation: Invocation
    after: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the clock of retries runs: `minute` is the local length, in seconds, of one of AWS's minutes."""

    minute: float

    def __call__(self, seconds: float) -> float:
        """Turn AWS's seconds into local ones."""
        return seconds * self.minute / MINUTE


def decide(
    invocation: Invocation, attempt: Attempt, settings: AsyncSettings, pace: Pace, now: float
) -> Again | Condition | None:
    """Say what comes after an attempt: another one, giving up, or (None) nothing, because it is done."""
    if attempt.kind in (Kind.OK, Kind.GONE):
        return None
    if attempt.kind in _AT_ONCE:
        return _AT_ONCE[attempt.kind]
    if attempt.kind in (Kind.THROTTLED, Kind.SYSTEM):
        later = replace(invocation, throttles=invocation.throttles + 1)
        wait = min(THROTTLE_FIRST_WAIT * 2**invocation.throttles, THROTTLE_LONGEST_WAIT)
    else:
        wait = MINUTE * (invocation.attempts + 1)
        later = replace(invocation, attempts=invocation.attempts + 1, waited=invocation.waited + wait)
        if later.attempts > settings.max_retries:
            return Condition.RETRIES_EXHAUSTED
    too_late = is_too_old(later, settings, now + pace(wait))
    return Condition.EVENT_AGE_EXCEEDED if too_late else Again(later, pace(wait))


def is_too_old(invocation: Invocation, settings: AsyncSettings, now: float) -> bool:
    """Tell whether an event is older than its MaximumEventAge.

    The waits between attempts count as AWS's, however fast the clock of retries runs. The time in the queue,
    also after a throttle, counts as it is, so that a slow machine loses nothing that AWS would not lose.
    """
    return max(now - invocation.accepted, invocation.waited) > settings.max_age


@dataclass(frozen=True, slots=True)
class Doors:
    """What the queue calls: to invoke, to read a function's settings, to give an event up."""

    invoke: Callable[[Invocation], Attempt]
    settings: Callable[[str], AsyncSettings]
    give_up: Callable[
        [Invocation, Attempt, Condition, AsyncSettings], bool
    ]  # False: there was nowhere to send it


class DeliveryQueue:
    """Serves events with a bounded number of threads; an event that waits holds none of them."""

    def __init__(
        self,
        doors: Doors,
        ledger: Ledger,
        *,
        workers: int,
        pace: Pace,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._doors = doors
        self._ledger = ledger
        self._pace = pace
        self._clock = clock
        self._waiting: list[tuple[float, int, Invocation]] = []
        self._number = itertools.count()
        self._changed = threading.Condition()
        self._open = True
        self._unfinished = 0
        self._threads = [
            threading.Thread(target=self._work, name=f"delivery-{n}", daemon=True)
            for n in range(max(1, workers))
        ]
        for thread in self._threads:
            thread.start()

    @property
    def unfinished(self) -> int:
        """How many events wait or are worked on, whose end is not counted yet; their next attempts included."""
        with self._changed:
            return self._unfinished

    def put(self, function: str, payload: Any, after: float = 0.0, trace: str = "") -> str:
        """Accept an event for a function (its ARN) and return the request id of its invocation.

        Its first attempt is made in `after` seconds; `trace` is the header of the request that caused it.
        """
        invocation = Invocation(function, payload, accepted=self._clock(), trace=trace)
        with self._changed:
            self._unfinished += 1
        self._schedule(invocation, after)
        return invocation.request_id

    def close(self, timeout: float = 5.0) -> None:
        """Stop the workers after what they are doing now, for `timeout` seconds; what still waits is dropped."""
        deadline = time.monotonic() + timeout
        with self._changed:
            self._open = False
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _schedule(self, invocation: Invocation, after: float) -> None:
        with self._changed:
            heapq.heappush(self._waiting, (self._clock() + after, next(self._number), invocation))
            self._changed.notify()

    def _work(self) -> None:
        while (invocation := self._next_due()) is not None:
            try:
                self._attempt(invocation)
            except Exception:  # a worker must outlive whatever one event does to it
                logger.exception("delivery of %s failed", invocation.request_id)
                self._end(Fate.LOST, invocation)

    def _next_due(self) -> Invocation | None:
        with self._changed:
            while self._open:
                wait = self._waiting[0][0] - self._clock() if self._waiting else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._waiting)[2]
                self._changed.wait(wait)
        return None

    def _attempt(self, invocation: Invocation) -> None:
        attempt, settings = self._invoke(invocation)
        next_step = decide(invocation, attempt, settings, self._pace, self._clock())
        if isinstance(next_step, Again):
            self._count(Fate.RETRIED if attempt.kind is Kind.ERROR else Fate.THROTTLED, invocation)
            self._schedule(next_step.invocation, next_step.after)
        elif isinstance(next_step, Condition):
            if attempt.kind is Kind.RECURSIVE:
                self._count(Fate.RECURSIVE, invocation)
            ran = invocation.attempts + (attempt.kind is Kind.ERROR)
            sent = self._doors.give_up(replace(invocation, attempts=ran), attempt, next_step, settings)
            self._end(Fate.GIVEN_UP if sent else Fate.LOST, invocation)
        else:
            self._end(Fate.DELIVERED if attempt.kind is Kind.OK else Fate.LOST, invocation)

    def _invoke(self, invocation: Invocation) -> tuple[Attempt, AsyncSettings]:
        """Make an attempt, unless the event is too old; whatever goes wrong around it is a system error."""
        settings = AsyncSettings()
        try:
            # Before the attempt: once the function has run, nothing may hide that.
            settings = self._doors.settings(invocation.function)
            if is_too_old(invocation, settings, self._clock()):
                return Attempt(Kind.LATE), settings
            return self._doors.invoke(invocation), settings
        except Exception:
            logger.exception("invocation %s could not be run", invocation.request_id)
            return Attempt(Kind.SYSTEM), settings

    def _end(self, fate: Fate, invocation: Invocation) -> None:
        self._count(fate, invocation)
        with self._changed:
            self._unfinished -= 1

    def _count(self, fate: Fate, invocation: Invocation) -> None:
        self._ledger.count(fate, invocation.function)
