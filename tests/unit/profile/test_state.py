from gistline.profile.reference.column import new_column
from gistline.profile.state import MOST_EXAMPLES, RowError, RowErrors


def test_errors_are_all_counted_and_the_first_are_kept() -> None:
    errors = RowErrors()
    for row in range(1, MOST_EXAMPLES + 6):
        errors.add(RowError("extra-cell" if row % 2 else "blank-row", row, row + 1, row * 10, 3, 4))
    assert errors.by_code == {"extra-cell": 8, "blank-row": 7}
    assert [error.row for error in errors.examples] == list(range(1, MOST_EXAMPLES + 1))


def test_cells_do_not_show_in_the_repr_of_a_column() -> None:
    column = new_column("x", 5)
    column.texts.update(["secret"])
    assert "secret" not in repr(column)
