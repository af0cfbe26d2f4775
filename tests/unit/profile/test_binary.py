import bz2
import gzip
import io
import lzma
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.errors import RejectedError
from gistline.profile.binary import refuse_binary


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return file.getvalue()


BINARIES = {
    "gzip": gzip.compress(b"a,b\n1,2\n"),
    "bzip2": bz2.compress(b"a,b\n1,2\n"),
    "xz": lzma.compress(b"a,b\n1,2\n"),
    "ZIP": zipped(),
    "Zstandard": b"\x28\xb5\x2f\xfd\x04\x00",
    "7-Zip": b"7z\xbc\xaf\x27\x1c\x00\x04",
    "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "Parquet": b"PAR1\x15\x04\x15",
    "Arrow": b"ARROW1\x00\x00",
    "Avro": b"Obj\x01\x04",
    "SQLite": b"SQLite format 3\x00",
    "PDF": b"%PDF-1.7\n",
    "PNG": b"\x89PNG\r\n\x1a\n\x00",
    "JPEG": b"\xff\xd8\xff\xe0",
    "GIF": b"GIF89a\x01",
    "program": b"\x7fELF\x02",
    "UTF-32": "a,b\n".encode("utf-32"),
}


@pytest.mark.parametrize("name", BINARIES)
def test_known_binary_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(RejectedError, match=name) as refusal:
        refuse_binary(BINARIES[name], wide=False)
    assert refusal.value.code == "not-a-csv"
    assert refusal.value.remedy


def test_unknown_binary_is_refused_for_its_control_characters() -> None:
    with pytest.raises(RejectedError, match="binary data"):
        refuse_binary(b"\x00\x01\x02\x03\x04\x05\x06 and a little text", wide=False)


def test_utf_16_without_byte_order_mark_is_refused_with_a_remedy() -> None:
    with pytest.raises(RejectedError, match="UTF-16 text without a byte order mark") as refusal:
        refuse_binary("name,city\nAda,Zürich\n".encode("utf-16-le"), wide=False)
    assert "UTF-8" in refusal.value.remedy


def test_nul_bytes_of_utf_16_are_no_control_characters() -> None:
    refuse_binary("name,city\nAda,Zürich\n".encode("utf-16"), wide=True)


def test_one_nul_in_a_cell_is_no_binary() -> None:
    refuse_binary(b"a,b\n1,\x00\n", wide=False)


@pytest.mark.parametrize(
    "header", [b"PAR1,PAR2\n", b"BZh9,city\n", b"GIF,PNG\n", b"PK,name\n", b"Obj,name\n"]
)
def test_header_that_resembles_a_signature_is_text(header: bytes) -> None:
    refuse_binary(header, wide=False)


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"])))
def test_printable_text_is_never_refused_for_control_characters(text: str) -> None:
    refuse_binary(b"id," + text.encode(), wide=False)
