"""verify says which step did not happen, believes S3's request id alone, and leaves nothing behind."""

from collections.abc import Callable
from typing import Any

import pytest

from gistline.checks.canary import canary_of
from gistline.checks.verify import (
    ALONE,
    LIMIT_AWS,
    NUMBERS,
    ONCE,
    REMOVED,
    SENT,
    STEPS,
    SUMMARY,
    Patience,
    Step,
    verify,
)
from gistline.pipeline.log import DOWNLOADED, RECEIVED, UPLOADED
from gistline.pipeline.notification import Ignored
from gistline.stack.target import Credentials, Target
from support.fake_pipeline import INVOCATION, SECONDS, World, healthy

KEY = "synthetic-data/gistline-verify-t0ken/a folder/canary +é%2B.csv"


def verified(world: World) -> tuple[Step, ...]:
    return verify(world.site, world.patience, token="t0ken")


def failed(world: World) -> Step:
    """The step that did not happen: the one before the clean-up."""
    *before, step, removed = verified(world)
    assert removed == Step(REMOVED, passed=True, milliseconds=None, evidence=removed.evidence)
    assert world.objects == {}
    assert all(one.passed for one in before)
    assert not step.passed
    return step


def test_on_a_healthy_stack_all_steps_happen_in_order_and_nothing_is_left() -> None:
    world = healthy()
    steps = verified(world)
    assert [step.name for step in steps] == [*STEPS, REMOVED]
    assert [step for step in steps if not step.passed] == []
    assert world.objects == {}


def test_steps_are_told_as_they_happen() -> None:
    world, told = healthy(), list[Step]()
    assert verify(world.site, world.patience, tell=told.append) == tuple(told)


def test_times_count_from_the_upload_as_s3_states_it() -> None:
    world = healthy()

    def slowly(key: str) -> None:
        if world.site.layout.accepts(key):
            record = world.record(key)
            world.clock.tick(0.25)
            world.say(INVOCATION(1), lambda log: log.received(record))

    world.on_put = slowly
    received = next(step for step in verified(world) if step.name == RECEIVED)
    assert received.milliseconds == 250


def test_silence_fails_after_the_limit_and_names_the_first_line_that_is_missing() -> None:
    world = World()
    began = world.clock.now
    step = failed(world)
    assert step.name == RECEIVED
    assert world.requests[KEY] in step.evidence
    assert SECONDS <= world.clock.now - began < SECONDS + 2


def test_an_invocation_by_hand_does_not_pass_for_s3s() -> None:
    world = World()

    def by_hand(key: str) -> None:
        if world.site.layout.accepts(key):
            world.summarise(key, request_id="FORGED")

    world.on_put = by_hand
    step = failed(world)
    assert step.name == RECEIVED
    assert "were not S3's" in step.evidence


def test_an_invocation_by_hand_beside_s3s_is_not_once() -> None:
    world = healthy()

    def twice(key: str) -> None:
        world.notice(key)
        if world.site.layout.accepts(key):
            world.summarise(key, invocation=INVOCATION(2))

    world.on_put = twice
    step = failed(world)
    assert step.name == ONCE
    assert "2 x" in step.evidence


def test_a_failed_attempt_ends_the_wait_with_its_reason() -> None:
    world = World()
    world.on_put = world.fail
    began = world.clock.now
    step = failed(world)
    assert step.name == DOWNLOADED
    assert "[object-forbidden] 403" in step.evidence
    assert world.clock.now - began < SECONDS


def test_an_invocation_that_falls_silent_fails_at_its_next_line() -> None:
    world = World()

    def halfway(key: str) -> None:
        if world.site.layout.accepts(key):
            world.say(INVOCATION(1), lambda log: log.received(world.record(key)))

    world.on_put = halfway
    assert failed(world).name == DOWNLOADED


@pytest.mark.parametrize(
    ("change", "name"),
    [
        pytest.param(
            lambda summary: summary["source"].update(requestId="OTHER"), SUMMARY, id="other request"
        ),
        pytest.param(lambda summary: summary["source"].update(etag="other"), SUMMARY, id="another token"),
        pytest.param(lambda summary: summary.update(status="rejected"), SUMMARY, id="not complete"),
        pytest.param(lambda summary: summary["table"].update(rowCount=5), NUMBERS, id="a wrong row count"),
        pytest.param(lambda summary: summary["columns"][0].update(sum=37), NUMBERS, id="a wrong sum"),
        pytest.param(lambda summary: summary.pop("columns"), NUMBERS, id="no columns"),
    ],
)
def test_a_wrong_summary_is_not_believed(change: Callable[[Any], None], name: str) -> None:
    world = healthy()

    def wrongly(key: str) -> None:
        world.notice(key)
        if world.site.layout.accepts(key):
            world.edit(key, change)

    world.on_put = wrongly
    assert failed(world).name == name


def test_a_summary_that_is_gone_is_a_step_that_did_not_happen() -> None:
    world = healthy()

    def vanishing(key: str) -> None:
        world.notice(key)
        world.objects.pop(world.site.layout.summary_key(KEY), None)

    world.on_put = vanishing
    assert failed(world).name == SUMMARY


@pytest.mark.parametrize("what", ["another prefix", "another suffix", "the output prefix"])
def test_whatever_else_is_noticed_is_named(what: str) -> None:
    world = healthy()
    noticed = canary_of(world.site, "t0ken").others[what]

    def too_much(key: str) -> None:
        world.notice(key)
        if key == noticed:
            record = world.record(key)
            world.say(INVOCATION(2), lambda log: log.ignored(Ignored("other-key"), record))

    world.on_put = too_much
    step = failed(world)
    assert step.name == ALONE
    assert what in step.evidence


def test_a_second_object_beside_the_summary_is_not_once() -> None:
    world = healthy()

    def littering(key: str) -> None:
        world.notice(key)
        world.objects["summaries/gistline-verify-t0ken/more.json"] = b"{}"

    world.on_put = littering
    step = failed(world)
    assert step.name == ONCE
    assert "more.json" in step.evidence


def test_a_refused_upload_is_the_first_step_that_did_not_happen() -> None:
    world = World(refusing={"put_object"})
    step = failed(world)
    assert step.name == SENT
    assert "AccessDenied" in step.evidence


def test_what_could_not_be_removed_is_said() -> None:
    world = healthy()
    world.refusing.add("delete_object")
    *steps, removed = verified(world)
    assert all(step.passed for step in steps)
    assert (removed.name, removed.passed) == (REMOVED, False)
    assert "synthetic-data/gistline-verify-t0ken/" in removed.evidence


def test_ctrl_c_leaves_nothing_behind_and_goes_on() -> None:
    world = World()

    def interrupt(seconds: float) -> None:
        if world.clock.now > 1_700_000_001:
            world.clock.now = 0
            raise KeyboardInterrupt
        world.clock.tick(seconds)

    with pytest.raises(KeyboardInterrupt):
        verify(world.site, Patience(SECONDS, 1.0, world.clock, interrupt))
    assert len(world.requests) == 4
    assert world.objects == {}


def test_a_summary_that_comes_after_the_failure_is_removed_too() -> None:
    world = World()
    late = "summaries/gistline-verify-t0ken/a folder/summary_late.json"

    def sleep(seconds: float) -> None:
        world.clock.tick(seconds)
        if KEY not in world.objects:
            world.objects[late] = b"{}"

    steps = verify(world.site, Patience(SECONDS, 1.0, world.clock, sleep), token="t0ken")
    assert world.objects == {}
    assert steps[-1].evidence == "5 objects"


def test_the_limit_is_longer_on_aws_and_can_be_set() -> None:
    aws = Target("us-east-1")
    assert Patience.with_target(aws).limit == LIMIT_AWS == 360
    assert Patience.with_target(Target("us-east-1", "http://x", Credentials("k", "s"))).limit == 60
    assert Patience.with_target(aws, 5).limit == 5


def test_the_words_it_waits_for_are_the_logs() -> None:
    assert STEPS[1:4] == (RECEIVED, DOWNLOADED, UPLOADED)
