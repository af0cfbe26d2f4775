"""The recorder's door: messages of the on-failure queue, each handled or left to SQS."""

import json
from typing import Any

import pytest

from fakes import FakeLog, FakeObjects, reconciler, recorded_event, s3_event
from gistline.errors import ObjectForbiddenError, ObjectStoreUnavailableError
from gistline.functions.recorder import Recorder, handler
from gistline.pipeline.keys import KeyLayout
from gistline.pipeline.record import Recording

LAYOUT = KeyLayout("synthetic-data/", ".csv", "summaries/")
A, B = "synthetic-data/a.csv", "synthetic-data/b.csv"
NOTHING_LEFT: dict[str, Any] = {"batchItemFailures": []}


def sqs(*bodies: object) -> dict[str, Any]:
    """Make the event of a batch; texts go as they are."""
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "eventSource": "aws:sqs",
                "body": body if isinstance(body, str) else json.dumps(body),
            }
            for number, body in enumerate(bodies)
        ]
    }


def given_up(payload: object, request_id: str = "failed-1") -> dict[str, Any]:
    context = {"requestId": request_id, "condition": "RetriesExhausted"}
    return {"requestContext": context, "requestPayload": payload}


class Fixture:
    """A recorder with fakes behind it."""

    def __init__(self) -> None:
        self.objects = FakeObjects({A: b"x\n1\n", B: b"x\n1\n"})
        self.log = FakeLog()

    def handle(self, event: dict[str, Any]) -> dict[str, Any]:
        return Recorder(Recording(LAYOUT, reconciler()), lambda _: self.objects).handle(event, self.log.log)

    def status(self, name: str) -> str | None:
        body = self.objects.content.get(f"summaries/summary_{name}.json")
        return json.loads(body)["status"] if body else None


def test_each_message_is_written_down_and_consumed() -> None:
    door = Fixture()
    assert door.handle(sqs(given_up(s3_event(A)), given_up(s3_event(B)))) == NOTHING_LEFT
    assert (door.status("a"), door.status("b")) == ("failed", "failed")


def test_each_line_says_which_upload_and_which_failed_invocation_it_is_about() -> None:
    door = Fixture()
    door.objects.errors = {B: ObjectForbiddenError("403")}
    door.handle(sqs(given_up(s3_event(A), "failed-a"), given_up(s3_event(B), "failed-b"), "no record"))
    uploaded = s3_event(A)["Records"][0]["responseElements"]["x-amz-request-id"]
    said = [
        (line["message"], line.get("failedRequestId"), line.get("s3RequestId")) for line in door.log.lines
    ]
    assert said == [
        ("JSON uploaded", "failed-a", uploaded),
        ("record failed", "failed-a", uploaded),
        ("record failed", "failed-b", uploaded),
        ("record failed", None, None),
    ]


def test_a_message_nested_a_thousand_deep_is_left_and_takes_no_other_with_it() -> None:
    door = Fixture()
    deep = "[" * 100_000 + "]" * 100_000
    answer = door.handle(sqs(deep, given_up(s3_event(A))))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert door.status("a") == "failed"


def test_to_get_a_message_again_changes_nothing() -> None:
    door = Fixture()
    door.handle(sqs(given_up(s3_event(A))))
    before = dict(door.objects.content)
    assert door.handle(sqs(given_up(s3_event(A)))) == NOTHING_LEFT
    assert door.objects.content == before


@pytest.mark.parametrize(
    "error", [ObjectStoreUnavailableError("503"), ObjectForbiddenError("403"), OSError()]
)
def test_only_the_message_that_could_not_be_written_down_is_delivered_again(error: Exception) -> None:
    door = Fixture()
    door.objects.errors = {A: error}
    answer = door.handle(sqs(given_up(s3_event(A)), given_up(s3_event(B))))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert door.status("b") == "failed"
    assert "record failed" in door.log.messages


def test_one_record_of_an_event_holds_up_no_other() -> None:
    door = Fixture()
    door.objects.errors = {A: ObjectForbiddenError("403")}
    answer = door.handle(sqs(given_up(s3_event(A, B))))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert door.status("b") == "failed"


@pytest.mark.parametrize("body", ["", "no JSON", "[]", '{"Records": []}', "null"])
def test_a_message_that_is_no_invocation_record_is_left_for_the_dead_letter_queue(body: str) -> None:
    door = Fixture()
    assert door.handle(sqs(body)) == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert [line["error"]["code"] for line in door.log.lines] == ["notification"]


def test_an_event_with_a_broken_record_is_left_too_after_the_others_are_done() -> None:
    door = Fixture()
    door.objects.content["synthetic-data/orders.csv"] = b"x\n1\n"
    answer = door.handle(sqs(given_up(recorded_event("one-of-two-without-key"))))
    assert len(answer["batchItemFailures"]) == 1
    assert door.status("orders") == "failed"


@pytest.mark.parametrize("name", ["test-event", "empty", "eventbridge"])
def test_an_event_that_names_no_csv_is_consumed(name: str) -> None:
    door = Fixture()
    assert door.handle(sqs(given_up(recorded_event(name)))) == NOTHING_LEFT
    assert not door.objects.calls


def test_lambda_finds_the_handler() -> None:
    class Context:
        """What Lambda hands over."""

        aws_request_id = "invocation-7"

        def get_remaining_time_in_millis(self) -> int:
            return 60_000

    assert handler(sqs(), Context()) == NOTHING_LEFT
