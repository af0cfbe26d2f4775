import statistics
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.reference.quantiles import PROBABILITIES, add, quantiles, rank_error
from gistline.profile.state import Ranks
from unit.profile.oracle import column_of

NUMBERS = st.one_of(st.integers(-(10**20), 10**20), st.floats(-1e300, 1e300))
SMALL = 16


def ranks_of(*parts: Sequence[int | float], capacity: int = 10_000) -> Ranks:
    ranks = Ranks(capacity)
    for part in parts:
        add(ranks, Counter(part).items())
    return ranks


def exact(value: float) -> Fraction:
    """Return the decimal that is shown for a number."""
    return Fraction(Decimal(repr(value)))


def by_definition_7(values: list[int | float], probability: tuple[int, int]) -> Fraction:
    ordered = sorted(map(exact, values))
    position = Fraction(*probability) * (len(ordered) - 1)
    below, part = divmod(position, 1)
    above = min(int(below) + 1, len(ordered) - 1)
    return ordered[int(below)] * (1 - part) + ordered[above] * part


@given(st.lists(NUMBERS, min_size=1))
def test_quantiles_are_those_of_the_definition(values: list[int | float]) -> None:
    found = quantiles(ranks_of(values))
    assert found is not None
    for name, probability in PROBABILITIES.items():
        expected = by_definition_7(values, probability)
        one = found[name]
        if isinstance(one, int):
            assert abs(one - expected) <= Fraction(1, 2)
        else:
            assert one == float(expected)


@given(st.lists(st.floats(-1e100, 1e100), min_size=2))
def test_quantiles_are_those_of_the_statistics_module(values: list[float]) -> None:
    found = quantiles(ranks_of(list(values)))
    twentieths = statistics.quantiles(map(exact, values), n=20, method="inclusive")
    assert found is not None
    assert [found[name] for name in ("0.05", "0.25", "0.5", "0.75", "0.95")] == [
        float(twentieths[index]) for index in (0, 4, 9, 14, 18)
    ]


@given(
    st.lists(st.lists(st.integers(-50, 50) | st.floats(-50, 50), max_size=80), min_size=2, max_size=8),
)
def test_estimate_keeps_its_promise(parts: list[list[int | float]]) -> None:
    ranks = ranks_of(*parts, capacity=SMALL)
    found, values = quantiles(ranks), sorted(value for part in parts for value in part)
    if found is None:
        assert values == []
        return
    error = round(rank_error(ranks) * len(values))
    for name, (numerator, denominator) in PROBABILITIES.items():
        index = (len(values) - 1) * numerator // denominator
        assert bisect_right(values, found[name]) > index - error
        assert bisect_left(values, found[name]) <= index + 1 + error


@given(st.lists(st.lists(st.integers(0, 9), max_size=30), max_size=8))
def test_no_value_gets_lost_or_heavier(parts: list[list[int | float]]) -> None:
    ranks = ranks_of(*parts, capacity=SMALL)
    weight = sum(count for _, count in ranks.pairs)
    weight += sum(len(level) << h for h, level in enumerate(ranks.levels))
    assert weight == sum(map(len, parts))


def test_memory_stays_flat_and_the_error_small() -> None:
    ranks = ranks_of(*(list(range(start, start + 1000)) for start in range(0, 100_000, 1000)), capacity=2000)
    assert sum(map(len, ranks.levels)) <= 2000
    assert 0 < rank_error(ranks) < 0.01


def test_same_numbers_give_the_same_estimate() -> None:
    parts = [list(range(start, start + 100)) for start in range(0, 2000, 100)]
    assert quantiles(ranks_of(*parts, capacity=64)) == quantiles(ranks_of(*parts, capacity=64))


def test_no_number_has_no_quantiles() -> None:
    assert quantiles(Ranks(10)) is None
    assert rank_error(Ranks(10)) == 0


def test_integer_column_has_integers_where_they_are_exact() -> None:
    column = column_of(["1", "2", "3", "4", "5"])
    assert column["quantiles"] == {"0.05": 1.2, "0.25": 2, "0.5": 3, "0.75": 4, "0.95": 4.8}
    assert column["quantileMethod"] == {"method": "exact", "rankError": 0}


def test_half_between_two_integers_is_a_half() -> None:
    assert column_of(["1", "2"])["quantiles"]["0.5"] == 1.5


def test_decimals_are_interpolated_as_decimals() -> None:
    assert column_of(["-0.6", "0.1", "0.2", "0.3"])["quantiles"] == {
        "0.05": -0.495,
        "0.25": -0.075,
        "0.5": 0.15,
        "0.75": 0.225,
        "0.95": 0.285,
    }


def test_large_integers_keep_their_digits() -> None:
    assert column_of([str(2**60), str(2**60 + 4)])["quantiles"]["0.5"] == str(2**60 + 2)


@pytest.mark.parametrize("cells", [["a", "b"], ["2026-01-01"], ["true"]])
def test_what_is_no_number_has_no_quantiles(cells: list[str]) -> None:
    column = column_of(cells, published="all")
    assert column["quantiles"] is column["quantileMethod"] is None


def test_error_of_a_rank_is_never_more_than_all_values() -> None:
    ranks = Ranks(1)
    ranks.levels, ranks.error = [[1.0]], 5
    assert rank_error(ranks) == 1
