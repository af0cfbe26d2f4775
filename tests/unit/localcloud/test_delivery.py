"""The queue of asynchronous invocations makes the attempts that AWS's rules ask for, and holds up nobody meanwhile."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gistline.localcloud.attempts import (
    MINUTE,
    AsyncSettings,
    Attempt,
    Condition,
    Invocation,
    Kind,
    Pace,
)
from gistline.localcloud.delivery import DeliveryQueue, Doors
from gistline.localcloud.ledger import Fate, Ledger

AWS_PACE = Pace(MINUTE)
AT_ONCE = Pace(0.0)
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
OK, ERROR, THROTTLED = Attempt(Kind.OK), Attempt(Kind.ERROR, {"errorMessage": "no"}), Attempt(Kind.THROTTLED)
LONG = 60.0  # seconds; how long a test waits for what should happen at once, however busy the machine is


class Lambda:
    """A function with a script of how its attempts end; it keeps what it saw."""

    def __init__(
        self, script: Callable[[Invocation], Attempt], settings: AsyncSettings | None = None
    ) -> None:
        self.script = script
        self.seen: list[Invocation] = []
        self.given_up: list[tuple[Invocation, Condition]] = []
        self.over = threading.Event()
        self.running = 0
        self.most_running = 0
        self._settings = settings or AsyncSettings(destination="arn:aws:sqs:us-east-1:000000000000:q")
        self._lock = threading.Lock()

    def doors(self) -> Doors:
        return Doors(self.invoke, lambda _: self._settings, self.give_up)

    def invoke(self, invocation: Invocation) -> Attempt:
        with self._lock:
            self.seen.append(invocation)
            self.running += 1
            self.most_running = max(self.most_running, self.running)
        try:
            return self.script(invocation)
        finally:
            with self._lock:
                self.running -= 1

    def give_up(
        self, invocation: Invocation, _: Attempt, condition: Condition, settings: AsyncSettings
    ) -> bool:
        self.given_up.append((invocation, condition))
        self.over.set()
        return bool(settings.destination)


@pytest.fixture
def queues() -> Iterator[Callable[..., tuple[DeliveryQueue, Ledger]]]:
    made: list[DeliveryQueue] = []

    def make(
        function: Lambda, workers: int = 2, pace: Pace = AT_ONCE, clock: Callable[[], float] = time.monotonic
    ) -> tuple[DeliveryQueue, Ledger]:
        ledger = Ledger()
        made.append(DeliveryQueue(function.doors(), ledger, workers=workers, pace=pace, clock=clock))
        return made[-1], ledger

    yield make
    for queue in made:
        queue.close()


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread does; give up with a failure after a long time."""
    tick, waited = threading.Event(), 0.0
    while not condition():
        assert waited < LONG
        tick.wait(0.005)
        waited += 0.005


def test_an_event_is_delivered_once_when_the_function_succeeds(queues: Any) -> None:
    function = Lambda(lambda _: OK)
    queue, ledger = queues(function)
    queue.put(FUNCTION, {"n": 1})
    until(lambda: ledger.total(Fate.DELIVERED) == 1)
    assert [i.payload for i in function.seen] == [{"n": 1}]


def test_a_failing_event_has_three_attempts_of_one_request_id_and_then_goes_to_the_destination(
    queues: Any,
) -> None:
    function = Lambda(lambda _: ERROR)
    queue, ledger = queues(function)
    request_id = queue.put(FUNCTION, {})
    assert function.over.wait(LONG)
    until(lambda: ledger.total(Fate.GIVEN_UP) == 1)
    assert [i.request_id for i in function.seen] == [request_id] * 3
    ((given_up, condition),) = function.given_up
    assert (given_up.attempts, condition) == (3, Condition.RETRIES_EXHAUSTED)
    assert ledger.total(Fate.RETRIED) == 2


def test_an_event_whose_chain_goes_round_is_given_up_at_once_and_counted_besides(queues: Any) -> None:
    """Lambda Developer Guide, "Use Lambda recursive loop detection": the event goes to the on-failure destination."""
    function = Lambda(lambda _: Attempt(Kind.RECURSIVE))
    queue, ledger = queues(function)
    queue.put(FUNCTION, {}, trace="Root=1")
    until(lambda: ledger.total(Fate.GIVEN_UP) == 1)
    ((given_up, condition),) = function.given_up
    assert (given_up.attempts, given_up.trace, condition) == (0, "Root=1", Condition.RECURSIVE_INVOCATION)
    assert (ledger.total(Fate.RECURSIVE), ledger.total(Fate.RETRIED)) == (1, 0)


def test_an_event_without_a_destination_is_counted_as_lost(queues: Any) -> None:
    function = Lambda(lambda _: ERROR, AsyncSettings(max_retries=0))
    queue, ledger = queues(function)
    queue.put(FUNCTION, {})
    until(lambda: ledger.total(Fate.LOST) == 1)


def test_throttles_delay_an_event_but_never_lose_it(queues: Any) -> None:
    function = Lambda(lambda invocation: THROTTLED if invocation.throttles < 20 else OK)
    queue, ledger = queues(function)
    queue.put(FUNCTION, {})
    until(lambda: ledger.total(Fate.DELIVERED) == 1)
    assert ledger.total(Fate.THROTTLED) == 20
    assert function.given_up == []


def test_no_more_events_run_at_once_than_there_are_workers(queues: Any) -> None:
    two_inside = threading.Barrier(2)

    def script(_: Invocation) -> Attempt:
        two_inside.wait(LONG)
        return OK

    function = Lambda(script)
    queue, ledger = queues(function, workers=2)
    for _ in range(20):
        queue.put(FUNCTION, {})
    until(lambda: ledger.total(Fate.DELIVERED) == 20)
    assert function.most_running == 2


@pytest.mark.parametrize("payload", [[1], "text", None, 7])
def test_a_payload_may_be_any_json(queues: Any, payload: object) -> None:
    function = Lambda(lambda _: OK)
    queue, ledger = queues(function)
    queue.put(FUNCTION, payload)
    until(lambda: ledger.total(Fate.DELIVERED) == 1)
    assert function.seen[0].payload == payload


def test_an_event_whose_invocation_meets_a_system_error_is_put_back(queues: Any) -> None:
    def script(invocation: Invocation) -> Attempt:
        if invocation.throttles < 3:
            raise OSError("no process could be started")
        return OK

    function = Lambda(script)
    queue, ledger = queues(function, workers=1)
    queue.put(FUNCTION, {})
    until(lambda: ledger.total(Fate.DELIVERED) == 1)
    assert [i.attempts for i in function.seen] == [0] * 4
    assert ledger.total(Fate.LOST) == 0


def test_an_event_whose_settings_cannot_be_read_is_put_back_before_the_function_has_run(queues: Any) -> None:
    class Unreadable(Lambda):
        asked = 0

        def settings(self) -> AsyncSettings:
            self.asked += 1
            if self.asked == 1:
                raise KeyError("event_invoke_configs")
            return AsyncSettings()

        def doors(self) -> Doors:
            return Doors(self.invoke, lambda _: self.settings(), self.give_up)

    function = Unreadable(lambda _: OK)
    queue, ledger = queues(function, workers=1)
    queue.put(FUNCTION, {})
    until(lambda: ledger.total(Fate.DELIVERED) == 1)
    assert len(function.seen) == 1
    assert (ledger.total(Fate.THROTTLED), ledger.total(Fate.LOST)) == (1, 0)


def test_a_worker_outlives_a_destination_that_breaks(queues: Any) -> None:
    class Broken(Lambda):
        def give_up(self, *_: Any) -> bool:
            raise OSError("no destination")

    function = Broken(lambda i: ERROR if i.payload else OK, AsyncSettings(max_retries=0))
    queue, ledger = queues(function, workers=1)
    queue.put(FUNCTION, {"fails": True})
    queue.put(FUNCTION, {})
    until(lambda: ledger.total(Fate.DELIVERED) == 1)
    assert ledger.total(Fate.LOST) == 1


def test_an_event_that_became_too_old_in_the_queue_is_given_up_without_an_attempt(queues: Any) -> None:
    now, inside, go_on = [0.0], threading.Event(), threading.Event()

    def script(_: Invocation) -> Attempt:
        inside.set()
        assert go_on.wait(LONG)
        return OK

    function = Lambda(script, AsyncSettings(max_age=60.0, destination="q"))
    queue, ledger = queues(function, workers=1, pace=AWS_PACE, clock=lambda: now[0])
    queue.put(FUNCTION, {"first": True})
    assert inside.wait(LONG)
    queue.put(FUNCTION, {"first": False})
    now[0] = 61.0
    go_on.set()
    until(lambda: ledger.total(Fate.GIVEN_UP) == 1)
    ((given_up, condition),) = function.given_up
    assert (given_up.payload, condition) == ({"first": False}, Condition.EVENT_AGE_EXCEEDED)
    assert len(function.seen) == 1


def test_an_event_that_waits_for_its_retry_holds_no_worker(queues: Any) -> None:
    function = Lambda(lambda i: ERROR if i.payload else OK)
    queue, ledger = queues(function, workers=1, pace=AWS_PACE, clock=lambda: 0.0)
    queue.put(FUNCTION, {"fails": True})
    until(lambda: ledger.total(Fate.RETRIED) == 1)
    queue.put(FUNCTION, {})
    until(lambda: ledger.total(Fate.DELIVERED) == 1)
    assert len(function.seen) == 2


def test_an_event_is_unfinished_until_its_end_is_counted_and_while_it_waits_for_its_retry(
    queues: Any,
) -> None:
    function = Lambda(lambda _: ERROR)
    queue, ledger = queues(function, pace=AWS_PACE)
    queue.put(FUNCTION, {})
    until(lambda: ledger.total(Fate.RETRIED) == 1)
    assert queue.unfinished == 1
    other, counted = queues(Lambda(lambda _: ERROR), pace=AT_ONCE)
    other.put(FUNCTION, {})
    other.put(FUNCTION, {})
    until(lambda: other.unfinished == 0)
    assert counted.total(Fate.GIVEN_UP) == 2


def test_closing_waits_for_all_workers_together_and_not_for_each(queues: Any) -> None:
    go_on, workers, limit = threading.Event(), 100, 0.3

    def script(_: Invocation) -> Attempt:
        go_on.wait(LONG)
        return OK

    function = Lambda(script)
    queue, _ = queues(function, workers=workers)
    for _n in range(workers):
        queue.put(FUNCTION, {})
    until(lambda: function.running == workers)
    started = time.monotonic()
    queue.close(timeout=limit)
    waited = time.monotonic() - started
    go_on.set()
    assert limit <= waited < workers * limit  # the latter is half a minute: no pause is as long
