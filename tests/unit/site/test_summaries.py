"""A summary as it lies in the bucket."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from gistline.aws.s3 import Listed
from gistline.errors import StackError
from gistline.site.summaries import StoredSummary, read_summary
from unit.site.fake_bucket import FakeBucket, site_with


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
    assert (summary.token, summary.source_key, summary.rows) == (None, "", None)


@pytest.mark.parametrize(
    ("source", "is_it"),
    [
        pytest.param({}, True, id="the same"),
        pytest.param({"lastModified": None}, True, id="of a gistline that did not note the time"),
        pytest.param({"etag": "other"}, False, id="other bytes"),
        pytest.param({"bytes": 4}, False, id="another length"),
        pytest.param({"lastModified": "2026-11-23T11:59:59Z"}, False, id="the same bytes of another upload"),
        pytest.param({"bytes": None}, False, id="of no known length"),
        pytest.param({"lastModified": "yesterday"}, False, id="at no time"),
        pytest.param({"lastModified": 7}, False, id="at no time either"),
    ],
)
def test_a_summary_is_of_a_csv_if_all_that_both_know_agrees(source: dict[str, Any], is_it: bool) -> None:  # noqa: FBT001 - a column
    known = {"etag": "e", "bytes": 3, "lastModified": "2026-11-23T12:00:00Z", "versionId": "v"}
    summary = StoredSummary("key", b"", {"source": known | source})
    listed = Listed("key", "e", 3, datetime(2026, 11, 23, 12, 0, 0, 250_000, UTC))
    assert summary.is_of(listed.token) is is_it
