"""Signed requests over plain HTTP: what is tried again, and what is not."""

from collections.abc import Iterator

import pytest

from fake_s3 import FakeS3, fake_s3, nobody
from gistline.aws.lineage import Trace
from gistline.aws.s3 import Credentials
from gistline.aws.wire import Call, Refused, Wire
from gistline.config import Settings
from gistline.errors import ObjectForbiddenError

KEYS = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}
GET = Call("GET", "/bucket/a")


@pytest.fixture
def s3() -> Iterator[FakeS3]:
    with fake_s3() as fake:
        fake.objects["/bucket/a"] = b"content"
        yield fake


def wire_to(s3: FakeS3, waits: list[float] | None = None, endpoint: str = "") -> Wire:
    sleep = (waits if waits is not None else []).append
    return Wire("s3", "eu-west-1", endpoint or s3.endpoint, Credentials("AKID", "secret"), sleep=sleep)


@pytest.mark.parametrize("fault", [408, 429, 500, 503, "silence"])
def test_what_may_pass_is_tried_again_after_longer_and_longer_waits(s3: FakeS3, fault: int) -> None:
    waits: list[float] = []
    s3.faults = [fault] * 3
    with wire_to(s3, waits).ask(GET) as response:
        assert response.read() == b"content"
    assert waits == [0.1, 0.2, 0.4]


@pytest.mark.parametrize(
    ("status", "code"), [(403, "AccessDenied"), (404, "NoSuchKey"), (412, "PreconditionFailed")]
)
def test_a_no_is_not_asked_again(s3: FakeS3, status: int, code: str) -> None:
    s3.faults = [status]
    with pytest.raises(Refused) as refused:
        wire_to(s3).ask(GET)
    assert (refused.value.status, refused.value.code, len(s3.seen)) == (status, code, 1)


def test_after_the_last_attempt_the_refusal_stands(s3: FakeS3) -> None:
    s3.faults = [503] * 4
    with pytest.raises(Refused) as refused:
        wire_to(s3).ask(GET)
    assert (refused.value.status, len(s3.seen)) == (503, 4)


def test_where_nobody_listens_it_says_what_broke(s3: FakeS3) -> None:
    with nobody() as endpoint, pytest.raises(Refused) as refused:
        wire_to(s3, endpoint=endpoint).ask(GET)
    assert (refused.value.status, refused.value.code) == (None, "ConnectionRefusedError")


def test_an_answer_that_breaks_off_is_asked_for_again_if_it_is_to_be_read_whole(s3: FakeS3) -> None:
    s3.faults = ["cut", "cut"]
    assert wire_to(s3).read(GET) == b"content"
    assert len(s3.seen) == 3


def test_the_query_is_sent_as_it_is_signed(s3: FakeS3) -> None:
    s3.objects["/bucket/?a=1&b=%20"] = b"listed"
    assert wire_to(s3).read(Call("GET", "/bucket/", "a=1&b=%20")) == b"listed"


def test_the_lineage_goes_along_unsigned(s3: FakeS3) -> None:
    wire_to(s3)._replace(trace=lambda: Trace("Root=1;Lineage=1:a:0")).read(GET)
    headers = s3.seen[0].headers
    assert headers["x-amzn-trace-id"] == "Root=1;Lineage=1:a:0"
    assert "x-amzn-trace-id" not in headers["authorization"]


@pytest.mark.parametrize(
    ("region", "said", "endpoint"),
    [
        ("eu-west-1", {}, "https://lambda.eu-west-1.amazonaws.com"),
        ("cn-north-1", {}, "https://lambda.cn-north-1.amazonaws.com.cn"),
        ("eu-west-1", {"AWS_ENDPOINT_URL": "http://localhost:4566/"}, "http://localhost:4566"),
        ("eu-west-1", {"AWS_ENDPOINT_URL_S3": "http://s3"}, "https://lambda.eu-west-1.amazonaws.com"),
        ("eu-west-1", {"AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_LAMBDA": "http://b"}, "http://b"),
    ],
)
def test_a_service_is_found_where_aws_has_it_or_where_its_variables_say(
    region: str, said: dict[str, str], endpoint: str
) -> None:
    assert Wire.of("lambda", Settings(region=region), {**KEYS, **said}).endpoint == endpoint


def test_without_credentials_it_says_so_before_it_sends() -> None:
    with pytest.raises(ObjectForbiddenError, match="no credentials to sign requests to lambda"):
        Wire.of("lambda", Settings(), {})
