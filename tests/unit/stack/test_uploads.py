"""CSVs on their way: stored, then followed until each has its outcome."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes import FakeError, etag_of
from gistline.errors import StackError
from gistline.stack.inputs import Outcome
from gistline.stack.logs import LogEvent
from gistline.stack.uploads import Upload, results, upload
from unit.stack.fake_aws import refusal
from unit.stack.fake_bucket import BEGAN, FakeBucket, Pipeline, site_with

KEY = "synthetic-data/a.csv"
CSV = b"a,b\n1,2\n"


def stored(pipeline: Pipeline, key: str = KEY, body: bytes = CSV) -> Upload:
    pipeline.bucket.store(key, body)
    return Upload(key, etag_of(body), len(body), int(BEGAN.timestamp() * 1000), "REQUEST")


def told(pipeline: Pipeline, *uploads: Upload, extra: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """The outcome of each upload, when the log is read to its end."""
    site = pipeline.site
    lines = [LogEvent(0, json.dumps(line)) for line in extra or []]
    events = [*lines, *(LogEvent(each["timestamp"], each["message"]) for each in pipeline.logs.lines)]
    found = list(results(site.target.client("s3"), site, uploads, events))
    assert len(found) == len(uploads)
    return {each.upload.key: each for each in found}


def test_an_upload_knows_the_token_of_what_s3_has_stored(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(CSV)
    site, pipeline = site_with(alive=False)
    seen: list[int] = []
    done = upload(site.target.client("s3"), site, file, KEY, seen.append)
    assert done == Upload(KEY, etag_of(CSV), len(CSV), int(BEGAN.timestamp() * 1000), "REQUEST")
    assert sum(seen) == len(CSV)
    assert pipeline.bucket.keys == {KEY}
    assert not pipeline.bucket.handlers


def test_a_refused_upload_says_which_file(tmp_path: Path) -> None:
    class Refusing(FakeBucket):
        def upload_fileobj(self, *_: Any, **__: Any) -> None:
            raise refusal("AccessDenied", "not authorized to perform: s3:PutObject")

    file = tmp_path / "a.csv"
    file.write_bytes(CSV)
    site, _ = site_with(Refusing())
    with pytest.raises(StackError, match=r"a\.csv to s3://csvs/synthetic-data/a\.csv: AccessDenied"):
        upload(site.target.client("s3"), site, file, KEY, print)


def test_a_summary_of_these_bytes_is_the_result() -> None:
    _, pipeline = site_with()
    known = stored(pipeline)
    pipeline.summarise(KEY)
    result = told(pipeline, known)[KEY]
    assert (result.outcome, result.error) == (Outcome.COMPLETE, None)
    assert result.summary.rows == 1


def test_an_upload_whose_summary_was_already_right_is_done_at_once() -> None:
    _, pipeline = site_with()
    stored(pipeline)
    pipeline.summarise(KEY)
    known = stored(pipeline)
    settled = {"message": "nothing to do", "key": KEY, "outcome": "already", "token": {"etag": known.etag}}

    def events() -> Iterator[LogEvent]:
        yield LogEvent(0, json.dumps(settled))
        pytest.fail("the log was read on")

    site = pipeline.site
    (result,) = results(site.target.client("s3"), site, [known], events())
    assert result.outcome is Outcome.COMPLETE


def test_a_rejected_file_comes_with_its_reason() -> None:
    _, pipeline = site_with()
    known = stored(pipeline, body=b"")
    pipeline.summarise(KEY)
    result = told(pipeline, known)[KEY]
    assert (result.outcome, result.error["code"]) == (Outcome.REJECTED, "empty-file")


def test_a_failure_comes_with_its_error() -> None:
    _, pipeline = site_with()
    known = stored(pipeline)
    pipeline.summarise(KEY, FakeError("no", "do"))
    result = told(pipeline, known)[KEY]
    assert result.outcome is Outcome.FAILED
    assert result.error == {"code": "fake", "message": "no", "remedy": "do"}


def test_a_failure_of_an_earlier_upload_of_the_same_bytes_is_not_ours() -> None:
    _, pipeline = site_with()
    known = stored(pipeline)
    pipeline.summarise(KEY, FakeError("no"), request_id="EARLIER")
    pipeline.summarise(KEY)
    assert told(pipeline, known)[KEY].outcome is Outcome.COMPLETE


def test_an_invocation_for_other_bytes_says_nothing_of_these() -> None:
    _, pipeline = site_with()
    stored(pipeline, body=b"other\n1\n")
    pipeline.summarise(KEY, FakeError("no"), request_id="EARLIER")
    pipeline.summarise(KEY, request_id="EARLIER")
    known = stored(pipeline)
    assert told(pipeline, known)[KEY].outcome is Outcome.WAITING


def test_a_failure_of_which_nothing_was_received_is_not_ours() -> None:
    _, pipeline = site_with()
    known = stored(pipeline)
    failed = {"message": "record failed", "requestId": "another", "key": KEY, "error": {"code": "x"}}
    pipeline.summarise(KEY)
    assert told(pipeline, known, extra=[failed])[KEY].outcome is Outcome.COMPLETE


def test_a_summary_without_a_line_in_the_log_is_found_at_the_end() -> None:
    _, pipeline = site_with()
    known = stored(pipeline)
    pipeline.summarise(KEY)
    pipeline.logs.lines.clear()
    assert told(pipeline, known)[KEY].outcome is Outcome.COMPLETE


def test_without_any_trace_it_waits_still() -> None:
    _, pipeline = site_with()
    assert told(pipeline, stored(pipeline))[KEY].outcome is Outcome.WAITING


def test_lines_that_are_none_of_ours_do_no_harm() -> None:
    _, pipeline = site_with()
    known = stored(pipeline)
    strange: list[dict[str, Any]] = [
        {},
        {"key": KEY},
        {"key": KEY, "message": "JSON uploaded", "token": "x"},
        {"key": 7},
    ]
    pipeline.summarise(KEY)
    assert told(pipeline, known, extra=strange)[KEY].outcome is Outcome.COMPLETE


def test_many_are_told_as_they_come_and_the_log_is_read_no_further_than_the_last() -> None:
    _, pipeline = site_with()
    keys = [f"synthetic-data/{n}.csv" for n in range(3)]
    uploads = [stored(pipeline, key) for key in keys]
    for key in reversed(keys):
        pipeline.summarise(key)
    site = pipeline.site

    def events() -> Iterator[LogEvent]:
        for each in pipeline.logs.lines:
            yield LogEvent(each["timestamp"], each["message"])
        raise AssertionError("it was read on")

    found = list(results(site.target.client("s3"), site, uploads, events()))
    assert [each.upload.key for each in found] == keys[::-1]


def test_nothing_uploaded_has_no_results() -> None:
    _, pipeline = site_with()
    assert told(pipeline) == {}
