"""One upload, and one thing that goes wrong with it: what a function meets at S3, and where it may die.

The function's requests pass a proxy (support/chaos/proxy.py), which is told for each test what to do with which.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from support.chaos.plan import Plan
from support.chaos.proxy import Fault, Request
from support.chaos.stage import Stage, stage
from support.cloud import unique, until

HEALTHY = Plan(
    duplicated=0,
    late=0,
    workers=2,
    crashed=0,
    busy=0,
    reset=0,
    conflict=0,
    lost=0,
    cut=0,
    slow=0,
    slow_writes=0,
)
ALWAYS = [Fault.CUT]
ONE, TWO = b"id\n1\n", b"id\n1\n2\n"
LONG = b"id,note\n" + b"".join(b"%d,some text that makes it long\n" % number for number in range(30_000))


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(HEALTHY, tmp_path_factory.mktemp("bad-s3")) as made:
        yield made


class Case:
    """One upload."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.name = stage, unique("one")
        self.source, self.key = f"synthetic-data/{self.name}.csv", f"summaries/summary_{self.name}.json"
        self.fates = stage.fates()
        self.coming: list[Fault | Callable[[], None]] = []  # that has not happened yet

    def upload(self, body: bytes = ONE) -> None:
        self.stage.s3.put_object(Bucket=self.stage.bucket, Key=self.source, Body=body)

    def delete(self) -> None:
        self.stage.s3.delete_object(Bucket=self.stage.bucket, Key=self.source)

    def summary(self) -> dict[str, Any]:
        """What there is when all has ended."""
        self.stage.stack.rest()
        return self.stage.stack.summary(self.key)

    def since(self, fate: str) -> int:
        return self.stage.fates()[fate] - self.fates[fate]

    @property
    def stored(self) -> int:
        """How often a summary was stored, whether or not that was answered."""
        return sum(each.key == self.key for each in self.stage.proxy.stored)

    def on(self, method: str, what: str, *faults: Fault | Callable[[], None], always: bool = False) -> None:
        """Have these happen, in turn, to requests of this kind; a callable happens before the request."""
        key, self.coming = f"{self.stage.bucket}/{what}", list(faults)

        def choose(request: Request) -> Fault | None:
            if (request.method, request.key) != (method, key) or not self.coming:
                return None
            fault = self.coming[0] if always else self.coming.pop(0)
            return fault if isinstance(fault, Fault) else fault()

        self.stage.proxy.choose = choose


@pytest.fixture
def case(patient: Stage) -> Iterator[Case]:
    case = Case(patient)
    yield case
    patient.proxy.choose = lambda _: None
    assert case.coming in ([], ALWAYS)


@contextmanager
def once(stage: Stage) -> Iterator[None]:
    """Let Lambda try only once."""
    lambda_, name = stage.stack.cloud.client("lambda"), stage.stack.outputs.summarizer_name
    which = {"FunctionName": name, "Qualifier": "$LATEST"}
    usual = lambda_.get_function_event_invoke_config(**which)
    put = partial(lambda_.put_function_event_invoke_config, **which)
    put(MaximumRetryAttempts=0, DestinationConfig=usual["DestinationConfig"])
    try:
        yield
    finally:
        put(
            MaximumRetryAttempts=usual["MaximumRetryAttempts"],
            DestinationConfig=usual["DestinationConfig"],
        )


@contextmanager
def dying(stage: Stage, where: str, notes: str = "") -> Iterator[None]:
    """Have functions die there: each time, or, with a folder for notes, once for each key."""
    stage.set(CHAOS_DIE=where, CHAOS_NOTES=notes)
    try:
        yield
    finally:
        stage.set(CHAOS_DIE="")


def rows(summary: dict[str, Any]) -> tuple[str, int, int]:
    return summary["status"], summary["table"]["rowCount"], summary["generation"]


@pytest.mark.parametrize(
    "faults", [[Fault.BUSY] * 2, [Fault.RESET] * 2, [Fault.SLOW]], ids=lambda found: found[0]
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_passes_soon_is_not_noticed(case: Case, method: str, faults: list[Fault]) -> None:
    case.on(method, case.source if method == "GET" else case.key, *faults)
    case.upload()
    assert rows(case.summary()) == ("complete", 1, 1)
    assert case.since("retried") == 0


def test_what_lasts_is_an_error_and_lambda_tries_again(case: Case) -> None:
    case.on("GET", case.source, *[Fault.BUSY] * 5)
    case.upload()
    assert rows(case.summary()) == ("complete", 1, 1)
    assert case.since("retried") == 1


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.RESET, Fault.SLOW, Fault.CONFLICT])
def test_a_summary_that_cannot_be_stored_at_once_is_stored_later(case: Case, fault: Fault) -> None:
    case.on("PUT", case.key, fault)
    case.upload()
    assert rows(case.summary()) == ("complete", 1, 1)
    assert case.since("retried") == 0
    assert case.stored == 1


def test_a_summary_that_is_stored_without_an_answer_is_found_and_not_written_again(case: Case) -> None:
    case.on("PUT", case.key, Fault.LOST)
    case.upload()
    assert rows(case.summary()) == ("complete", 1, 1)
    assert case.since("retried") == 0
    assert case.stored == 1


def test_a_download_that_breaks_off_is_taken_up_again(case: Case) -> None:
    case.on("GET", case.source, Fault.CUT, Fault.CUT)
    case.upload(LONG)
    assert rows(case.summary()) == ("complete", 30_000, 1)


def test_a_download_that_always_breaks_off_is_never_half_a_summary(case: Case) -> None:
    with once(case.stage):
        case.on("GET", case.source, *ALWAYS, always=True)
        case.upload(LONG)
        assert case.summary()["status"] == "failed"
    assert case.since("given-up") == 1


def test_a_changed_byte_is_noticed(case: Case) -> None:
    case.on("GET", case.source, Fault.CORRUPT)
    case.upload(b"id\n" + b"".join(b"%d\n" % number for number in range(1000, 1100)))
    assert case.summary()["columns"][0]["sum"] == sum(range(1000, 1100))


def test_a_csv_that_is_replaced_while_it_is_worked_on_is_worked_on_again(case: Case) -> None:
    case.on("PUT", case.key, lambda: case.upload(TWO))
    case.upload()
    assert rows(case.summary())[:2] == ("complete", 2)


def test_a_csv_that_is_replaced_while_it_is_sent_is_never_a_mixture(case: Case) -> None:
    case.on("GET", case.source, Fault.CUT, lambda: case.upload(TWO))
    case.upload(LONG)
    assert rows(case.summary())[:2] == ("complete", 2)


def test_a_csv_that_is_removed_while_it_is_worked_on_leaves_a_tombstone(case: Case) -> None:
    case.on("PUT", case.key, case.delete)
    case.upload()
    assert case.summary()["status"] == "deleted"


def test_a_csv_that_is_removed_before_it_is_read_leaves_nothing(case: Case) -> None:
    case.on("GET", case.source, case.delete)
    case.upload()
    case.stage.stack.rest()
    assert case.stage.stack.object(case.key) is None


def test_a_summary_that_comes_when_all_have_seen_that_its_csv_is_gone_is_taken_back(case: Case) -> None:
    """Whoever hears of the removal finds neither CSV nor summary, and leaves no trace: the slow one has to look again."""
    case.on("PUT", case.key, Fault.HELD)
    case.upload()
    until(lambda: not case.coming)
    case.delete()
    until(lambda: case.since("delivered") == 1)
    assert case.stored == 0
    case.stage.proxy.let_go()
    assert case.summary()["status"] == "deleted"
    assert case.stored == 2


def test_a_csv_that_is_removed_afterwards_leaves_a_tombstone(case: Case) -> None:
    case.upload()
    assert case.summary()["status"] == "complete"
    case.delete()
    assert case.summary()["status"] == "deleted"


def test_a_csv_that_is_removed_and_uploaded_again_has_its_summary(case: Case) -> None:
    case.on("PUT", case.key, case.delete, case.upload)
    case.upload()
    assert rows(case.summary())[:2] == ("complete", 1)


@pytest.mark.parametrize("call", [1, 2, 3, 4])
@pytest.mark.parametrize("when", ["before", "after"])
def test_whoever_dies_at_any_of_the_four_calls_is_replaced(
    case: Case, tmp_path: Path, when: str, call: int
) -> None:
    with dying(case.stage, f"{when} {call}", str(tmp_path)):
        case.upload()
        assert rows(case.summary()) == ("complete", 1, 1)
    assert len(list(tmp_path.iterdir())) == case.since("retried") == 1


def test_who_dies_each_time_is_given_up_and_that_is_said(case: Case) -> None:
    with dying(case.stage, "after 2"):
        case.upload()
        summary = case.summary()
    assert (summary["status"], summary["error"]["code"]) == ("failed", "killed")
    assert case.since("given-up") == 1
