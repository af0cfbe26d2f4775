import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError

from gistline import __version__
from gistline.errors import GistlineError, ObjectStoreError, RejectedError
from gistline.profile import Source, Summary, summarize
from gistline.profile.summary import Status, schema
from unit.profile.oracle import NOON, column_of, summary_of, validator

CONTENT = b"id,name,amount,day\n1,x,1.5,2026-01-01\n2,y,,2026-01-02\n3,x,2.5\n"
SOURCE = Source("bucket", "synthetic-data/orders.csv", "v1", "abc", 123, "0065", "R1")


def summarised() -> Summary:
    return summarize(io.BytesIO(CONTENT), source=SOURCE, clock=lambda: NOON)


def test_schema_is_a_valid_schema() -> None:
    Draft202012Validator.check_schema(schema())


def test_keys_come_in_the_order_of_the_contract() -> None:
    document = summarised().to_dict()
    assert list(document) == [
        "$schema",
        "schemaVersion",
        "status",
        "generation",
        "generatedAt",
        "generator",
        "source",
        "resource",
        "detection",
        "table",
        "columns",
        "warnings",
    ]
    assert [list(column) for column in document["columns"]] == [
        [name for name in schema()["$defs"]["column"]["properties"] if name in document["columns"][0]]
    ] * 4


def test_source_and_generator_are_named() -> None:
    document = summarised().to_dict()
    assert document["source"] == {
        "bucket": "bucket",
        "key": "synthetic-data/orders.csv",
        "versionId": "v1",
        "etag": "abc",
        "bytes": 123,
        "sequencer": "0065",
        "requestId": "R1",
    }
    assert document["generator"] == {"name": "gistline", "version": __version__, "engine": "reference"}


def test_size_is_counted_where_the_source_does_not_know_it() -> None:
    document = summary_of(CONTENT)
    assert document["source"]["bytes"] == document["resource"]["bytes"] == len(CONTENT)


def test_time_is_told_in_utc() -> None:
    berlin = datetime(2026, 11, 23, 13, tzinfo=timezone(timedelta(hours=1)))
    assert (
        summarize(io.BytesIO(CONTENT), clock=lambda: berlin).to_dict()["generatedAt"]
        == "2026-11-23T12:00:00Z"
    )


def test_json_is_ascii_and_the_same_each_time() -> None:
    content = "größe,n\n" + "süß,1\n日本,2\n" * 4
    texts = {summarize(io.BytesIO(content.encode()), clock=lambda: NOON).to_json() for _ in range(3)}
    assert len(texts) == 1
    text = texts.pop()
    assert text.isascii()
    assert text.endswith("}\n")
    assert json.loads(text)["columns"][0]["name"] == "größe"


@given(st.lists(st.sampled_from(["NaN", "inf", "-Infinity", "1e999", "1", "-2.5", "9" * 400]), min_size=1))
def test_json_holds_neither_nan_nor_infinity(cells: list[str]) -> None:
    content = "x,n\n" + "".join(f"{cell},1\n" for cell in cells)
    text = summarize(io.BytesIO(content.encode()), clock=lambda: NOON).to_json()
    document = json.loads(text, parse_constant=pytest.fail)
    validator().validate(document)


@given(st.binary(max_size=200).map(lambda tail: b"a,b\n1,2\n" * 30 + tail))
def test_whatever_the_bytes_the_summary_is_valid(content: bytes) -> None:
    document = summary_of(content)
    assert document["table"]["rowCount"] >= 29


@given(st.integers())
def test_integer_that_floats_would_round_is_a_string(number: int) -> None:
    found = column_of([str(number)], published="all")["min"]  # some would be card numbers
    assert found == (number if abs(number) < 2**53 else str(number))


def test_generation_can_be_set_later() -> None:
    document = summarised()._replace(generation=3).to_dict()
    validator().validate(document)
    assert document["generation"] == 3


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("rejected", RejectedError("the file is empty", "upload a CSV", code="empty-file")),
        ("failed", ObjectStoreError("S3 said no")),
        ("deleted", None),
    ],
)
def test_what_became_of_a_file_without_a_table_is_a_summary_too(
    status: Status, error: GistlineError | None
) -> None:
    document = Summary(status, NOON, SOURCE, error=error).to_dict()
    validator().validate(document)
    assert document["status"] == status
    assert ("error" in document) == (error is not None)
    if error:
        assert document["error"] == {"code": error.code, "message": error.message, "remedy": error.remedy}


def test_summary_is_frozen() -> None:
    with pytest.raises(AttributeError):
        summarised().status = "failed"  # type: ignore[misc] # that it cannot be done is the point


def _broken(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield documents that each break one promise."""
    yield {**document, "extra": 1}
    yield {**document, "status": "done"}
    yield {**document, "error": {"code": "x", "message": "x", "remedy": "x"}}
    yield {**document, "generatedAt": "yesterday"}
    yield {name: value for name, value in document.items() if name != "table"}
    yield {**document, "table": {**document["table"], "rowCount": -1}}
    yield {**document, "columns": [{**document["columns"][0], "type": "text"}]}
    yield {**document, "columns": [{**document["columns"][0], "redacted": True}]}
    yield {**document, "columns": [{**document["columns"][0], "sum": "12"}]}
    yield {**document, "columns": [{**document["columns"][0], "typeCounts": {"text": 1}}]}
    yield {**document, "columns": []}
    yield {**document, "status": "rejected"}


@pytest.mark.parametrize("index", range(12))
def test_schema_refuses_what_the_contract_forbids(index: int) -> None:
    broken = list(_broken(summarised().to_dict()))
    assert len(broken) == 12
    with pytest.raises(ValidationError):
        validator().validate(broken[index])
