"""Bytes in, lines of text out, and a word on how the bytes were read.

Comes in: a binary file. Goes out: `Lines`, which yields every line once with its ending, knows how many
bytes it has handed out, and says at the end which encoding it was. Called by `profile.summarize`.

A byte order mark decides. Without one the text is UTF-8, and that is checked to the last byte. A byte that
belongs to no valid UTF-8 sequence is read as Windows-1252: alone, so that one wrong byte changes nothing around
it, or with its whole line if that holds more such bytes than valid sequences. A file with more of them than of
valid sequences is called Windows-1252.
"""

import io
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from gistline.errors import RejectedError
from gistline.profile.binary import refuse_binary

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_HEAD = 1 << 16  # bytes looked at before anything is decoded
_SAMPLE_LINES = 200
_SAMPLE_SIZE = 1 << 16  # characters, and one line
LONGEST_CELL = 1 << 25  # characters; memory has to end somewhere
LONGEST_LINE = LONGEST_CELL - _SAMPLE_SIZE  # so that no cell of a sample can be too long
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))

_UNDEFINED = "\ufffd"


class BinaryFile(Protocol):
    """What is needed of a file: to be read forward, once."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""


class Encoding(NamedTuple):
    """How the bytes were read; `replaced_bytes` counts those that the named encoding does not explain."""

    value: str
    method: Literal["bom", "valid-utf8", "assumed"]
    replaced_bytes: int


class Lines:
    """The lines of a binary file: LF, CR LF or CR ends one, and stays on it.

    `offset` is the number of bytes up to the end of the last line handed out, `size` the number of bytes read.

    Raises:
        RejectedError: `empty-file`, `not-a-csv`, or while reading `line-too-long`.
    """

    def __init__(self, file: BinaryFile) -> None:
        head = _read(file, _HEAD)
        bom, codec = next(((bom, codec) for bom, codec in _BOMS if head.startswith(bom)), (b"", "utf-8"))
        refuse_binary(head, wide=codec != "utf-8")
        if len(head) == len(bom):
            raise RejectedError(
                "the file is empty", "upload a CSV that has at least a header", code="empty-file"
            )
        self._codec = codec
        self._bom = bool(bom)
        self._replay = _Replay(head[len(bom) :], file)
        self._text = _text(self._replay, codec)
        self._sample: list[str] = []
        self._escaped = self._undefined = self._continued = 0
        self._start = len(bom)
        self.offset = len(bom)

    @property
    def size(self) -> int:
        """Bytes read so far, the byte order mark included."""
        return self._start + self._replay.count

    @property
    def encoding(self) -> Encoding:
        """How the bytes were read; final when the last line is out."""
        if self._codec != "utf-8":
            return Encoding("utf-16", "bom", self._undefined)
        if self._bom:
            return Encoding("utf-8", "bom", self._escaped)
        if not self._escaped:
            return Encoding("utf-8", "valid-utf8", 0)
        if self._continued >= self._escaped:
            return Encoding("utf-8", "assumed", self._escaped)
        return Encoding("windows-1252", "assumed", self._undefined)

    def sample(self) -> list[str]:
        """Read the first lines ahead; iteration still begins with them."""
        size = sum(map(len, self._sample))
        while len(self._sample) < _SAMPLE_LINES and size < _SAMPLE_SIZE and (line := self._readline()):
            self._sample.append(line)
            size += len(line)
        return self._sample

    def __iter__(self) -> Iterator[str]:
        """Yield every line."""
        width = 1 if self._codec == "utf-8" else 2
        for line in chain(self._sample, iter(self._readline, "")):
            if line.isascii():
                self.offset += len(line) * width
                yield line
            else:
                yield self._mended(line)

    def _readline(self) -> str:
        line = self._text.readline(LONGEST_LINE)
        if len(line) == LONGEST_LINE:
            raise RejectedError(
                f"a line is longer than {LONGEST_LINE:,} characters",
                "check that the file is a CSV and that its rows end in line breaks",
                code="line-too-long",
            )
        return line

    def _mended(self, line: str) -> str:
        """Count the bytes of a line with letters beyond ASCII, and give invalid bytes a character."""
        if self._codec != "utf-8":
            self.offset += len(line.encode(self._codec))
            self._undefined += line.count(_UNDEFINED) * 2
            return line
        try:
            size = len(line.encode())
        except UnicodeEncodeError:
            return self._assumed(line)
        self.offset += size
        self._continued += size - len(line)
        return line

    def _assumed(self, line: str) -> str:
        raw = line.encode(errors="surrogateescape")
        escaped = len(raw) - len(line.encode(errors="ignore"))
        continued = len(raw) - len(line)
        self.offset += len(raw)
        self._escaped += escaped
        if escaped > continued:
            mended = raw.decode("cp1252", "replace")
            self._undefined += mended.count(_UNDEFINED)
        else:
            mended = line.translate(_windows_1252())
            self._continued += continued
            self._undefined += mended.count(_UNDEFINED) - line.count(_UNDEFINED)
        return mended


@cache
def _windows_1252() -> dict[int, str]:
    """Map what Python makes of an invalid byte b, U+DC00 + b (PEP 383), to the character of Windows-1252.

    Five bytes have none (81 8D 8F 90 9D); they become U+FFFD.
    """
    return {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(128, 256)}


class _Replay(io.RawIOBase):
    """A stream whose beginning was read already: hands it out again, then the rest; counts the bytes."""

    def __init__(self, head: bytes, file: BinaryFile) -> None:
        self._head = head
        self._file = file
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        space = memoryview(buffer)
        if self._head:
            data, self._head = self._head[: len(space)], self._head[len(space) :]
        else:
            data = self._file.read(len(space))
        space[: len(data)] = data
        self.count += len(data)
        return len(data)


def _text(stream: _Replay, codec: str) -> io.TextIOWrapper:
    errors = "surrogateescape" if codec == "utf-8" else "replace"
    return io.TextIOWrapper(io.BufferedReader(stream, _HEAD), codec, errors, newline="")


def _read(file: BinaryFile, size: int) -> bytes:
    """Read `size` bytes, or all there are: one call may return fewer."""
    head = b""
    while len(head) < size and (more := file.read(size - len(head))):
        head += more
    return head
