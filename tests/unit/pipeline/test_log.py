"""The words in the log."""

import json
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import FakeError, FakeLog, object_event
from gistline.aws.s3 import Token
from gistline.errors import GistlineError
from gistline.pipeline.log import Log
from gistline.pipeline.notification import Ignored
from gistline.pipeline.reconcile import Ruling

TOKEN = Token("e1", 8, "v1")


def test_the_words_are_those_that_verify_looks_for() -> None:
    fake, record = FakeLog(), object_event("synthetic-data/a.csv")
    fake.log.received(record)
    fake.log.downloaded(record, TOKEN)
    fake.log.ruled(record, Ruling("written", TOKEN), "summaries/summary_a.json")
    assert fake.messages == ["S3 event received", "CSV downloaded", "JSON uploaded"]


def test_a_line_says_which_invocation_which_object_and_when() -> None:
    fake = FakeLog()
    fake.clock.tick(0.0126)
    fake.log.ruled(object_event("k", request_id="C3D1"), Ruling("written", TOKEN), "s")
    assert fake.lines == [
        {
            "timestamp": "2023-11-14T22:13:20.012Z",
            "level": "INFO",
            "message": "JSON uploaded",
            "requestId": "invocation-1",
            "bucket": "bucket",
            "key": "k",
            "s3RequestId": "C3D1",
            "token": {"etag": "e1", "versionId": "v1", "bytes": 8},
            "summaryKey": "s",
            "outcome": "written",
            "milliseconds": 13,
        }
    ]


def test_a_received_record_shows_what_the_event_claims() -> None:
    fake = FakeLog()
    fake.log.received(object_event("k", etag="e0", size=7))
    assert fake.lines[0]["token"] == {"etag": "e0", "versionId": None, "bytes": 7}


def test_every_line_about_a_record_names_the_request_with_which_it_was_uploaded() -> None:
    fake, record = FakeLog(), object_event("k", request_id="C3D13FE58DE4C810")
    fake.log.received(record)
    fake.log.downloaded(record, TOKEN)
    fake.log.ruled(record, Ruling("failed", TOKEN, FakeError("killed")), "s")
    fake.log.rejected(record, FakeError("no CSV"))
    fake.log.failed(record, FakeError("refused"))
    fake.log.ignored(Ignored("other-key"), record)
    assert [line["s3RequestId"] for line in fake.lines] == ["C3D13FE58DE4C810"] * 7


def test_what_is_said_of_a_failed_invocation_names_it_and_counts_from_the_same_beginning() -> None:
    fake = FakeLog("recorder-1")
    fake.clock.tick(0.5)
    log = fake.log.of_failed("summarizer-1")
    log.ruled(object_event("k"), Ruling("failed", TOKEN, FakeError("killed")), "s")
    log.failed(None, FakeError("no record"))
    fake.log.failed(None, FakeError("no invocation record"))
    assert [line.get("failedRequestId") for line in fake.lines] == ["summarizer-1"] * 3 + [None]
    assert {(line["requestId"], line["milliseconds"]) for line in fake.lines} == {("recorder-1", 500)}


def test_a_clock_that_is_set_back_gives_no_negative_time() -> None:
    fake = FakeLog()
    fake.clock.tick(-60)
    fake.log.received(object_event("k"))
    assert fake.lines[0]["milliseconds"] == 0


def test_what_is_ignored_says_why() -> None:
    fake = FakeLog()
    fake.log.ignored(Ignored("test-event", "bucket"))
    fake.log.ignored(Ignored("other-key"), object_event("k"))
    one, other = fake.lines
    assert (one["message"], one["reason"], one["detail"]) == ("S3 event ignored", "test-event", "bucket")
    assert "key" not in one
    assert (other["reason"], other["key"]) == ("other-key", "k")


def test_an_error_of_the_house_is_written_with_code_and_remedy() -> None:
    fake = FakeLog()
    fake.log.failed(object_event("k"), FakeError("what happened", "what to do"))
    (line,) = fake.lines
    assert (line["level"], line["message"]) == ("ERROR", "record failed")
    assert line["error"] == {"code": "fake", "message": "what happened", "remedy": "what to do"}


def test_a_rejected_csv_is_a_warning() -> None:
    fake = FakeLog()
    fake.log.rejected(object_event("k"), GistlineError("no CSV", code="binary"))
    assert (fake.lines[0]["level"], fake.lines[0]["message"]) == ("WARN", "CSV rejected")
    assert fake.lines[0]["error"]["code"] == "binary"


@pytest.mark.parametrize(
    ("ruling", "messages"),
    [
        (Ruling("written", TOKEN), ["JSON uploaded"]),
        (Ruling("already", TOKEN), ["nothing to do"]),
        (Ruling("nothing", None), ["nothing to do"]),
        (Ruling("deleted", None), ["JSON uploaded"]),
        (Ruling("deleted", None, removed=True), ["JSON removed"]),
        (Ruling("rejected", TOKEN, FakeError("no CSV")), ["JSON uploaded", "CSV rejected"]),
        (Ruling("failed", TOKEN, FakeError("killed")), ["JSON uploaded", "record failed"]),
    ],
)
def test_the_outcome_is_the_last_word_on_a_key(ruling: Ruling, messages: list[str]) -> None:
    fake = FakeLog()
    fake.log.ruled(object_event("k"), ruling, "s")
    assert fake.messages == messages
    assert [line.get("outcome") for line in fake.lines] == [None] * (len(messages) - 1) + [ruling.outcome]
    assert {line["key"] for line in fake.lines} == {"k"}


def test_of_any_other_error_only_type_and_place_are_written() -> None:
    fake = FakeLog()
    with pytest.raises(ValueError, match="secret") as caught:
        float("secret cell")
    fake.log.failed(None, caught.value)
    (line,) = fake.lines
    assert line["error"]["type"] == "ValueError"
    assert line["error"]["where"][0].startswith("pipeline/test_log.py:")
    assert "secret" not in fake.stream.getvalue()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_key_stays_on_one_ascii_line(key: str) -> None:
    fake = FakeLog()
    fake.log.received(object_event(key))
    text = fake.stream.getvalue()
    assert text.isascii()
    assert text.count("\n") == 1
    assert json.loads(text)["key"] == key


def test_every_line_is_flushed_at_once() -> None:
    flushed = []

    class Stream(StringIO):
        """A stream that notes what stands in it at each flush."""

        def flush(self) -> None:
            flushed.append(self.getvalue())

    Log(Stream(), "r").received(object_event("k"))
    assert len(flushed) == 1
    assert flushed[0].endswith("}\n")
