"""The invocation record (Lambda Developer Guide, "invocation-async-retain-records"), and its way to the queue."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from gistline.localcloud.attempts import Attempt, Condition, Invocation, Kind
from gistline.localcloud.destination import invocation_record, send

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:failures"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "ASIA0000000000000000",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
}
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Queue(HTTPServer):
    """An SQS that takes whatever comes, and keeps it."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], dict[str, Any]]] = []
        super().__init__(("127.0.0.1", 0), Taking)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Taking(BaseHTTPRequestHandler):
    """Answers as SQS does."""

    server: Queue

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((dict(self.headers), body))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"MessageId": "1"}')

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def queue() -> Iterator[Queue]:
    with Queue() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def record(payload: object, attempt: Attempt) -> dict[str, Any]:
    invocation = Invocation(FUNCTION, payload, accepted=0.0, request_id="r", attempts=3)
    return invocation_record(invocation, attempt, Condition.RETRIES_EXHAUSTED, NOON)


def test_a_record_tells_request_and_response() -> None:
    error = {"errorMessage": "no"}
    assert record({"n": 1}, Attempt(Kind.ERROR, error)) == {
        "version": "1.0",
        "timestamp": "2026-01-01T12:00:00.000Z",
        "requestContext": {
            "requestId": "r",
            "functionArn": f"{FUNCTION}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"n": 1},
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
        "responsePayload": error,
    }


@pytest.mark.parametrize("kind", [Kind.THROTTLED, Kind.SYSTEM, Kind.LATE, Kind.SHUT])
def test_a_record_of_an_event_that_did_not_run_has_no_response(kind: Kind) -> None:
    told = record({}, Attempt(kind))
    assert (told["responseContext"], told["responsePayload"]) == (None, None)


@pytest.mark.parametrize("payload", [[1], "text", None, 7])
def test_a_request_may_be_any_json(payload: object) -> None:
    assert record(payload, Attempt(Kind.ERROR))["requestPayload"] == payload


def test_a_record_is_sent_with_the_roles_session(queue: Queue) -> None:
    assert send({"version": "1.0"}, QUEUE, CREDENTIALS, queue.endpoint)
    ((headers, body),) = queue.requests
    assert body["QueueUrl"] == f"{queue.endpoint}/000000000000/failures"
    assert json.loads(body["MessageBody"]) == {"version": "1.0"}
    assert headers["X-Amz-Security-Token"] == "token"
    assert "ASIA0000000000000000" in headers["Authorization"]


def test_neither_a_proxy_nor_a_profile_of_the_host_has_an_effect(
    queue: Queue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text("[profile mine]\nretry_mode = nonsense\n", encoding="utf-8")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name)
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    assert send({}, QUEUE, CREDENTIALS, queue.endpoint)


def test_a_destination_that_is_no_queue_takes_nothing(queue: Queue) -> None:
    assert not send({}, QUEUE.replace("sqs", "sns"), CREDENTIALS, queue.endpoint)
    assert queue.requests == []
