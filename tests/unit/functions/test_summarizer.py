"""The summarizer's door: every record of an event, one answer or one error."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import (
    FakeLog,
    FakeObjects,
    WatchedSummarize,
    plenty,
    reconciler,
    recorded_event,
    s3_event,
    s3_record,
)
from gistline.errors import ObjectForbiddenError, OverlapError, RecordsFailedError
from gistline.functions.summarizer import Summarizer
from gistline.pipeline.keys import KeyLayout
from gistline.pipeline.limits import BinaryFile
from gistline.pipeline.process import Processor
from gistline.pipeline.reconcile import Store
from gistline.profile import Source, Summary

LAYOUT = KeyLayout("synthetic-data/", ".csv", "summaries/")
COLD = """
from gistline.functions.summarizer import handler

class Context:
    aws_request_id = "invocation-1"

    def get_remaining_time_in_millis(self):
        return 60_000

handler({}, Context())
try:
    eaten = bytearray(512 << 20)
except MemoryError:
    eaten = None
print("hungry" if eaten is None else "fed")
"""
A, B, C = "synthetic-data/a.csv", "synthetic-data/b.csv", "synthetic-data/c.csv"


@dataclass
class Door:
    """A summarizer with fakes behind it."""

    objects: FakeObjects
    summarize: WatchedSummarize
    log: FakeLog

    def handle(self, event: object) -> dict[str, Any]:
        """Hand the event over."""
        processor = Processor(LAYOUT, self.summarize, reconciler())
        return Summarizer(processor, lambda _: self.objects).handle(event, self.log.log, plenty)


@pytest.fixture
def door() -> Door:
    return Door(FakeObjects(dict.fromkeys([A, B, C], b"x\n1\n")), WatchedSummarize(), FakeLog())


def test_every_record_of_an_event_is_summarised(door: Door) -> None:
    answer = door.handle(s3_event(A, B, C))
    assert [key for key in door.objects.content if key.startswith("summaries/")] == [
        "summaries/summary_a.json",
        "summaries/summary_b.json",
        "summaries/summary_c.json",
    ]
    assert door.log.messages == ["S3 event received", "CSV downloaded", "JSON uploaded"] * 3
    assert answer["outcomes"][0] == {
        "outcome": "written",
        "bucket": "bucket",
        "key": A,
        "summaryKey": "summaries/summary_a.json",
    }


def test_each_record_is_read_from_its_own_bucket(door: Door) -> None:
    asked = []

    def objects(bucket: str) -> Store:
        asked.append(bucket)
        return door.objects

    event = {"Records": [s3_record(A, bucket="one"), s3_record(B, bucket="two")]}
    Summarizer(Processor(LAYOUT, door.summarize, reconciler()), objects).handle(event, door.log.log, plenty)
    assert asked == ["one", "two"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("test-event", "test-event"),
        ("empty", "empty-event"),
        ("no-records", "empty-event"),
        ("eventbridge", "foreign-event"),
        ("sqs", "foreign-record"),
        ("sns", "foreign-record"),
    ],
)
def test_what_is_not_for_us_is_answered_and_logged(door: Door, name: str, reason: str) -> None:
    assert door.handle(recorded_event(name)) == {"outcomes": [], "ignored": [reason]}
    assert [(line["message"], line["reason"]) for line in door.log.lines] == [("S3 event ignored", reason)]


def test_a_key_outside_the_layout_is_an_outcome_too(door: Door) -> None:
    answer = door.handle(s3_event("summaries/summary_a.json"))
    assert answer["outcomes"] == [
        {"outcome": "ignored", "bucket": "bucket", "key": "summaries/summary_a.json", "summaryKey": None}
    ]


def test_a_removed_csv_is_a_record_as_any_other(door: Door) -> None:
    door.objects.content = {"summaries/summary_orders.json": b"{}"}
    answer = door.handle(recorded_event("deleted"))
    assert [outcome["outcome"] for outcome in answer["outcomes"]] == ["deleted"]


def test_a_file_that_is_no_csv_is_an_outcome_and_no_failure(door: Door) -> None:
    door.objects.content[B] = b"PK\x03\x04 an archive"
    answer = door.handle(s3_event(A, B, C))
    assert [outcome["outcome"] for outcome in answer["outcomes"]] == ["written", "rejected", "written"]


def test_an_event_that_comes_again_changes_nothing(door: Door) -> None:
    door.handle(s3_event(A, B, C))
    before = dict(door.objects.content)
    answer = door.handle(s3_event(C, A, B))
    assert [outcome["outcome"] for outcome in answer["outcomes"]] == ["already"] * 3
    assert door.objects.content == before


def test_a_record_that_fails_holds_up_no_other_and_is_named(door: Door) -> None:
    door.objects.errors = {B: ObjectForbiddenError("GetObject: HTTP 403", "mend the role")}
    with pytest.raises(RecordsFailedError) as caught:
        door.handle(s3_event(A, B, C))
    assert {"summaries/summary_a.json", "summaries/summary_c.json"} <= set(door.objects.content)
    assert caught.value.message == (
        f"1 of 3 records failed: [object-forbidden] of '{B}' in bucket bucket: GetObject: HTTP 403"
    )
    assert caught.value.remedy == "mend the role"
    assert caught.value.retryable
    assert door.log.messages.count("record failed") == 1


def test_the_smallest_csv_of_an_event_comes_first_so_that_one_that_kills_the_function_takes_no_smaller_one_along() -> (
    None
):
    class Killed(BaseException):
        pass

    class Deadly(WatchedSummarize):
        def __call__(self, file: BinaryFile, /, *, source: Source) -> Summary:
            if source.key == B:
                raise Killed
            return super().__call__(file, source=source)

    door = Door(FakeObjects(dict.fromkeys([A, B, C], b"x\n1\n")), Deadly(), FakeLog())
    sizes = {A: 10, B: 1000, C: 20}
    with pytest.raises(Killed):
        door.handle({"Records": [s3_record(key, size=sizes[key]) for key in (A, B, C)]})
    assert {"summaries/summary_a.json", "summaries/summary_c.json"} <= set(door.objects.content)


def test_a_broken_record_fails_the_event_after_the_others_are_done(door: Door) -> None:
    event = recorded_event("one-of-two-without-key")
    door.objects.content["synthetic-data/orders.csv"] = b"x\n1\n"
    with pytest.raises(RecordsFailedError, match=r"1 of 2 records failed: \[notification\]: record 0"):
        door.handle(event)
    assert "summaries/summary_orders.json" in door.objects.content


def test_the_error_does_not_drag_another_one_along(door: Door) -> None:
    door.objects.errors = {A: ValueError("a secret cell")}
    with pytest.raises(RecordsFailedError) as caught:
        door.handle(s3_event(A))
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


@given(
    secret=st.text(st.characters(categories=["L", "N"]), min_size=6, max_size=20).map("SECRET".__add__),
    kind=st.sampled_from([ValueError, KeyError, UnicodeError, RuntimeError, OSError]),
)
def test_nothing_of_a_cell_gets_into_log_or_error(secret: str, kind: type[Exception]) -> None:
    class Careless(WatchedSummarize):
        """An engine whose errors quote the file."""

        def __call__(self, file: BinaryFile, /, *, source: Source) -> Summary:
            raise kind(file.read(1000).decode())

    body = f"name\n{secret}\n".encode()
    door = Door(FakeObjects({A: body}), Careless(), FakeLog())
    with pytest.raises(RecordsFailedError) as caught:
        door.handle(s3_event(A))
    told = door.log.stream.getvalue() + str(caught.value)
    assert secret not in told
    assert json.dumps(secret)[1:-1] not in told
    assert kind.__name__ in told


def test_lambda_finds_the_handler(tmp_path: Path) -> None:
    line = json.loads(_cold(TMPDIR=str(tmp_path))[0])
    assert (line["message"], line["requestId"]) == ("S3 event ignored", "invocation-1")


def test_a_cold_start_imports_nothing_that_only_some_records_need() -> None:
    code = "import sys, gistline.functions.summarizer; print(*sys.modules)"
    listed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    spared = {"boto3", "botocore", "http.client", "ssl", "email", "asyncio", "urllib.request", "logging"}
    assert spared & set(listed.stdout.split()) == set()


def _cold(**environ: str) -> list[str]:
    """Call the handler in a process, and so a temporary directory, of its own; give what is printed."""
    command = [sys.executable, "-c", COLD]
    done = subprocess.run(command, env=environ, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def test_a_cold_start_removes_what_an_invocation_has_left_that_was_killed(tmp_path: Path) -> None:
    for name in ("gistline-record-x1", "other"):
        Path(tmp_path, name).mkdir()
        Path(tmp_path, name, "source.csv").touch()
    _cold(TMPDIR=str(tmp_path))
    assert [left.name for left in tmp_path.iterdir()] == ["other"]


@pytest.mark.skipif(sys.platform != "linux", reason="what RLIMIT_DATA counts, and Lambda's system")
@pytest.mark.parametrize(("megabytes", "verdict"), [("256", "hungry"), ("1769", "fed")])
def test_from_the_cold_start_on_there_is_no_more_memory_than_the_function_has(
    tmp_path: Path, megabytes: str, verdict: str
) -> None:
    assert _cold(TMPDIR=str(tmp_path), AWS_LAMBDA_FUNCTION_MEMORY_SIZE=megabytes)[-1] == verdict


def test_clients_are_made_once_per_bucket() -> None:
    summarizer = Summarizer.from_environ({})
    assert summarizer.objects("one") is summarizer.objects("one")
    assert summarizer.objects("one") is not summarizer.objects("two")


def test_a_layout_that_could_loop_is_refused_at_cold_start() -> None:
    with pytest.raises(OverlapError):
        Summarizer.from_environ({"GISTLINE_OUTPUT_PREFIX": "synthetic-data/summaries/"})
