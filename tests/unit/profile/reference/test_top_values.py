from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.reference.column import forget, new_column
from gistline.profile.reference.top_values import top_values
from unit.profile.oracle import column_of


@given(st.lists(st.sampled_from("abcdefghijklmnop"), max_size=60))
def test_most_frequent_values_come_first_and_ties_in_order(cells: list[str]) -> None:
    ranking = sorted(Counter(cells).items(), key=lambda pair: (-pair[1], pair[0]))
    found = column_of(cells, published="all")["topValues"]
    assert [(one["value"], one["count"]) for one in found] == ranking[:10]


def test_nulls_are_no_values() -> None:
    assert column_of(["1", "", " ", "NA", "NA", "NA"])["topValues"] == [{"value": "1", "count": 1}]


def test_values_are_shown_as_written() -> None:
    assert column_of(["1.50", "1.50", " 2"])["topValues"][0] == {"value": "1.50", "count": 2}


def test_what_was_forgotten_is_not_guessed() -> None:
    column = new_column("x", 10)
    column.texts.update(["a", "a", "b"])
    forget(column)
    assert top_values(column, ()) is None
