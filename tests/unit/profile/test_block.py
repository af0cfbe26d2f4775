"""A block says where each of its lines begins, and which of them hold bytes that the codec does not explain."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.block import Block, errors_of, split

TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\r\n,é€\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"),
    )
)
CODECS = st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"])


def block_of(content: bytes, codec: str = "utf-8", offset: int = 0) -> Block:
    return Block(content.decode(codec, errors_of(codec)), offset, codec)


@given(TEXT)
def test_only_line_feed_and_carriage_return_end_a_line(text: str) -> None:
    assert split(text) == re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


@given(TEXT, CODECS, st.integers(0, 1 << 40))
def test_start_is_the_number_of_bytes_before_the_line(text: str, codec: str, offset: int) -> None:
    block = block_of(text.encode(codec), codec, offset)
    starts = [offset]
    for line in split(text):
        starts.append(starts[-1] + len(line.encode(codec)))
    assert [block.start(index) for index in range(len(starts))] == starts
    assert block.offset + block.size == starts[-1]
    assert ("".join(block.lines), block.wrong) == (text, set()) == (block.text, block.wrong_in_1252)


@given(st.binary())
def test_starts_are_those_of_the_bytes_even_where_these_are_no_utf_8(content: bytes) -> None:
    block = block_of(content)
    lines = content.splitlines(keepends=True)
    assert block.size == len(content)
    assert [block.start(index) for index in range(len(lines))] == [
        sum(map(len, lines[:index])) for index in range(len(lines))
    ]


@given(st.binary())
def test_wrong_are_the_lines_that_are_no_utf_8_and_no_lone_surrogate_is_left(content: bytes) -> None:
    block = block_of(content)
    wrong = set()
    for index, line in enumerate(content.splitlines(keepends=True)):
        try:
            assert block.lines[index] == line.decode()
        except UnicodeDecodeError:
            wrong.add(index)
    assert block.wrong == wrong
    assert block.wrong_in_1252 <= wrong
    assert "".join(block.lines) == block.text == block.text.encode().decode()


def test_line_of_windows_1252_is_wrong_in_utf_8_but_not_in_windows_1252() -> None:
    block = block_of(b"a\nM\xfcller\nS\x81o\n")
    assert block.lines == ["a\n", "Müller\n", "S\ufffdo\n"]
    assert (block.wrong, block.wrong_in_1252) == ({1, 2}, {2})
    assert (block.escaped, block.undefined, block.letters) == (2, 1, 0)


def test_one_wrong_byte_changes_no_letter_beside_it() -> None:
    block = block_of("Größe ".encode() + b"\xe9\x81\n")
    assert block.lines == ["Größe é\ufffd\n"]
    assert (block.escaped, block.undefined, block.letters) == (2, 1, 2)


def test_replacement_character_of_the_file_is_not_undefined() -> None:
    block = block_of("\ufffd\ufffd".encode() + b"\xe9\n")
    assert (block.lines, block.undefined, block.wrong_in_1252) == (["\ufffd\ufffdé\n"], 0, set())


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_lone_surrogate_in_utf_16_is_replaced_and_its_line_wrong(codec: str) -> None:
    block = block_of("a\n\ud800b\ufffd😀\nc\n".encode(codec, "surrogatepass"), codec, offset=2)
    assert block.lines == ["a\n", "\ufffdb\ufffd😀\n", "c\n"]
    assert (block.wrong, block.escaped, block.undefined) == ({1}, 2, 2)
    assert [block.start(index) for index in range(4)] == [2, 6, 18, 22]
