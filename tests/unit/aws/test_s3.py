"""Where a bucket answers, who asks, and what an answer means."""

import pytest

from gistline.aws.s3 import Address, Credentials, refusal
from gistline.config import Settings
from gistline.errors import (
    ObjectChangedError,
    ObjectForbiddenError,
    ObjectNotFoundError,
    ObjectStoreError,
    ObjectStoreUnavailableError,
)


@pytest.mark.parametrize(
    ("bucket", "settings", "endpoint", "path"),
    [
        ("b", Settings(region="eu-west-1"), "https://b.s3.eu-west-1.amazonaws.com", ""),
        ("b", Settings(region="cn-north-1"), "https://b.s3.cn-north-1.amazonaws.com.cn", ""),
        ("b.c", Settings(region="eu-west-1"), "https://s3.eu-west-1.amazonaws.com", "/b.c"),
        ("b", Settings(endpoint="http://127.0.0.1:4566/"), "http://127.0.0.1:4566", "/b"),
    ],
)
def test_a_bucket_answers_under_its_own_host_name_where_it_can(
    bucket: str, settings: Settings, endpoint: str, path: str
) -> None:
    assert Address.of(bucket, settings) == Address(bucket, settings.region or "us-east-1", endpoint, path)


def test_credentials_are_those_that_lambda_sets() -> None:
    environ = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "c"}
    assert Credentials.from_environ(environ) == Credentials("a", "b", "c")


@pytest.mark.parametrize("environ", [{}, {"AWS_ACCESS_KEY_ID": "a"}, {"AWS_SECRET_ACCESS_KEY": "b"}])
def test_half_a_key_is_no_key(environ: dict[str, str]) -> None:
    assert Credentials.from_environ(environ) is None


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, ObjectNotFoundError),
        (401, ObjectForbiddenError),
        (403, ObjectForbiddenError),
        (408, ObjectStoreUnavailableError),
        (429, ObjectStoreUnavailableError),
        (500, ObjectStoreUnavailableError),
        (503, ObjectStoreUnavailableError),
        (None, ObjectStoreUnavailableError),
        (301, ObjectStoreError),
        (400, ObjectStoreError),
        (409, ObjectChangedError),
        (412, ObjectChangedError),
    ],
)
def test_each_answer_has_its_error(status: int | None, kind: type[ObjectStoreError]) -> None:
    error = refusal("GetObject", bucket="b", key="k", status=status, code="Word")
    assert type(error) is kind
    assert error.remedy


def test_an_error_says_what_was_asked_of_which_object_and_what_came_back() -> None:
    error = refusal("PutObject", bucket="b", key="a\nb", status=403, code="AccessDenied")
    assert error.message == r"PutObject 'a\nb' in bucket b: HTTP 403 AccessDenied"
    assert "s3:PutObject" in error.remedy


def test_wrong_credentials_are_not_blamed_on_the_role() -> None:
    error = refusal("GetObject", bucket="b", key="k", status=403, code="SignatureDoesNotMatch")
    assert "credentials" in error.remedy
