import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.errors import RejectedError
from gistline.profile.encoding import LONGEST_LINE, Encoding, Lines

TEXT = st.text(
    st.one_of(st.characters(exclude_categories=["Cs", "Cc"]), st.sampled_from("\r\n,\t")), min_size=1
)


class Dribble:
    """A file that hands out one byte at a time, as a slow connection may."""

    def __init__(self, content: bytes) -> None:
        self.content = io.BytesIO(content)

    def read(self, _size: int, /) -> bytes:
        return self.content.read(1)


def lines_of(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def read(content: bytes) -> tuple[str, Lines]:
    lines = Lines(io.BytesIO(content))
    return "".join(lines), lines


@given(TEXT)
def test_utf_8_is_read_line_by_line_and_every_byte_is_counted(text: str) -> None:
    lines = Lines(io.BytesIO(text.encode()))
    assert list(lines) == lines_of(text.removeprefix("\ufeff"))
    assert lines.offset == lines.size == len(text.encode())


@given(TEXT, st.sampled_from(["utf-8-sig", "utf-16-le", "utf-16-be"]))
def test_byte_order_mark_decides_and_is_no_text(text: str, codec: str) -> None:
    mark = b"" if codec == "utf-8-sig" else "\ufeff".encode(codec)
    content = mark + text.encode(codec)
    lines = Lines(io.BytesIO(content))
    assert "".join(lines) == text
    assert lines.offset == lines.size == len(content)
    assert lines.encoding.method == "bom"
    assert lines.encoding.value == codec[:6].removesuffix("-")


@given(
    st.binary(min_size=1, max_size=300).map(lambda tail: b"id,name\n1,a\n2,b\n3,c\n4,d\n5,e\n" * 40 + tail)
)
def test_whatever_the_bytes_every_one_is_accounted_for(content: bytes) -> None:
    lines = Lines(io.BytesIO(content))
    text = "".join(lines)
    assert lines.offset == lines.size == len(content)
    assert text.encode().decode() == text, "no lone surrogate is left"


@given(st.text("abcÄÖÜäöüß ,\n", min_size=1).filter(lambda text: not text.isascii()))
def test_windows_1252_is_recognised_where_utf_8_is_impossible(text: str) -> None:
    decoded, lines = read(b"name,city\n" + text.encode("cp1252"))
    assert decoded == "name,city\n" + text
    assert lines.encoding == Encoding("windows-1252", "assumed", 0)


def test_line_of_windows_1252_is_not_torn_by_letters_that_look_like_utf_8() -> None:
    decoded, _ = read("x\nÄÄÄ±\n".encode("cp1252"))  # the last two are bytes of one valid UTF-8 sequence
    assert decoded == "x\nÄÄÄ±\n"


def test_latin_text_is_called_windows_1252_and_assumed() -> None:
    decoded, lines = read("name,preis\nMüller,5 €\n".encode("cp1252"))
    assert decoded == "name,preis\nMüller,5 €\n"
    assert lines.encoding == Encoding("windows-1252", "assumed", 0)


def test_bytes_that_windows_1252_does_not_know_are_replaced_and_counted() -> None:
    decoded, lines = read(b"a,b\nM\xfcller,\x81\n")
    assert decoded == "a,b\nMüller,\ufffd\n"
    assert lines.encoding == Encoding("windows-1252", "assumed", 1)


def test_one_wrong_byte_changes_nothing_around_it() -> None:
    decoded, lines = read("name\nMüller\nGroß\nCaf".encode() + b"\xe9\n" + "São\n".encode())
    assert decoded == "name\nMüller\nGroß\nCafé\nSão\n"
    assert lines.encoding == Encoding("utf-8", "assumed", 1)


def test_replacement_character_of_the_source_is_not_counted_as_replaced() -> None:
    decoded, lines = read("a\n\ufffd\ufffd".encode() + b"\xe9\n")
    assert decoded == "a\n\ufffd\ufffdé\n"
    assert lines.encoding == Encoding("utf-8", "assumed", 1)


def test_lone_surrogate_in_utf_16_is_replaced_and_counted() -> None:
    content = b"\xff\xfe" + "a\n".encode("utf-16-le") + b"\x00\xd8" + "\nb\n".encode("utf-16-le")
    decoded, lines = read(content)
    assert decoded == "a\n\ufffd\nb\n"
    assert lines.encoding == Encoding("utf-16", "bom", 2)
    assert lines.offset == len(content)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"])
def test_file_without_text_is_refused(content: bytes) -> None:
    with pytest.raises(RejectedError) as refusal:
        Lines(io.BytesIO(content))
    assert refusal.value.code == "empty-file"


def test_binary_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(RejectedError) as refusal:
        Lines(io.BytesIO(b"\x1f\x8b\x08\x00"))
    assert refusal.value.code == "not-a-csv"


def test_line_without_an_end_is_refused() -> None:
    lines = Lines(io.BytesIO(b"id\n" + b"x" * (LONGEST_LINE + 1)))
    with pytest.raises(RejectedError) as refusal:
        list(lines)
    assert refusal.value.code == "line-too-long"


def test_sample_is_not_lost_for_iteration() -> None:
    content = b"".join(b"%d\n" % number for number in range(1000))
    lines = Lines(io.BytesIO(content))
    assert lines.sample() == lines.sample() == [f"{number}\n" for number in range(200)]
    assert "".join(lines).encode() == content
    assert lines.offset == len(content)


def test_stream_that_hands_out_single_bytes_is_read_to_its_end() -> None:
    content = "Größe,Ä\r\n1,2\r3,4\n".encode()
    lines = Lines(Dribble(content))
    assert "".join(lines) == content.decode()
    assert lines.size == len(content)
