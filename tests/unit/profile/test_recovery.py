import pytest

from gistline.profile import recovery
from gistline.profile.block import Block
from gistline.profile.grammar import Grammar
from gistline.profile.recovery import MOST_LINES, Record, Recovery
from gistline.profile.window import Window

GRAMMAR = Grammar(",", '"', skip=False)


def read(text: str, width: int) -> list[tuple[list[str], int, bool]]:
    """Read all rows as the row reader does: plain lines at once, others by the rule."""
    window = Window(iter([Block(text, 0, "utf-8")]), GRAMMAR)
    rule = Recovery(GRAMMAR, width)
    found: list[Record] = []
    while window.more():
        run = window.run()
        records = [Record(row, 1, sound=True) for row in GRAMMAR.split(run)] or [rule.read(window)]
        found += records
        window.take(sum(record.lines for record in records))
    return [(record.cells, record.lines, record.sound) for record in found]


def test_quoted_cell_goes_on_until_its_quote_closes() -> None:
    assert read('1,"x\n\ny",2\n3,4,5\n', 3) == [(["1", "x\n\ny", "2"], 3, True), (["3", "4", "5"], 1, True)]


def test_cell_may_close_and_the_next_one_open_on_the_same_line() -> None:
    assert read('"a\nb","c\nd"\n1,2\n', 2) == [(["a\nb", "c\nd"], 3, True), (["1", "2"], 1, True)]


@pytest.mark.parametrize(
    "after", ["3,4\n5,6\n", "3,4\n5,6", '3,"4"\n5,6\n', '3,""\n5,6\n', '"3\n4",5\n5,6\n']
)
def test_stray_quote_swallows_nothing(after: str) -> None:
    rows = read('1,"2\n' + after, 2)
    assert rows[0] == (["1", '"2'], 1, False)
    assert all(sound for _, _, sound in rows[1:])
    assert rows[-1] == (["5", "6"], 1, True)


def test_stray_quote_that_a_later_cell_seems_to_close_swallows_nothing() -> None:
    assert read('a,"b\n1,"\nfoo"\nx,y\n', 2) == [
        (["a", '"b'], 1, False),
        (["1", "\nfoo"], 2, True),
        (["x", "y"], 1, True),
    ]


def test_row_of_several_lines_whose_closing_quote_is_missing_is_one_damaged_row() -> None:
    assert read('1,"x y\nfoo bar,3\n2,z,4\n5,6,7\n', 3)[0] == (["1", '"x y\nfoo bar', "3"], 2, False)


def test_row_of_several_lines_with_a_stray_quote_inside_is_one_damaged_row() -> None:
    assert read('1,"li"ne\ntwo",3\n2,z,4\n5,6,7\n', 3)[0] == (["1", 'li"ne\ntwo', "3"], 2, False)


def test_row_of_several_lines_with_a_cell_too_few_is_one_damaged_row() -> None:
    assert read('1,"x\ny"\n2,z,4\n5,6,7\n', 3)[0] == (["1", "x\ny"], 2, True)


def test_damaged_rows_one_after_the_other_stay_apart() -> None:
    rows = read('"1,2,3\n4,"5,6\n7,8,"9\n1,2,3\n4,5,6\n', 3)
    assert [(lines, sound) for _, lines, sound in rows] == [(1, False)] * 3 + [(1, True)] * 2


def test_damaged_rows_that_seem_to_join_stay_apart() -> None:
    rows = read('"1","0"9","x"\n"2","08","y"z"\n"3","07","z"\n"4","06","z"\n', 3)
    assert [lines for _, lines, _ in rows] == [1] * 4
    rows = read('"0","9"6"\n"1","2","3"\n"4","5"6"\n"7","8","9"\n"1","2","3"\n', 3)
    assert [(lines, sound) for _, lines, sound in rows] == [
        (1, False),
        (1, True),
        (1, False),
        (1, True),
        (1, True),
    ]


def test_last_row_may_be_damaged() -> None:
    assert read('1,2\n3,"4\n', 2)[1] == (["3", '"4'], 1, False)
    assert read('1,2\n3,"4\n\n', 2)[1] == (["3", '"4'], 1, False)


def test_row_of_several_lines_before_a_damaged_one_is_sound() -> None:
    rows = read('1,"x\ny"\n2,z"z\n5,6\n', 2)
    assert rows == [(["1", "x\ny"], 2, True), (["2", 'z"z'], 1, False), (["5", "6"], 1, True)]


def test_without_a_width_every_row_that_keeps_to_the_grammar_fits() -> None:
    assert read('1,"x\ny",3,4\n2\n', 0)[0] == (["1", "x\ny", "3", "4"], 2, True)


def test_row_of_more_lines_than_any_may_have_is_read_line_by_line() -> None:
    text = '1,"x\n' + "y\n" * MOST_LINES + 'z"\n2,3\n'
    rows = read(text, 2)
    assert rows[0] == (["1", '"x'], 1, False)
    assert rows[-1] == (["2", "3"], 1, True)
    assert len(rows) == MOST_LINES + 3


def test_row_of_many_lines_is_one_row() -> None:
    text = '1,"' + "y\n" * 5000 + 'z"\n2,3\n'
    assert [lines for _, lines, _ in read(text, 2)] == [5001, 1]


def test_file_of_damaged_rows_is_read_in_linear_time() -> None:
    class Counted(Window):
        looks = 0

        def ahead(self, count: int) -> str | None:
            Counted.looks += 1
            return super().ahead(count)

    def looks(rows: int) -> int:
        Counted.looks = 0
        window = Counted(iter([Block('1,2"x,3\n' * rows, 0, "utf-8")]), GRAMMAR)
        rule = Recovery(GRAMMAR, 3)
        while window.more():
            window.take(rule.read(window).lines)
        return Counted.looks

    assert looks(4000) < 5 * looks(1000)
    assert looks(4000) < 4000 * recovery._MOST_DAMAGED  # noqa: SLF001 - the bound that is claimed
