"""A summary as it lies in the bucket."""

import json

import pytest

from gistline.errors import StackError
from gistline.stack.summaries import read_summary
from unit.stack.fake_bucket import FakeBucket, site_with


def test_a_summary_is_read_with_its_bytes() -> None:
    bucket = FakeBucket()
    site, pipeline = site_with(bucket)
    bucket.store("synthetic-data/orders.csv", b"a\n1\n2\n")
    pipeline.summarise("synthetic-data/orders.csv")
    summary = read_summary(site.target.client("s3"), site, "summaries/summary_orders.json")
    assert summary is not None
    assert (summary.status, summary.rows, summary.error) == ("complete", 2, None)
    assert summary.source_key == "synthetic-data/orders.csv"
    assert json.loads(summary.body) == summary.document


def test_where_nothing_lies_there_is_none() -> None:
    site, _ = site_with()
    assert read_summary(site.target.client("s3"), site, "summaries/summary_orders.json") is None


OURS = {"schemaVersion": "1.0", "status": "complete", "generator": {"name": "gistline"}, "source": {}}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        json.dumps(OURS | {"schemaVersion": "2.0"}).encode(),
        json.dumps(OURS | {"generator": {"name": "other"}}).encode(),
        json.dumps(OURS | {"generator": None}).encode(),
        json.dumps(OURS | {"source": None}).encode(),
        json.dumps(OURS | {"status": 1}).encode(),
    ],
)
def test_something_else_is_not_taken_for_a_summary(body: bytes) -> None:
    bucket = FakeBucket()
    site, _ = site_with(bucket)
    bucket.store("summaries/summary_orders.json", body)
    with pytest.raises(StackError) as caught:
        read_summary(site.target.client("s3"), site, "summaries/summary_orders.json")
    assert caught.value.code == "not-a-summary"


def test_a_summary_that_says_little_says_nothing_wrong() -> None:
    bucket = FakeBucket()
    site, _ = site_with(bucket)
    bucket.store("summaries/summary_orders.json", json.dumps(OURS).encode())
    summary = read_summary(site.target.client("s3"), site, "summaries/summary_orders.json")
    assert summary is not None
    assert (summary.etag, summary.source_key, summary.rows) == (None, "", None)
