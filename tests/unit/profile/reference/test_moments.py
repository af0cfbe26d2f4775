import statistics
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.reference import moments
from gistline.profile.reference.cells import by_shape
from gistline.profile.state import Numbers, Ranks
from unit.profile.oracle import column_of

NUMBERS = st.one_of(
    st.integers(-(10**25), 10**25).map(str),
    st.decimals(-(10**9), 10**9, places=4).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
).filter(lambda text: abs(float(text)) < 1e300)


def numbers_of(*parts: list[str]) -> Numbers:
    numbers = Numbers(Ranks(1000))
    for part in parts:
        for cells in by_shape(Counter(part)).values():
            moments.add(numbers, cells)
    return numbers


def exact(texts: list[str]) -> list[Fraction]:
    return [Fraction(Decimal(text)) for text in texts]


@given(st.lists(NUMBERS, min_size=1))
def test_sum_and_mean_are_exact_and_rounded_once(texts: list[str]) -> None:
    numbers = numbers_of(texts)
    total = sum(exact(texts), Fraction())
    found = moments.total(numbers)
    assert found == (int(total) if isinstance(found, int) else float(total))
    assert moments.mean(numbers) == float(total / len(texts))


@given(st.lists(NUMBERS, min_size=2))
def test_standard_deviation_is_correctly_rounded(texts: list[str]) -> None:
    values = exact(texts)
    try:
        expected = statistics.stdev(values)
    except OverflowError:
        expected = None
    assert moments.stddev(numbers_of(texts)) == expected


@given(st.lists(NUMBERS), st.lists(NUMBERS))
def test_parts_add_up_to_the_whole(first: list[str], second: list[str]) -> None:
    parts, whole = numbers_of(first, second), numbers_of(first + second)
    assert moments.total(parts) == moments.total(whole)
    assert moments.stddev(parts) == moments.stddev(whole)


def test_large_numbers_with_small_differences_do_not_cancel_out() -> None:
    assert column_of(["1000000000000001", "1000000000000002", "1000000000000003"])["stddev"] == 1.0


def test_ten_tenths_are_one() -> None:
    column = column_of(["0.1"] * 10)
    assert (column["sum"], column["mean"], column["stddev"]) == (1.0, 0.1, 0.0)


def test_sum_beyond_what_floats_tell_exactly_is_a_string() -> None:
    assert column_of([str(2**53 - 1)])["sum"] == 2**53 - 1
    assert column_of([str(2**53 - 1), "1"])["sum"] == str(2**53)
    assert column_of([f"-{2**64}"] * 3)["sum"] == str(-3 * 2**64)


def test_one_number_has_no_standard_deviation() -> None:
    assert column_of(["5"])["stddev"] is None


def test_column_without_a_finite_number_has_no_moments() -> None:
    column = column_of(["NaN", "inf"])
    assert column["type"] == "number"
    assert (column["sum"], column["mean"], column["stddev"], column["min"]) == (None, None, None, None)


def test_mean_beyond_floats_is_not_computed() -> None:
    column = column_of(["9" * 400, "1" * 400])
    assert column["mean"] is column["stddev"] is None
    assert column["max"] == "9" * 400


@pytest.mark.parametrize("special", ["NaN", "inf", "-inf", "1e999"])
def test_special_numbers_are_counted_but_never_averaged(special: str) -> None:
    column = column_of(["1", "3", special])
    assert (column["count"], column["mean"], column["max"]) == (3, 2.0, 3.0)
    assert column["nanCount"] + column["infCount"] == 1
