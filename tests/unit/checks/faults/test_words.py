"""A sighting in words."""

from gistline.checks.faults.probe import Probe, Sighting
from gistline.checks.faults.words import tell


def told(
    *, summarised: bool = False, invocations: int = 0, ignored: int = 0, given_up: int = 0, error: str = ""
) -> str:
    probe = Probe("synthetic-data/x.csv", 1234, 0, 0)
    errors = (error,) if error else ()
    sighting = Sighting(probe, 2500, summarised, invocations, ignored, errors, given_up)
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
    assert "The event lies on the on-failure queue." in words
    assert "Nothing at all" not in words


def test_an_event_that_is_still_tried_is_not_called_lost() -> None:
    words = told(invocations=1, error="Task timed out after 1.00 seconds")
    assert "1 invocation." in words
    assert "still being tried" in words


def test_a_loop_that_ended_is_counted() -> None:
    words = told(summarised=True, invocations=2, ignored=1)
    assert "2 invocations" in words
    assert "no more came after" in words
    assert "The summary is there." in words
