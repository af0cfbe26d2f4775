"""The verdict on events that Lambda has given up."""

import json
from typing import Any

import pytest

from fakes import (
    FakeLog,
    FakeObjects,
    WatchedSummarize,
    desk,
    etag_of,
    object_event,
    reconciler,
    s3_event,
)
from gistline.aws.s3 import Token
from gistline.errors import InvocationFailedError, NotificationError
from gistline.pipeline.keys import KeyLayout
from gistline.pipeline.mark import Mark
from gistline.pipeline.process import Processor
from gistline.pipeline.record import Defeat, Recording, concerns

KEY, SUMMARY_KEY = "synthetic-data/orders.csv", "summaries/summary_orders.json"
LAYOUT = KeyLayout("synthetic-data/", ".csv", "summaries/")
BODY = b"a,b\n1,2\n"
ERROR = InvocationFailedError("killed each time", "raise its memory", code="killed")


def invocation_record(
    payload: object = None, condition: str = "RetriesExhausted", **more: Any
) -> dict[str, Any]:
    """Make one as in AWS's guide."""
    return {
        "version": "1.0",
        "requestContext": {"requestId": "invocation-1", "condition": condition, "approximateInvokeCount": 3},
        "requestPayload": s3_event(KEY) if payload is None else payload,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": None,
        **more,
    }


class Desk:
    """A bucket, and the two who write verdicts there."""

    def __init__(self, body: bytes = BODY) -> None:
        self.objects, self.log = FakeObjects({KEY: body}), FakeLog()

    def record(
        self,
        key: str = KEY,
        error: InvocationFailedError = ERROR,
        event_name: str = "ObjectCreated:Put",
        etag: str | None = None,
    ) -> None:
        event = object_event(key)._replace(event_name=event_name, etag=etag)
        Recording(LAYOUT, reconciler()).record(event, error, objects=self.objects, log=self.log.log)

    def summarise(self) -> str:
        processor = Processor(LAYOUT, WatchedSummarize(), reconciler())
        return processor.process(object_event(KEY), desk(self.objects, self.log)).outcome

    @property
    def mark(self) -> Mark:
        mark = Mark.parse(self.objects.metadata[SUMMARY_KEY])
        assert mark
        return mark

    @property
    def summary(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.objects.content[SUMMARY_KEY])
        return document


def test_a_csv_without_a_verdict_gets_one() -> None:
    at = Desk()
    at.record()
    assert at.summary["status"] == "failed"
    assert at.summary["error"] == {
        "code": "killed",
        "message": "killed each time",
        "remedy": "raise its memory",
    }
    assert (at.summary["source"]["key"], at.summary["source"]["etag"]) == (KEY, etag_of(BODY))
    assert (at.log.messages[-1], at.log.lines[-1]["outcome"]) == ("record failed", "failed")


def test_a_verdict_on_the_same_bytes_is_never_replaced() -> None:
    for body, status in [(BODY, "complete"), (b"PK\x03\x04 an archive", "rejected")]:
        at = Desk(body)
        at.summarise()
        before = at.objects.content[SUMMARY_KEY]
        at.record()
        assert at.objects.content[SUMMARY_KEY] == before
        assert at.summary["status"] == status
        assert at.log.lines[-1]["outcome"] == "already"


def test_a_verdict_on_other_bytes_is_replaced() -> None:
    at = Desk()
    at.summarise()
    at.objects.content[KEY] = b"another\n1\n"
    at.record()
    assert (at.summary["status"], at.summary["generation"]) == ("failed", 2)


NEW = b"another\n1\n"
OVERTAKEN = [
    pytest.param("ObjectCreated:Put", etag_of(BODY), id="an earlier upload"),
    pytest.param("ObjectRemoved:Delete", None, id="a removal"),
    pytest.param("ObjectRemoved:DeleteMarkerCreated", etag_of(NEW), id="a removal that names an ETag"),
    pytest.param("LifecycleExpiration:Delete", None, id="an expiration"),
]


@pytest.mark.parametrize(("event_name", "etag"), OVERTAKEN)
@pytest.mark.parametrize("summarised", [True, False], ids=["summary", "no summary"])
def test_of_an_upload_that_the_event_is_not_about_it_says_that_there_is_no_verdict_yet(
    event_name: str,
    etag: str | None,
    summarised: bool,  # noqa: FBT001 - drawn
) -> None:
    at = Desk()
    if summarised:
        at.summarise()
    at.objects.content[KEY] = NEW
    for _ in range(2):
        at.record(event_name=event_name, etag=etag)
    assert (at.summary["status"], at.summary["error"]["code"]) == ("failed", "overtaken")
    assert at.summary["generation"] == 1 + summarised
    assert "another upload, or a removal" in at.summary["error"]["message"]
    assert "killed each time" in at.summary["error"]["message"]
    assert at.mark.is_untried
    assert at.log.lines[-1]["outcome"] == "already"


def test_the_log_tells_what_befell_the_event_whatever_lies_there_now() -> None:
    at = Desk(NEW)
    at.record(etag=etag_of(BODY))
    assert (at.log.messages[-1], at.log.lines[-1]["error"]["code"]) == ("record failed", "killed")


@pytest.mark.parametrize(
    ("event", "token", "about"),
    [
        ((None, None), ("e", None), True),  # a hint, or of an S3-compatible sender
        (("e", None), ("e", None), True),
        (("e", None), ("e", "null"), True),  # versioning is suspended
        (("e", "null"), ("e", None), True),
        (("e", "v1"), ("e", "v1"), True),
        (("e", "v1"), ("e", "v2"), False),
        (("e", "v1"), ("e", None), False),
        (("e", None), ("f", None), False),
    ],
)
def test_an_event_is_about_the_state_that_it_names(
    event: tuple[str | None, str | None],
    token: tuple[str, str | None],
    about: bool,  # noqa: FBT001 - drawn
) -> None:
    etag, version = event
    record = object_event(KEY, etag=etag, version_id=version)
    assert concerns(record, Token(token[0], 1, token[1])) is about
    assert not concerns(record._replace(event_name="ObjectRemoved:Delete"), Token(token[0], 1, token[1]))


def test_its_own_event_then_has_the_word_whether_it_succeeds_or_is_given_up_too() -> None:
    for end, status in [(Desk.summarise, "complete"), (lambda at: at.record(etag=etag_of(NEW)), "failed")]:
        at = Desk(NEW)
        at.record(etag=etag_of(BODY))
        assert at.mark.is_untried
        end(at)
        assert (at.summary["status"], at.summary["generation"]) == (status, 2)
        assert not at.mark.is_untried
        at.record(etag=etag_of(BODY))
        assert at.summary["generation"] == 2


def test_a_hint_is_about_whatever_lies_there() -> None:
    at = Desk(NEW)
    at.record(etag=etag_of(BODY))
    at.record(event_name="ObjectCreated:Reconcile")
    assert at.summary["error"]["code"] == "killed"


def test_to_say_it_twice_changes_nothing() -> None:
    at = Desk()
    at.record()
    before = at.objects.content[SUMMARY_KEY]
    at.record()
    assert at.objects.content[SUMMARY_KEY] == before


def test_a_later_success_replaces_it() -> None:
    at = Desk()
    at.record()
    assert at.summarise() == "written"
    assert (at.summary["status"], at.summary["generation"]) == ("complete", 2)


def test_a_csv_that_has_gone_gets_its_tombstone() -> None:
    at = Desk()
    at.summarise()
    del at.objects.content[KEY]
    at.record()
    assert at.summary["status"] == "deleted"


@pytest.mark.parametrize("key", ["summaries/summary_orders.json", "synthetic-data/notes.txt"])
def test_a_key_that_is_not_ours_gets_none(key: str) -> None:
    at = Desk()
    at.record(key)
    assert not at.objects.calls


def test_a_key_whose_summary_cannot_be_named_is_told_in_the_log() -> None:
    at = Desk()
    at.record("synthetic-data/" + "x" * 1005 + ".csv")
    assert at.log.lines[-1]["error"]["code"] == "key-too-long"
    assert not at.objects.calls


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"condition": "EventAgeExceeded"}, "event-too-old"),
        ({"condition": "ZeroReservedConcurrency", "responseContext": None}, "switched-off"),
        ({"condition": "RecursiveInvocation", "responseContext": None}, "recursive-loop"),
        ({"condition": "RecursiveInvocationsDropped"}, "recursive-loop"),
        (
            {"responsePayload": {"errorType": "Sandbox.Timedout", "errorMessage": "RequestId: 1 Error"}},
            "timed-out",
        ),
        (
            {"responsePayload": {"errorMessage": "2026-11-23 1 Task timed out after 60.00 seconds"}},
            "timed-out",
        ),
        ({"responsePayload": {"errorType": "Runtime.ExitError", "errorMessage": "signal: killed"}}, "killed"),
        ({"responsePayload": {"errorType": "Runtime.OutOfMemory"}}, "killed"),
        ({"responsePayload": {"errorType": "Runtime.ImportModuleError"}}, "cannot-start"),
        ({"responsePayload": {"errorType": "Runtime.HandlerNotFound"}}, "cannot-start"),
        (
            {"responsePayload": {"errorType": "RecordsFailedError", "errorMessage": "1 of 1"}},
            "retries-exhausted",
        ),
        ({"responsePayload": {"errorType": "ValueError", "errorMessage": "a cell"}}, "invocation-failed"),
        ({"responsePayload": ["of", "no", "shape"]}, "invocation-failed"),
        ({}, "invocation-failed"),
    ],
)
def test_why_an_event_was_given_up_is_said_in_our_words(about: dict[str, Any], code: str) -> None:
    error = Defeat.parse(invocation_record(**about)).error
    assert error.code == code
    assert error.remedy.endswith("gistline failures redrive --all")  # not without: wrong usage


def test_of_what_the_function_said_only_its_own_words_are_repeated_and_not_at_length() -> None:
    own = {"errorType": "RecordsFailedError", "errorMessage": "[object-forbidden] " + "x" * 5000}
    foreign = {"errorType": "ValueError", "errorMessage": "could not convert 'secret cell'"}
    kept = Defeat.parse(invocation_record(responsePayload=own)).error.message
    assert kept.startswith("[object-forbidden]")
    assert len(kept) == 1000
    assert "secret" not in str(Defeat.parse(invocation_record(responsePayload=foreign)).error)


def test_every_record_of_the_event_is_named() -> None:
    defeat = Defeat.parse(invocation_record(s3_event("synthetic-data/a b.csv", KEY)))
    assert [record.key for record in defeat.notification.records] == ["synthetic-data/a b.csv", KEY]


@pytest.mark.parametrize(
    ("context", "id_"), [({"requestId": "r"}, "r"), ({}, None), ({"requestId": 7}, None)]
)
def test_the_invocation_that_failed_is_named_if_lambda_names_it(context: dict[str, Any], id_: str) -> None:
    assert Defeat.parse(invocation_record(requestContext=context)).request_id == id_


@pytest.mark.parametrize("record", [None, "text", [], {}, {"requestContext": "x"}, s3_event(KEY)])
def test_what_lambda_did_not_send_is_an_error(record: object) -> None:
    with pytest.raises(NotificationError, match="no invocation record"):
        Defeat.parse(record)


def test_a_csv_that_cannot_be_read_gets_its_verdict_all_the_same() -> None:
    """As one in an archive, or encrypted with a key that our roles may not use."""
    desk = Desk()
    desk.record()
    assert desk.summary["status"] == "failed"
    assert desk.summary["source"]["etag"] == etag_of(BODY)
    assert not [call for call in desk.objects.calls if call.startswith("GET")]


@pytest.mark.parametrize("code", ["event-too-old", "switched-off"])
def test_an_event_of_a_sweep_that_was_never_begun_is_no_verdict_on_the_csv(code: str) -> None:
    desk = Desk()
    desk.record(error=InvocationFailedError("", code=code), event_name="ObjectCreated:Reconcile")
    assert SUMMARY_KEY not in desk.objects.content
    (line,) = desk.log.lines
    assert (line["error"]["code"], line["outcome"]) == (code, "nothing")


@pytest.mark.parametrize(
    ("code", "event_name"),
    [
        ("event-too-old", "ObjectCreated:Put"),
        ("switched-off", "ObjectCreated:Put"),
        ("killed", "ObjectCreated:Reconcile"),
    ],
)
def test_an_upload_that_was_given_up_is_one_and_so_is_a_sweeps_event_that_failed(
    code: str, event_name: str
) -> None:
    desk = Desk()
    desk.record(error=InvocationFailedError("", code=code), event_name=event_name)
    assert desk.summary["error"]["code"] == code
