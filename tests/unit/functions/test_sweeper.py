"""The sweeper: what no event has told of is done by the summarizer, and what time leaves over by the next run."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_s3 import fake_s3
from fakes import FakeLog
from gistline.errors import InvokeError, ObjectForbiddenError, SettingsError
from gistline.functions.sweeper import MOST_LINES, MOST_RUNS, RESERVE, STRETCH, Leg, Names, Sweeper
from gistline.pipeline.notification import parse
from gistline.pipeline.sweep import Place, Sweep
from gistline.pipeline.underway import PATIENCE, WINDOW
from support.catalogued import IN, LAYOUT, OUT, RULES, Bucket, filled

# As EventBridge sends it (EventBridge User Guide, "Creating a rule that runs on a schedule").
SCHEDULED = {
    "source": "aws.events",
    "detail-type": "Scheduled Event",
    "detail": {},
    "time": "2026-11-23T12:00:00Z",
}
PLENTY = 900.0
ENVIRON = {
    "GISTLINE_BUCKET": "b",
    "GISTLINE_SUMMARIZER": "s",
    "AWS_ACCESS_KEY_ID": "A",
    "AWS_SECRET_ACCESS_KEY": "s",
}
# Lambda calls the handler with a context that counts in milliseconds.
INVOCATION = """
import sys
from gistline.functions.sweeper import handler

class Context:
    aws_request_id = "invocation-1"

    def get_remaining_time_in_millis(self):
        return int(sys.argv[1])

handler({}, Context())
"""
LISTED = b"""<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Contents>
<Key>synthetic-data/a.csv</Key><LastModified>2026-11-23T12:00:00.000Z</LastModified><ETag>"e1"</ETag><Size>3</Size>
</Contents></ListBucketResult>"""


class Run:
    """A sweeper whose every invocation is written down."""

    def __init__(self, bucket: Bucket, *, page: int = 1000) -> None:
        self.invoked: list[tuple[str, Mapping[str, Any]]] = []
        self.time = 0.0
        self.log = FakeLog()
        self.refused: Exception | None = None
        ids = (f"id-{number}" for number in range(10**6))
        names = Names("bucket", "eu-west-1", "gist-summarizer", "gist-sweeper")
        self.sweeper = Sweeper(
            Sweep(bucket, LAYOUT, RULES, page=page),
            names,
            self._invoke,
            now=lambda: datetime(2026, 11, 23, tzinfo=UTC),
            clock=lambda: self.time,
            sleep=self._pass,
            new_id=lambda: next(ids),
        )

    def _pass(self, seconds: float) -> None:
        self.time += seconds

    def _invoke(self, function: str, event: Mapping[str, Any]) -> None:
        if self.refused:
            raise self.refused
        self.invoked.append((function, event))

    def handle(self, event: object = SCHEDULED, left: float = PLENTY) -> dict[str, Any]:
        return self.sweeper.handle(event, self.log.log, lambda: left - self.time)

    def sent(self) -> list[tuple[str, str]]:
        """What the summarizer was told: names of events, and keys."""
        events = [parse(event) for function, event in self.invoked if function == "gist-summarizer"]
        return [(record.event_name, record.key) for event in events for record in event.records]

    def handed_over(self) -> list[Mapping[str, Any]]:
        return [event for function, event in self.invoked if function == "gist-sweeper"]


def test_each_key_without_its_right_summary_is_sent_to_the_summarizer_and_no_other() -> None:
    run = Run(
        filled({"a": (True, "none"), "b": (True, "fresh"), "c": (True, "stale"), "d": (False, "fresh")})
    )
    assert run.handle() == {"keys": 4, "sent": 3, "errors": 0}
    assert run.sent() == [
        ("ObjectCreated:Reconcile", f"{IN}a.csv"),
        ("ObjectCreated:Reconcile", f"{IN}c.csv"),
        ("ObjectRemoved:Reconcile", f"{IN}d.csv"),
    ]


def test_a_failed_csv_is_left_to_a_person() -> None:
    run = Run(filled({"a": (True, "failed")}))
    assert run.handle() == {"keys": 1, "sent": 0, "errors": 0}
    assert run.invoked == []


def test_the_log_says_what_was_sent_why_and_under_which_id() -> None:
    run = Run(filled({"a": (True, "stale")}))
    run.handle()
    assert run.log.messages == ["sent to the summarizer", "sweep finished"]
    sent, finished = run.log.lines
    assert (sent["key"], sent["reason"], sent["s3RequestId"]) == (f"{IN}a.csv", "out of date", "id-0")
    assert parse(run.invoked[0][1]).records[0].request_id == "id-0"
    assert (finished["keys"], finished["sent"]) == (1, 1)


def test_while_the_pipeline_does_nothing_no_more_are_sent_than_the_window_holds() -> None:
    run = Run(filled({f"{number:03}": (True, "none") for number in range(300)}))
    answer = run.handle(left=RESERVE + PATIENCE / 2)
    assert answer == {
        "keys": WINDOW,
        "sent": WINDOW,
        "errors": 0,
        "stoppedAt": f"{IN}{STRETCH - 1:03}.csv",
        "goesOn": True,
    }


@given(
    st.dictionaries(
        st.text("ab/", max_size=4), st.tuples(st.booleans(), st.sampled_from(["none", "fresh", "stale"]))
    ),
    st.integers(1, 3),
)
def test_runs_that_each_have_time_for_one_stretch_do_together_what_one_does(
    names: dict[str, tuple[bool, str]], page: int
) -> None:
    bucket = filled(names)
    whole = Run(bucket, page=page)
    whole.handle()
    event: object = SCHEDULED
    keys: list[tuple[str, str]] = []
    for _ in range(MOST_RUNS):
        part = Run(bucket, page=page)
        answer = part.handle(event, left=RESERVE - 1)
        keys += part.sent()
        if "stoppedAt" not in answer:
            break
        event = part.handed_over()[0] if answer["goesOn"] else SCHEDULED
    else:
        return  # more stretches than a sweep has runs
    assert keys == whole.sent()


def test_a_run_that_runs_out_of_time_says_where_and_the_next_begins_there() -> None:
    run = Run(filled({f"{number:03}": (True, "fresh") for number in range(70)}))
    answer = run.handle(left=RESERVE - 1)
    assert answer == {"keys": 64, "sent": 0, "errors": 0, "stoppedAt": f"{IN}063.csv", "goesOn": True}
    assert run.handed_over() == [{"gistlineSweep": {"walk": "csvs", "after": f"{IN}063.csv", "run": 2}}]
    assert run.log.messages == ["sweep stopped for want of time"]


def test_after_the_last_run_nobody_is_invoked_and_the_log_warns() -> None:
    run = Run(filled({"a": (True, "fresh")}))
    answer = run.handle(Leg(run=MOST_RUNS).event(), left=0.0)
    assert answer["goesOn"] is False
    assert run.invoked == []
    assert run.log.lines[-1]["level"] == "WARN"


@given(st.sampled_from(["csvs", "summaries"]), st.text(), st.integers(1, 99))
def test_a_leg_is_read_as_it_was_written(walk: Any, after: str, number: int) -> None:
    leg = Leg(Place(walk, after), number)
    assert Leg.parse(leg.event()) == leg


@pytest.mark.parametrize(
    "event",
    [
        SCHEDULED,
        {},
        None,
        [],
        "x",
        {"gistlineSweep": {}},
        {"gistlineSweep": {"walk": "x", "after": "a", "run": 2}},
    ],
)
def test_whatever_else_invokes_a_sweep_begins(event: object) -> None:
    assert Leg.parse(event) == Leg(Place("csvs", ""), 1)


def test_a_key_that_cannot_be_looked_at_is_said_and_holds_up_no_other() -> None:
    bucket = filled({f"{number:03}": (True, "stale") for number in range(300)})
    bucket.refused = {f"{OUT}summary_{number:03}.json" for number in range(0, 300, 2)}
    run = Run(bucket)
    done = run.handle(left=10**6)
    assert done == {"keys": 300, "sent": 150, "errors": 150}
    assert run.log.messages.count("record failed") == MOST_LINES
    assert run.log.lines[-1]["level"] == "WARN"


def test_who_can_look_at_nothing_fails() -> None:
    bucket = filled({"a": (True, "stale"), "b": (False, "fresh")})
    bucket.refused = {f"{OUT}summary_a.json", f"{OUT}summary_b.json"}
    with pytest.raises(ObjectForbiddenError):
        Run(bucket).handle()


def test_a_key_whose_summary_can_have_no_name_is_said_and_fails_no_sweep() -> None:
    bucket = Bucket()
    bucket.put(f"{IN}{'x' * 1005}.csv")
    run = Run(bucket)
    assert run.handle() == {"keys": 1, "sent": 0, "errors": 1}
    assert run.log.messages == ["record failed", "sweep finished"]
    assert run.log.lines[0]["error"]["code"] == "key-too-long"


def test_a_refused_invocation_ends_the_run_as_an_error() -> None:
    run = Run(filled({"a": (True, "none")}))
    run.refused = InvokeError("invoking gist-summarizer: HTTP 403")
    with pytest.raises(InvokeError):
        run.handle()


def test_it_looks_at_summaries_and_never_at_a_csv() -> None:
    bucket = filled({"a": (True, "stale"), "b": (False, "fresh")})
    Run(bucket).handle()
    assert all(key.startswith(OUT) for key in bucket.heads)


@pytest.mark.parametrize("missing", ["GISTLINE_BUCKET", "GISTLINE_SUMMARIZER"])
def test_without_bucket_or_summarizer_it_does_not_start(missing: str) -> None:
    environ = {name: value for name, value in ENVIRON.items() if name != missing}
    with pytest.raises(SettingsError, match="is not set"):
        Sweeper.from_environ(environ)


def test_of_summaries_too_no_more_are_looked_at_before_the_time_is() -> None:
    assert Sweeper.from_environ(ENVIRON).sweep.page == STRETCH


@pytest.mark.parametrize(
    ("milliseconds", "message"),
    [("900000", "sweep finished"), ("91000", "sweep finished"), ("89000", "sweep stopped for want of time")],
)
def test_lambdas_milliseconds_are_seconds_of_which_a_minute_and_a_half_is_kept(
    milliseconds: str, message: str
) -> None:
    with fake_s3() as s3:
        s3.objects = {"/b/?encoding-type=url&list-type=2&prefix=synthetic-data%2F": LISTED}
        command = [sys.executable, "-c", INVOCATION, milliseconds]
        environ = {**ENVIRON, "AWS_ENDPOINT_URL": s3.endpoint, "GISTLINE_ON_SOURCE_DELETE": "keep"}
        done = subprocess.run(command, env=environ, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout.splitlines()[-1])["message"] == message


def test_no_key_shows_wherever_it_is_printed() -> None:
    sweeper = Sweeper.from_environ(
        {**ENVIRON, "AWS_SECRET_ACCESS_KEY": "hush-hush", "AWS_SESSION_TOKEN": "hush-hush"}
    )
    assert "hush-hush" not in repr(sweeper)
    assert "hush-hush" not in repr(sweeper.sweep.catalogue)
