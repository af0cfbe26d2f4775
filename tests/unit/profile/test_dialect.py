import csv

from gistline.profile.dialect import Dialect, allow_long_cells
from gistline.profile.encoding import LONGEST_CELL


def test_what_is_not_said_is_as_rfc_4180_has_it() -> None:
    dialect = Dialect(",", "\r\n", ("a", "b"))
    assert (dialect.quote, dialect.escape, dialect.skip_initial_space) == ('"', None, False)
    assert (dialect.header_rows, dialect.preamble_rows, dialect.data_line) == ((1,), 0, 1)


def test_limit_of_cells_is_raised_and_never_lowered() -> None:
    before = csv.field_size_limit()
    try:
        csv.field_size_limit(1000)
        allow_long_cells()
        assert csv.field_size_limit() == LONGEST_CELL
        csv.field_size_limit(LONGEST_CELL * 2)
        allow_long_cells()
        assert csv.field_size_limit() == LONGEST_CELL * 2
    finally:
        csv.field_size_limit(max(before, LONGEST_CELL))
