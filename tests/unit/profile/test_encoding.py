import gzip
import hashlib
import io
import re
from collections.abc import Iterator
from itertools import chain, repeat
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gistline.errors import RejectedError
from gistline.profile.encoding import LONGEST_LINE, Encoding, Lines

TEXT = st.text(
    st.one_of(st.characters(exclude_categories=["Cs", "Cc"]), st.sampled_from("\r\n,\té")), min_size=1
)
SIZES = st.sampled_from([1, 200_000])  # characters, or more: part of a block, and several


class Pieces:
    """A file as a connection hands it out: in pieces of any size; nothing of it can be read twice."""

    def __init__(self, content: bytes, sizes: list[int]) -> None:
        self.content = io.BytesIO(content)
        self.sizes = chain(sizes * 100, repeat(1 << 15))

    def read(self, size: int, /) -> bytes:
        return self.content.read(min(size, next(self.sizes)))


class Read(NamedTuple):
    lines: list[str]
    starts: list[int]
    wrong: list[int]
    wrong_in_1252: list[int]
    whole: Lines

    @property
    def text(self) -> str:
        return "".join(self.lines)


def read(content: bytes, sizes: list[int] | None = None) -> Read:
    """Read a file to its end, and hold what is said of it against itself."""
    whole = Lines(Pieces(content, sizes) if sizes else io.BytesIO(content))
    found = Read([], [], [], [], whole)
    end = None
    for block in whole.blocks():
        assert block.text == "".join(block.lines)
        assert end in {None, block.offset}
        found.wrong.extend(len(found.lines) + index for index in block.wrong)
        found.wrong_in_1252.extend(len(found.lines) + index for index in block.wrong_in_1252)
        found.starts.extend(block.start(index) for index in range(len(block.lines)))
        found.lines.extend(block.lines)
        end = block.offset + block.size
    assert whole.size == len(content)
    assert whole.digest == hashlib.sha256(content).hexdigest()
    return found


def lines_of(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def starts_of(lines: list[str], codec: str, start: int) -> Iterator[int]:
    for line in lines:
        yield start
        start += len(line.encode(codec))


@given(TEXT, SIZES, st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"]))
def test_every_line_comes_once_and_begins_where_it_is_said_to(text: str, size: int, codec: str) -> None:
    mark = {"utf-8": b"", "utf-8-sig": b"\xef\xbb\xbf"}.get(codec, "\ufeff".encode(codec))
    text = (text.lstrip("\ufeff") or "-") * (size // len(text) + 1)
    plain = codec.removesuffix("-sig")
    found = read(mark + text.encode(plain))
    assert found.lines == lines_of(text)
    assert found.starts == list(starts_of(found.lines, plain, len(mark)))
    assert found.wrong == found.wrong_in_1252 == []
    assert found.whole.encoding == Encoding(
        "utf-8" if plain == "utf-8" else "utf-16", "bom" if mark else "valid-utf8", 0
    )


@settings(max_examples=50)
@given(TEXT, SIZES, st.lists(st.integers(1, 50_000), min_size=1, max_size=9))
def test_lines_do_not_depend_on_the_pieces_in_which_bytes_come(
    text: str, size: int, sizes: list[int]
) -> None:
    content = b"id\xe9," + text.encode() * (size // len(text) + 1)
    assert read(content, sizes)[:-1] == read(content)[:-1]


@settings(max_examples=20)
@given(st.lists(st.integers(1, 9), min_size=1))
def test_small_pieces_make_no_small_blocks(sizes: list[int]) -> None:
    lines = Lines(Pieces(b"id,name\r\n" * 9000, sizes))
    assert [len(block.lines) for block in lines.blocks()] == [7281, 1719]


@given(
    st.binary(min_size=1, max_size=300).map(lambda tail: b"id,name\n1,a\n2,b\n3,c\n4,d\n5,e\n" * 40 + tail)
)
def test_whatever_the_bytes_every_one_is_accounted_for(content: bytes) -> None:
    found = read(content)
    content = content.rstrip(b"\x1a")
    assert found.text.encode().decode() == found.text, "no lone surrogate is left"
    lines = content.splitlines(keepends=True)
    assert len(found.lines) == len(lines)
    assert found.starts == [sum(map(len, lines[:index])) for index in range(len(lines))]


@given(st.integers(0, 200), st.sampled_from(["\r\n", "\r", "\n"]), st.sampled_from("aé€😀"))
def test_line_end_and_letter_are_whole_where_blocks_meet(less: int, end: str, letter: str) -> None:
    text = "x" * ((1 << 16) - less) + letter * 100 + end + "1,2" + end
    assert read(text.encode()).lines == [*lines_of(text)]


@given(st.text("abcÄÖÜäöüß ,\n", min_size=1).filter(lambda text: not text.isascii()))
def test_windows_1252_is_recognised_where_utf_8_is_impossible(text: str) -> None:
    found = read(b"name,city\n" + text.encode("cp1252"))
    assert found.text == "name,city\n" + text
    assert found.whole.encoding == Encoding("windows-1252", "assumed", 0)
    assert found.wrong_in_1252 == []


def test_line_of_windows_1252_is_not_torn_by_letters_that_look_like_utf_8() -> None:
    # the last two are bytes of one valid UTF-8 sequence
    assert read("x\nÄÄÄ±\n".encode("cp1252")).text == "x\nÄÄÄ±\n"


def test_bytes_that_windows_1252_does_not_know_are_replaced_and_counted() -> None:
    found = read(b"a,b\nM\xfcller,\x81\nM\xfcller,\n")
    assert found.text == "a,b\nMüller,\ufffd\nMüller,\n"
    assert found.whole.encoding == Encoding("windows-1252", "assumed", 1)
    assert (found.wrong, found.wrong_in_1252) == ([1, 2], [1])


def test_one_wrong_byte_changes_nothing_around_it() -> None:
    found = read("name\nMüller\nGroß\nCaf".encode() + b"\xe9\n" + "São\n".encode())
    assert found.text == "name\nMüller\nGroß\nCafé\nSão\n"
    assert found.whole.encoding == Encoding("utf-8", "assumed", 1)
    assert found.wrong == [3]


def test_wrong_byte_behind_a_byte_order_mark_does_not_change_the_encoding() -> None:
    found = read(b"\xef\xbb\xbfname\nCaf\xe9\n")
    assert found.text == "name\nCafé\n"
    assert found.whole.encoding == Encoding("utf-8", "bom", 1)
    assert found.wrong == [1]


def test_lone_surrogate_in_utf_16_is_replaced_and_counted() -> None:
    found = read(b"\xff\xfe" + "a\n".encode("utf-16-le") + b"\x00\xd8" + "\nb\n".encode("utf-16-le"))
    assert found.text == "a\n\ufffd\nb\n"
    assert found.whole.encoding == Encoding("utf-16", "bom", 2)
    assert found.wrong == found.wrong_in_1252 == [1]


@pytest.mark.parametrize("rest", [b"b", b"\x00\xd8", b"\x00\xd8\x00"])
def test_utf_16_that_ends_in_the_middle_of_a_character_keeps_all_before_it(rest: bytes) -> None:
    found = read(b"\xff\xfe" + "a\r".encode("utf-16-le") + rest)
    assert found.lines == ["a\r", "\ufffd"]
    assert found.wrong == [1]
    assert found.whole.encoding.replaced_bytes


def test_utf_16_without_a_byte_order_mark_is_read_and_assumed() -> None:
    found = read("name,city\nAda,Zürich\n".encode("utf-16-be"))
    assert found.text == "name,city\nAda,Zürich\n"
    assert found.whole.encoding == Encoding("utf-16", "assumed", 0)
    assert found.starts == [0, 20]


@pytest.mark.parametrize(
    "content", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", gzip.compress(b"", mtime=0)]
)
def test_file_without_text_is_refused(content: bytes) -> None:
    with pytest.raises(RejectedError) as refusal:
        Lines(io.BytesIO(content))
    assert refusal.value.code == "empty-file"


@pytest.mark.parametrize("content", [b"PK\x03\x04", gzip.compress(b"PK\x03\x04", mtime=0)])
def test_binary_is_refused_before_it_is_decoded(content: bytes) -> None:
    with pytest.raises(RejectedError) as refusal:
        Lines(io.BytesIO(content))
    assert refusal.value.code == "not-a-csv"


def test_archive_in_an_archive_is_refused() -> None:
    with pytest.raises(RejectedError, match=r"compressed in the file \(gz\) is a gzip archive") as refusal:
        Lines(io.BytesIO(gzip.compress(gzip.compress(b"a,b\n"))))
    assert refusal.value.code == "not-a-csv"


@given(TEXT)
def test_compressed_file_has_the_lines_of_what_is_in_it_and_the_size_of_what_is_stored(text: str) -> None:
    content = b"id," + text.encode()
    packed, plain = read(gzip.compress(content)), read(content)
    assert packed[:-1] == plain[:-1]
    assert (packed.whole.compression, plain.whole.compression) == ("gz", None)
    assert packed.whole.encoding == plain.whole.encoding


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_line_without_an_end_is_refused(end: bytes) -> None:
    lines = Lines(io.BytesIO(b"id\n" + b"x" * (LONGEST_LINE + (1 << 17)) + end))
    with pytest.raises(RejectedError) as refusal:
        list(lines.blocks())
    assert refusal.value.code == "line-too-long"


def test_sample_is_not_lost_for_the_blocks() -> None:
    content = b"".join(b"%d\n" % number for number in range(100_000))
    lines = Lines(io.BytesIO(content))
    assert lines.sample() == lines.sample() == [f"{number}\n" for number in range(200)]
    assert not lines.sample_is_whole
    assert "".join(block.text for block in lines.blocks()).encode() == content


def test_sample_has_several_lines_even_if_these_are_long() -> None:
    lines = Lines(io.BytesIO((b"x" * 300_000 + b"\n") * 20))
    assert [len(line) for line in lines.sample()] == [300_001] * 10
    lines = Lines(io.BytesIO((b"x" * 3_000_000 + b"\n") * 20))
    assert [len(line) for line in lines.sample()] == [3_000_001] * 2


def test_sample_of_a_small_file_is_the_whole_file() -> None:
    lines = Lines(io.BytesIO(b"a,b\n1,2\n"))
    assert (lines.sample(), lines.sample_is_whole) == (["a,b\n", "1,2\n"], True)


@pytest.mark.parametrize("part", [b"{}\n", b"\xef\xbb\xbf1\n", b"%PDF-1,2\n", b"\x1f\x8b,\x00\n"])
def test_part_that_is_not_the_beginning_is_not_judged_by_how_it_begins(part: bytes) -> None:
    lines = Lines(io.BytesIO(part), begins=False)
    (block,) = lines.blocks()
    assert (len(block.lines), block.start(0), lines.size) == (1, 0, len(part))
    assert lines.encoding.method != "bom"


@pytest.mark.parametrize("content", ["id,name\n1,a\n\x1a", "id,name\n1,a\n\x1a\x1a\x1a"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-16-le"])
def test_end_of_file_character_of_dos_is_no_row(content: str, codec: str) -> None:
    assert read(content.encode(codec)).lines == ["id,name\n", "1,a\n"]


def test_end_of_file_character_behind_the_last_row_is_no_part_of_it() -> None:
    assert read(b"id,name\n1,a\x1a").lines == ["id,name\n", "1,a"]
    assert read(b"id,name\n1,\x1ab\n").lines == ["id,name\n", "1,\x1ab\n"]


@pytest.mark.parametrize(
    "content", [b"\x1a", b"\xef\xbb\xbf\x1a\x1a", b"\xff\xfe\x1a\x00", b"\xfe\xff\x00\x1a"]
)
def test_file_of_nothing_but_the_end_of_file_character_is_empty(content: bytes) -> None:
    with pytest.raises(RejectedError) as refusal:
        read(content)
    assert refusal.value.code == "empty-file"
