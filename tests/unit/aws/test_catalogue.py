"""What a function may learn of its bucket without reading an object."""

from collections.abc import Iterator

import pytest

from fake_s3 import FakeS3, fake_s3
from gistline.aws.catalogue import catalogue_of, wire_of
from gistline.config import Settings
from gistline.errors import ObjectForbiddenError

KEYS = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}


@pytest.fixture
def s3() -> Iterator[FakeS3]:
    with fake_s3() as fake:
        yield fake


def test_it_lists_and_asks_without_reading(s3: FakeS3) -> None:
    s3.objects = {
        "/bucket/?encoding-type=url&list-type=2&prefix=in%2F": b'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>',
        "/bucket/out/a.json": b"{}",
    }
    catalogue = catalogue_of(s3.settings._replace(bucket="bucket"), KEYS)
    assert list(catalogue.list("in/")) == []
    stored = catalogue.head("out/a.json")
    assert stored is not None
    assert (stored.token.size, catalogue.head("out/b.json")) == (2, None)
    assert {(seen.method, "?" in seen.path) for seen in s3.seen} == {("GET", True), ("HEAD", False)}


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
    assert wire_of("lambda", Settings(region=region), {**KEYS, **said}).endpoint == endpoint


def test_without_credentials_it_says_so_before_it_sends() -> None:
    with pytest.raises(ObjectForbiddenError, match="no credentials to sign requests to lambda"):
        wire_of("lambda", Settings(), {})
