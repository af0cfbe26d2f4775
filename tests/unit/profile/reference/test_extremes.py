from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.reference.extremes import widen
from unit.profile.oracle import column_of


@given(st.lists(st.lists(st.integers()), min_size=1))
def test_extremes_of_parts_are_those_of_the_whole(parts: list[list[int]]) -> None:
    extremes: tuple[int, int] | None = None
    for part in parts:
        extremes = widen(extremes, part)
    whole = [number for part in parts for number in part]
    assert extremes == ((min(whole), max(whole)) if whole else None)


# None of 13 to 19 digits: that may be the number of a card, which is withheld.
INTEGERS = st.integers(-(10**12), 10**12) | st.integers(min_value=10**19) | st.integers(max_value=-(10**19))


@given(st.lists(INTEGERS, min_size=1))
def test_integers_are_compared_as_numbers(numbers: list[int]) -> None:
    column = column_of(map(str, numbers))
    assert (int(column["min"]), int(column["max"])) == (min(numbers), max(numbers))
    assert isinstance(column["max"], str) == (abs(max(numbers)) > 2**53 - 1)


@given(st.lists(st.decimals(-(10**6), 10**6, places=2), min_size=1))
def test_decimals_are_floats_in_json(numbers: list[float]) -> None:
    column = column_of(f"{number:.2f}" for number in numbers)
    assert (column["min"], column["max"]) == (float(min(numbers)), float(max(numbers)))


def test_integers_in_a_column_of_numbers_are_floats_too() -> None:
    column = column_of(["1", "2.5", "10"])
    assert (repr(column["min"]), repr(column["max"])) == ("1.0", "10.0")


def test_integer_beyond_floats_among_decimals_stays_exact() -> None:
    assert column_of(["0.5", "9" * 400])["max"] == "9" * 400


@given(st.lists(st.dates(), min_size=1))
def test_dates_are_compared_by_day(days: list[date]) -> None:
    column = column_of(map(str, days))
    assert (column["min"], column["max"]) == (str(min(days)), str(max(days)))


def test_datetimes_are_compared_across_time_zones() -> None:
    column = column_of(["2026-01-01T10:00:00+02:00", "2026-01-01T09:00:00Z"])
    assert (column["min"], column["max"]) == ("2026-01-01T10:00:00+02:00", "2026-01-01T09:00:00+00:00")


def test_datetimes_with_and_without_time_zone_cannot_be_compared() -> None:
    column = column_of(["2026-01-01T10:00:00Z", "2026-01-01T09:00:00"])
    assert column["type"] == "datetime"
    assert column["min"] is column["max"] is None


def test_times_of_day_are_compared() -> None:
    column = column_of(["9:30", "10:00"])
    assert (column["min"], column["max"]) == ("09:30:00", "10:00:00")


@pytest.mark.parametrize("cells", [["true", "false"], ["", ""]])
def test_booleans_and_nothing_have_no_extremes(cells: list[str]) -> None:
    column = column_of(cells)
    assert column["min"] is column["max"] is None


def test_texts_are_compared_by_code_points() -> None:
    column = column_of(["b", "B", "ä", "NA"] * 10)
    assert (column["min"], column["max"]) == ("B", "ä")
