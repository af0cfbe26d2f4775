"""The queue of asynchronous invocations.

Comes in: events that S3 (or `Invoke` with `InvocationType=Event`) was allowed to send. Goes out: calls of
`invoke`, never more at once than there are workers, and of `give_up` for what no attempt could handle.
Called by `ministack`. Knows no AWS client: what it needs comes in as functions. What comes after an attempt is said in
`attempts`.
"""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from gistline.localcloud.attempts import (
    Again,
    AsyncSettings,
    Attempt,
    Condition,
    Invocation,
    Kind,
    Pace,
    decide,
    is_too_old,
)
from gistline.localcloud.ledger import Fate, Ledger

logger = logging.getLogger(__name__)


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
