import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gistline.errors import RejectedError
from gistline.profile.binary import refuse_binary, wide_codec

HEAD = 1 << 16  # bytes that `encoding` looks at


def zipped(*names: str, content: str = "<xml/>") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return file.getvalue()


BINARIES = {
    "gzip": b"\x1f\x8b\x08\x00",
    "bzip2": b"BZh91AY&SY",
    "xz": b"\xfd7zXZ\x00",
    "Zstandard": b"\x28\xb5\x2f\xfd\x04\x00",
    "7-Zip": b"7z\xbc\xaf\x27\x1c\x00\x04",
    "RAR": b"Rar!\x1a\x07\x01\x00",
    "LZ4": b"\x04\x22\x4d\x18\x64",
    "compress": b"\x1f\x9d\x90",
    "tar": b"orders.csv".ljust(257, b"\0") + b"ustar\x0000",
    "ZIP": zipped("orders.csv", content="a,b\n1,2\n"),
    "xlsx": zipped("[Content_Types].xml", "xl/workbook.xml"),
    "ods": zipped("mimetype", content="application/vnd.oasis.opendocument.spreadsheet"),
    "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "Parquet": b"PAR1\x15\x04\x15",
    "Parquet file": b"PARE\x15\x04\x15\x00\x00\x00\x00\x00",
    "Arrow": b"ARROW1\x00\x00",
    "Arrow stream": b"\xff\xff\xff\xff\x70\x00\x00\x00",
    "Avro": b"Obj\x01\x04",
    "ORC": b"ORC\x0a\x06\x12\x04\x08\x01\x50\x00\x00\x01",
    "HDF5": b"\x89HDF\r\n\x1a\n\x00",
    "NumPy": b"\x93NUMPY\x01\x00",
    "SQLite": b"SQLite format 3\x00",
    "PDF": b"%PDF-1.7\n",
    "RTF": b"{\\rtf1\\ansi",
    "PNG": b"\x89PNG\r\n\x1a\n\x00",
    "JPEG": b"\xff\xd8\xff\xe0",
    "GIF": b"GIF89a\x01",
    "TIFF": b"II*\x00\x08\x00",
    "BMP": b"BM\x36\x00\x00\x00\x00\x00\x00\x00\x36\x00",
    "WebP": b"RIFF\x10\x00\x00\x00WEBPVP8 \x00\x00\x00\x01",
    "program": b"\x7fELF\x02",
    "executable": b"MZ\x90\x00\x03\x00\x00\x00\x04\x00",
    "UTF-32": "a,b\n".encode("utf-32"),
    "UTF-32 text": "a,b\n".encode("utf-32-be"),
    "HTML": b"\n <!DOCTYPE html>\n<html><body>404</body></html>",
    "HTML page": b"\xef\xbb\xbf<!-- a page --><HTML lang=en>",
    "XML": b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>',
    "JSON": b'{"a": 1, "b": [2, 3]}\n',
    "JSON document": b'[{"a": 1}, {"a": 2}]',
}


def name_of(head: bytes) -> str | None:
    """Return the message of the refusal, if there is one."""
    try:
        refuse_binary(head, wide=False)
    except RejectedError as error:
        return error.message
    return None


@pytest.mark.parametrize("name", BINARIES)
def test_known_binary_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(RejectedError, match=name) as refusal:
        refuse_binary(BINARIES[name], wide=False)
    assert refusal.value.code == "not-a-csv"
    assert refusal.value.remedy


def test_message_says_where_it_was_found() -> None:
    with pytest.raises(RejectedError, match="the content is a PDF document, not a CSV"):
        refuse_binary(b"%PDF-1.7", wide=False, what="the content")


def test_unknown_binary_is_refused_for_its_control_characters() -> None:
    assert "binary data" in (name_of(b"\x00\x01\x02\x03\x04\x05\x06 and a little text") or "")


def test_nul_bytes_of_utf_16_are_no_control_characters() -> None:
    refuse_binary("name,city\nAda,Zürich\n".encode("utf-16"), wide=True)


@pytest.mark.parametrize(
    "text",
    [
        b"a,b\n1,\x00\n",
        b"a,b\n" + b"1,\x00\n" * 4,
        b"a,b\n" + b"".join(b"%d,some text,\x00\n" % number for number in range(20)),
    ],
)
def test_a_few_nuls_in_cells_are_no_binary_and_no_utf_16(text: bytes) -> None:
    assert name_of(text) is None
    assert wide_codec(text) is None


@pytest.mark.parametrize(
    "header",
    [
        *(
            b"PAR1,PAR2\n",
            b"BZh9,city\n",
            b"GIF,PNG\n",
            b"PK,name\n",
            b"Obj,name\n",
            b"ORC,ELF\n",
            b"MZ,BM\n",
        ),
        *(
            b"[id],[name]\n1,2\n",
            b"[x],[y],[longer]\n1,2,3\n",
            b"{id};{name}\n1;2\n",
            b"[\n",
            b"{",
            b"[1],[2]\n",
        ),
        *(b'{"source": "export"}\nid,name\n1,a\n', b'{"a": 1},5\n{"a": 2},6\n', b'["a\n"],b\n1,2\n'),
        *(b"<id>,<name>\n1,2\n", b"<5,>5\n1,2\n", b"<xmlish,x\n", b"<!--,x\n"),
    ],
)
def test_header_that_resembles_another_format_is_text(header: bytes) -> None:
    assert name_of(header) is None
    assert name_of(header + b"1,2\n" * HEAD) is None


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"])))
def test_printable_text_is_never_refused_for_control_characters(text: str) -> None:
    assert name_of(b"id," + text.encode()) is None


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, min_size=1), st.dictionaries(st.text(), inner, min_size=1)),
    max_leaves=8,
).filter(lambda value: isinstance(value, list | dict))


@settings(max_examples=40)
@given(JSON, st.sampled_from([None, 1]), st.booleans())
def test_json_is_refused_however_it_is_laid_out(value: Any, indent: int | None, ascii_only: bool) -> None:  # noqa: FBT001 - hypothesis names no arguments
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode(errors="replace")
    assert "JSON" in (name_of(text) or "")
    assert "JSON" in (name_of(text + b"\n" + text + b"\n") or "")


@settings(max_examples=15)
@given(st.lists(JSON, min_size=1), st.sampled_from([None, 1]), st.integers(0, 5000))
@example([["é", 1e9, None, {"ü": [True]}]], 1, 3)
def test_json_is_refused_wherever_the_head_is_cut_off(some: list[Any], indent: int | None, less: int) -> None:
    one = json.dumps(some, indent=indent, ensure_ascii=False).encode(errors="replace")[1:-1]
    text = b"[" + b",".join([one] * (HEAD // len(one) + 1))
    assert "JSON" in (name_of(text[: HEAD - less]) or "")


def test_json_too_deep_to_be_read_is_not_followed() -> None:
    assert name_of(b"[" * HEAD) is None


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n",
        "id;Name;Straße\n1;Müller;Ö 5 €\n",
        "номер,город\n1,Москва\n2,Санкт-Петербург\n",
        "αριθμός,πόλη\n1,Αθήνα\n",
        "رقم,مدينة\n1,القاهرة\n22,2026-01-01\n",
    ],
)
def test_utf_16_without_a_byte_order_mark_is_told_by_its_nuls(codec: str, text: str) -> None:
    assert wide_codec(text.encode(codec)) == codec


@given(
    st.text(
        st.characters(max_codepoint=0x24F, exclude_characters="\0", exclude_categories=["Cc"]), min_size=4
    )
)
def test_text_in_utf_8_or_windows_1252_is_never_taken_for_utf_16(text: str) -> None:
    assert wide_codec(text.encode()) is None
    assert wide_codec(text.encode("cp1252", "ignore")) is None


@pytest.mark.parametrize(
    "content", [b"", b"\0", b"\0" * 100, bytes(range(256)), b"\0\1\0\2\0\3\0\4\0\5\0\6" * 9]
)
def test_numbers_of_two_bytes_are_not_taken_for_utf_16(content: bytes) -> None:
    assert wide_codec(content) is None


@pytest.mark.parametrize("content", [b"\x00\x01\x02\xff", b"\x00\x01", b"\0a\0", b"a\0b\0", b"\x01\x02"])
def test_a_few_bytes_with_control_characters_are_no_text(content: bytes) -> None:
    assert wide_codec(content) is None
    assert "binary data" in (name_of(content) or "")


def test_utf_16_without_a_line_end_is_told_by_its_letters() -> None:
    assert wide_codec("name,city,zip".encode("utf-16-le")) == "utf-16-le"
    assert wide_codec("a,b".encode("utf-16-le")) is None


@pytest.mark.parametrize("mark", ["\x01", "\x1e", "\x1f"])
def test_control_character_that_separates_cells_in_each_line_is_no_binary(mark: str) -> None:
    text = f"id{mark}n{mark}x\r\n" + f"1{mark}2{mark}3\r\n" * 40
    assert name_of(text.encode()) is None
    assert name_of(text.encode() + b"\x1a") is None
    assert name_of((text + f"{mark}2\x02\n" * 9).encode())
    assert name_of((text + "1,2\n" * 2).encode())
    assert name_of(text.encode().replace(b"\r\n", b"\0"))
