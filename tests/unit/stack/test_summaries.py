"""A summary as it lies in the bucket, and which CSV it belongs to."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.errors import StackError
from gistline.pipeline.keys import KeyLayout
from gistline.stack.summaries import read_summary, source_key
from unit.stack.fake_bucket import FakeBucket, site_with

LAYOUT = KeyLayout("synthetic-data/", ".csv", "summaries/")
PREFIXES = st.sampled_from([("in/", ".csv", "out/"), ("a", "", "b"), ("in/", "x/data.csv", "out/s_")])


@given(PREFIXES, st.text(max_size=30))
def test_every_summary_leads_back_to_its_csv(parts: tuple[str, str, str], middle: str) -> None:
    layout = KeyLayout(*parts)
    key = f"{layout.input_prefix}{middle}{layout.suffix}"
    if layout.accepts(key):
        assert source_key(layout, layout.summary_key(key)) == key


@given(PREFIXES, st.text(max_size=30))
def test_whatever_leads_to_a_csv_is_the_summary_of_that_very_csv(
    parts: tuple[str, str, str], rest: str
) -> None:
    layout = KeyLayout(*parts)
    for found in (rest, f"{layout.output_prefix}{rest}", f"{layout.output_prefix}summary_{rest}.json"):
        key = source_key(layout, found)
        if key is not None:
            assert layout.accepts(key)
            assert layout.summary_key(key) == found


@pytest.mark.parametrize(
    "key",
    [
        "summaries/orders.json",
        "summaries/summary_orders.csv",
        "summaries/summary_.js",
        "summaries/summary_json",
        "summaries/summary_a/orders.json",
        "other/summary_orders.json",
        "synthetic-data/orders.csv",
        "",
    ],
)
def test_what_no_summarizer_would_write_belongs_to_no_csv(key: str) -> None:
    assert source_key(LAYOUT, key) is None


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
