from hypothesis import given
from hypothesis import strategies as st

from unit.profile.oracle import column_of


@given(st.lists(st.decimals(-2, 2, places=1).map(str) | st.integers(-2, 2).map(str), min_size=1))
def test_zeros_and_negatives_are_counted(cells: list[str]) -> None:
    column = column_of(cells)
    assert column["zeroCount"] == sum(float(cell) == 0 for cell in cells)
    assert column["negativeCount"] == sum(float(cell) < 0 for cell in cells)


def test_what_is_no_number_has_no_sign() -> None:
    column = column_of(["a"])
    assert column["zeroCount"] is column["negativeCount"] is column["nanCount"] is column["infCount"] is None


def test_integers_are_never_nan() -> None:
    column = column_of(["1"])
    assert column["nanCount"] is column["infCount"] is None
