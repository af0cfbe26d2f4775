"""A sighting in words."""

from dataclasses import replace
from typing import Any

from gistline.checks.faults.probe import Probe, Sighting
from gistline.checks.faults.words import tell


def told(*, error: str = "", **seen: Any) -> str:
    nothing = Sighting(
        Probe("synthetic-data/x.csv", 1234, 0, 0),
        2500,
        summarised=False,
        invocations=0,
        ignored=0,
        errors=(),
        given_up=0,
    )
    sighting = replace(nothing, errors=(error,) if error else (), **seen)
    return "\n".join(tell(sighting, "bucket"))


def test_nothing_at_all_is_said_to_be_nothing_at_all() -> None:
    words = told()
    assert "s3://bucket/synthetic-data/x.csv" in words
    assert "1,234 bytes" in words
    assert "2.5 s later: the summarizer's log has not one line about it." in words
    assert "There is no summary." in words
    assert "Nothing at all" in words


def test_an_event_that_was_given_up_is_where_it_can_be_found() -> None:
    words = told(invocations=3, given_up=1, error="[object-forbidden] HTTP 403")
    assert "3 invocations" in words
    assert "[object-forbidden] HTTP 403" in words
    assert "The event lies on the on-failure queue, from which the recorder takes it." in words
    assert "Nothing at all" not in words


def test_a_verdict_is_told_and_where_it_stands() -> None:
    words = told(invocations=3, given_up=1, verdict="[retries-exhausted] HTTP 403")
    assert "There is no summary." in words
    assert "Where it should be, it is written why: [retries-exhausted] HTTP 403" in words
    assert "lies on the on-failure queue" not in words


def test_an_event_that_is_still_tried_is_not_called_lost() -> None:
    words = told(invocations=1, error="Task timed out after 1.00 seconds")
    assert "1 invocation." in words
    assert "still being tried" in words


def test_a_loop_that_ended_is_counted() -> None:
    words = told(summarised=True, invocations=2, ignored=1)
    assert "2 invocations" in words
    assert "no more came after" in words
    assert "The summary is there." in words
