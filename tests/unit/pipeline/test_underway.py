"""A sweep sends no faster than the pipeline works."""

from collections.abc import Callable

import pytest

from gistline.pipeline.lack import Lack
from gistline.pipeline.mark import Mark
from gistline.pipeline.sweep import Found, Sweep
from gistline.pipeline.underway import PATIENCE, RATE, WINDOW, UnderWay
from support.catalogued import IN, LAYOUT, OUT, RULES, Bucket, filled, mark_for

NAMES = [f"{number:03}" for number in range(WINDOW + 50)]


class World:
    """A bucket, a clock that sleeping moves on, and a pipeline that works while somebody sleeps."""

    def __init__(self, work: Callable[["World"], None] = lambda _: None) -> None:
        self.bucket: Bucket = filled(dict.fromkeys(NAMES, (True, "none")))
        self.time, self.work = 0.0, work
        sweep = Sweep(self.bucket, LAYOUT, RULES)
        self.under_way = UnderWay(sweep, lambda: self.time, self.sleep)
        self.found = list(sweep.found())
        self.sent = 0

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.work(self)

    def send(self, found: Found, until: float) -> bool:
        if not self.under_way.room(lambda: until - self.time):
            return False
        self.under_way.add(found)
        self.sent += 1
        return True

    def do(self, name: str) -> None:
        token = self.bucket.things[f"{IN}{name}.csv"].token
        self.bucket.put(f"{OUT}summary_{name}.json", mark_for("fresh", token))


def test_no_more_are_sent_in_a_second_than_the_rate_allows() -> None:
    world = World()
    for found in world.found[:WINDOW]:
        assert world.send(found, PATIENCE)
    assert world.time == pytest.approx((WINDOW - 1) / RATE)


def test_when_the_window_is_full_it_waits_until_a_verdict_is_there() -> None:
    done = iter(NAMES)
    world = World(lambda world: world.do(next(done)) if world.sent >= WINDOW else None)
    for found in world.found[: WINDOW + 20]:
        assert world.send(found, PATIENCE)


def test_when_the_time_is_over_first_it_says_so() -> None:
    world = World()
    assert [world.send(found, 60.0) for found in world.found].count(True) == WINDOW


def test_what_gets_no_verdict_makes_room_in_the_end() -> None:
    world = World()
    assert all(world.send(found, 10 * PATIENCE) for found in world.found)
    assert world.time >= PATIENCE


@pytest.mark.parametrize("status", ["complete", "rejected", "failed", "deleted"])
def test_whatever_the_verdict_says_it_is_one(status: str) -> None:
    world = World()
    for found in world.found[:WINDOW]:
        world.send(found, PATIENCE)
    mark = Mark(status, 2, None, RULES.profiler)  # type: ignore[arg-type]
    for name in NAMES[:WINDOW]:
        world.bucket.put(f"{OUT}summary_{name}.json", mark)
    before = world.time
    assert world.under_way.room(lambda: 1.0)
    assert world.time - before <= 1 / RATE


def test_a_verdict_that_stood_before_is_none_on_what_was_sent() -> None:
    world = World()
    token = world.bucket.things[f"{IN}000.csv"].token
    stale = mark_for("stale", token)
    for name in NAMES[:WINDOW]:
        world.bucket.put(f"{OUT}summary_{name}.json", stale)
        world.send(Found(f"{IN}{name}.csv", Lack.OUT_OF_DATE, stale), PATIENCE)
    assert not world.under_way.room(lambda: 30.0 - world.time)


def test_who_cannot_look_waits_on() -> None:
    world = World()
    for found in world.found[:WINDOW]:
        world.send(found, PATIENCE)
    world.bucket.refused = {f"{OUT}summary_{name}.json" for name in NAMES}
    assert not world.under_way.room(lambda: 30.0 - world.time)
