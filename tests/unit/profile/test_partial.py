import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gistline.errors import PartialError, RejectedError
from gistline.profile import Partial, merge, profile_part, summarize, summary_of
from gistline.profile.budget import Budget
from gistline.profile.merging import empty
from unit.profile.oracle import NOON
from unit.profile.parts import ROWS, cut, said_of

CUTS = st.lists(st.integers(0, 40), max_size=4)
TINY = Budget(texts=8, all_texts=24)
ESTIMATED = ("quantiles", "quantileMethod", "topValues", "topValuesMethod", "histogram", "histogramMethod")
FILE = b"id;name\n1;x\n2;y\n3;z\n"


def exact(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out what may be an estimate that depends on the cuts."""
    columns = [
        {name: value for name, value in column.items() if name not in ESTIMATED}
        for column in document["columns"]
    ]
    return document | {"columns": columns}


@given(ROWS, CUTS)
def test_merged_parts_say_what_one_pass_says(rows: list[str], cuts: list[int]) -> None:
    whole, parts = cut(rows, cuts, Budget())
    assert said_of(merge(parts)) == said_of(whole)


@given(ROWS, CUTS)
def test_beyond_the_budget_all_that_is_exact_is_the_same_and_distinct_values_are(
    rows: list[str], cuts: list[int]
) -> None:
    whole, parts = cut(rows, cuts, TINY)
    assert exact(said_of(merge(parts))) == exact(said_of(whole))


@settings(max_examples=50)
@given(ROWS, CUTS, st.integers(1, 4))
def test_it_does_not_matter_which_neighbours_are_merged_first(
    rows: list[str], cuts: list[int], first: int
) -> None:
    _, parts = cut(rows, cuts, TINY)
    nested = merge([merge(parts[:first]), *parts[first:]])
    assert exact(said_of(nested)) == exact(said_of(merge(parts)))
    _, parts = cut(rows, cuts, Budget())
    assert said_of(merge([merge(parts[:first]), *parts[first:]])) == said_of(merge(parts))


@settings(max_examples=50)
@given(st.lists(ROWS, min_size=2, max_size=2))
def test_columns_are_the_same_in_any_order_of_parts(pieces: list[list[str]]) -> None:
    rows = [[*piece, "1;2026-01-01;end"] for piece in pieces]  # so that no part ends in notes
    for budget in (Budget(), TINY):
        one, other = cut(rows[0] + rows[1], [len(rows[0])], budget).parts
        there, back = (exact(said_of(merge(parts))) for parts in ([one, other], [other, one]))
        assert there["columns"] == back["columns"]
        of_columns = [
            [one for one in document["warnings"] if one["column"] is not None] for document in (there, back)
        ]
        assert of_columns[0] == of_columns[1]  # only the part with the header knows of that
        assert there["table"]["errors"]["byCode"] == back["table"]["errors"]["byCode"]


@settings(max_examples=50)
@given(ROWS, CUTS, st.sampled_from([Budget(), TINY]))
def test_part_without_rows_changes_nothing(rows: list[str], cuts: list[int], budget: Budget) -> None:
    whole, parts = cut(rows, cuts, budget)
    none = profile_part(io.BytesIO(b""), whole.dialect, begins=False, budget=budget)
    assert none.table.row_count == 0
    merged = merge(parts)
    for row in ([none, merged], [merged, none], [none, *parts, none]):
        assert said_of(merge(row)) == said_of(merged)
    assert merge([whole, none]).digest == whole.digest
    assert none.table.budget == empty([], budget).budget


@settings(max_examples=30)
@given(ROWS, CUTS)
def test_parts_stay_as_they_are(rows: list[str], cuts: list[int]) -> None:
    _, parts = cut(rows, cuts, TINY)
    before = [said_of(part) for part in parts]
    merge(parts)
    merge(parts)
    assert [said_of(part) for part in parts] == before


@settings(max_examples=30)
@given(ROWS.filter(len), CUTS)
def test_estimates_of_merged_parts_keep_their_promise(rows: list[str], cuts: list[int]) -> None:
    numbers = [f"{len(row) * index % 37 - 9};;x" for index, row in enumerate(rows)] * 5
    _, parts = cut(numbers, [place * 5 for place in cuts], TINY)
    column = said_of(merge(parts))["columns"][0]
    values = sorted(int(row.partition(";")[0]) for row in numbers)
    error = round(column["quantileMethod"]["rankError"] * len(values))
    middle = column["quantiles"]["0.5"]
    assert sum(value < middle for value in values) <= len(values) // 2 + error
    assert sum(value > middle for value in values) <= len(values) // 2 + error
    for one in column["topValues"]:
        assert (
            one.get("lower", one["count"])
            <= values.count(int(one["value"]))
            <= one.get("upper", one["count"])
        )


def test_cells_of_damaged_rows_are_judged_by_the_whole_table() -> None:
    rows = ["x;2026-01-01;a;more"] * 3 + ["1;2026-01-01;b"] * 9
    whole, parts = cut(rows, [3], Budget())
    assert said_of(parts[0])["columns"][0]["type"] == "string"
    for document in (said_of(whole), said_of(merge(parts))):
        assert document["columns"][0]["type"] == "integer"
        assert ("unfit-cell", 3) in [(one["code"], one["count"]) for one in document["warnings"]]


def test_column_of_numbers_in_one_part_and_of_text_in_another_is_text() -> None:
    rows = [f"{number};;x" for number in range(30)] + [f"word{number};;x" for number in range(30)]
    whole, parts = cut(rows, [30], TINY)
    assert said_of(parts[0])["columns"][0]["type"] == "integer"
    assert said_of(merge(parts))["columns"][0] | {"topValues": 0, "topValuesMethod": 0} == said_of(whole)[
        "columns"
    ][0] | {
        "topValues": 0,
        "topValuesMethod": 0,
    }


def test_notes_are_notes_although_a_cut_goes_through_them() -> None:
    rows = ["1;2026-01-01;a"] * 5 + ["", "Source: somebody", "As of today"]
    for place in range(5, 9):
        whole, parts = cut(rows, [place], Budget())
        assert said_of(merge(parts)) == said_of(whole)
        assert said_of(whole)["table"]["rowCount"] == 5


def test_what_looked_like_notes_is_rows_if_rows_follow() -> None:
    rows = ["1;2026-01-01;a"] * 5 + ["", "Source: somebody"] + ["2;2026-01-01;a"] * 5
    whole, parts = cut(rows, [7], Budget())
    assert said_of(parts[0])["table"]["rowCount"] == 5
    assert said_of(merge(parts)) == said_of(whole)
    assert said_of(whole)["table"]["rowCount"] == 12


@pytest.mark.parametrize(
    "content", [b"id;name\n1;\xe4\n", "id;name\n1;\u00e4\n".encode(), b"\xef\xbb\xbfid;name\n1;x\n"]
)
@pytest.mark.parametrize("rest", [b"2;y\n", b"2;\xfc\n3;\xf6\n", "2;\u00fc\n".encode()])
def test_encoding_is_that_of_the_whole_file(content: bytes, rest: bytes) -> None:
    whole = profile_part(io.BytesIO(content + rest))
    parts = [
        profile_part(io.BytesIO(content), whole.dialect),
        profile_part(io.BytesIO(rest), whole.dialect, begins=False),
    ]
    assert said_of(merge(parts)) == said_of(whole)


def test_summary_of_the_whole_is_what_summarize_gives() -> None:
    whole = summary_of(profile_part(io.BytesIO(FILE)), clock=lambda: NOON)
    assert whole.to_json() == summarize(io.BytesIO(FILE), clock=lambda: NOON).to_json()


def part_of(content: bytes = FILE, budget: Budget | None = None) -> Partial:
    return profile_part(io.BytesIO(content), budget=budget)


@pytest.mark.parametrize(
    "other",
    [
        part_of(b"id;label\n1;x\n"),
        part_of(b"id;name;more\n1;x;y\n"),
        part_of(FILE.replace(b";", b",")),
        part_of(budget=TINY),
        part_of(FILE.decode().encode("utf-16")),
        part_of()._replace(engine="another"),
        part_of()._replace(version="0.0.0"),
    ],
)
def test_parts_that_were_not_made_in_the_same_way_are_refused(other: Partial) -> None:
    with pytest.raises(PartialError) as refusal:
        merge([part_of(), other])
    assert refusal.value.code == "parts-differ"
    assert refusal.value.remedy


def test_nothing_cannot_be_merged() -> None:
    with pytest.raises(PartialError) as refusal:
        merge([])
    assert refusal.value.code == "no-parts"


def test_part_that_begins_with_the_file_has_to_hold_something() -> None:
    with pytest.raises(RejectedError):
        profile_part(io.BytesIO(b""), part_of().dialect)


def test_later_part_is_text_whatever_it_begins_with() -> None:
    later = profile_part(io.BytesIO(b"PK\x03\x04;x\n"), part_of().dialect, begins=False)
    assert said_of(merge([part_of(), later]))["table"]["rowCount"] == 4


def test_rows_lines_and_bytes_of_errors_are_those_of_the_file() -> None:
    rows = ["1;2026-01-01;a", "2", "3;2026-01-01;c", "4;2026-01-01", "5;2026-01-01;e"]
    _, parts = cut(rows, [1, 3], Budget())
    examples = said_of(merge(parts))["table"]["errors"]["examples"]
    assert [(one["row"], one["line"], one["byteOffset"]) for one in examples] == [(2, 3, 32), (4, 5, 49)]
