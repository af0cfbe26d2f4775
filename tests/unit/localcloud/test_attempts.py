"""AWS's rules for asynchronous invocations (Lambda Developer Guide, "invocation-async-error-handling")."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.localcloud.attempts import (
    MINUTE,
    Again,
    AsyncSettings,
    Attempt,
    Condition,
    Invocation,
    Kind,
    Pace,
    decide,
)

AWS_PACE = Pace(MINUTE)
FRESH = Invocation("arn:aws:lambda:us-east-1:000000000000:function:f", {}, accepted=0.0, request_id="r")
ERROR, THROTTLED = Attempt(Kind.ERROR, {"errorMessage": "no"}), Attempt(Kind.THROTTLED)


def test_a_function_error_is_retried_after_one_minute_and_after_two_more() -> None:
    first = decide(FRESH, ERROR, AsyncSettings(), AWS_PACE, now=0.0)
    assert isinstance(first, Again)
    assert (first.after, first.invocation.attempts) == (60.0, 1)
    second = decide(first.invocation, ERROR, AsyncSettings(), AWS_PACE, now=60.0)
    assert isinstance(second, Again)
    assert (second.after, second.invocation.attempts) == (120.0, 2)
    assert (
        decide(second.invocation, ERROR, AsyncSettings(), AWS_PACE, now=180.0) is Condition.RETRIES_EXHAUSTED
    )


def test_a_function_that_wants_no_retries_gets_none() -> None:
    assert (
        decide(FRESH, ERROR, AsyncSettings(max_retries=0), AWS_PACE, now=0.0) is Condition.RETRIES_EXHAUSTED
    )


@given(st.integers(0, 30))
def test_a_throttle_waits_up_to_five_minutes_and_uses_up_no_attempt(throttles: int) -> None:
    step = decide(replace(FRESH, throttles=throttles), THROTTLED, AsyncSettings(), AWS_PACE, now=0.0)
    assert isinstance(step, Again)
    assert step.invocation.attempts == 0
    assert step.after == min(2.0**throttles, 300.0)


def test_an_event_older_than_its_maximum_age_is_given_up() -> None:
    settings = AsyncSettings(max_age=59.0)
    assert decide(FRESH, ERROR, settings, AWS_PACE, now=0.0) is Condition.EVENT_AGE_EXCEEDED
    assert decide(FRESH, THROTTLED, settings, AWS_PACE, now=59.0) is Condition.EVENT_AGE_EXCEEDED
    assert isinstance(decide(FRESH, THROTTLED, settings, AWS_PACE, now=58.0), Again)


def test_on_a_fast_clock_the_waits_age_an_event_as_on_aws_and_the_queue_does_not() -> None:
    settings, pace = AsyncSettings(max_age=120.0), Pace(0.6)
    first = decide(FRESH, ERROR, settings, pace, now=100.0)
    assert isinstance(first, Again)
    assert decide(first.invocation, ERROR, settings, pace, now=100.6) is Condition.EVENT_AGE_EXCEEDED


def test_a_system_error_is_treated_like_a_throttle() -> None:
    step = decide(FRESH, Attempt(Kind.SYSTEM), AsyncSettings(), AWS_PACE, now=0.0)
    assert step == decide(FRESH, THROTTLED, AsyncSettings(), AWS_PACE, now=0.0)


def test_a_reserved_concurrency_of_zero_gives_up_at_once() -> None:
    assert (
        decide(FRESH, Attempt(Kind.SHUT), AsyncSettings(), AWS_PACE, 0.0)
        is Condition.ZERO_RESERVED_CONCURRENCY
    )


@pytest.mark.parametrize("kind", [Kind.OK, Kind.GONE])
def test_after_success_or_without_a_function_nothing_follows(kind: Kind) -> None:
    assert decide(FRESH, Attempt(kind), AsyncSettings(), AWS_PACE, now=0.0) is None


def test_the_pace_shortens_every_wait_alike() -> None:
    step = decide(FRESH, ERROR, AsyncSettings(), Pace(0.6), now=0.0)
    assert isinstance(step, Again)
    assert step.after == pytest.approx(0.6)
