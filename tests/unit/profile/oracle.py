"""What the tests of the engine share: a summary that has passed the schema, and one column of it."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from gistline.profile import summarize
from gistline.profile.detect import detect
from gistline.profile.dialect import Dialect
from gistline.profile.encoding import Lines
from gistline.profile.facts import Published
from gistline.profile.reference.rows import Rows
from gistline.profile.summary import schema

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def summary_of(content: str | bytes, *, published: Published = "safe") -> dict[str, Any]:
    """Summarise a file, check the summary against the schema and the invariants, and return it."""
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    document = summarize(file, published=published, clock=lambda: NOON).to_dict()
    validator().validate(document)
    for column in document["columns"]:
        assert column["count"] + column["nullCount"] == document["table"]["rowCount"]
        assert column["count"] == max(column["typeCounts"].values(), default=0)
    return document


def csv_of(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows(rows)
    return file.getvalue()


def column_of(cells: Iterable[str], *, label: str = "x", published: Published = "safe") -> dict[str, Any]:
    """Summarise one column; a second one keeps rows from being blank."""
    document = summary_of(csv_of([label, "row"], ([cell, "-"] for cell in cells)), published=published)
    column: dict[str, Any] = document["columns"][0]
    return column


def rows_of(content: str | bytes, dialect: Dialect | None = None) -> Rows:
    lines = Lines(io.BytesIO(content.encode() if isinstance(content, str) else content))
    sample = lines.sample()
    return Rows(lines, dialect or detect(sample, whole=lines.sample_is_whole))
