"""The story of one key is put together from the object, the log and the summary."""

import pytest

from fakes import FakeError
from gistline.errors import StackError
from gistline.pipeline.notification import Ignored
from gistline.pipeline.reconcile import Outcome, Ruling
from gistline.site.story import Ending, tell
from support.fake_pipeline import INVOCATION, World, healthy

KEY = "synthetic-data/orders é.csv"
SUMMARY = "summaries/summary_orders é.json"


def uploaded(world: World, key: str = KEY) -> World:
    world.site.target.client("s3").put_object(Bucket="bucket", Key=key, Body=b"id\n1\n2\n")
    return world


def test_a_key_that_went_well() -> None:
    story = tell(uploaded(healthy()).site, KEY)
    assert story.ending is Ending.WRITTEN
    assert story.object is not None
    assert story.object.size == 7
    (one,) = story.invocations
    assert [line.fields["message"] for line in one.attempts[0].lines] == [
        "S3 event received",
        "CSV downloaded",
        "JSON uploaded",
    ]
    assert story.summary is not None
    assert (story.summary.key, story.summary.status, story.summary.rows) == (SUMMARY, "complete", 2)
    assert story.summary.request_id == "REQUEST0"


def test_a_key_that_nobody_ever_saw() -> None:
    story = tell(World().site, KEY)
    assert (story.object, story.invocations, story.summary) == (None, (), None)
    assert story.ending is Ending.UNNOTICED
    assert not story.known


def test_an_upload_that_nobody_noticed() -> None:
    story = tell(uploaded(World()).site, KEY)
    assert story.ending is Ending.UNNOTICED
    assert story.known


def test_a_failed_attempt() -> None:
    world = World()
    world.on_put = world.fail
    assert tell(uploaded(world).site, KEY).ending is Ending.FAILED


def test_an_attempt_that_lambda_ended() -> None:
    world = uploaded(World())
    world.say(INVOCATION(1), lambda log: log.received(world.record(KEY)))
    assert tell(world.site, KEY).ending is Ending.RUNNING
    world.write(f"2026-11-23T12:00:00Z {INVOCATION(1)} Task timed out after 3.00 seconds")
    assert tell(world.site, KEY).ending is Ending.FAILED


@pytest.mark.parametrize(
    ("outcome", "ending"),
    [
        ("already", Ending.ALREADY),
        ("deleted", Ending.DELETED),
        ("nothing", Ending.NOTHING),
        ("failed", Ending.FAILED),
    ],
)
def test_the_line_with_an_outcome_is_the_last_word(outcome: Outcome, ending: Ending) -> None:
    world = uploaded(World())
    error = FakeError("no") if outcome == "failed" else None
    world.say(INVOCATION(1), lambda log: log.ruled(world.record(KEY), Ruling(outcome, None, error), SUMMARY))
    assert tell(world.site, KEY).ending is ending


def test_what_the_recorder_said_belongs_to_the_invocation_that_failed() -> None:
    world = uploaded(World())
    world.say(INVOCATION(1), lambda log: log.received(world.record(KEY)))
    world.clock.tick(60)
    world.give_up(KEY, INVOCATION(1))
    story = tell(world.site, KEY)
    (one,) = story.invocations
    assert [line.fields["message"] for line in one.attempts[0].lines] == ["S3 event received"]
    assert [line.fields["message"] for line in one.recorded] == ["JSON uploaded", "record failed"]
    assert story.ending is Ending.FAILED


def test_an_invocation_that_died_without_a_word_is_known_from_the_recorder() -> None:
    world = uploaded(World())
    world.write(f"START RequestId: {INVOCATION(1)} Version: $LATEST")
    world.write(f"{INVOCATION(1)} Runtime exited with error: signal: killed")
    world.give_up(KEY, INVOCATION(1))
    (one,) = tell(world.site, KEY).invocations
    assert (one.request_id, len(one.attempts[0].trouble), len(one.recorded)) == (INVOCATION(1), 1, 2)


def test_of_an_invocation_whose_own_log_is_gone_the_recorder_alone_tells() -> None:
    world = uploaded(World())
    world.give_up(KEY, INVOCATION(1))
    story = tell(world.site, KEY)
    (one,) = story.invocations
    assert (one.attempts, len(one.recorded)) == ((), 2)
    assert story.ending is Ending.FAILED


def test_a_later_upload_has_the_last_word_before_an_earlier_one_that_was_given_up() -> None:
    world = uploaded(World())
    world.say(INVOCATION(1), lambda log: log.received(world.record(KEY)))
    world.clock.tick(1)
    world.summarise(KEY, invocation=INVOCATION(2))
    world.clock.tick(60)
    world.give_up(KEY, INVOCATION(1))
    story = tell(world.site, KEY)
    assert [len(one.recorded) for one in story.invocations] == [2, 0]
    assert story.ending is Ending.WRITTEN


def test_without_the_right_to_read_the_recorders_log_the_summary_says_how_it_ended() -> None:
    world = uploaded(healthy())
    world.lines.clear()
    world.edit(KEY, lambda document: document.update(status="failed"))
    world.give_up(KEY)
    world.refusing = {"recorder-group"}
    story = tell(world.site, KEY)
    assert story.invocations == ()
    assert story.ending is Ending.FAILED


@pytest.mark.parametrize("logged", [True, False], ids=["log", "no log"])
def test_an_upload_without_a_verdict_waits_though_another_ones_event_was_given_up(logged: bool) -> None:  # noqa: FBT001 - drawn
    world = uploaded(healthy())
    world.lines.clear()
    error = {"code": "overtaken", "message": "", "remedy": ""}
    world.edit(KEY, lambda document: document.update(status="failed", error=error))
    if logged:
        world.give_up(KEY)
    assert tell(world.site, KEY).ending is Ending.WAITING


def test_a_key_that_the_summarizer_ignored() -> None:
    world, key = uploaded(World(), "other.csv"), "other.csv"
    world.say(INVOCATION(1), lambda log: log.ignored(Ignored("other-key"), world.record(key)))
    story = tell(world.site, key)
    assert story.ending is Ending.IGNORED
    assert story.summary is None


def test_what_was_before_the_latest_upload_is_another_story() -> None:
    world = uploaded(healthy())
    world.clock.tick(3600)
    story = tell(uploaded(world).site, KEY)
    assert len(story.invocations) == 1


def test_a_deleted_object_keeps_its_story() -> None:
    world = uploaded(healthy())
    del world.objects[KEY]
    story = tell(world.site, KEY)
    assert story.object is None
    assert story.ending is Ending.WRITTEN
    assert story.known


def test_a_summary_whose_log_has_expired_was_written() -> None:
    world = uploaded(healthy())
    world.lines.clear()
    assert tell(world.site, KEY).ending is Ending.WRITTEN


@pytest.mark.parametrize("body", [b"no JSON", b"[]", b"{}"])
def test_a_summary_of_any_shape_is_borne(body: bytes) -> None:
    world = uploaded(healthy())
    world.objects[SUMMARY] = body
    summary = tell(world.site, KEY).summary
    assert summary is not None
    assert (summary.status, summary.rows) == ("unknown", None)


def test_a_key_too_long_for_a_summary_has_none() -> None:
    assert tell(World().site, f"synthetic-data/{'x' * 1005}.csv").summary is None


@pytest.mark.parametrize("call", ["head_object", "get_object"])
def test_a_refusal_is_explained(call: str) -> None:
    with pytest.raises(StackError, match="AccessDenied"):
        tell(World(refusing={call}).site, KEY)
