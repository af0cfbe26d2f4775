"""What is compressed is read as if it were not, in bounded pieces; what is damaged is refused as a whole."""

import bz2
import gzip
import hashlib
import io
import lzma
from collections.abc import Callable, Iterator
from itertools import chain, islice, repeat

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from gistline.errors import RejectedError
from gistline.profile import compression
from gistline.profile.archives import ARCHIVES, Archive, Opener
from gistline.profile.compression import FREE_BYTES, Stored, decompressed, filled

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd.compress,
}
NAMES = sorted(COMPRESS)


class Pieces:
    """A file as a connection hands it out: in pieces of any size; nothing of it can be read twice."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces
        self.rest = b""

    def read(self, size: int, /) -> bytes:
        self.rest = self.rest or next(self.pieces, b"")
        data, self.rest = self.rest[:size], self.rest[size:]
        return data


def cut(content: bytes, sizes: list[int]) -> Iterator[bytes]:
    begin = 0
    for size in chain(sizes, repeat(1 << 16)):
        if begin >= len(content):
            return
        yield content[begin : begin + size]
        begin += size


def read(packed: bytes, size: int = 1 << 16) -> bytes:
    stream = decompressed(Stored(io.BytesIO(packed)))
    return b"".join(iter(lambda: stream.read(size), b""))


def refusal_of(packed: bytes) -> RejectedError:
    with pytest.raises(RejectedError) as refusal:
        read(packed)
    assert refusal.value.remedy
    return refusal.value


@pytest.mark.parametrize("name", NAMES)
@given(
    content=st.binary(max_size=300).map(lambda some: some * 50),
    sizes=st.lists(st.integers(1, 40), max_size=20),
    size=st.integers(1, 1 << 10),
)
def test_what_is_compressed_comes_out_whatever_the_pieces(
    name: str, content: bytes, sizes: list[int], size: int
) -> None:
    packed = COMPRESS[name](content)
    stored = Stored(Pieces(cut(packed, sizes)))
    stream = decompressed(stored)
    pieces = list(iter(lambda: stream.read(size), b""))
    assert b"".join(pieces) == content
    assert max(map(len, pieces), default=0) <= size
    assert (stream.compression, stored.size) == (name, len(packed))
    assert stored.digest == hashlib.sha256(packed).hexdigest()


@given(content=st.binary(), sizes=st.lists(st.integers(1, 5), max_size=20))
def test_what_is_not_compressed_is_left_as_it_is(content: bytes, sizes: list[int]) -> None:
    stored = Stored(Pieces(cut(b"id," + content, sizes)))
    stream = decompressed(stored)
    assert filled(stream, len(content) + 4) == b"id," + content
    assert stream.compression is None
    assert stored.digest == hashlib.sha256(b"id," + content).hexdigest()


@pytest.mark.parametrize("name", NAMES)
def test_members_follow_one_another_with_zeros_between_and_behind(name: str) -> None:
    first, second = COMPRESS[name](b"a,b\n"), COMPRESS[name](b"1,2\n")
    for zeros in (b"", b"\0" * 8, b"\0" * 100_000):
        assert read(first + zeros + second + zeros) == b"a,b\n1,2\n"


@pytest.mark.parametrize("name", NAMES)
def test_archive_of_nothing_is_nothing(name: str) -> None:
    assert read(COMPRESS[name](b"")) == b""


@pytest.mark.parametrize("name", NAMES)
def test_archive_that_is_cut_off_anywhere_is_refused(name: str) -> None:
    packed = COMPRESS[name](bytes(range(256)) * 20)
    for end in range(16, len(packed), 7):
        error = refusal_of(packed[:end])
        assert error.code == "damaged-archive"
        assert "is cut off" in error.message


@pytest.mark.parametrize("name", NAMES)
def test_archive_with_another_byte_is_refused(name: str) -> None:
    content = bytes(range(256)) * 20
    checked = {
        int(zstd.CompressionParameter.checksum_flag): 1
    }  # only in Zstandard it is left to who compresses
    packed = zstd.compress(content, options=checked) if name == "zst" else COMPRESS[name](content)
    middle = len(packed) // 2
    error = refusal_of(packed[:middle] + bytes([packed[middle] ^ 0x55]) + packed[middle + 1 :])
    assert error.code == "damaged-archive"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("tail", [b"x", b"\0\0x", b"1,2\n" * 10_000])
def test_archive_with_something_else_behind_it_is_refused(name: str, tail: bytes) -> None:
    error = refusal_of(COMPRESS[name](b"a,b\n") + tail)
    assert error.code == "damaged-archive"
    assert "followed by something else" in error.message


@pytest.mark.parametrize("name", NAMES)
def test_bomb_is_refused_before_it_is_read(name: str) -> None:
    packed = COMPRESS[name](b"\0" * (FREE_BYTES + (1 << 22)))
    stream = decompressed(Stored(io.BytesIO(packed)))
    size = 0
    with pytest.raises(RejectedError) as refusal:  # noqa: PT012 - what came out before is measured
        while data := stream.read(1 << 20):
            size += len(data)
    assert refusal.value.code == "decompression-bomb"
    assert size <= FREE_BYTES


class Counted(bytes):
    """A piece that says it is as long as 16 MiB."""

    def __len__(self) -> int:
        return 1 << 24


class Generous:
    """A decompressor that makes 16 MiB of 32 KiB, which is allowed, and comes to no end."""

    eof, needs_input, unused_data = False, True, b""

    def decompress(self, _data: bytes, _max_length: int, /) -> bytes:
        return Counted(b"x")


def test_archive_without_an_end_is_refused_at_the_largest_size() -> None:
    archive = Archive("gz", "a gzip archive", (b"\x1f\x8b",), lambda: Opener(Generous, OSError))
    stream = decompressed(Stored(Pieces(chain([b"\x1f\x8b" * 8], repeat(b"x" * (1 << 15))))), (archive,))
    pieces = iter(lambda: stream.read(1), b"")
    assert sum(len(data) for data in islice(pieces, 1 << 12)) == compression.MOST_BYTES
    with pytest.raises(RejectedError, match="decompression-bomb"):
        stream.read(1)


def test_dictionary_of_xz_that_needs_much_memory_is_refused() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 28}]
    packed = bytearray(lzma.compress(b"a,b\n", filters=filters))
    assert refusal_of(bytes(packed)).code == "damaged-archive"


def test_archive_that_python_cannot_read_is_refused_by_its_name() -> None:
    def missing() -> Opener:
        raise ModuleNotFoundError("No module named 'compression'")

    archives = tuple(archive._replace(opener=missing) for archive in ARCHIVES)
    for archive in archives:
        with pytest.raises(RejectedError) as refusal:
            decompressed(Stored(io.BytesIO(COMPRESS[archive.name](b"a,b\n"))), archives)
        assert refusal.value.code == "unreadable-archive"
        assert archive.words in refusal.value.message
        assert ("gistline[zstd]" in refusal.value.remedy) == (archive.name == "zst")


def test_error_of_the_file_itself_is_no_damage() -> None:
    packed = bz2.compress(bytes(range(256)) * 1000)

    class Broken:
        """A file whose connection breaks: `bz2` raises the same class of error."""

        def __init__(self) -> None:
            self.file = io.BytesIO(packed[:100])

        def read(self, size: int, /) -> bytes:
            data = self.file.read(size)
            if not data:
                raise ConnectionResetError
            return data

    with pytest.raises(ConnectionResetError):
        filled(decompressed(Stored(Broken())), 1 << 20)
