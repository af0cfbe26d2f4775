import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.reference.column import finish, forget, merge, new_column
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
    finished = finish(column, mostly_sound=True)
    return count_distinct(finished, decide(finished.shapes))


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
    once, twice = counted(parts or [[]], budget=8), counted(again or [[]], budget=8)
    cells = sum(map(len, parts))
    assert once[2:] == tuple(min(bound, cells) for bound in twice[2:])
    assert once.value == min(twice.value, cells)


@pytest.mark.parametrize("size", [900, 90_000])
def test_no_more_values_are_estimated_than_there_are(size: int) -> None:
    for sort in range(20):  # an estimate is as often too high as too low
        found = counted([["NA", "", *(f"{sort}-{number}" for number in range(size))]], budget=100)
        assert found.lower <= found.value <= found.upper <= size + 1  # NA is a text among texts


@given(st.lists(VALUES, min_size=1, max_size=7, unique=True))
def test_few_values_that_were_forgotten_are_nearly_counted_one_by_one(values: list[str]) -> None:
    found = counted([values, values], budget=50)
    assert found.method == "estimate"
    assert found.lower <= len(values) <= found.upper <= len(values) + 2


def test_tokens_alone_are_no_values_that_need_a_sketch() -> None:
    assert counted([["NA", ""], ["NA"]], budget=50) == Distinct(1, "estimate", 1, 1)


def test_estimate_is_the_same_on_every_machine() -> None:
    found = counted([[str(number) for number in range(10_000)]], budget=1000)
    assert found == Distinct(9791, "estimate", 8879, 10_000)


@given(st.lists(VALUES, max_size=40), st.integers(0, 40))
def test_merged_parts_give_the_estimate_of_one_pass(values: list[str], cut: int) -> None:
    whole, left, right = (new_column("x", 8) for _ in range(3))
    for column, part in ((whole, values), (left, values[:cut]), (right, values[cut:])):
        column.texts.update(part)
        forget(column)
    merge(left, right)
    one, other = (finish(column, mostly_sound=True) for column in (whole, left))
    assert count_distinct(one, decide(one.shapes)) == count_distinct(other, decide(other.shapes))


def test_values_are_compared_as_written() -> None:
    assert column_of(["1", "1.0", "1.00"])["distinct"]["value"] == 3
