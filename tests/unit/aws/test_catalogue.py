"""What a function may learn of its bucket without reading an object."""

from collections.abc import Iterator

import pytest

from fake_s3 import FakeS3, fake_s3
from gistline.aws.catalogue import catalogue_of

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
