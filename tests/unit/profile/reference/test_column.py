import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.facts import column_facts
from gistline.profile.reference.column import add, add_doubtful, believe, finish, forget, merge, new_column

CELL = st.one_of(
    st.integers(-9, 9).map(str),
    st.sampled_from(["1.5", "x", "", "NA", "2026-01-01", "03/04/2026", "true", "nan"]),
)


@given(st.lists(st.lists(CELL, max_size=10), max_size=5))
def test_forgetting_changes_no_exact_statistic(parts: list[list[str]]) -> None:
    remembering, forgetting = new_column("x", 50), new_column("x", 50)
    for part in parts:
        remembering.texts.update(part)
        forgetting.texts.update(part)
        forget(forgetting)
    one, other = (
        column_facts(finish(column, mostly_sound=True), "all") for column in (remembering, forgetting)
    )
    assert (one.type, one.format, one.type_counts) == (other.type, other.format, other.type_counts)
    assert (one.value_count, one.null_count, one.missing_tokens) == (
        other.value_count,
        other.null_count,
        other.missing_tokens,
    )
    assert (one.extremes, one.length, one.distinct.value) == (
        other.extremes,
        other.length,
        other.distinct.value,
    )
    assert (one.numbers, one.quantiles) == (other.numbers, other.quantiles)


def test_column_that_has_forgotten_keeps_no_texts() -> None:
    column = new_column("x", 5)
    column.texts.update(["a", "b"])
    forget(column)
    column.texts.update(["c"])
    finished = finish(column, mostly_sound=True)
    assert not finished.texts
    assert not finished.complete


def test_believed_cells_are_cells_like_any_other() -> None:
    column = new_column("x", 5)
    add_doubtful(column, ["a", "a"])
    believe(column)
    add_doubtful(column, ["a"])
    assert column.texts == {"a": 3}
    assert not column.doubtful


@pytest.mark.parametrize("cells", [["1", "2"], ["1", "2", "3", "4"]])
def test_finished_column_is_another_one(cells: list[str]) -> None:
    column = new_column("x", 3)
    add(column, cells)
    add_doubtful(column, ["x", "5"])
    once, again = (column_facts(finish(column, mostly_sound=True)) for _ in range(2))
    assert once == again
    assert column.doubtful == {"x": 1, "5": 1}
    assert column.unfit == 0


def test_merged_part_stays_as_it_is() -> None:
    column, part = new_column("x", 3), new_column("x", 3)
    add(part, ["1", "2", "3", "4", "5"])
    before = column_facts(finish(part, mostly_sound=True))
    merge(column, part)
    add(column, ["6", "7", "8", "9"])
    assert column_facts(finish(part, mostly_sound=True)) == before
