from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.block import Block
from gistline.profile.grammar import Grammar
from gistline.profile.window import Window

GRAMMAR = Grammar(",", '"', skip=False)
LINES = st.lists(st.sampled_from(["a,b\n", '"x,\n', "\n", '1"2\n', "é,€\n"]), min_size=1, max_size=20)


def window_of(lines: Sequence[str], cuts: Sequence[int]) -> Window:
    blocks, offset, begin = [], 0, 0
    for end in [*sorted({cut for cut in cuts if 0 < cut < len(lines)}), len(lines)]:
        block = Block("".join(lines[begin:end]), offset, "utf-8")
        blocks.append(block)
        offset += block.size
        begin = end
    return Window(iter(blocks), GRAMMAR)


@given(LINES, st.lists(st.integers(1, 20)), st.data())
def test_lines_come_in_order_with_their_numbers_and_offsets_however_they_are_cut(
    lines: list[str], cuts: list[int], data: st.DataObject
) -> None:
    window, at = window_of(lines, cuts), 0
    while window.more():
        look = data.draw(st.integers(0, 25))
        assert window.ahead(look) == (lines[at + look] if at + look < len(lines) else None)
        assert window.number == at + 1
        assert window.position(0) == (at + 1, len("".join(lines[:at]).encode()))
        run = window.run()
        assert list(run) == lines[at : at + len(run)]
        assert all(map(GRAMMAR.is_plain, run))
        taken = len(run) or 1
        window.take(taken)
        at += taken
    assert at == len(lines)
    assert window.size == len("".join(lines).encode())


def test_run_ends_at_the_first_line_that_is_not_plain() -> None:
    window = window_of(["a\n", "b\n", '"c\n', "d\n"], [])
    assert window.more()
    assert window.run() == ["a\n", "b\n"]
    window.take(2)
    assert window.run() == []
    window.take(1)
    assert window.run() == ["d\n"]


def test_nobody_looks_back() -> None:
    window = window_of(["a\n"], [])
    with pytest.raises(IndexError):
        window.ahead(-1)
