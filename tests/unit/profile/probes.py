"""What the probes share: a few rows whose every figure is known, and the summary that must come of them.

Called by `test_probes_text` (bytes, encodings, line ends), `test_probes_rows` (delimiters, quotes, damage) and
`test_probes_values` (types and statistics).
"""

from typing import Any

from unit.profile.oracle import summary_of

Summary = dict[str, Any]

LABELS = ["id", "name", "price", "day"]
PEOPLE = "id,name,price,day\n1,Ann,2.50,2026-01-03\n2,Bob,10.25,2026-01-01\n3,Cid,0.25,2026-02-01\n"


def all_of(content: str | bytes) -> Summary:
    return summary_of(content, published="all")


def labels(summary: Summary) -> list[str]:
    return [column["name"] for column in summary["columns"]]


def types(summary: Summary) -> list[str]:
    return [column["type"] for column in summary["columns"]]


def values(summary: Summary, index: int) -> dict[str, int]:
    """Return how often each value occurs in a column with ten different ones at most."""
    return {each["value"]: each["count"] for each in summary["columns"][index]["topValues"]}


def shape(summary: Summary) -> tuple[int, int, int]:
    """Return how many rows, columns and errors there are."""
    table = summary["table"]
    return table["rowCount"], table["columnCount"], table["errors"]["count"]


def codes(summary: Summary) -> list[tuple[str, int | None, int]]:
    return [(warning["code"], warning["column"], warning["count"]) for warning in summary["warnings"]]


def errors(summary: Summary) -> list[tuple[str, int, int, int]]:
    """Return code, row, line and byte offset of the errors."""
    return [
        (error["code"], error["row"], error["line"], error["byteOffset"])
        for error in summary["table"]["errors"]["examples"]
    ]


def assert_people(summary: Summary, *, rows: int = 3) -> None:
    """Hold a summary against PEOPLE: every row is there, and nothing but those rows."""
    assert shape(summary)[:2] == (rows, 4)
    assert labels(summary) == LABELS
    assert types(summary) == ["integer", "string", "number", "date"]
    assert [column["count"] for column in summary["columns"]] == [3, 3, 3, 3]
    numbers = ("min", "max", "sum", "mean")
    assert [summary["columns"][0][what] for what in numbers] == [1, 3, 6, 2.0]
    assert values(summary, 1) == {"Ann": 1, "Bob": 1, "Cid": 1}
    assert [summary["columns"][2][what] for what in numbers] == [0.25, 10.25, 13.0, 13 / 3]
    assert [summary["columns"][3][what] for what in ("min", "max")] == ["2026-01-01", "2026-02-01"]
