from bisect import bisect_right
from itertools import pairwise
from math import nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.reference.column import add, finish, new_column
from gistline.profile.reference.histogram import MOST_BINS, Histogram, histogram
from unit.profile.oracle import column_of

FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def of(cells: list[str], *, as_floats: bool, budget: int = 1000) -> Histogram:
    column = new_column("x", budget)
    for cell in cells:
        add(column, [cell])
    found = histogram(finish(column, mostly_sound=True).numbers, as_floats=as_floats)
    assert found is not None
    return found


def check(found: Histogram, values: list[float]) -> None:
    assert 1 <= len(found.counts) <= MOST_BINS
    assert len(found.edges) == len(found.counts) + 1
    assert all(low < high for low, high in pairwise(found.edges))
    assert found.edges[0] <= min(values)
    assert max(values) <= found.edges[-1]
    assert sum(found.counts) == len(values)


@given(st.lists(st.integers(-(10**30), 10**30) | st.integers(-50, 50), min_size=1, max_size=50))
def test_integers_are_counted_between_integers(values: list[int]) -> None:
    found = of([str(value) for value in values], as_floats=False)
    check(found, [*values])
    assert all(isinstance(edge, int) for edge in found.edges)
    assert len({high - low for low, high in pairwise(found.edges)}) == 1
    for (low, high), count in zip(pairwise(found.edges), found.counts, strict=True):
        assert count == sum(low <= value < high for value in values)


@given(st.lists(FLOATS | st.floats(-10, 10).map(lambda value: round(value, 2)), min_size=1, max_size=50))
def test_decimals_are_counted_where_they_lie(values: list[float]) -> None:
    found = of([repr(value) for value in values], as_floats=True)
    check(found, values)
    bins = [min(bisect_right(found.edges, value) - 1, len(found.counts) - 1) for value in values]
    assert found.counts == tuple(bins.count(number) for number in range(len(found.counts)))


@pytest.mark.parametrize(
    ("cells", "edges", "counts"),
    [
        (["1", "2", "2", "3"], [1, 2, 3, 4], [1, 2, 1]),
        (["7"], [7, 8], [1]),
        (["0", "99"], list(range(0, 101, 5)), [1] + [0] * 18 + [1]),
        (
            ["0.1", "0.3", "0.35"],
            [0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.22, 0.24, 0.26, 0.28, 0.3, 0.32, 0.34, 0.36],
            None,
        ),
        (["2.5", "2.5"], [2.0, 3.0], [2]),
        (["0", "1", "NaN", "inf"], None, None),
    ],
)
def test_edges_are_round(cells: list[str], edges: list[float] | None, counts: list[int] | None) -> None:
    found = column_of(cells)["histogram"]
    assert edges in (None, found["edges"])
    assert counts in (None, found["counts"])
    assert sum(found["counts"]) == sum(cell not in {"NaN", "inf"} for cell in cells)
    assert found["method"] == "exact"


def test_numbers_at_the_end_of_floats_have_edges() -> None:
    largest = nextafter(float("inf"), 0)
    for cells in ([largest], [-largest, largest], [0.0, 5e-324], [1.0, nextafter(1.0, 2)], [1e300]):
        check(of([repr(cell) for cell in cells], as_floats=True), [*cells])


def test_column_beyond_its_budget_is_estimated_and_counts_every_number() -> None:
    found = of([str(number) for number in range(5000)], as_floats=False, budget=100)
    assert found.method == "estimate"
    assert sum(found.counts) == 5000
    assert max(found.counts) < 600


def test_what_has_no_finite_number_has_no_histogram() -> None:
    assert column_of(["NaN", "1e400"])["histogram"] is None
    assert column_of(["2026-01-01"])["histogram"] is None
    assert column_of(["x"], published="all")["histogram"] is None


def test_withheld_numbers_have_none_because_edges_tell_the_extremes() -> None:
    assert column_of(["15112345678"], label="phone")["histogram"] is None
    assert column_of(["1", "2"], published="none")["histogram"] is None
