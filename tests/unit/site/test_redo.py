"""Keys done again by the pipeline: at a bounded rate, a bounded number at a time, until each has its verdict."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any
from urllib.parse import unquote_plus

import pytest

from fakes import FakeClock
from gistline.pipeline.lack import Lack
from gistline.pipeline.log import RECEIVED
from gistline.pipeline.mark import Mark
from gistline.pipeline.underway import WINDOW
from gistline.site.catalogue import judging_rules
from gistline.site.redo import Done, Job, Pace, preview, redo
from unit.site.simulated import SimulatedLambda, SimulatedLogs, mark_of, simulated
from unit.stack.fake_aws import OUTPUTS, refusal

IN = "synthetic-data/"
KEY = f"{IN}a.csv"
PATIENCE = 60.0


class World:
    """A bucket, a pipeline that a test writes down, logs, and a clock that sleeping moves."""

    def __init__(self, pipeline: Callable[["World", str, str], None]) -> None:
        self.clock, self.logs = FakeClock(), SimulatedLogs()
        self.lambda_ = SimulatedLambda(lambda record: pipeline(self, *_key_and_id(record)))
        self.site, self.s3 = simulated(services={"logs": self.logs, "lambda": self.lambda_})

    def sleep(self, seconds: float) -> None:
        self.clock.tick(seconds)

    def run(self, *jobs: Job, rate: float = 1e6) -> list[Done]:
        pace = Pace(rate, PATIENCE, self.clock, self.sleep, self.clock)
        return list(redo(self.site, judging_rules(self.site), iter(jobs), pace))

    def summarise(self, key: str, status: str = "complete", generation: int = 2) -> None:
        thing = self.s3.things.get(key)
        mark = mark_of(self.site, thing.token if thing else None, status, generation)
        self.s3.put(self.site.layout.summary_key(key), f"s{generation}", mark)

    def say(self, group: str, **fields: Any) -> None:
        self.logs.say(OUTPUTS[group], **fields)


def _key_and_id(record: dict[str, Any]) -> tuple[str, str]:
    request_id = record["responseElements"]["x-amz-request-id"]
    return unquote_plus(record["s3"]["object"]["key"]), request_id


def nothing(_world: World, _key: str, _id: str) -> None:
    """The event is lost."""


def job(key: str = KEY, before: Mark | None = None) -> Job:
    return Job(key, "no summary", before=before)


def outcome(done: Done) -> tuple[str, str, Lack | None, bool]:
    return done.job.key, done.became, done.lack, done.is_right


def test_a_job_is_done_when_the_summary_says_what_the_csv_is() -> None:
    world = World(lambda world, key, _: world.summarise(key))
    world.s3.put(KEY)
    assert [outcome(done) for done in world.run(job())] == [(KEY, "complete", None, True)]


@pytest.mark.parametrize(("status", "right"), [("complete", True), ("rejected", True), ("failed", False)])
def test_a_failure_is_a_verdict_but_not_right(status: str, right: bool) -> None:  # noqa: FBT001 - of a table
    world = World(lambda world, key, _: world.summarise(key, status))
    world.s3.put(KEY)
    assert [outcome(done) for done in world.run(job())] == [(KEY, status, None, right)]


def removed(world: World, key: str, _id: str) -> None:
    """The summary goes, as its CSV has."""
    del world.s3.things[world.site.layout.summary_key(key)]


def test_a_removed_csv_is_done_when_its_summary_says_so_or_is_gone() -> None:
    world = World(lambda world, key, _: world.summarise(key, "deleted"))
    world.summarise(KEY)
    assert [done.became for done in world.run(Job(KEY, "orphaned", gone=True))] == ["deleted"]
    assert world.lambda_.calls[0]["eventName"] == "ObjectRemoved:Reconcile"
    world = World(removed)
    world.summarise(KEY)
    assert [outcome(done) for done in world.run(Job(KEY, "orphaned", gone=True))] == [
        (KEY, "removed", None, True)
    ]


def test_what_never_comes_is_waited_for_as_long_as_said_and_no_longer() -> None:
    world = World(nothing)
    world.s3.put(KEY)
    began = world.clock()
    assert [outcome(done) for done in world.run(job())] == [(KEY, "timed out", Lack.NO_SUMMARY, False)]
    assert PATIENCE <= world.clock() - began < PATIENCE + 5


def test_a_verdict_that_is_there_at_the_very_last_look_counts() -> None:
    class Slow(World):
        """Its pipeline is done when nobody would wait any longer."""

        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            if self.clock() - began >= PATIENCE:
                self.summarise(KEY)

    world = Slow(nothing)
    world.s3.put(KEY)
    began = world.clock()
    assert [outcome(done) for done in world.run(job())] == [(KEY, "complete", None, True)]
    assert world.clock() - began >= PATIENCE


def test_an_invocation_that_found_nothing_to_do_ends_the_wait() -> None:
    def settled(world: World, key: str, id_: str) -> None:
        world.say("SummarizerLogGroupName", message=RECEIVED, requestId="r", s3RequestId=id_, key=key)
        world.say("SummarizerLogGroupName", message="nothing to do", s3RequestId=id_, outcome="already")

    world = World(settled)
    token = world.s3.put(KEY)
    older = mark_of(world.site, token)
    world.s3.put(
        "summaries/summary_a.json", "s", older._replace(profiler=older.profiler._replace(version="0.0.0"))
    )
    began = world.clock()
    assert [outcome(done) for done in world.run(job())] == [(KEY, "complete", Lack.OLDER, False)]
    assert world.clock() - began < PATIENCE / 2


def test_what_lambda_gives_up_again_ends_the_wait_though_nothing_changes_in_s3() -> None:
    def given_up(world: World, _key: str, id_: str) -> None:
        world.say("RecorderLogGroupName", message="nothing to do", s3RequestId=id_, outcome="already")

    world = World(given_up)
    token = world.s3.put(KEY)
    failed = mark_of(world.site, token, "failed", 5)
    world.s3.put("summaries/summary_a.json", "s", failed)
    world.say("RecorderLogGroupName", message="record failed", s3RequestId="old", key=KEY, outcome="failed")
    began = world.clock()
    assert [outcome(done) for done in world.run(job(before=failed))] == [(KEY, "failed", None, False)]
    assert world.clock() - began < PATIENCE / 2


def test_the_recorder_on_another_event_is_no_answer_and_a_verdict_that_stands_is_not_a_new_one() -> None:
    world = World(nothing)
    token = world.s3.put(KEY)
    failed = mark_of(world.site, token, "failed", 5)
    world.s3.put("summaries/summary_a.json", "s", failed)
    world.say("RecorderLogGroupName", message="record failed", s3RequestId="old", key=KEY, outcome="failed")
    began = world.clock()
    assert [done.became for done in world.run(job(before=failed))] == ["timed out"]
    assert world.clock() - began >= PATIENCE


def test_without_the_right_to_read_logs_s3_alone_answers() -> None:
    world = World(lambda world, key, _: world.summarise(key))
    world.logs.refused = refusal("AccessDeniedException")
    world.s3.put(KEY)
    assert [done.became for done in world.run(job())] == ["complete"]


@pytest.mark.parametrize("number", [0, 1, WINDOW + 73, 3 * WINDOW])
@pytest.mark.parametrize("rate", [5.0, 1e6])
def test_every_job_ends_once_and_no_more_than_the_window_and_the_rate_allow(number: int, rate: float) -> None:
    under_way: list[int] = []
    times: list[float] = []

    def slow(world: World, _key: str, _id: str) -> None:
        times.append(world.clock())
        ended = sum(world.site.layout.summary_key(_k) in world.s3.things for _k in keys)
        under_way.append(len(times) - ended)
        if len(times) % 50 == 0:  # the pipeline catches up now and then
            for key in keys[: len(times)]:
                world.summarise(key)

    keys = [f"{IN}{each}.csv" for each in range(number)]
    world = World(slow)
    for key in keys:
        world.s3.put(key)
    done = world.run(*(job(key) for key in keys), rate=rate)
    assert sorted(each.job.key for each in done) == sorted(keys)
    assert max(under_way, default=0) <= WINDOW
    assert all(later - earlier >= 1 / rate - 1e-6 for earlier, later in pairwise(times))


def test_while_the_pipeline_does_nothing_no_more_are_sent_than_the_window_holds() -> None:
    times: list[float] = []
    world = World(lambda world, *_: times.append(world.clock()))
    keys = [f"{IN}{each}.csv" for each in range(WINDOW + 1)]
    for key in keys:
        world.s3.put(key)
    assert {done.became for done in world.run(*map(job, keys))} == {"timed out"}
    assert times[WINDOW - 1] - times[0] < 1
    assert times[WINDOW] - times[0] >= PATIENCE


def test_a_key_that_cannot_be_looked_at_is_said_and_holds_up_no_other() -> None:
    keys = [f"{IN}a.csv", f"{IN}b.csv", f"{IN}{'x' * 1005}.csv"]
    world = World(lambda world, key, _: world.summarise(key) if key in keys[:2] else None)
    for key in keys:
        world.s3.put(key)
    world.s3.hidden = {keys[0]}
    results = {each.job.key: each for each in world.run(*map(job, keys))}
    assert [results[key].became for key in keys] == ["unknown", "complete", "unknown"]
    assert [results[key].is_right for key in keys] == [False, True, False]
    assert [getattr(results[key].error, "code", None) for key in keys] == ["stack", None, "key-too-long"]


def test_a_key_that_is_under_way_is_not_sent_twice() -> None:
    world = World(nothing)
    world.s3.put(KEY)
    assert len(world.run(job(), job())) == 1
    assert len(world.lambda_.calls) == 1


def test_a_preview_does_nothing() -> None:
    (done,) = preview([job()])
    assert outcome(done) == (KEY, "planned", None, False)
