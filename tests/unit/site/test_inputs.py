"""The CSVs in the bucket, each with what became of it, read only as far as asked for."""

import json
from itertools import islice

import pytest

from fakes import FakeError
from gistline.errors import StackError
from gistline.site.inputs import Outcome, list_inputs
from unit.site.fake_bucket import FakeBucket, Pipeline, site_with
from unit.stack.fake_aws import refusal

CSV = b"a,b\n1,2\n3,4\n"
IN, OUT = "synthetic-data/", "summaries/"


def filled(*names: str, bucket: FakeBucket | None = None) -> Pipeline:
    """A bucket whose CSVs all have their summaries."""
    _, pipeline = site_with(bucket)
    for name in names:
        pipeline.bucket.store(IN + name, CSV)
        pipeline.summarise(IN + name)
    return pipeline


def outcomes(pipeline: Pipeline, prefix: str = "", limit: int = 100) -> dict[str, Outcome]:
    return {each.key[len(IN) :]: each.outcome for each in list_inputs(pipeline.site, prefix, limit=limit)}


def test_an_empty_bucket_lists_nothing() -> None:
    assert outcomes(filled()) == {}


def test_a_summary_of_these_very_bytes_makes_a_csv_complete() -> None:
    pipeline = filled("a.csv")
    site, _ = site_with(pipeline.bucket)
    (each,) = list_inputs(site, limit=10)
    assert (each.key, each.outcome, each.rows, each.size) == (f"{IN}a.csv", Outcome.COMPLETE, 2, len(CSV))
    assert (each.summary_key, each.error) == (f"{OUT}summary_a.json", None)


def test_each_outcome_is_told_apart() -> None:
    pipeline = filled("changed.csv", "complete.csv", "gone.csv")
    bucket = pipeline.bucket
    bucket.store(f"{IN}changed.csv", b"a\n1\n")
    bucket.remove(f"{IN}gone.csv", "null")
    bucket.store(f"{IN}rejected.csv", b"PK\x03\x04" + bytes(50))
    pipeline.summarise(f"{IN}rejected.csv")
    bucket.store(f"{IN}failed.csv", CSV)
    pipeline.summarise(f"{IN}failed.csv", FakeError("no"))
    bucket.store(f"{IN}waiting.csv", CSV)
    bucket.store(f"{IN}foreign.csv", CSV)
    bucket.store(f"{OUT}summary_foreign.json", b"{}")
    assert outcomes(pipeline) == {
        "changed.csv": Outcome.OUT_OF_DATE,
        "complete.csv": Outcome.COMPLETE,
        "failed.csv": Outcome.FAILED,
        "foreign.csv": Outcome.UNREADABLE,
        "rejected.csv": Outcome.REJECTED,
        "waiting.csv": Outcome.WAITING,
        "gone.csv": Outcome.DELETED,
    }


def test_a_csv_that_nobody_has_tried_waits_though_another_ones_event_was_given_up() -> None:
    pipeline = filled("a.csv")
    key = f"{OUT}summary_a.json"
    stored = pipeline.bucket.current(key)
    assert stored is not None
    document = json.loads(stored.body or b"")
    document |= {"status": "failed", "error": {"code": "overtaken", "message": "", "remedy": ""}}
    pipeline.bucket.store(key, json.dumps(document).encode())
    assert outcomes(pipeline) == {"a.csv": Outcome.WAITING}


def test_the_same_bytes_uploaded_again_have_no_summary_until_somebody_noticed() -> None:
    pipeline = filled("again.csv")
    pipeline.bucket.store(f"{IN}again.csv", CSV)
    assert outcomes(pipeline) == {"again.csv": Outcome.OUT_OF_DATE}
    pipeline.summarise(f"{IN}again.csv")
    assert outcomes(pipeline) == {"again.csv": Outcome.COMPLETE}


def test_a_rejection_and_a_failure_are_told_with_their_codes() -> None:
    pipeline = filled()
    pipeline.bucket.store(f"{IN}rejected.csv", b"")
    pipeline.summarise(f"{IN}rejected.csv")
    pipeline.bucket.store(f"{IN}failed.csv", CSV)
    pipeline.summarise(f"{IN}failed.csv", FakeError("no"))
    assert [each.error for each in list_inputs(pipeline.site, limit=10)] == ["fake", "empty-file"]


def test_a_failure_of_an_earlier_upload_says_nothing_of_this_one() -> None:
    pipeline = filled()
    pipeline.bucket.store(f"{IN}a.csv", CSV)
    pipeline.summarise(f"{IN}a.csv", FakeError("no"))
    pipeline.bucket.store(f"{IN}a.csv", b"b\n1\n")
    assert outcomes(pipeline) == {"a.csv": Outcome.WAITING}


def test_new_bytes_that_failed_have_failed_though_an_old_summary_is_there() -> None:
    pipeline = filled("a.csv")
    pipeline.bucket.store(f"{IN}a.csv", b"b\n1\n")
    pipeline.summarise(f"{IN}a.csv", FakeError("no"))
    assert outcomes(pipeline) == {"a.csv": Outcome.FAILED}


def test_without_the_right_to_read_the_log_a_failure_is_waiting() -> None:
    site, pipeline = site_with()
    pipeline.bucket.store(f"{IN}a.csv", CSV)
    pipeline.logs.refused = refusal("AccessDeniedException")
    assert [each.outcome for each in list_inputs(site, limit=10)] == [Outcome.WAITING]


def test_a_key_whose_summary_cannot_be_named_is_rejected() -> None:
    name = "x" * 1003 + ".csv"
    assert len((IN + name).encode()) == 1022
    pipeline = filled()
    pipeline.bucket.store(IN + name, CSV)
    assert outcomes(pipeline) == {name: Outcome.REJECTED}


def test_two_files_of_one_name_in_two_folders_are_two() -> None:
    assert outcomes(filled("a/x.csv", "b/x.csv")) == {
        "a/x.csv": Outcome.COMPLETE,
        "b/x.csv": Outcome.COMPLETE,
    }


def test_a_prefix_is_literal_and_holds_for_deleted_ones_too() -> None:
    pipeline = filled("2026/or-1.csv", "2026/or-2.csv", "2026/x.csv", "2027/or-1.csv")
    pipeline.bucket.remove(f"{IN}2026/or-2.csv", "null")
    pipeline.bucket.remove(f"{IN}2026/x.csv", "null")
    assert outcomes(pipeline, "2026/or") == {
        "2026/or-1.csv": Outcome.COMPLETE,
        "2026/or-2.csv": Outcome.DELETED,
    }


def test_what_the_trigger_does_not_match_is_not_listed() -> None:
    pipeline = filled("a.csv")
    for key in (f"{IN}a.txt", f"{IN}a.CSV", f"{IN}folder/", "other/a.csv", f"{OUT}notes.json"):
        pipeline.bucket.store(key, CSV)
    assert outcomes(pipeline) == {"a.csv": Outcome.COMPLETE}


def test_a_foreign_file_called_like_a_summary_is_no_deleted_csv() -> None:
    pipeline = filled("a.csv")
    pipeline.bucket.store(f"{OUT}summary_report.json", b'{"total": 1}')
    copied = pipeline.bucket.current(f"{OUT}summary_a.json")
    assert copied is not None
    pipeline.bucket.store(f"{OUT}summary_copy.json", copied.body)
    assert outcomes(pipeline) == {"a.csv": Outcome.COMPLETE}


def test_of_a_thousand_only_the_first_are_read() -> None:
    bucket = FakeBucket(page_size=100)
    pipeline = filled(bucket=bucket)
    for number in range(1000):
        bucket.store(f"{IN}{number:04}.csv", CSV)
    bucket.calls.clear()
    assert list(outcomes(pipeline, limit=3)) == ["0000.csv", "0001.csv", "0002.csv"]
    assert bucket.calls.count(f"list {IN}") == 1
    assert len([call for call in bucket.calls if call.startswith("get")]) == 3
    assert len(outcomes(pipeline, limit=1001)) == 1000


def test_a_reader_who_stops_early_pays_for_one_chunk() -> None:
    bucket = FakeBucket(page_size=1000)
    filled(bucket=bucket)
    for number in range(300):
        bucket.store(f"{IN}{number:04}.csv", CSV)
    site, _ = site_with(bucket)
    bucket.calls.clear()
    assert len(list(islice(list_inputs(site, limit=300), 5))) == 5
    assert len([call for call in bucket.calls if call.startswith("get")]) == 64


def test_deleted_ones_fill_what_the_limit_leaves() -> None:
    pipeline = filled("a.csv", "b.csv", "c.csv", "d.csv")
    for name in "bcd":
        pipeline.bucket.remove(f"{IN}{name}.csv", "null")
    assert list(outcomes(pipeline, limit=3)) == ["a.csv", "b.csv", "c.csv"]
    assert list(outcomes(pipeline, limit=1)) == ["a.csv"]


def test_a_refusal_is_told() -> None:
    site, pipeline = site_with()
    pipeline.bucket.store(f"{IN}a.csv", CSV)

    def refuse(**_: object) -> None:
        raise refusal("AccessDenied", "not authorized to perform: s3:GetObject")

    object.__setattr__(pipeline.bucket, "get_object", refuse)
    with pytest.raises(StackError, match="AccessDenied"):
        list(list_inputs(site, limit=10))
