"""Bytes in, lines of text out, and a word on how the bytes were read.

Comes in: a binary file, perhaps compressed. Goes out: `Lines`, which hands out every line once, in blocks, and
says at the end which encoding it was. Called by `profile.partial`.

A byte order mark decides. Without one, text in which every other byte of the beginning is NUL is UTF-16. Any
other text is UTF-8, and that is checked to the last byte. A byte that belongs to no valid UTF-8 sequence is
read as Windows-1252: alone, so that one wrong byte changes nothing around it, or with its whole line if that
holds more such bytes than letters in UTF-8. A file with more of them than of letters in UTF-8 is called
Windows-1252. The character with which DOS ended texts (1A) is dropped at the end.
"""

from codecs import getincrementaldecoder
from collections.abc import Iterator
from itertools import chain, islice
from typing import Literal, NamedTuple

from gistline.errors import RejectedError
from gistline.profile.binary import END_OF_FILE, refuse_binary, wide_codec
from gistline.profile.block import Block, errors_of
from gistline.profile.compression import BinaryFile, Stored, decompressed, filled

_CHUNK = 1 << 16  # bytes that make a block, and that are looked at before anything is decoded
_SAMPLE_LINES = 200
_SAMPLE_SIZE = 1 << 16  # characters, and one line
_FEW_LINES = 10  # of which the sample may be longer, if lines are that long
_LONG_SAMPLE = 1 << 22
LONGEST_CELL = 1 << 25  # characters; memory has to end somewhere
LONGEST_LINE = LONGEST_CELL - 2 * _CHUNK  # give or take a block; so that no cell of one line can be too long
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CUT_OFF = "\ud800"  # stands for the first bytes of a character, where the file ends with these


class Encoding(NamedTuple):
    """How the bytes were read; `replaced_bytes` counts those that the named encoding does not explain."""

    value: Literal["utf-8", "utf-16", "windows-1252"]
    method: Literal["bom", "valid-utf8", "assumed"]
    replaced_bytes: int


class Tally(NamedTuple):
    """What bytes tell of their encoding, see `Block`; the counts of two parts of a file add up."""

    codec: str
    bom: bool
    escaped: int
    undefined: int
    letters: int

    @property
    def encoding(self) -> Encoding:
        """How such bytes are read."""
        if self.codec != "utf-8":
            return Encoding("utf-16", "bom" if self.bom else "assumed", self.undefined)
        if self.bom:
            return Encoding("utf-8", "bom", self.escaped)
        if not self.escaped:
            return Encoding("utf-8", "valid-utf8", 0)
        if self.letters >= self.escaped:
            return Encoding("utf-8", "assumed", self.escaped)
        return Encoding("windows-1252", "assumed", self.undefined)


class Lines:
    """The lines of a binary file: LF, CR LF or CR ends one, and stays on it.

    `begins` is false for a part of a file that is not its beginning: then nothing but UTF-8 or Windows-1252 can be.

    After the last block, `encoding`, `size` (the bytes of the file as it is stored), `digest` (their SHA-256, in
    hexadecimal) and `compression` (None, or gz, bz2, xz, zst) are final.

    Raises:
        RejectedError: `empty-file`, `not-a-csv`, or while reading `line-too-long`; whatever `decompressed` raises.
    """

    def __init__(self, file: BinaryFile, *, begins: bool = True) -> None:
        self._stored = Stored(file)
        self._stream = decompressed(self._stored) if begins else self._stored
        self.compression = self._stream.compression
        head = filled(self._stream, _CHUNK)
        bom, self._codec = _codec(head) if begins else (b"", "utf-8")
        what = f"what is compressed in the file ({self.compression})" if self.compression else "the file"
        if begins:
            refuse_binary(head, wide=self._codec != "utf-8", what=what)
        if not head[len(bom) :].strip(END_OF_FILE + b"\0"):
            raise RejectedError(
                f"{what} is empty", "upload a CSV that has at least a header", code="empty-file"
            )
        self._bom = bool(bom)
        self.sample_is_whole = False  # known once there is a sample
        self._escaped = self._undefined = self._letters = 0
        self._ahead: list[Block] = []
        self._blocks = self._read(head[len(bom) :], len(bom))

    @property
    def size(self) -> int:
        """Bytes of the file read so far, as they are stored."""
        return self._stored.size

    @property
    def digest(self) -> str:
        """The SHA-256 of those bytes, in hexadecimal."""
        return self._stored.digest

    @property
    def tally(self) -> Tally:
        """What the bytes read so far tell of the encoding."""
        return Tally(self._codec, self._bom, self._escaped, self._undefined, self._letters)

    @property
    def encoding(self) -> Encoding:
        """How the bytes were read; final when the last block is out."""
        return self.tally.encoding

    def sample(self) -> list[str]:
        """Read the first lines ahead; the first blocks still begin with them."""
        lines: list[str] = []
        size = 0
        for line in chain.from_iterable(block.lines for block in self._held()):
            few = len(lines) < _FEW_LINES and size < _LONG_SAMPLE
            if len(lines) == _SAMPLE_LINES or not (few or size < _SAMPLE_SIZE):
                break
            lines.append(line)
            size += len(line)
        else:
            self.sample_is_whole = True
        return lines

    def blocks(self) -> Iterator[Block]:
        """Yield every line, in blocks of 64 Ki bytes or one line; where they end does not depend on `read`."""
        ahead, self._ahead = self._ahead, []
        for block in chain(ahead, self._blocks):
            self._escaped += block.escaped
            self._undefined += block.undefined
            self._letters += block.letters
            yield block

    def _held(self) -> Iterator[Block]:
        """Yield the blocks that were read ahead, then read on and keep what is read."""
        yield from islice(self._ahead, len(self._ahead))
        for block in self._blocks:
            self._ahead.append(block)
            yield block

    def _read(self, data: bytes, offset: int) -> Iterator[Block]:
        kept: list[str] = []  # the beginning of a line that has no end yet
        for text in self._decoded(data):
            end = max(text.rfind("\n"), text.rfind("\r")) + 1
            if end:
                block = Block("".join((*kept, text[:end])), offset, self._codec)
                offset += block.size
                yield block
                kept = [text[end:]]
            else:
                kept.append(text)
                _refuse_endless(kept)
        if rest := "".join(kept).rstrip("\x1a"):
            yield Block(rest, offset, self._codec)

    def _decoded(self, data: bytes) -> Iterator[str]:
        """Yield the text; CR LF is never torn."""
        decoder = getincrementaldecoder(self._codec)(errors_of(self._codec))
        carriage = ""
        while data:
            text = carriage + decoder.decode(data)
            carriage = "\r" if text.endswith("\r") else ""
            yield text[:-1] if carriage else text
            data = filled(self._stream, _CHUNK)
        try:
            yield carriage + decoder.decode(b"", final=True)
        except UnicodeDecodeError:  # in UTF-16 only
            yield carriage + _CUT_OFF


def _codec(head: bytes) -> tuple[bytes, str]:
    """Tell the byte order mark, if there is one, and the codec."""
    for bom, codec in _BOMS:
        if head.startswith(bom):
            return bom, codec
    return b"", (wide_codec(head) or "utf-8") if b"\0" in head else "utf-8"


def _refuse_endless(parts: list[str]) -> None:
    if sum(map(len, parts)) > LONGEST_LINE:
        raise RejectedError(
            f"a line is longer than {LONGEST_LINE:,} characters",
            "check that the file is a CSV and that its rows end in line breaks",
            code="line-too-long",
        )
