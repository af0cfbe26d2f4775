"""Compressed or not: the bytes of the file as they are stored, and the bytes of the CSV in them.

Comes in: a binary file. Goes out: `Stored`, which counts and digests what is stored, and `decompressed`, which
hands out what is compressed in it. Called by `encoding`.

The first bytes decide, never the name. An archive that is damaged, cut off, or followed by something else is
refused as a whole: half a table has no summary. So is one that holds far more than any table would: nothing
beyond the caps is ever decompressed, and no more than one chunk at a time.
"""

from typing import Protocol

from gistline.errors import RejectedError
from gistline.profile.archives import ARCHIVES, Archive

MOST_BYTES = 1 << 36  # 64 GiB come out of an archive, or fewer
MOST_RATIO = 1000  # bytes come out for each byte that is stored, or fewer; gzip cannot do more than 1,032
FREE_BYTES = 1 << 26  # up to which no ratio is too large: a small table of equal rows is no bomb
_CHUNK = 1 << 15  # compressed bytes
_LONGEST_MAGIC = 16


class BinaryFile(Protocol):
    """What is needed of a file: to be read forward, once."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""


class Stored:
    """The file as it is stored; its bytes are counted, and digested, as they are read."""

    compression: str | None = None

    def __init__(self, file: BinaryFile) -> None:
        from hashlib import sha256  # noqa: PLC0415 - 3 ms, which Lambda has paid for signatures already

        self._file = file
        self._sha256 = sha256()
        self._head = b""
        self.size = 0

    def head(self, size: int) -> bytes:
        """Return the first bytes; `read` still begins with them."""
        self._head = filled(self, size)
        return self._head

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
            return data
        data = self._file.read(size)
        self._sha256.update(data)
        self.size += len(data)
        return data

    @property
    def digest(self) -> str:
        """The SHA-256 of what was read, in hexadecimal."""
        return self._sha256.hexdigest()


class Decompressed:
    """What is compressed in a file, read forward; an archive may have several members, one after the other."""

    def __init__(self, stored: Stored, archive: Archive) -> None:
        self.compression = archive.name
        self._stored = stored
        self._archive = archive
        self._opener = archive.opener()
        self._member = self._opener.begin()
        self._following = b""
        self._size = 0

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end.

        Raises:
            RejectedError: `damaged-archive`, `decompression-bomb`.
        """
        while not self._member.eof or self._begin_next():
            packed = self._packed()
            try:
                data = self._member.decompress(packed, size)
            except self._opener.error as error:
                raise self._damaged("is damaged, or asks for too much memory") from error
            self._size += len(data)
            self._refuse_bomb()
            if data:
                return data
        return b""

    def _packed(self) -> bytes:
        """Read what goes in next, if anything has to."""
        if not self._member.needs_input:
            return b""
        packed, self._following = self._following or self._stored.read(_CHUNK), b""
        if not packed:
            raise self._damaged("is cut off")
        return packed

    def _begin_next(self) -> bool:
        """Begin the next member, if there is one; zeros may stand between members and behind the last one."""
        following = self._member.unused_data.lstrip(b"\0")
        while not following:
            more = self._stored.read(_CHUNK)
            if not more:
                return False
            following = more.lstrip(b"\0")
        if len(following) < _LONGEST_MAGIC:
            following += filled(self._stored, _LONGEST_MAGIC)
        if not following.startswith(self._archive.begins):
            raise self._damaged("is followed by something else")
        self._member, self._following = self._opener.begin(), following
        return True

    def _damaged(self, how: str) -> RejectedError:
        return RejectedError(
            f"the file is {self._archive.words}, and {how}",
            "compress the CSV anew, or upload it as it is",
            code="damaged-archive",
        )

    def _refuse_bomb(self) -> None:
        if self._size > MOST_BYTES or self._size > max(FREE_BYTES, self._stored.size * MOST_RATIO):
            raise RejectedError(
                f"the file is {self._archive.words} that holds more than {MOST_RATIO:,} times its size,"
                f" or more than {MOST_BYTES:,} bytes",
                "upload the CSV as it is, or in parts",
                code="decompression-bomb",
            )


def decompressed(stored: Stored, archives: tuple[Archive, ...] = ARCHIVES) -> Stored | Decompressed:
    """Return a stream of the bytes that are compressed in a file, or of its own if they are not.

    Raises:
        RejectedError: `unreadable-archive`: this Python cannot decompress it.
    """
    head = stored.head(_LONGEST_MAGIC)
    for archive in archives:
        if head.startswith(archive.begins):
            try:
                return Decompressed(stored, archive)
            except ImportError as error:
                raise _unreadable(archive) from error
    return stored


def _unreadable(archive: Archive) -> RejectedError:
    extra = ", or install gistline[zstd]" if archive.name == "zst" else ""
    return RejectedError(
        f"the file is {archive.words}, which this installation of Python cannot decompress",
        f"decompress it first{extra}",
        code="unreadable-archive",
    )


def filled(file: BinaryFile, size: int) -> bytes:
    """Read `size` bytes, or all there are: one call may return fewer."""
    data = file.read(size)
    if not data or len(data) == size:
        return data
    parts, missing = [data], size - len(data)
    while missing and (more := file.read(missing)):
        parts.append(more)
        missing -= len(more)
    return b"".join(parts)
