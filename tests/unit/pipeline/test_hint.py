"""An event notification of our own making is read like one of S3's."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gistline.pipeline.hint import Hint
from gistline.pipeline.notification import parse

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@given(st.text(min_size=1))
@example("a+b.csv")
@example("%41.csv")
@example("a&b=c.csv")
@example("two words.csv")
def test_the_event_is_one_that_the_pipeline_reads_with_its_key_decoded_once(name: str) -> None:
    key = name.encode(errors="replace").decode()
    (record,) = parse(Hint("csvs", "eu-west-1", key, "gistline-1").event(NOON)).records
    assert (record.bucket, record.key, record.request_id) == ("csvs", key, "gistline-1")
    assert (record.etag, record.size, record.version_id) == (None, None, None)


@pytest.mark.parametrize("anew", [None, 1, 17])
def test_the_event_names_the_verdict_that_is_to_be_looked_at_anew(anew: int | None) -> None:
    event = Hint("csvs", "eu-west-1", "a.csv", "gistline-1", anew=anew).event(NOON)
    (record,) = parse(event).records
    assert record.anew == anew


@pytest.mark.parametrize(
    ("gone", "name"), [(False, "ObjectCreated:Reconcile"), (True, "ObjectRemoved:Reconcile")]
)
def test_the_event_says_that_it_is_ours_and_whether_the_csv_is_gone(gone: bool, name: str) -> None:  # noqa: FBT001
    (record,) = parse(Hint("csvs", "eu-west-1", "a.csv", "gistline-1", gone).event(NOON)).records
    assert record.event_name == name
