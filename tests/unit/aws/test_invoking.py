"""An event for another function."""

import json
from collections.abc import Iterator

import pytest

from fake_s3 import FakeS3, fake_s3
from gistline.aws.invoking import Invoker
from gistline.aws.s3 import Credentials
from gistline.aws.wire import Wire
from gistline.errors import InvokeError

PATH = "/2015-03-31/functions/gist-summarizer/invocations"


@pytest.fixture
def lambda_() -> Iterator[FakeS3]:
    with fake_s3() as fake:
        yield fake


def invoker(fake: FakeS3) -> Invoker:
    return Invoker(Wire("lambda", "eu-west-1", fake.endpoint, Credentials("AKID", "s"), sleep=lambda _: None))


def test_lambda_gets_the_event_and_shall_not_answer_for_the_function(lambda_: FakeS3) -> None:
    invoker(lambda_).invoke("gist-summarizer", {"Records": ["é"]})
    assert json.loads(lambda_.objects[PATH]) == {"Records": ["é"]}
    assert lambda_.seen[0].headers["x-amz-invocation-type"] == "Event"


def test_a_throttle_is_waited_for(lambda_: FakeS3) -> None:
    lambda_.faults = [429, 500]
    invoker(lambda_).invoke("gist-summarizer", {})
    assert lambda_.objects[PATH] == b"{}"


@pytest.mark.parametrize(
    ("faults", "words", "remedy"),
    [
        ([403], "invoking gist-summarizer: HTTP 403 AccessDenied", "lambda:InvokeFunction"),
        ([429] * 4, "invoking gist-summarizer: HTTP 429", "throttles"),
    ],
)
def test_a_refusal_names_the_function_and_what_to_do(
    lambda_: FakeS3, faults: list[int], words: str, remedy: str
) -> None:
    lambda_.faults = [*faults]
    with pytest.raises(InvokeError) as error:
        invoker(lambda_).invoke("gist-summarizer", {})
    assert words in error.value.message
    assert remedy in error.value.remedy
