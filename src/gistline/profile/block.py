"""Some lines of a file at once: what they say, where they begin, and which of them cannot be trusted.

Comes in: decoded text that ends where a line ends. Goes out: a `Block`. Made by `encoding`, read by the row
reader. A byte that the codec cannot decode is a lone surrogate in the text: U+DC00 + byte in UTF-8 (PEP 383),
the surrogate itself in UTF-16. No block holds one: a surrogate is mended, and its line is noted as wrong.
"""

import io
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNDEFINED = "\ufffd"
# What `str.splitlines` takes for the end of a line, but a CSV does not.
_NO_LINE_ENDS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_ERRORS = {"utf-8": "surrogateescape", "utf-16-le": "surrogatepass", "utf-16-be": "surrogatepass"}


def errors_of(codec: str) -> str:
    """Name the error handler that makes lone surrogates of what a codec cannot decode, and back."""
    return _ERRORS[codec]


class Block:
    """Lines, each with its ending, and `text`, which is all of them.

    `wrong` are the indexes of the lines that hold bytes which are no valid UTF-8 (or UTF-16); `wrong_in_1252` are
    those of them that hold bytes which Windows-1252 leaves undefined. The latter are errors in any case. The others
    are errors unless the whole file turns out to be Windows-1252, which `Lines.encoding` tells after the last block;
    but whatever it turns out to be, their text is the same, and right as far as anybody can tell.

    `letters` counts the bytes that continue a valid UTF-8 sequence, `escaped` those that belong to none, and
    `undefined` those of them that Windows-1252 leaves undefined; in UTF-16 both are the bytes without a meaning.
    """

    __slots__ = (
        "_codec",
        "_decoded",
        "_starts",
        "escaped",
        "letters",
        "lines",
        "offset",
        "size",
        "text",
        "undefined",
        "wrong",
        "wrong_in_1252",
    )

    def __init__(self, text: str, offset: int, codec: str) -> None:
        self.text = text
        self.lines = self._decoded = split(text)
        self.offset = offset
        self.wrong: set[int] = set()
        self.wrong_in_1252: set[int] = set()
        self.letters = self.escaped = self.undefined = 0
        self._codec = codec
        self._starts: Sequence[int] | None = None
        if text.isascii():
            self.size = len(text) * _width(codec)
            return
        try:
            self.size = len(text.encode(codec))
            self.letters = self.size - len(text)
        except UnicodeEncodeError:
            self.size = self._mend()

    def start(self, index: int) -> int:
        """Return at which byte of the (decompressed) file a line begins."""
        if self._starts is None:
            sizes = map(len, self.lines) if self.size == len(self.text) else map(self._size, self._decoded)
            self._starts = list(accumulate(sizes, initial=self.offset))
        return self._starts[index]

    def _size(self, line: str) -> int:
        return len(line) * _width(self._codec) if line.isascii() else len(self._encoded(line))

    def _encoded(self, line: str) -> bytes:
        return line.encode(self._codec, _ERRORS[self._codec])

    def _mend(self) -> int:
        """Give invalid bytes a character, line by line; return the size of all lines in bytes."""
        self.lines = self._decoded.copy()
        mend = self._mended if self._codec == "utf-8" else self._mended_wide
        size = 0
        for index, line in enumerate(self._decoded):
            if line.isascii():
                size += len(line) * _width(self._codec)
                continue
            raw = self._encoded(line)
            size += len(raw)
            sound = line.encode(self._codec, "ignore")
            if len(sound) == len(raw):
                self.letters += len(raw) - len(line)
                continue
            self.wrong.add(index)
            undefined = self.undefined
            self.lines[index] = mend(line, raw, len(raw) - len(sound))
            if self.undefined > undefined:
                self.wrong_in_1252.add(index)
        self.text = "".join(self.lines)
        return size

    def _mended(self, line: str, raw: bytes, escaped: int) -> str:
        """Read a line as Windows-1252 if most of it is that, else only its invalid bytes."""
        self.escaped += escaped
        letters = len(raw) - len(line)
        if escaped > letters:
            mended = raw.decode("cp1252", "replace")
            self.undefined += mended.count(_UNDEFINED)
            return mended
        self.letters += letters
        mended = line.translate(_windows_1252())
        self.undefined += mended.count(_UNDEFINED) - line.count(_UNDEFINED)
        return mended

    def _mended_wide(self, line: str, _raw: bytes, escaped: int) -> str:
        self.escaped += escaped
        self.undefined += escaped
        return "".join(_UNDEFINED if "\ud800" <= letter <= "\udfff" else letter for letter in line)


def split(text: str) -> list[str]:
    """Split text into lines: LF, CR LF or CR ends one, and stays on it."""
    if any(mark in text for mark in _NO_LINE_ENDS):
        return io.StringIO(text, newline="").readlines()
    return text.splitlines(keepends=True)


@cache
def _windows_1252() -> dict[int, str]:
    """Map what Python makes of an invalid byte b, U+DC00 + b (PEP 383), to the character of Windows-1252.

    Five bytes have none (81 8D 8F 90 9D); they become U+FFFD.
    """
    return {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(128, 256)}


def _width(codec: str) -> int:
    return 1 if codec == "utf-8" else 2
