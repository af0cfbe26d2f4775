"""A raw event of any shape becomes records, ignored parts and broken records."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import recorded_event, s3_event, s3_record
from gistline.pipeline.notification import Ignored, ObjectEvent, parse

KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def test_every_field_of_a_record_arrives() -> None:
    (record,) = parse(recorded_event("put")).records
    assert record == ObjectEvent(
        bucket="gistline-example",
        key="synthetic-data/orders.csv",
        event_name="ObjectCreated:Put",
        event_time="2026-11-23T10:00:00.123Z",
        size=1024,
        etag="d41d8cd98f00b204e9800998ecf8427e",
        version_id=None,
        sequencer="0055AED6DCD90281E5",
        request_id="C3D13FE58DE4C810",
    )


def test_later_minor_versions_and_unknown_fields_are_read_too() -> None:
    (record,) = parse(recorded_event("put-versioned-unknown-fields")).records
    assert record.version_id == "096fKKXTRTtl3on89fVO.nfljtsv6qko"


def test_an_event_of_s3_is_no_test_event_because_of_a_field_that_is_named_like_the_test_events() -> None:
    notification = parse({**s3_event("k"), "Event": "foreign"})
    assert [record.key for record in notification.records] == ["k"]
    assert not notification.ignored


def test_a_multipart_upload_is_a_creation() -> None:
    (record,) = parse(recorded_event("multipart")).records
    assert record.event_name == "ObjectCreated:CompleteMultipartUpload"


def test_every_record_of_an_event_is_read_in_order() -> None:
    records = parse(recorded_event("two-records")).records
    assert [record.key for record in records] == ["synthetic-data/a/x.csv", "synthetic-data/b/x.csv"]


def test_key_is_decoded_once() -> None:
    (record,) = parse(recorded_event("encoded-key")).records
    assert record.key == "synthetic-data/red flower + 50% café 🌹.csv"


@given(KEYS)
def test_decoding_undoes_what_s3_encodes_and_nothing_more(key: str) -> None:
    (record,) = parse(s3_event(key)).records
    assert record.key == key


@given(KEYS)
def test_a_key_that_looks_encoded_stays_as_it_was_uploaded(key: str) -> None:
    looks_encoded = s3_record(key)["s3"]["object"]["key"]
    (record,) = parse(s3_event(looks_encoded)).records
    assert record.key == looks_encoded


@pytest.mark.parametrize(
    ("name", "ignored"),
    [
        ("test-event", Ignored("test-event", "gistline-example")),
        ("empty", Ignored("empty-event")),
        ("no-records", Ignored("empty-event")),
        ("eventbridge", Ignored("foreign-event", "aws.s3")),
        ("sqs", Ignored("foreign-record", "aws:sqs")),
        ("sns", Ignored("foreign-record", "aws:sns")),
    ],
)
def test_what_is_not_for_us_is_ignored_with_a_reason(name: str, ignored: Ignored) -> None:
    notification = parse(recorded_event(name))
    assert notification.ignored == (ignored,)
    assert not notification.records
    assert not notification.broken


@pytest.mark.parametrize(
    "name",
    [
        "ObjectRemoved:Delete",
        "ObjectRemoved:DeleteMarkerCreated",
        "LifecycleExpiration:Delete",
        "s3:ObjectCreated:Put",
    ],
)
def test_what_leaves_another_object_or_none_is_a_record(name: str) -> None:
    (record,) = parse({"Records": [s3_record("k") | {"eventName": name}]}).records
    assert (record.key, record.event_name) == ("k", name.removeprefix("s3:"))
    assert record.is_removal is ("ObjectCreated" not in name)


def test_the_recorded_removal_is_a_record() -> None:
    (record,) = parse(recorded_event("deleted")).records
    assert (record.key, record.event_name) == ("synthetic-data/orders.csv", "ObjectRemoved:Delete")


@pytest.mark.parametrize(
    "name", ["ObjectTagging:Put", "ObjectRestore:Completed", "Replication:Created", "Object"]
)
def test_what_changes_no_object_is_ignored(name: str) -> None:
    notification = parse({"Records": [s3_record("k") | {"eventName": name}]})
    assert notification.ignored == (Ignored("not-a-change", name),)


@pytest.mark.parametrize("event", [None, "text", 7, [], ["Records"], {"Records": "x"}, {"rows": 3}])
def test_an_event_of_another_shape_is_ignored(event: object) -> None:
    notification = parse(event)
    assert len(notification.ignored) == 1
    assert not notification.records
    assert not notification.broken


def test_a_broken_record_holds_up_no_other() -> None:
    notification = parse(recorded_event("one-of-two-without-key"))
    assert [record.key for record in notification.records] == ["synthetic-data/orders.csv"]
    (error,) = notification.broken
    assert error.code == "notification"
    assert error.message == "record 0: s3.object.key is missing"


def test_another_major_version_is_an_error_and_never_guessed_at() -> None:
    (error,) = parse(recorded_event("version-3")).broken
    assert "eventVersion is 3.0, not 2.x" in error.message


@pytest.mark.parametrize(
    "version", [None, 2, "", "2", "two.one", "2.x", "²·0", "21.0", "9" * 5000 + ".0", "02.1"]
)
def test_a_version_that_is_none_is_an_error(version: object) -> None:
    assert parse({"Records": [s3_record("k") | {"eventVersion": version}]}).broken


@pytest.mark.parametrize("raw_key", ["%FF", "a%C3", "\ud800"])
def test_a_key_that_is_not_utf8_is_an_error(raw_key: str) -> None:
    record = s3_record("k")
    record["s3"]["object"]["key"] = raw_key
    (error,) = parse({"Records": [record]}).broken
    assert "not URL-encoded UTF-8" in error.message


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        (("s3", "bucket", "name"), "s3.bucket.name"),
        (("s3", "object", "key"), "s3.object.key"),
        (("s3", "object"), "s3.object.key"),
        (("s3",), "s3.object.key"),
        (("eventName",), "eventName"),
    ],
)
@pytest.mark.parametrize("value", [None, "", 7, []])
def test_what_a_record_cannot_do_without_is_named(path: tuple[str, ...], missing: str, value: object) -> None:
    record = s3_record("k")
    parent: dict[str, Any] = record
    for name in path[:-1]:
        parent = parent[name]
    parent[path[-1]] = value
    (error,) = parse({"Records": [record]}).broken
    assert missing in error.message


@pytest.mark.parametrize("size", [-1, "1024", None, True, 1.5])
def test_a_size_that_is_none_is_unknown(size: object) -> None:
    (record,) = parse({"Records": [s3_record("k", size=size)]}).records
    assert record.size is None


def test_quotes_around_an_etag_are_no_part_of_it() -> None:
    (record,) = parse({"Records": [s3_record("k", eTag='"abc"')]}).records
    assert record.etag == "abc"


@given(JSON)
def test_no_event_whatsoever_makes_it_raise(event: object) -> None:
    notification = parse(event)
    assert notification.ignored or notification.broken


@given(st.lists(JSON, min_size=1, max_size=4))
def test_every_entry_of_an_event_is_accounted_for(entries: list[object]) -> None:
    notification = parse({"Records": entries})
    parts = notification.records + notification.ignored + notification.broken
    assert len(parts) == len(entries)


@given(st.dictionaries(st.sampled_from(["s3", "eventName", "eventVersion"]), JSON))
def test_a_record_of_s3_with_anything_in_it_is_read_or_explained(fields: Mapping[str, object]) -> None:
    notification = parse({"Records": [{"eventSource": "aws:s3", **fields}]})
    parts = notification.records + notification.ignored + notification.broken
    assert len(parts) == 1


def test_what_a_foreign_event_says_of_itself_is_shown_short_and_harmless() -> None:
    (ignored,) = parse({"source": "x\n" * 100, "other": 1}).ignored
    assert ignored.detail == "x?" * 40
