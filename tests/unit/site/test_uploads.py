"""CSVs on their way: stored, then followed until each has its outcome."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes import FakeError, FakeLog, etag_of, object_event, reconciler
from gistline.aws.s3 import Token
from gistline.errors import InvocationFailedError, StackError
from gistline.pipeline.reconcile import Ruling
from gistline.profile import Source
from gistline.profile.summary import Summary
from gistline.site.catalogue import head
from gistline.site.inputs import Outcome
from gistline.site.logs import LogEvent
from gistline.site.uploads import Upload, results, told, upload
from unit.site.fake_bucket import BEGAN, FakeBucket, Pipeline, site_with
from unit.site.simulated import SimulatedLogs, simulated
from unit.stack.fake_aws import OUTPUTS, refusal

KEY = "synthetic-data/a.csv"
CSV = b"a,b\n1,2\n"


def stored(pipeline: Pipeline, key: str = KEY, body: bytes = CSV) -> Upload:
    pipeline.bucket.store(key, body)
    return Upload(key, token_of(pipeline, key), int(BEGAN.timestamp() * 1000), "REQUEST")


def token_of(pipeline: Pipeline, key: str) -> Token:
    """What S3 says lies there."""
    found = head(pipeline.bucket, pipeline.site, key)  # type: ignore[arg-type]
    assert found is not None
    return found.token


def ended(pipeline: Pipeline, *uploads: Upload, extra: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """The outcome of each upload, when the log is read to its end."""
    site = pipeline.site
    lines = [LogEvent(0, json.dumps(line)) for line in extra or []]
    events = [*lines, *(LogEvent(each["timestamp"], each["message"]) for each in pipeline.logs.lines)]
    found = list(results(site.target.client("s3"), site, uploads, events))
    assert len(found) == len(uploads)
    return {each.upload.key: each for each in found}


def given_up(pipeline: Pipeline, known: Upload, request_id: str = "REQUEST") -> list[dict[str, Any]]:
    """Do what the recorder does when Lambda has given up the event of this id; return its lines."""
    error, token = InvocationFailedError("killed", "split it", code="killed"), known.token
    source = Source("csvs", known.key, None, token.etag, token.size, last_modified=token.last_modified)
    summary_key = pipeline.site.layout.summary_key(known.key)
    failed = Summary("failed", reconciler().clock(), source, error=error)
    pipeline.bucket.store(summary_key, failed.to_json().encode())
    fake, record = FakeLog(), object_event(known.key, request_id=request_id)
    fake.log.of_failed("invocation").ruled(record, Ruling("failed", token, error), summary_key)
    return fake.lines


def test_an_upload_knows_the_token_of_what_s3_has_stored(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(CSV)
    site, pipeline = site_with(alive=False)
    seen: list[int] = []
    done = upload(site.target.client("s3"), site, file, KEY, seen.append)
    assert done == Upload(KEY, token_of(pipeline, KEY), int(BEGAN.timestamp() * 1000), "REQUEST")
    assert (done.token.etag, done.token.size) == (etag_of(CSV), len(CSV))
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
    with pytest.raises(StackError, match=r"a\.csv' as 'synthetic-data/a\.csv' to bucket csvs: AccessDenied"):
        upload(site.target.client("s3"), site, file, KEY, print)


def test_a_summary_of_these_bytes_is_the_result() -> None:
    _, pipeline = site_with()
    known = stored(pipeline)
    pipeline.summarise(KEY)
    result = ended(pipeline, known)[KEY]
    assert (result.outcome, result.error) == (Outcome.COMPLETE, None)
    assert result.summary.rows == 1


def test_an_upload_that_nobody_noticed_waits_though_the_same_bytes_had_their_summary() -> None:
    _, pipeline = site_with()
    stored(pipeline)
    pipeline.summarise(KEY)
    assert ended(pipeline, stored(pipeline))[KEY].outcome is Outcome.WAITING


def test_a_late_line_about_the_same_bytes_before_does_not_end_the_waiting() -> None:
    _, pipeline = site_with()
    stored(pipeline)
    pipeline.summarise(KEY)
    known = stored(pipeline)

    def events() -> Iterator[LogEvent]:
        yield from (LogEvent(0, line["message"]) for line in pipeline.logs.lines)
        pipeline.summarise(KEY)
        yield from (LogEvent(0, line["message"]) for line in pipeline.logs.lines)

    (result,) = results(pipeline.bucket, pipeline.site, [known], events())  # type: ignore[arg-type]
    assert result.outcome is Outcome.COMPLETE


def test_an_upload_whose_summary_was_already_right_is_done_at_once() -> None:
    _, pipeline = site_with()
    known = stored(pipeline)
    pipeline.summarise(KEY)
    token = {"etag": known.token.etag}
    settled = {"message": "nothing to do", "key": KEY, "outcome": "already", "token": token}

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
    result = ended(pipeline, known)[KEY]
    assert (result.outcome, result.error["code"]) == (Outcome.REJECTED, "empty-file")


def test_a_failure_comes_with_its_error() -> None:
    _, pipeline = site_with()
    known = stored(pipeline)
    pipeline.summarise(KEY, FakeError("no", "do"))
    result = ended(pipeline, known)[KEY]
    assert result.outcome is Outcome.FAILED
    assert result.error == {"code": "fake", "message": "no", "remedy": "do"}


def test_a_failure_of_an_earlier_upload_of_the_same_bytes_is_not_ours() -> None:
    _, pipeline = site_with()
    known = stored(pipeline)
    pipeline.summarise(KEY, FakeError("no"), request_id="EARLIER")
    pipeline.summarise(KEY)
    assert ended(pipeline, known)[KEY].outcome is Outcome.COMPLETE


def test_an_invocation_for_other_bytes_says_nothing_of_these() -> None:
    _, pipeline = site_with()
    stored(pipeline, body=b"other\n1\n")
    pipeline.summarise(KEY, FakeError("no"), request_id="EARLIER")
    pipeline.summarise(KEY, request_id="EARLIER")
    known = stored(pipeline)
    assert ended(pipeline, known)[KEY].outcome is Outcome.WAITING


def test_a_failure_of_which_nothing_was_received_is_not_ours() -> None:
    _, pipeline = site_with()
    known = stored(pipeline)
    failed = {"message": "record failed", "requestId": "another", "key": KEY, "error": {"code": "x"}}
    pipeline.summarise(KEY)
    assert ended(pipeline, known, extra=[failed])[KEY].outcome is Outcome.COMPLETE


def test_what_lambda_gives_up_has_failed_as_soon_as_the_recorder_has_written_it_down() -> None:
    _, pipeline = site_with()
    known = stored(pipeline)
    lines = given_up(pipeline, known)

    def events() -> Iterator[LogEvent]:
        yield from (LogEvent(0, json.dumps(line)) for line in lines)
        pytest.fail("the logs were read on")

    (result,) = results(pipeline.bucket, pipeline.site, [known], events())  # type: ignore[arg-type]
    assert result.outcome is Outcome.FAILED
    assert result.summary is not None
    assert result.error == {"code": "killed", "message": "killed", "remedy": "split it"}


def test_what_the_recorder_writes_of_an_earlier_upload_of_the_same_bytes_is_no_verdict_on_this_one() -> None:
    _, pipeline = site_with()
    known = stored(pipeline)
    lines = given_up(pipeline, known, request_id="EARLIER")

    def events() -> Iterator[LogEvent]:
        yield from (LogEvent(0, json.dumps(line)) for line in lines)
        pipeline.summarise(KEY)
        yield from (LogEvent(0, line["message"]) for line in pipeline.logs.lines)

    (result,) = results(pipeline.bucket, pipeline.site, [known], events())  # type: ignore[arg-type]
    assert result.outcome is Outcome.COMPLETE


def test_a_recorder_that_cannot_write_its_verdict_is_a_failure_too() -> None:
    _, pipeline = site_with()
    known = stored(pipeline)
    fake = FakeLog()
    fake.log.of_failed("invocation").failed(object_event(KEY, request_id="REQUEST"), FakeError("no", "do"))
    result = ended(pipeline, known, extra=fake.lines)[KEY]
    assert (result.outcome, result.error["code"]) == (Outcome.FAILED, "fake")


def test_a_summary_without_a_line_in_the_log_is_found_at_the_end() -> None:
    _, pipeline = site_with()
    known = stored(pipeline)
    pipeline.summarise(KEY)
    pipeline.logs.lines.clear()
    assert ended(pipeline, known)[KEY].outcome is Outcome.COMPLETE


def test_without_any_trace_it_waits_still() -> None:
    _, pipeline = site_with()
    assert ended(pipeline, stored(pipeline))[KEY].outcome is Outcome.WAITING


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
    assert ended(pipeline, known, extra=strange)[KEY].outcome is Outcome.COMPLETE


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


def test_summarizer_and_recorder_are_both_listened_to_at_each_moment() -> None:
    logs = SimulatedLogs()
    site, _ = simulated(services={"logs": logs})
    heard = told(site, 0, range(2))
    logs.say(OUTPUTS["SummarizerLogGroupName"], number=1)
    logs.say(OUTPUTS["RecorderLogGroupName"], number=2)
    assert [next(heard).fields["number"] for _ in range(2)] == [1, 2]
    logs.say(OUTPUTS["SummarizerLogGroupName"], number=3)
    logs.say(OUTPUTS["RecorderLogGroupName"], number=4)
    assert [each.fields["number"] for each in heard] == [3, 4]


def test_without_the_right_to_hear_the_recorder_the_summarizer_alone_is_heard() -> None:
    class Half(SimulatedLogs):
        def paginate(self, *, logGroupName: str, **asked: Any) -> Iterator[dict[str, Any]]:  # noqa: N803 - boto3's names
            if logGroupName == OUTPUTS["RecorderLogGroupName"]:
                raise refusal("ResourceNotFoundException")
            return super().paginate(logGroupName=logGroupName, **asked)

    logs = Half()
    site, _ = simulated(services={"logs": logs})
    logs.say(OUTPUTS["SummarizerLogGroupName"], number=1)
    assert [each.fields["number"] for each in told(site, 0, range(3))] == [1]


def test_without_the_right_to_hear_the_summarizer_it_is_said_so() -> None:
    site, _ = simulated(services={"logs": SimulatedLogs(refused=refusal("AccessDeniedException"))})
    with pytest.raises(StackError, match="AccessDeniedException"):
        list(told(site, 0, range(3)))


def test_nothing_uploaded_has_no_results() -> None:
    _, pipeline = site_with()
    assert ended(pipeline) == {}
