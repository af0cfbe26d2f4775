"""The kinds of compression that are read, each with its decompressor.

Comes in: nothing. Goes out: `ARCHIVES`. Read by `compression`, and by `binary`, which refuses an archive in an
archive. A decompressor is imported when the first file needs it; it may be missing.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

_XZ_MEMORY = 1 << 27  # bytes of a dictionary; `xz -9` needs 65 MiB


class Decompressor(Protocol):
    """What the decompressors of the standard library have in common (`bz2`, `lzma`, `compression.zstd`)."""

    @property
    def eof(self) -> bool:
        """Whether the end of a member was reached."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes out unless something goes in."""

    @property
    def unused_data(self) -> bytes:
        """What follows the end of the member."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Take all of `data` in, and give out `max_length` bytes or fewer."""


class Opener(NamedTuple):
    """How to begin a member of an archive, and what its decompressor raises if that is damaged."""

    begin: Callable[[], Decompressor]
    error: type[Exception]


class Archive(NamedTuple):
    """A kind of compression: Frictionless's name for it, ours, how its members begin, how to open one."""

    name: str
    words: str
    begins: tuple[bytes, ...]
    opener: Callable[[], Opener]


class _Gzip:
    """The decompressor of `zlib`, with the attributes of the others."""

    def __init__(self) -> None:
        import zlib  # noqa: PLC0415 - few files are compressed

        self._inflate = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)  # gzip's header and its check sum

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def needs_input(self) -> bool:
        return not self._inflate.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return self._inflate.decompress(self._inflate.unconsumed_tail + data, max_length)


def _gzip() -> Opener:
    import zlib  # noqa: PLC0415 - few files are compressed

    return Opener(_Gzip, zlib.error)


def _bzip2() -> Opener:
    import bz2  # noqa: PLC0415 - may be missing

    return Opener(bz2.BZ2Decompressor, OSError)


def _xz() -> Opener:
    import lzma  # noqa: PLC0415 - may be missing

    return Opener(lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY), lzma.LZMAError)


def _zstandard() -> Opener:
    from importlib import import_module  # noqa: PLC0415 - may be missing

    try:
        zstd = import_module("compression.zstd")  # Python 3.14 (PEP 784)
    except ImportError:
        zstd = import_module("backports.zstd")
    return Opener(zstd.ZstdDecompressor, zstd.ZstdError)


# Magic bytes are those of the formats' own specifications: RFC 1952, bzip2 (a block or no block follows, as `BZh`
# alone may begin a header), the .xz file format, RFC 8878.
_BZIP2 = tuple(
    b"BZh%d%b" % (level, mark) for level in range(1, 10) for mark in (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")
)
ARCHIVES = (
    Archive("gz", "a gzip archive", (b"\x1f\x8b",), _gzip),
    Archive("bz2", "a bzip2 archive", _BZIP2, _bzip2),
    Archive("xz", "an xz archive", (b"\xfd7zXZ\0",), _xz),
    Archive("zst", "a Zstandard archive", (b"\x28\xb5\x2f\xfd",), _zstandard),
)
