import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.reference import distinct
from gistline.profile.reference.column import finish, forget, new_column
from gistline.profile.reference.distinct import Distinct, count_distinct
from gistline.profile.types import decide
from unit.profile.oracle import column_of

VALUES = st.text("abc", min_size=1, max_size=3)


def counted(parts: list[list[str]], *, budget: int, forgetful: bool = True) -> Distinct:
    column = new_column("x", budget)
    for part in parts:
        column.texts.update(part)
        if forgetful:
            forget(column)
    finish(column, mostly_sound=True)
    return count_distinct(column, decide(column.shapes))


@given(st.lists(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=4)))
def test_distinct_values_are_exact_within_the_budget(cells: list[str]) -> None:
    column = column_of(cells)
    expected = len({cell for cell in cells if cell.strip()})
    if column["type"] != "string":
        expected -= sum(1 for token in column["missingTokens"] if token)
    assert column["distinct"] == {"value": expected, "method": "exact", "lower": expected, "upper": expected}


@pytest.mark.parametrize("size", [200, 5_000, 20_000, 100_000])
@pytest.mark.parametrize("kind", ["{}", "user-{}@example.com", "{:08d}"])
def test_truth_lies_between_the_bounds(size: int, kind: str) -> None:
    found = counted([[kind.format(number) for number in range(size)]], budget=4096)
    assert found.method == "estimate"
    assert found.lower <= size <= found.upper
    assert found.upper - found.lower < size * 0.1


@given(st.lists(st.lists(VALUES, max_size=10), max_size=5), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_changes_the_estimate(
    parts: list[list[str]], order: random.Random
) -> None:
    again = [part[:] for part in parts + parts]
    order.shuffle(again)
    assert counted(parts or [[]], budget=8) == counted(again or [[]], budget=8)


@given(st.lists(VALUES, max_size=7, unique=True))
def test_few_values_that_were_forgotten_are_still_counted_one_by_one(values: list[str]) -> None:
    expected = len(values)
    assert counted([values, values], budget=50) == Distinct(expected, "estimate", expected, expected)


def test_estimate_is_the_same_on_every_machine() -> None:
    found = counted([[str(number) for number in range(10_000)]], budget=1000)
    assert found == Distinct(10310, "estimate", 9330, 11290)


def test_hashes_do_not_outgrow_the_budget() -> None:
    column = new_column("x", 100)
    distinct.add(column, [str(number) for number in range(5000)])
    assert len(column.hashes) == 100
    assert column.hashes == sorted(column.hashes)


def test_values_are_compared_as_written() -> None:
    assert column_of(["1", "1.0", "1.00"])["distinct"]["value"] == 3
