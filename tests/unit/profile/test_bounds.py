"""However large, wide or endless a file is: a summary or a refusal, in bounded time and memory.

The bounds are generous, as machines and their load differ: what grows without end breaks them all the same.
"""

import bz2
import gzip
import io
import lzma
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import Any

import pytest

from gistline.errors import RejectedError
from gistline.profile import summarize
from gistline.profile.compression import FREE_BYTES
from gistline.profile.encoding import LONGEST_LINE

SECONDS = 60  # of this process: how busy the machine is does not count
PIECE = 1 << 16

# Summarises so many rows, whose texts exceed every budget early on, and prints the peak of the memory in MiB.
CHILD = """
import sys
from pathlib import Path
from gistline.profile import summarize

class Rows:
    def __init__(self, count):
        self.left, self.row = count, b"id,text,city,amount\\n"
    def read(self, size):
        data, self.row = self.row, b""
        while self.left and len(data) < size - 900:
            self.left -= 1
            data += b"%d,%d%b,City %d,%d.25\\n" % (self.left, self.left * 7919, LONG, self.left % 50, self.left % 997)
        return data

LONG = b"x" * 800
document = summarize(Rows(int(sys.argv[1]))).to_dict()
assert document["table"]["rowCount"] == int(sys.argv[1])
# `ru_maxrss` would begin with the peak of the process that has started this one.
status = Path("/proc/self/status").read_text()
print(int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""


class Endless:
    """A file as long as its pieces last; it counts what was taken of it."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = chain(pieces, repeat(pieces[-1]))
        self.rest = b""
        self.taken = 0

    def read(self, size: int, /) -> bytes:
        self.rest = self.rest or next(self.pieces)
        data, self.rest = self.rest[:size], self.rest[size:]
        self.taken += len(data)
        return data


@pytest.fixture(autouse=True)
def _bounded_time() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < SECONDS


def summary_of(content: bytes) -> dict[str, Any]:
    return summarize(io.BytesIO(content)).to_dict()


def refused(file: Any) -> str:
    with pytest.raises(RejectedError) as refusal:
        summarize(file)
    assert refusal.value.remedy
    return refusal.value.code


def peak(rows: int) -> int:
    done = subprocess.run([sys.executable, "-c", CHILD, str(rows)], capture_output=True, check=True)
    return int(done.stdout)


def test_memory_stays_flat_as_the_file_grows() -> None:
    small, large = peak(20_000), peak(200_000)
    assert large < small + 60, "of 145 MB more, not even half is kept"


@pytest.mark.parametrize("columns", [2_000, 10_000])
def test_many_columns_are_summarised(columns: int) -> None:
    row = ",".join(map(str, range(columns)))
    header = ",".join(f"c{number}" for number in range(columns))
    document = summary_of(f"{header}\n{row}\n{row}\n".encode())
    assert document["table"]["columnCount"] == columns
    assert [column["sum"] for column in document["columns"]] == [2 * number for number in range(columns)]


def test_a_million_columns_are_refused() -> None:
    header = b",".join(b"c%d" % number for number in range(1_000_000))
    assert refused(io.BytesIO(header + b"\n1,2\n")) == "too-many-columns"


def test_cell_of_20_mb_is_a_cell() -> None:
    length = 20_000_000
    document = summary_of(b'id,text\n1,"' + b"x" * length + b'"\n2,short\n')
    assert document["table"]["rowCount"] == 2
    assert document["columns"][1]["length"] == {"min": 5, "max": length, "mean": (length + 5) / 2}


@pytest.mark.parametrize(("digits", "kind"), [(1_000, "integer"), (5_000, "string")])
def test_very_large_integers_are_exact_and_endless_ones_are_text(digits: int, kind: str) -> None:
    rows = b"".join(b"%d,%b\n" % (number, b"%d" % number * digits) for number in range(1, 10))
    column = summary_of(b"id,n\n" + rows)["columns"][1]
    assert (column["count"], column["type"]) == (9, kind)
    assert column["length"] == {"min": digits, "max": digits, "mean": digits}
    assert column["sum"] == ("4" + "9" * (digits - 1) + "5" if kind == "integer" else None)


@pytest.mark.parametrize("begin", [b"", b"id,name\n", b'id,name\n1,"', b"id,name\n1,2\n\xe9"])
@pytest.mark.parametrize("letter", [b"x", b",", b'"', b"\xe9", "é".encode(), b"-,\"'"])
def test_line_that_never_ends_is_refused_and_not_read(begin: bytes, letter: bytes) -> None:
    file = Endless(begin, letter * (PIECE // len(letter)))
    assert refused(file) == "line-too-long"
    assert file.taken <= 2 * LONGEST_LINE + 4 * PIECE


def test_line_of_utf_16_that_never_ends_is_refused() -> None:
    file = Endless("\ufeffid,n\n1,".encode("utf-16-le"), "äx".encode("utf-16-le") * PIECE)
    assert refused(file) == "line-too-long"
    assert file.taken <= 2 * LONGEST_LINE + 8 * PIECE


@pytest.mark.parametrize("piece", [b"\0", b"\x01\x02\xff", b"\xff\xff\xff\xff"])
def test_binary_that_never_ends_is_refused_by_its_beginning(piece: bytes) -> None:
    file = Endless(piece * PIECE)
    assert refused(file) == "not-a-csv"
    assert file.taken <= 2 * PIECE


@pytest.mark.parametrize(
    "compress", [gzip.compress, bz2.compress, lambda content: lzma.compress(content, preset=0)]
)
def test_bomb_is_refused(compress: Callable[[bytes], bytes]) -> None:
    row = b"x" * (1 << 20) + b"\n"
    assert (
        refused(io.BytesIO(compress(b"text\n" + row * (FREE_BYTES // len(row) + 2)))) == "decompression-bomb"
    )


def test_archive_of_very_many_members_is_read_in_bounded_time() -> None:
    content = gzip.compress(b"a,b\n") + gzip.compress(b"") * 20_000 + gzip.compress(b"1,2\n") * 20_000
    assert summary_of(content)["table"]["rowCount"] == 20_000
