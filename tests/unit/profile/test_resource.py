import io
from typing import Any

import pytest

from gistline.profile import Source, summarize
from unit.profile.oracle import NOON, summary_of, validator


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
