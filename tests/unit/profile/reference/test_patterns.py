from collections import Counter
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.reference import patterns
from gistline.profile.reference.column import add, finish, merge, new_column
from gistline.profile.reference.patterns import LONGEST_MASK, MOST_MASKS, mask, top_patterns
from unit.profile.oracle import column_of


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("ORD-0042", "AAA-9999"),
        ("ada@example.com", "AAA@AAAAAAA.AAA"),
        ("-1.50 €", "-9.99 €"),
        ("Ünïcødé", "AAAAAAA"),
        ("e\u0301", "A"),  # an accent that is a character of its own
        ("日本 ١٢", "AA 99"),
        ("", ""),
        ("x" * 64, "A" * 64),
        ("x" * 65, "A" * 63 + "…"),
    ],
)
def test_letters_are_a_and_figures_9(text: str, pattern: str) -> None:
    assert mask(text) == pattern


@given(st.text(max_size=100))
def test_no_letter_and_no_figure_of_a_value_is_left(text: str) -> None:
    masked = mask(text)
    assert len(masked) <= LONGEST_MASK
    assert all(letter in "A9" or category(letter)[0] not in "LNM" for letter in masked)


@given(
    st.lists(st.sampled_from(["a1", "b2", "A-1", "33", "x y", "é", "a\0b", "\0", "z" * 99])),
    st.integers(0, 10),
)
def test_parts_add_up_to_the_whole(cells: list[str], cut: int) -> None:
    whole, left, right = (new_column("x", 100) for _ in range(3))
    add(whole, cells)
    add(left, cells[:cut])
    add(right, cells[cut:])
    merge(left, right)
    assert (
        finish(left, mostly_sound=True).masks
        == finish(whole, mostly_sound=True).masks
        == Counter(map(mask, cells))
    )


def test_most_frequent_patterns_come_first_ties_by_code_points() -> None:
    cells = ["AB-1"] * 3 + ["12"] * 2 + ["A1"] * 2
    found = [(one["pattern"], one["count"]) for one in column_of(cells, published="all")["patterns"]]
    assert found == [("AA-9", 3), ("99", 2), ("A9", 2)]


def test_ten_patterns_at_most_are_shown() -> None:
    assert len(column_of(["9" * length for length in range(1, 15)])["patterns"]) == 10


def test_tokens_are_patterns_where_they_are_values() -> None:
    column = column_of(["NA"] * 5 + ["DE"] * 5 + ["1a"] * 5)
    assert column["patterns"] == [{"pattern": "AA", "count": 10}, {"pattern": "9A", "count": 5}]
    assert column_of(["NA", "1", "2"])["patterns"] == [{"pattern": "9", "count": 2}]


def test_too_many_patterns_are_none_and_stay_none() -> None:
    column = new_column("x", 10)
    assert top_patterns(column, {}) == ()
    patterns.add(column, ["-" * length for length in range(30)], [1] * 30)
    assert column.masks is not None
    texts = [f"{'a' * (number % 40)}{'-' * (number // 40)}x" for number in range(MOST_MASKS + 1)]
    patterns.add(column, texts, [1] * len(texts))
    assert column.masks is None
    patterns.add(column, ["a"], [1])
    assert top_patterns(column, {}) is None
    assert patterns.merge({"A": 1}, None) is None


def test_budget_is_of_both_parts_together() -> None:
    one, other = ({f"{sign * number}": 1 for number in range(1, 600)} for sign in ("a", "-"))
    assert patterns.merge(one, other) is None
    assert patterns.merge(one, one) == dict.fromkeys(one, 2)
