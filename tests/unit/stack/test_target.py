import os
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError

from gistline.errors import StackError
from gistline.stack.target import ATTEMPTS, Credentials, Target, explained
from unit.stack.fake_aws import refusal

LOCAL = Target("eu-west-1", "http://127.0.0.1:4566", Credentials("key-id", "hidden"))


def signed_url(target: Target) -> str:
    url: str = target.client("s3").generate_presigned_url("get_object", Params={"Bucket": "csvs", "Key": "k"})
    return url


def test_the_local_cloud_is_an_endpoint_with_its_own_keys() -> None:
    url = signed_url(LOCAL)
    assert url.startswith("http://127.0.0.1:4566/csvs/k?")
    assert "key-id" in url


def test_aws_is_found_by_the_region_and_the_usual_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "from-the-chain")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden")
    target = Target("eu-south-2")  # clients are kept; of this region no other test makes one
    assert (
        target.client("cloudformation").meta.endpoint_url == "https://cloudformation.eu-south-2.amazonaws.com"
    )
    assert "from-the-chain" in signed_url(target)


def test_calls_are_tried_a_few_times_and_not_for_long() -> None:
    config: Any = LOCAL.client("sqs").meta.config
    assert config.retries == {"mode": "standard", "total_max_attempts": ATTEMPTS}
    assert (config.connect_timeout, config.read_timeout) == (5, 30)


def test_the_secret_is_not_printed() -> None:
    assert "hidden" not in repr(LOCAL)


def test_a_refusal_is_told_with_its_code_and_words() -> None:
    with pytest.raises(StackError) as caught, explained("uploading"):
        raise refusal("AccessDenied", "not authorized to perform: s3:PutObject")
    assert caught.value.message == "uploading: AccessDenied: not authorized to perform: s3:PutObject"
    assert "credentials lack" in caught.value.remedy


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        (
            "Stack:arn is in ROLLBACK_COMPLETE state and can not be updated.",
            "one that failed halfway be deleted",
        ),
        ("Template format error: unsupported structure.", ""),
    ],
)
def test_what_cloudformation_refuses_has_a_remedy_only_where_its_words_tell_one(
    message: str, remedy: str
) -> None:
    with pytest.raises(StackError) as caught, explained("deploying"):
        raise refusal("ValidationError", message)
    assert caught.value.remedy.endswith(remedy)
    assert bool(caught.value.remedy) == bool(remedy)


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId"])
def test_old_or_unknown_credentials_ask_for_a_sign_in(code: str) -> None:
    with pytest.raises(StackError) as caught, explained("uploading"):
        raise refusal(code)
    assert "aws sso login" in caught.value.remedy


def test_no_credentials_ask_for_a_sign_in() -> None:
    with pytest.raises(StackError) as caught, explained("uploading"):
        raise NoCredentialsError
    assert "aws sso login" in caught.value.remedy


def test_an_endpoint_that_does_not_answer_is_named() -> None:
    with pytest.raises(StackError, match=r"http://127\.0\.0\.1:1/") as caught, explained("uploading"):
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1/")
    assert caught.value.remedy == "check that the endpoint answers"


def test_our_own_errors_pass_unchanged() -> None:
    with pytest.raises(StackError, match="mine") as caught, explained("uploading"):
        raise StackError("mine")
    assert caught.value.message == "mine"
