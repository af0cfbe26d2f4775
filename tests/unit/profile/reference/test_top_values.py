from collections import Counter
from collections.abc import Iterable, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from gistline.profile.budget import LONGEST_FREQUENT
from gistline.profile.reference.column import finish, forget, merge, new_column
from gistline.profile.reference.top_values import MOST_VALUES, TopValue, TopValues, top_values
from gistline.profile.state import ColumnState
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


def test_all_values_are_there_if_they_are_remembered() -> None:
    column = column_of(["a", "a", "b"], published="all")
    assert column["topValuesMethod"] == {"method": "exact", "least": 1}
    assert column["topValues"] == [{"value": "a", "count": 2}, {"value": "b", "count": 1}]


def forgetful(parts: Iterable[Sequence[str]], budget: int = 100) -> ColumnState:
    column = new_column("x", budget)
    for part in parts:
        column.texts.update(part)
        forget(column)
    return finish(column, mostly_sound=True)


TEXT = st.integers(0, 300).map(lambda number: f"v{min(number, number % 7)}")
PARTS = st.lists(st.lists(TEXT, max_size=300), min_size=1, max_size=4)


def check(column: ColumnState, truth: Counter[str]) -> None:
    found = top_values(column, ())
    assert not found.exact
    for one in found.values:
        assert one.lower <= truth[one.value] <= one.upper
        assert one.lower <= one.times <= one.upper
    assert [one.times for one in found.values] == sorted((one.times for one in found.values), reverse=True)
    if len(found.values) < MOST_VALUES:
        assert {text for text, count in truth.items() if count >= found.least} <= {
            one.value for one in found.values
        }


@given(PARTS)
def test_estimate_keeps_its_promise(parts: list[list[str]]) -> None:
    check(forgetful(parts), Counter(text for part in parts for text in part))


@settings(max_examples=20)
@given(
    st.lists(st.lists(st.integers(0, 999).map(str), max_size=200), min_size=1, max_size=3), st.integers(0, 40)
)
def test_merge_of_estimates_keeps_its_promise(parts: list[list[str]], often: int) -> None:
    parts[0] += ["often"] * often
    column = new_column("x", 100)
    for part in parts:
        merge(column, forgetful([part]))
    check(column, Counter(text for part in parts for text in part))


def test_among_very_many_values_none_is_a_top_value() -> None:
    found = top_values(forgetful([[f"v{number}" for number in range(20_000)]]), ())
    assert found.values == ()
    assert found.least > 1


def test_frequent_value_among_very_many_is_found() -> None:
    found = top_values(forgetful([[*(f"v{number}" for number in range(5000)), *["often"] * 5000]]), ())
    assert [one.value for one in found.values] == ["often"]


def test_tokens_that_are_values_are_counted_exactly_beside_the_estimate() -> None:
    column = forgetful([["NA", "NA", "NA", "x", "x"]])
    assert top_values(column, ()).values == (TopValue("NA", 3, 3, 3), TopValue("x", 2, 2, 2))
    assert top_values(column, ("NA",)).values == (TopValue("x", 2, 2, 2),)


def test_long_texts_are_not_kept_for_an_estimate() -> None:
    column = forgetful([["x" * (LONGEST_FREQUENT + 1)] * 50, ["x" * LONGEST_FREQUENT] * 9])
    assert [one.times for one in top_values(column, ()).values] == [9]


def test_column_of_nothing_but_tokens_has_no_estimate() -> None:
    assert top_values(forgetful([["NA", ""]]), ("NA",)) == TopValues((), exact=False, least=1)


def test_estimate_stands_in_the_summary_with_its_bounds() -> None:
    many = (str(number) for number in range(60_000))
    column = column_of([*many, *["7"] * 9_000])
    assert [one["value"] for one in column["topValues"]] == ["7"]
    assert column["topValues"][0]["lower"] <= 9_001 <= column["topValues"][0]["upper"]
