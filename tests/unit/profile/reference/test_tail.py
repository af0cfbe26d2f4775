import pytest

from gistline.profile.reference.tail import count_notes, error_of, fitted
from gistline.profile.state import Damaged, RowError


def damaged(*cells: str, odd: bool = False) -> Damaged:
    return Damaged(list(cells), odd, 7, 99)


BLANK, NOTE, WORD = damaged(""), damaged("Source: somebody"), damaged("Total")


@pytest.mark.parametrize(
    ("tail", "notes"),
    [
        ([], 0),
        ([BLANK], 0),
        ([NOTE], 1),
        ([WORD], 0),
        ([BLANK, WORD], 2),
        ([damaged("1", "2"), NOTE, NOTE], 2),
        ([NOTE, damaged("1", "2", "3", "4")], 0),
        ([BLANK, damaged("a", odd=True)], 0),
    ],
)
def test_notes_stand_below_the_table(tail: list[Damaged], notes: int) -> None:
    assert count_notes(tail, 3) == notes


def test_table_of_one_column_has_no_notes_that_only_look_like_it() -> None:
    assert count_notes([NOTE], 1) == 0


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (BLANK, "blank-row"),
        (WORD, "missing-cell"),
        (damaged("1", "2", "3", "4"), "extra-cell"),
        (damaged("1", odd=True), "stray-quote"),
    ],
)
def test_error_says_what_is_wrong_and_where(row: Damaged, code: str) -> None:
    assert error_of(row, 5, 3) == RowError(code, 5, 7, 99, 3, len(row.cells))


def test_row_is_given_the_width_of_the_table() -> None:
    assert fitted(WORD, 3) == ["Total", "", ""]
    assert fitted(damaged("1", "2", "3", "4"), 3) == ["1", "2", "3"]
