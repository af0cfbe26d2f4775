from collections import Counter
from decimal import Decimal
from fractions import Fraction
from math import inf
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile import types
from gistline.profile.types import LONGEST_NUMBER, MISSING_TOKENS, decide, read
from unit.profile.oracle import column_of

INTEGERS = st.integers().map(str)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=3).map(lambda number: f"{number:f}")
BOOLEANS = st.sampled_from(["true", "False", "TRUE", "fAlSe"])
DATES = st.dates().map(str)
TIMES = st.times().map(str)
DATETIMES = st.datetimes().map(lambda moment: moment.isoformat())
WORDS = st.text("abcxyz", min_size=1).filter(lambda word: read(word)[0] == types.TEXT)
CELLS = st.one_of(INTEGERS, DECIMALS, BOOLEANS, DATES, TIMES, DATETIMES, WORDS, st.just(""), st.text())


def type_of(*cells: str) -> str:
    return str(column_of(cells)["type"])


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("0", "integer"),
        ("-0", "integer"),
        ("1", "integer"),
        ("-42", "integer"),
        (" 42 ", "integer"),
        ("1.0", "decimal"),
        ("-.5", "decimal"),
        ("5.", "decimal"),
        ("1e5", "decimal"),
        ("2.5E-3", "decimal"),
        ("007", "leading-zeros"),
        ("-01", "leading-zeros"),
        ("00.5", "leading-zeros"),
        ("+1", "plus-sign"),
        ("+4915112345678", "plus-sign"),
        ("NaN", "nan"),
        ("inf", "infinite"),
        ("-Infinity", "infinite"),
        ("1e400", "infinite"),
        ("true", "boolean"),
        ("FALSE", "boolean"),
        ("yes", "text"),
        ("T", "text"),
        ("1.234", "number ?. "),
        ("1,5", "number _, "),
        ("1 000", "number  _ "),
        ("12 %", "number __ %"),
        ("1_000", "text"),
        ("01/02/03", "two-digit-year"),
        ("31.12.99", "two-digit-year"),
        ("1/31/24 10:30", "two-digit-year"),
        ("2024-W05", "text"),
        ("2024-005", "text"),
        ("20240105", "integer"),
        ("10:30 pm", "time clock %I:%M %p"),
        ("12 Main St", "text"),
        ("Mar", "text"),
        ("EUR", "text"),
        ("MAX 5", "text"),
        ("0x1F", "text"),
        ("１２", "text"),  # noqa: RUF001 - digits of another script are the point
        ("falſe", "text"),  # noqa: RUF001 - ignoring case in Unicode would take it for an s
        ("--1", "text"),
        (".", "missing"),
        ("-", "missing"),
        ("N/A", "missing"),
        ("null", "missing"),
        (" NA ", "missing"),
        ("", "blank"),
        (" \t", "blank"),
        ("\u00a0", "blank"),
        ("2026-02-30", "text"),
    ],
)
def test_every_cell_has_one_shape(text: str, shape: str) -> None:
    assert read(text)[0] == shape


@given(st.integers(-(10**998), 10**999))
def test_integer_is_read_exactly(number: int) -> None:
    assert read(str(number)) == ("integer", (number, 0, number))


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_decimal_is_read_exactly_and_as_the_nearest_float(number: Decimal) -> None:
    shape, value = read(f"{number:e}")
    if shape == "infinite":
        assert abs(float(number)) == inf
        return
    assert shape == "decimal"
    assert isinstance(value, tuple)
    mantissa, scale, nearest = value  # type: ignore[misc] # a number is three numbers
    assert nearest == float(number)
    if nearest:
        assert isinstance(mantissa, int)
        assert isinstance(scale, int)
        assert mantissa * Fraction(10) ** -scale == Fraction(number)


def test_number_too_small_for_a_float_is_zero() -> None:
    assert read("-1e-99999999999999999999") == ("decimal", (0, 0, 0.0))


def test_number_with_thousands_of_digits_is_text() -> None:
    assert read("9" * LONGEST_NUMBER)[0] == "integer"
    assert read("9" * 5000) == ("text", None)
    assert read("0." + "3" * 5000) == ("text", None)


@given(st.text(max_size=200) | st.text("0123456789+-.eE:/TZ ", max_size=60))
def test_no_text_makes_reading_fail(text: str) -> None:
    shape, _ = read(text)
    assert (shape == "blank") == (not text.strip())


@given(st.sampled_from(sorted(MISSING_TOKENS)), st.booleans())
def test_token_for_no_value_is_known_in_either_case(token: str, upper: bool) -> None:  # noqa: FBT001 - hypothesis passes it
    assert read(token.upper() if upper else token) == ("missing", None)


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("integer", INTEGERS),
        ("boolean", BOOLEANS),
        ("date", DATES),
        ("time", TIMES),
        ("datetime", DATETIMES),
        ("string", WORDS),
    ],
)
def test_column_of_one_kind_has_its_type(kind: str, cells: st.SearchStrategy[str]) -> None:
    @given(st.lists(cells, min_size=1, max_size=8))
    def holds(column: list[str]) -> None:
        assert decide(_tally(column)).type == kind

    holds()


@given(st.lists(INTEGERS), st.lists(DECIMALS, min_size=1))
def test_integers_and_decimals_make_numbers(integers: list[str], decimals: list[str]) -> None:
    decision = decide(_tally(integers + decimals))
    assert decision.type == "number"
    assert decision.type_counts.get("integer", 0) == len(integers)
    assert decision.type_counts["number"] == len(integers) + len(decimals)


@given(st.lists(CELLS, max_size=12), st.randoms(use_true_random=False))
def test_order_of_rows_decides_nothing(column: list[str], order: Random) -> None:
    shuffled = column[:]
    order.shuffle(shuffled)
    first, second = decide(_tally(column)), decide(_tally(shuffled))
    assert (first.type, first.format, first.type_counts) == (second.type, second.format, second.type_counts)


@given(st.lists(CELLS, max_size=12), CELLS)
def test_one_more_value_never_makes_a_type_tighter(column: list[str], cell: str) -> None:
    before, after = decide(_tally(column)).type, decide(_tally([*column, cell])).type
    wider = {
        "integer": {"integer", "number", "string"},
        "number": {"number", "string"},
        "string": {"string"} if _tally(column) else {after},
    }
    assert after in wider.get(before, {before, "string"})


def _tally(cells: list[str]) -> Counter[str]:
    return Counter(shape for shape, _ in map(read, cells) if shape not in {"blank", "missing"})


def test_zero_and_one_are_integers() -> None:
    assert type_of("0", "1", "1") == "integer"


def test_one_leading_zero_makes_the_column_text() -> None:
    column = column_of(["1", "2", "007"])
    assert column["type"] == "string"
    assert column["typeCounts"] == {"integer": 2, "string": 3}


def test_value_in_the_last_row_counts_like_one_in_the_first() -> None:
    assert type_of(*["1"] * 60_000, "x") == "string"


def test_dates_that_fit_both_orders_are_ambiguous() -> None:
    column = column_of(["01/02/2026", "03/04/2026"])
    assert (column["type"], column["format"]) == ("date", "ambiguous")
    assert column["min"] is column["max"] is None


def test_one_date_can_tell_which_order_all_have() -> None:
    column = column_of(["01/02/2026", "13/04/2026"])
    assert (column["type"], column["format"]) == ("date", "%d/%m/%Y")
    assert (column["min"], column["max"]) == ("2026-02-01", "2026-04-13")
    column = column_of(["01/02/2026", "04/13/2026"])
    assert (column["format"], column["min"]) == ("%m/%d/%Y", "2026-01-02")


def test_dates_of_both_orders_are_text() -> None:
    column = column_of(["13/01/2026", "01/13/2026", "01/02/2026"])
    assert column["type"] == "string"
    assert column["typeCounts"] == {"date": 2, "string": 3}


def test_dates_and_datetimes_together_are_text() -> None:
    assert type_of("2026-01-01", "2026-01-01T10:00:00") == "string"


def test_mixture_of_unambiguous_forms_has_the_format_any() -> None:
    assert column_of(["2026-01-01", "2026/01/02"])["format"] == "any"


@pytest.mark.parametrize("cell", ["2026-01-01", "2026-01-01T10:00:00", "2026-01-01T10:00:00.5Z", "10:00:00"])
def test_default_form_of_table_schema_needs_no_format(cell: str) -> None:
    assert column_of([cell])["format"] is None


def test_blank_between_date_and_time_is_a_format() -> None:
    assert column_of(["2026-01-01 10:00:00"])["format"] == "%Y-%m-%d %H:%M:%S"


def test_column_without_values_is_text_without_counts() -> None:
    column = column_of(["", " ", ""])
    assert (column["type"], column["typeCounts"], column["count"]) == ("string", {}, 0)
