"""The probes that are about bytes: encodings, compression, line ends, sizes. Each is got wrong by some known tool."""

import gzip
import io
import time

import pytest

from gistline.errors import RejectedError
from gistline.profile import summarize
from unit.profile.oracle import summary_of
from unit.profile.probes import PEOPLE, all_of, assert_people, codes, errors, labels, shape, types, values


def test_byte_order_mark_is_no_part_of_the_first_label() -> None:
    summary = all_of(b"\xef\xbb\xbf" + PEOPLE.encode())
    assert_people(summary)
    assert summary["detection"]["encoding"] == {"value": "utf-8", "method": "bom", "replacedBytes": 0}
    assert codes(summary) == []


@pytest.mark.parametrize(("mark", "codec"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_utf_16_with_a_byte_order_mark(mark: bytes, codec: str) -> None:
    summary = all_of(mark + PEOPLE.encode(codec))
    assert_people(summary)
    assert summary["detection"]["encoding"]["value"] == "utf-16"
    assert summary["detection"]["encoding"]["method"] == "bom"
    assert codes(summary) == []


def test_latin_1() -> None:
    summary = all_of("id,name\n1,Zürich\n2,Ångström\n3,naïve\n".encode("latin-1"))
    assert values(summary, 1) == {"Zürich": 1, "Ångström": 1, "naïve": 1}
    assert summary["detection"]["encoding"] == {
        "value": "windows-1252",
        "method": "assumed",
        "replacedBytes": 0,
    }
    assert codes(summary) == [("assumed-encoding", None, 0)]
    assert shape(summary) == (3, 2, 0)


def test_cp1252_euro_and_quotes() -> None:
    summary = all_of("id,name\n1,10 €\n2,“so”\n3,it\u2019s\n".encode("cp1252"))
    assert values(summary, 1) == {"10 €": 1, "“so”": 1, "it\u2019s": 1}
    assert summary["detection"]["encoding"] == {
        "value": "windows-1252",
        "method": "assumed",
        "replacedBytes": 0,
    }
    assert codes(summary) == [("assumed-encoding", None, 0)]


def test_bad_utf_8_in_the_middle_of_the_file_is_flagged_and_costs_no_row() -> None:
    rows = [f"{number},Zürich\n".encode() for number in range(10_000)]
    rows[5_000] = b"5000,Z\xffrich\n"
    summary = all_of(b"id,city\n" + b"".join(rows))
    assert shape(summary)[:2] == (10_000, 2)
    assert summary["columns"][0]["sum"] == sum(range(10_000))
    assert summary["columns"][1]["count"] == 10_000
    assert summary["columns"][1]["distinct"]["value"] == 2
    assert "assumed-encoding" in [code for code, *_ in codes(summary)]


def test_0_bytes() -> None:
    with pytest.raises(RejectedError) as caught:
        summary_of(b"")
    assert caught.value.code == "empty-file"


def test_header_only_without_line_end() -> None:
    summary = all_of("id,name,price")
    assert shape(summary) == (0, 3, 0)
    assert labels(summary) == ["id", "name", "price"]
    assert summary["resource"]["dialect"]["header"]
    for column in summary["columns"]:
        assert (column["type"], column["count"], column["nullCount"]) == ("string", 0, 0)
        assert (column["min"], column["sum"], column["mean"]) == (None, None, None)


def test_no_line_end_after_the_last_row() -> None:
    summary = all_of(PEOPLE.rstrip("\n"))
    assert_people(summary)
    assert shape(summary)[2] == 0


@pytest.mark.parametrize(
    "end", [pytest.param("\r", id="CR only"), pytest.param("\r\n", id="CRLF"), pytest.param("\n", id="LF")]
)
def test_line_ends(end: str) -> None:
    summary = all_of(PEOPLE.replace("\n", end))
    assert_people(summary)
    assert summary["resource"]["dialect"]["lineTerminator"] == end
    assert (shape(summary)[2], codes(summary)) == (0, [])


def test_mixed_line_ends() -> None:
    header, first, second, third = PEOPLE.splitlines()
    summary = all_of(f"{header}\r\n{first}\n{second}\r{third}\r\n")
    assert_people(summary)
    assert shape(summary)[2] == 0


def test_doubled_carriage_returns_are_blank_rows_and_no_other_row_is_lost_or_there_twice() -> None:
    summary = all_of("id,name\r\r\n1,a\r\r\n2,b\r\r\n")
    assert shape(summary) == (5, 2, 3)
    assert {code for code, *_ in errors(summary)} == {"blank-row"}
    assert values(summary, 1) == {"a": 1, "b": 1}
    assert summary["columns"][0]["sum"] == 3


def test_nul_byte_is_a_character_like_others() -> None:
    summary = all_of("id,name\n1,a\0b\n2,c\n3,c\n")
    assert shape(summary) == (3, 2, 0)
    assert values(summary, 1) == {"a\0b": 1, "c": 2}
    assert summary["columns"][1]["length"]["max"] == 3
    assert types(summary) == ["integer", "string"]


def test_gz() -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        file.write(PEOPLE.encode())
    summary = all_of(packed.getvalue())
    assert_people(summary)
    assert (shape(summary)[2], codes(summary)) == (0, [])


def test_20_mb_cell() -> None:
    length = 20_000_000
    summary = all_of(b'id,text\n1,"' + b"x" * length + b'"\n2,short\n')
    assert shape(summary) == (2, 2, 0)
    assert summary["columns"][0]["sum"] == 3
    assert summary["columns"][1]["length"]["max"] == length
    assert summary["columns"][1]["distinct"]["value"] == 2


def test_10_000_columns() -> None:
    many = 10_000
    began = time.process_time()
    header = ",".join(f"c{number}" for number in range(many))
    summary = summarize(
        io.BytesIO(f"{header}\n{'1,' * (many - 1)}2\n{'3,' * (many - 1)}4\n".encode())
    ).to_dict()
    assert time.process_time() - began < 60
    assert shape(summary) == (2, many, 0)
    assert {column["sum"] for column in summary["columns"][:-1]} == {4}
    assert summary["columns"][-1]["sum"] == 6
    assert labels(summary)[-1] == "c9999"


def test_quoted_line_breaks_beyond_any_block() -> None:
    rows = [f'{number},"{"line " * 20}\n{number}"\n' for number in range(20_000)]
    summary = all_of("id,text\n" + "".join(rows))
    assert shape(summary) == (20_000, 2, 0)
    assert summary["columns"][0]["sum"] == sum(range(20_000))
    assert summary["columns"][1]["length"] == {"min": 102, "max": 106, "mean": pytest.approx(105.44445)}


def test_bad_row_far_down_is_found_with_row_line_and_offset() -> None:
    rows = [f"{number},a\n" for number in range(1_000)]
    before = len("id,name\n") + sum(map(len, rows[:700]))
    rows[700] = "700,a,b\n"
    summary = all_of("id,name\n" + "".join(rows))
    assert errors(summary) == [("extra-cell", 701, 702, before)]
    assert summary["columns"][0]["sum"] == sum(range(1_000))
