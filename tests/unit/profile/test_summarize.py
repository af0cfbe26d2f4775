import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import repeat
from pathlib import Path

import pytest

from gistline.errors import RejectedError
from gistline.profile import summarize
from unit.profile.oracle import summary_of


class Endless:
    """A file as long as its pieces last; nothing of it can be read twice."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces
        self.rest = b""

    def read(self, size: int, /) -> bytes:
        while len(self.rest) < size and (piece := next(self.pieces, b"")):
            self.rest += piece
        data, self.rest = self.rest[:size], self.rest[size:]
        return data


def test_path_may_be_a_string_or_a_path(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("a,b\n1,2\n")
    for way in (path, str(path)):
        document = summarize(way).to_dict()
        assert document["table"]["rowCount"] == 1
        assert document["resource"]["path"] == "orders.csv"
        assert document["source"]["key"] is None


def test_file_is_read_to_its_end_and_left_open() -> None:
    file = io.BytesIO(b"a,b\n1,2\n")
    summarize(file)
    assert not file.closed
    assert file.read() == b""


def test_clock_is_utc_unless_told_otherwise() -> None:
    before = datetime.now(UTC)
    assert before <= summarize(io.BytesIO(b"a,b\n")).generated_at <= datetime.now(UTC)


def test_stream_that_cannot_be_rewound_is_summarised() -> None:
    rows = b"1,x\n" * 1000
    file = Endless(iter([b"a,b\n", *repeat(rows, 100)]))
    assert summarize(file).to_dict()["table"]["rowCount"] == 100_000


@pytest.mark.parametrize("content", ["a,b", "a,b\n", "a,b\r\n", "\ufeffa,b\n"])
def test_header_alone_is_a_table_without_rows(content: str) -> None:
    document = summary_of(content)
    assert document["table"]["rowCount"] == 0
    assert [(column["name"], column["type"], column["count"]) for column in document["columns"]] == [
        ("a", "string", 0),
        ("b", "string", 0),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"\xef\xbb\xbf", "empty-file"),
        (b"\n\n", "empty-file"),
        (b"PK\x03\x04", "not-a-csv"),
    ],
)
def test_what_is_no_csv_is_rejected(content: bytes, code: str) -> None:
    with pytest.raises(RejectedError) as rejection:
        summarize(io.BytesIO(content))
    assert rejection.value.code == code
    assert rejection.value.remedy


def test_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        summarize(tmp_path / "none.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("terminator", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_table_is_the_same_however_it_is_written(encoding: str, terminator: str, delimiter: str) -> None:
    rows = ["größe,menge,tag", *(f"süß{index % 2},{index},2026-01-{index:02d}" for index in range(1, 20))]
    text = terminator.join(rows).replace(",", delimiter)
    plain = "\n".join(rows)
    assert summary_of(text.encode(encoding))["columns"] == summary_of(plain)["columns"]


def test_cell_of_five_thousand_digits_is_no_accident() -> None:
    document = summary_of("n,m\n" + "9" * 5000 + ",1\n")
    assert document["columns"][0]["type"] == "string"
    assert sys.get_int_max_str_digits() < 5000


def test_ten_thousand_columns_are_no_accident() -> None:
    width = 10_000
    header = ",".join(f"c{index}" for index in range(width))
    row = ",".join(map(str, range(width)))
    table = summarize(io.BytesIO(f"{header}\n{row}\n{row}\n".encode())).to_dict()
    assert table["table"]["columnCount"] == width
    assert table["columns"][-1]["max"] == width - 1


def test_twenty_megabytes_in_one_cell_are_a_value() -> None:
    document = summary_of('a,b\n1,"' + "x" * 20_000_000 + '"\n')
    assert document["columns"][1]["length"]["max"] == 20_000_000
