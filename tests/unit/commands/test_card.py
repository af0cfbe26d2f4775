"""One column in full."""

import io
from typing import Any

import pytest
from rich.console import Console

from gistline.commands.card import cards, only
from gistline.profile import summarize
from unit.profile.oracle import csv_of

HISTOGRAM = {"edges": [0, 25, 50, 75, 100], "counts": [12_000, 0, 3, 6_000]}


def summary_of(*rows: str, **facts: Any) -> dict[str, Any]:
    """Summarise a table; what the tests must know of its first column is set by them."""
    document = summarize(io.BytesIO("\n".join(rows).encode())).to_dict()
    document["columns"][0] |= facts
    return document


def drawn(document: dict[str, Any], width: int = 80) -> list[str]:
    file = io.StringIO()
    Console(file=file, width=width, force_terminal=False).print(cards(document))
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_a_column_is_found_as_written_else_whatever_its_case() -> None:
    document = summary_of("a,A, b ", "1,2,3")
    assert [column["index"] for column in only(document, "a")["columns"]] == [0]
    assert [column["index"] for column in only(document, "A")["columns"]] == [1]
    assert [column["index"] for column in only(document, "B")["columns"]] == [2]
    assert only(document, "c")["columns"] == []


def test_columns_of_one_name_are_all_found_with_their_warnings_alone() -> None:
    document = only(summary_of("a,a,b,b", "1,2,3,4"), "a")
    assert [column["index"] for column in document["columns"]] == [0, 1]
    assert [warning["column"] for warning in document["warnings"]] == [1]


def test_everything_known_of_a_column_of_numbers_is_there() -> None:
    rows = [f"{number}.5,x" for number in range(100)]
    document = only(summary_of("price,b", *rows, ",x", "NaN,x", histogram=HISTOGRAM), "price")
    lines = drawn(document)
    assert lines[3] == "price"
    facts = {line[:15].strip(): line[15:].strip() for line in lines[4:]}
    assert facts["type"] == "number"
    assert facts["values"] == "101 of 102"
    assert facts["nulls"] == "1 1%"
    assert facts["distinct"] == "101"
    assert facts["range"] == "0.5 … 99.5"
    assert facts["mean"] == "50"
    assert facts["sum"] == "5000"
    assert facts["of these"] == "1 NaN"
    assert facts["quantiles"] == "5% 5.45  25% 25.25  50% 50  75% 74.75  95% 94.55"
    assert facts["length"] == "3 … 4 characters, mean 3.89109"


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_histogram_has_a_line_for_each_bin_and_fits(width: int) -> None:
    document = only(summary_of("price,b", "1,x", histogram=HISTOGRAM), "price")
    lines = drawn(document, width)
    assert all(len(line) <= width for line in lines)
    start = next(number for number, line in enumerate(lines) if line.startswith("histogram"))
    bins = [" ".join(line.split()) for line in lines[start : start + 4]]
    full = bins[0].count("█")
    assert bins[0] == "histogram 0 … 25 12,000 " + "█" * full
    assert bins[1:3] == ["25 … 50 0", "50 … 75 3 █"]
    assert bins[3] == "75 … 100 6,000 " + "█" * -(-full // 2)


def test_meaning_patterns_and_missing_tokens_are_told() -> None:
    semantic = {"value": "email", "ratio": 0.975}
    patterns = [{"pattern": "A@A.A", "count": 4}]
    document = only(
        summary_of("mail,b", "a@b.c,1", "NA,1", "x,1", semantic=semantic, patterns=patterns, format="any"),
        "mail",
    )
    lines = [" ".join(line.split()) for line in drawn(document)]
    assert "type string any" in lines
    assert "meaning email (97.5% of the values)" in lines
    assert "missing tokens NA (1)" in lines
    assert "patterns 4 A@A.A" in lines
    assert "most frequent withheld (--values all shows them)" in lines


def test_estimates_are_marked_with_their_bounds() -> None:
    distinct = {"value": 60_379, "method": "estimate", "lower": 60_000, "upper": 61_000}
    quantiles = {"quantileMethod": {"method": "estimate", "rankError": 0.01}}
    document = only(summary_of("n,b", "1,x", "2,x", distinct=distinct, **quantiles), "n")
    document["columns"][0]["histogram"] = {**HISTOGRAM, "method": "estimate"}
    document["columns"][0]["topValues"] = [{"value": "1", "count": 9, "lower": 7, "upper": 9}]
    lines = [" ".join(line.split()) for line in drawn(document)]
    assert "25 … 50 ~0" in lines
    assert "most frequent ~9 1" in lines
    assert "distinct ~60,379 (60,000 … 61,000)" in lines
    assert "quantiles 5% ~1.05 25% ~1.25 50% ~1.5 75% ~1.75 95% ~1.95" in lines


def test_control_sequences_of_values_have_no_effect() -> None:
    document = summary_of(csv_of(["\x1b[31mname", "b"], [["[bold]\x1b[0m", "1"]] * 4))
    text = "\n".join(drawn(document))
    assert "\ufffd[31mname" in text
    assert "4  [bold]\ufffd[0m" in text
    assert "\x1b" not in text


def test_nothing_of_a_withheld_column_of_numbers_is_drawn() -> None:
    rows = ["4111111111111111,x", "5500000000000004,x"]
    lines = drawn(only(summary_of("card,b", *rows), "card"))
    facts = {line[:15].strip() for line in lines[4:]}
    assert "distinct" in facts
    assert facts.isdisjoint({"range", "sum", "mean", "stddev", "quantiles", "histogram"})
    assert not any(digits in line for line in lines for digits in ("4111", "5500", "48055", "e+15"))
