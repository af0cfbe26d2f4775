"""Following CloudFormation while it works.

Comes in: a CloudFormation client and a stack's id. Goes out: each `StackEvent` once, in order, to whoever
listens, and a `StackError` if it ends badly. Called by `apply` and `destroy`.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gistline.errors import StackError
from gistline.stack.remedies import remedy_for

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

GOOD_ENDS = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
# The local cloud is ready in a second, AWS in a minute or two: ask often at first, then seldom, then give up.
FIRST_PAUSE, GROWTH, LONGEST_PAUSE, PATIENCE = 0.1, 1.3, 3.0, 1800.0
# What a resource says when it was stopped because another one had failed.
CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class StackEvent:
    """One line of CloudFormation's diary: a resource's logical id (or the stack's name), status and reason."""

    id: str
    resource: str
    status: str
    reason: str = ""

    @property
    def is_failure(self) -> bool:
        """Whether this resource failed by itself."""
        return self.status.endswith("_FAILED") and CANCELLED not in self.reason.lower()


@dataclass(slots=True)
class Diary:
    """What CloudFormation wrote about one stack, as far as it was read."""

    cloudformation: "CloudFormationClient"
    stack: str
    read: set[str]

    def news(self) -> list[StackEvent]:
        """Give the events that were not read before, oldest first."""
        fresh = [event for event in self._newest_first() if event.id not in self.read]
        self.read.update(event.id for event in fresh)
        return fresh[::-1]

    def refusals(self) -> list[StackEvent]:
        """Give what the validation before the newest operation found; it stands in no ordinary event.

        Source: AWS, CloudFormation User Guide, "Validate stack deployments".
        """
        failed = self.cloudformation.describe_events(StackName=self.stack, Filters={"FailedEvents": True})
        events = failed["OperationEvents"]
        return [
            StackEvent(
                event["EventId"],
                event.get("LogicalResourceId", ""),
                "VALIDATION_FAILED",
                event.get("ValidationStatusReason", ""),
            )
            for event in events
            if event.get("EventType") == "VALIDATION_ERROR"
            and event.get("ValidationFailureMode") == "FAIL"
            and event.get("OperationId") == events[0].get("OperationId")
        ]

    def _newest_first(self) -> Iterator[StackEvent]:
        pages = self.cloudformation.get_paginator("describe_stack_events").paginate(StackName=self.stack)
        for page in pages:
            for event in page["StackEvents"]:
                yield StackEvent(
                    event["EventId"],
                    event.get("LogicalResourceId", ""),
                    event.get("ResourceStatus", ""),
                    event.get("ResourceStatusReason", ""),
                )


def follow(
    diary: Diary,
    on_event: Callable[[StackEvent], None],
    sleep: Callable[[float], None],
    good_ends: Collection[str] = GOOD_ENDS,
) -> None:
    """Wait until the stack has come to an end, and pass on each event on the way.

    Raises:
        StackError: it ended badly (with the first resource that failed, and why), or not within 30 minutes.
    """
    failures: list[StackEvent] = []
    for pause in pauses():
        # The status first: when it is the last one, all events are written.
        status = diary.cloudformation.describe_stacks(StackName=diary.stack)["Stacks"][0]["StackStatus"]
        for event in diary.news():
            on_event(event)
            failures += [event] if event.is_failure else []
        if status in good_ends:
            return
        if not status.endswith("_IN_PROGRESS"):
            raise _bad_end(status, diary.refusals() or failures)
        sleep(pause)
    raise StackError(
        f"CloudFormation is still at work after {PATIENCE / 60:.0f} minutes",
        "it goes on without us: look at the stack's events, then run the same command again",
    )


def pauses() -> Iterator[float]:
    """Give the seconds to wait between one look and the next; `PATIENCE` in all."""
    pause, total = FIRST_PAUSE, 0.0
    while total < PATIENCE:
        yield pause
        total += pause
        pause = min(pause * GROWTH, LONGEST_PAUSE)


def _bad_end(status: str, failures: list[StackEvent]) -> StackError:
    first = failures[0] if failures else None
    cause = f"{first.resource}: {first.reason or first.status}" if first else "no resource says why"
    return StackError(f"{cause}; the stack ended as {status}", remedy_for(cause))
