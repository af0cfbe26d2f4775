"""What comes after an attempt to invoke a function asynchronously: AWS's rules for retries, as data.

Comes in: an event on its way to a function, and how the last attempt ended. Goes out: another attempt, or why the event
is given up. Called by `delivery`, which carries it out, and by `destination`, which sends word of it.

AWS's rules (Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation"):
a function's error is retried twice, after one minute and after two more; a throttle or a system error puts
the event back for up to six hours, waiting from 1 second up to 5 minutes, and uses up no attempt; an event
older than MaximumEventAge is given up. All these times run at one `Pace`. Since 2021-08-16 a reserved concurrency of zero
gives it up at once.
"""

import uuid
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

MINUTE = 60.0
THROTTLE_FIRST_WAIT = 1.0
THROTTLE_LONGEST_WAIT = 300.0


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
