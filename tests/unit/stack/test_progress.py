from typing import Any

import pytest

from gistline.errors import StackError
from gistline.stack.progress import LONGEST_PAUSE, PATIENCE, Diary, StackEvent, follow, pauses
from unit.stack.fake_aws import FakeCloudFormation, event


def told(cloudformation: FakeCloudFormation, heard: list[StackEvent] | None = None) -> list[str]:
    """Follow a stack to its end; give the events as text, and keep them in `heard` too."""
    cloudformation.exists = True
    cloudformation.calls.append(("create_stack", {}))
    client: Any = cloudformation
    events = [] if heard is None else heard
    follow(Diary(client, "gist", set()), events.append, lambda _seconds: None)
    return [f"{e.resource} {e.status}" for e in events]


def test_each_event_is_told_once_and_in_order() -> None:
    cloudformation = FakeCloudFormation(
        frames=[
            ("CREATE_IN_PROGRESS", [event("gist", "CREATE_IN_PROGRESS")]),
            ("CREATE_IN_PROGRESS", [event("Role", "CREATE_IN_PROGRESS"), event("Role", "CREATE_COMPLETE")]),
            ("CREATE_IN_PROGRESS", []),
            ("CREATE_COMPLETE", [event("gist", "CREATE_COMPLETE")]),
        ]
    )
    assert told(cloudformation) == [
        "gist CREATE_IN_PROGRESS",
        "Role CREATE_IN_PROGRESS",
        "Role CREATE_COMPLETE",
        "gist CREATE_COMPLETE",
    ]


def test_an_update_may_end_well_too() -> None:
    assert told(FakeCloudFormation(frames=[("UPDATE_COMPLETE", [])])) == []


def test_cleaning_up_after_an_update_is_waited_for() -> None:
    frames = [
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", []),
        ("UPDATE_COMPLETE", [event("gist", "UPDATE_COMPLETE")]),
    ]
    assert told(FakeCloudFormation(frames=[*frames])) == ["gist UPDATE_COMPLETE"]


def test_the_first_resource_that_failed_is_the_cause() -> None:
    failing = [
        event("Queue", "CREATE_FAILED", "Resource creation cancelled"),
        event("Bucket", "CREATE_FAILED", "csvs already exists"),
        event("Role", "CREATE_FAILED", "not authorized"),
    ]
    heard: list[StackEvent] = []
    with pytest.raises(StackError, match="Bucket: csvs already exists; the stack ended as DELETE_COMPLETE"):
        told(FakeCloudFormation(frames=[("DELETE_COMPLETE", failing)]), heard)
    assert len(heard) == 3


def test_what_the_validation_found_is_the_cause() -> None:
    found = {
        "EventId": "1",
        "OperationId": "newest",
        "EventType": "VALIDATION_ERROR",
        "ValidationFailureMode": "FAIL",
        "LogicalResourceId": "Bucket",
        "ValidationStatusReason": "csvs already exists",
    }
    cloudformation = FakeCloudFormation(
        frames=[("ROLLBACK_COMPLETE", [event("gist", "CREATE_FAILED", "Validation failed")])],
        refusals=[
            {"EventId": "0", "OperationId": "newest", "EventType": "PROVISIONING_ERROR"},
            {**found, "ValidationFailureMode": "WARN", "LogicalResourceId": "Harmless"},
            found,
            {**found, "OperationId": "older", "LogicalResourceId": "Mended"},
        ],
    )
    with pytest.raises(StackError, match="Bucket: csvs already exists"):
        told(cloudformation)


def test_an_end_without_a_reason_is_still_an_error() -> None:
    with pytest.raises(StackError, match="no resource says why; the stack ended as UPDATE_ROLLBACK_COMPLETE"):
        told(FakeCloudFormation(frames=[("UPDATE_ROLLBACK_COMPLETE", [])]))


def test_waiting_ends() -> None:
    with pytest.raises(StackError, match="still at work after 30 minutes"):
        told(FakeCloudFormation(frames=[("CREATE_IN_PROGRESS", []) for _ in pauses()]))


def test_pauses_grow_to_a_limit_and_add_up_to_the_patience() -> None:
    seconds = list(pauses())
    assert seconds == sorted(seconds)
    assert seconds[0] < 0.2
    assert seconds[-1] == LONGEST_PAUSE
    assert PATIENCE <= sum(seconds) < PATIENCE + LONGEST_PAUSE
