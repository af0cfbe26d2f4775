"""What is said of one column, in words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.commands.column import detail, distinct, nulls, share, value, values


def column(**facts: Any) -> dict[str, Any]:
    sound = {"type": "number", "format": None, "count": 90, "nullCount": 0, "min": 0, "max": 2, "mean": 1.25}
    return sound | {"topValues": None, "distinct": {"method": "exact", "value": 3}} | facts


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 9, "0%"), (1, 1000, "<1%"), (1, 2, "50%"), (999, 1000, ">99%"), (7, 7, "100%")],
)
def test_a_share_is_nothing_or_all_only_if_it_is(part: int, whole: int, words: str) -> None:
    assert share(part, whole) == words


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_some_of_them_are_never_none_or_all(some: int, others: int) -> None:
    assert share(some, some + others) not in {"0%", "100%"}


def test_nulls_are_a_count_and_a_share() -> None:
    assert nulls(column(nullCount=30)) == ("30 25%", "25%")
    assert nulls(column()) == ("",)
    assert nulls(column(nullCount=12345, count=0)) == ("12,345 100%", "100%")


def test_an_estimate_is_marked() -> None:
    assert distinct(column(distinct={"method": "estimate", "value": 60379})) == "~60,379"
    assert distinct(column()) == "3"


def test_meaning_and_format_stand_beside_the_type() -> None:
    assert detail(column()) == ""
    assert detail(column(semantic=None, format="ambiguous")) == "ambiguous"
    assert detail(column(semantic={"value": "email", "ratio": 1.0})) == "email"
    assert detail(column(format="%d.%m.%Y")) == "%d.%m.%Y"
    assert detail(column(semantic={"value": "price", "ratio": 0.9}, format="comma")) == "price comma"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ('decimalChar=","', "decimal comma"),
        ('decimalChar="," groupChar="." unit="€"', "decimal comma €"),
        ('groupChar="," unit="$"', "grouped $"),
        ('groupChar="\\u202f"', "grouped"),
        ('unit="%"', "%"),
    ],
)
def test_how_numbers_are_written_is_said_in_short(given: str, words: str) -> None:
    assert detail(column(format=given)) == words


def test_a_range_is_drawn_and_gives_up_its_mean_then_its_histogram_where_it_must() -> None:
    counts = [1, 1, 8, 8] + [0] * 8 + [16, 16]
    assert values(column(histogram={"edges": list(range(15)), "counts": counts})) == (
        "0 ▁▁▄▄        ██ 2, mean 1.25",
        "0 ▁▁▄▄        ██ 2",
        "0 ▁▄    █ 2, mean 1.25",
        "0 ▁▄    █ 2",
        "0 … 2, mean 1.25",
        "0 … 2",
    )


@pytest.mark.parametrize("missing", [{}, {"histogram": None}])
def test_a_range_without_histogram_is_its_ends(missing: dict[str, None]) -> None:
    assert values(column(**missing)) == ("0 … 2, mean 1.25", "0 … 2")


def test_one_value_is_no_range() -> None:
    assert values(column(min=3, max=3, mean=3.0, histogram={"edges": [3, 4], "counts": [9]})) == ("3",)


def test_times_give_up_their_hours() -> None:
    ends = {"min": "2026-01-31T10:00:00+02:00", "max": "2026-02-01T11:30:00Z", "mean": None}
    assert values(column(type="datetime", **ends))[-1] == "2026-01-31 … 2026-02-01"


def test_counts_of_the_most_frequent_are_marked_where_they_are_estimates() -> None:
    tops = [
        {"value": "red", "count": 9, "lower": 7, "upper": 9},
        {"value": "blue", "count": 5, "lower": 5, "upper": 5},
    ]
    assert values(column(type="string", topValues=tops)) == ("red (~9), blue (5)",)


def test_texts_show_the_most_frequent() -> None:
    tops = [{"value": "red", "count": 12000}, {"value": "", "count": 1}]
    assert values(column(type="string", topValues=tops)) == ("red (12,000),  (1)",)
    assert values(column(type="string")) == ("",)
    assert values(column(min=None)) == ("",)


@pytest.mark.parametrize(
    ("one", "words"),
    [(2026, "2026"), (20000, "20,000"), (-1e6, "-1e+06"), (12345.5, "12,345.5"), (0.1, "0.1"), ("x", "x")],
)
def test_numbers_are_grouped_from_ten_thousand_on(one: Any, words: str) -> None:
    assert value(one) == words
