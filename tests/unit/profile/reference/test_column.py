from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.facts import column_facts
from gistline.profile.reference.column import believe, finish, forget, new_column

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
    finish(remembering, mostly_sound=True)
    finish(forgetting, mostly_sound=True)
    one, other = (column_facts(column, "all") for column in (remembering, forgetting))
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
    finish(column, mostly_sound=True)
    assert not column.texts
    assert not column.complete


def test_believed_cells_are_cells_like_any_other() -> None:
    column = new_column("x", 5)
    column.doubtful.update(["a", "a"])
    believe(column)
    assert column.texts == {"a": 2}
    assert not column.doubtful
