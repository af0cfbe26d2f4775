import bz2
import gzip
import hashlib
import io
from typing import Any

import pytest

from gistline.profile import Source, summarize
from unit.profile.oracle import NOON, summary_of, validator

CONTENT = b"a,b\n1,2\n"


def resource_of(content: str) -> dict[str, Any]:
    resource: dict[str, Any] = summary_of(content)["resource"]
    return resource


def test_fields_have_the_types_and_formats_of_table_schema() -> None:
    fields = resource_of(
        "n,day,when,flag\n1,01.02.2026,2026-01-01 10:00:00,true\n2,13.02.2026,2026-01-01 11:00:00,\n"
    )
    assert fields["schema"]["fields"] == [
        {"name": "n", "type": "integer"},
        {"name": "day", "type": "date", "format": "%d.%m.%Y"},
        {"name": "when", "type": "datetime", "format": "%Y-%m-%d %H:%M:%S"},
        {"name": "flag", "type": "boolean"},
    ]


def test_tokens_are_missing_values_of_the_columns_where_they_are_null() -> None:
    schema = resource_of("n,country\n1,NA\nNA,DE\n-,FR\n")["schema"]
    assert schema["missingValues"] == [""]
    assert schema["fields"] == [
        {"name": "n", "type": "integer", "missingValues": ["", "-", "NA"]},
        {"name": "country", "type": "string"},
    ]


def test_ambiguous_date_is_a_string_to_a_reader() -> None:
    assert resource_of("d,n\n01/02/2026,1\n")["schema"]["fields"][0] == {"name": "d", "type": "string"}


def test_signs_of_numbers_are_told_with_the_names_of_table_schema() -> None:
    fields = resource_of("a;b;c;d\n1.234,5;5 %;1 234;1.5\n7,5;2 %;5;2\n")["schema"]["fields"]
    assert fields == [
        {"name": "a", "type": "number", "decimalChar": ",", "groupChar": "."},
        {"name": "b", "type": "number", "bareNumber": False},
        {"name": "c", "type": "number", "groupChar": " "},
        {"name": "d", "type": "number"},
    ]


def test_dialect_tells_how_the_file_is_written() -> None:
    dialect = resource_of("\r\na;b\r\n1;2\r\n")["dialect"]
    assert (dialect["delimiter"], dialect["lineTerminator"], dialect["headerRows"]) == (";", "\r\n", [2])


def test_file_without_a_name_has_no_path() -> None:
    resource = resource_of("a,b\n1,2\n")
    assert resource["name"] == "table"
    assert "path" not in resource


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("synthetic-data/orders.csv", "orders"),
        ("synthetic-data/a/Größe 2026.v2.csv", "gr--e-2026.v2"),
        ("orders", "orders"),
        ("data/.csv", "csv"),
        ("日本.csv", "table"),
    ],
)
def test_name_is_made_of_the_letters_that_frictionless_allows(key: str, name: str) -> None:
    summary = summarize(io.BytesIO(b"a,b\n1,2\n"), source=Source(key=key), clock=lambda: NOON)
    document = summary.to_dict()
    validator().validate(document)
    assert (document["resource"]["name"], document["resource"]["path"]) == (name, key)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("a/b/orders.csv", "a/b/orders.csv"),
        ("/data/orders.csv", "orders.csv"),
        ("../orders.csv", "orders.csv"),
        ("a/../../orders.csv", "orders.csv"),
        ("a..b/orders..csv", "a..b/orders..csv"),
    ],
)
def test_path_neither_begins_at_the_root_nor_goes_up(key: str, path: str) -> None:
    document = summarize(io.BytesIO(b"a\n1\n"), source=Source(key=key)).to_dict()
    assert document["resource"]["path"] == path
    assert document["source"]["key"] == key


@pytest.mark.parametrize(
    ("packed", "name"), [(gzip.compress(CONTENT, mtime=0), "gz"), (bz2.compress(CONTENT), "bz2")]
)
def test_size_and_hash_are_those_of_the_file_as_it_is_stored(packed: bytes, name: str) -> None:
    plain, stored = (summary_of(content)["resource"] for content in (CONTENT, packed))
    assert "compression" not in plain
    assert (plain["bytes"], plain["hash"]) == (8, f"sha256:{hashlib.sha256(CONTENT).hexdigest()}")
    assert (stored["compression"], stored["bytes"]) == (name, len(packed))
    assert stored["hash"] == f"sha256:{hashlib.sha256(packed).hexdigest()}"
    changed = ("compression", "bytes", "hash")
    assert {key: stored[key] for key in stored if key not in changed} == {
        key: plain[key] for key in plain if key not in changed
    }
