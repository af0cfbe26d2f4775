"""What is no CSV, told by its first bytes and refused by its name.

Comes in: the first bytes of a file, decompressed. Goes out: nothing, or a `RejectedError`. Called by `encoding`.
"""

import re
from json import JSONDecodeError, JSONDecoder

from gistline.errors import RejectedError
from gistline.profile.archives import ARCHIVES

_SHEET, _CONVERT, _ITSELF = "export the sheet as CSV", "convert it to CSV", "upload the table itself"

# (how the file begins, what it is, what to do); the signatures are those of the formats' own specifications.
_SIGNATURES: tuple[tuple[bytes | tuple[bytes, ...], str, str], ...] = (
    *((archive.begins, archive.words, "decompress it first") for archive in ARCHIVES),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "decompress it first"),
    (b"Rar!\x1a\x07", "a RAR archive", "decompress it first"),
    (b"\x04\x22\x4d\x18", "an LZ4 archive", "decompress it first"),
    (b"\x1f\x9d", "an archive of `compress`", "decompress it first"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document (xls)", _SHEET),
    (b"PAR1\x15", "a Parquet file", _CONVERT),
    (b"ARROW1\0", "an Arrow file", _CONVERT),
    (b"\xff\xff\xff\xff", "an Arrow stream", _CONVERT),
    (b"Obj\x01", "an Avro file", _CONVERT),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file", _CONVERT),
    (b"\x93NUMPY", "a NumPy array", _CONVERT),
    (b"SQLite format 3\0", "an SQLite database", "export a table as CSV"),
    (b"%PDF-", "a PDF document", "export its table as CSV"),
    (b"{\\rtf", "an RTF document", "save it as CSV"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image", _ITSELF),
    (b"\xff\xd8\xff", "a JPEG image", _ITSELF),
    ((b"GIF87a", b"GIF89a"), "a GIF image", _ITSELF),
    ((b"II*\0", b"MM\0*"), "a TIFF image", _ITSELF),
    (b"\x7fELF", "an executable program", "upload a CSV"),
    ((b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"), "an executable program", "upload a CSV"),
    ((b"\xff\xfe\0\0", b"\0\0\xfe\xff"), "UTF-32 text", "save it as UTF-8"),
)
# Letters alone, which may as well begin a header: these count only where the rest is binary.
_LETTERS = (
    (b"ORC", "an ORC file", _CONVERT),
    (b"PAR", "a Parquet file", _CONVERT),
    (b"MZ", "an executable program", "upload a CSV"),
    (b"BM", "a BMP image", _ITSELF),
    (b"RIFF", "a WebP image, or sound", _ITSELF),
)
_MARKUP = rb"(?is)\s*(?:<!--.*?-->\s*)*+<(?:(!doctype\s+html|html|head|body)|\?xml|!doctype)\b"
_CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\v\f\r\x1b"))
_CONTROL_LETTERS = _CONTROLS.decode("ascii") + "\0"
_SEPARATORS = b"\x01\x1c\x1d\x1e\x1f"  # delimit cells in some files, as in those of Hive
END_OF_FILE = b"\x1a"  # with which DOS ended texts
_FEW = 4  # control characters that any text of lines may hold
_SHARE = 20  # one control character in so many bytes makes a binary ...
_NULS = 4  # ... or one NUL in so many, as some programs fill cells with these
_HIGH = bytes(range(32))  # the small byte of a character in UTF-16, for nearly all alphabets
_ASCII, _LARGE = 32, 8  # one character in 32 is ASCII, or more; one in eight is from elsewhere, or fewer
_TAR = 257  # where a tar archive says that it is one (POSIX.1-1988)
_SHORT, _LETTERS_OF_TEXT = 64, 8
_CUT = 1 << 14  # characters, from which on JSON may be cut off at the end of what is looked at ...
_TAIL = 16  # ... in the middle of a word of so many


def refuse_binary(head: bytes, *, wide: bool, what: str = "the file") -> None:
    """Refuse what begins like a known format, or is full of control characters.

    `wide` is true for UTF-16, in which every other byte may be NUL. `what` begins the message.

    Raises:
        RejectedError: code `not-a-csv`; the message names the format.
    """
    if known := _by_signature(head) or (None if wide else _by_controls(head) or _by_words(head)):
        name, remedy = known
        raise RejectedError(f"{what} is {name}, not a CSV", remedy, code="not-a-csv")


def is_binary(head: bytes) -> bool:
    """Tell whether bytes hold more control characters than a text does."""
    head = head.rstrip(END_OF_FILE)
    controls = len(head) - len(head.translate(None, _CONTROLS))
    nuls = head.count(0)
    few = _FEW if b"\n" in head or b"\r" in head else 0
    many = controls + nuls > few and (controls * _SHARE > len(head) or nuls * _NULS > len(head))
    return many and not (controls and not nuls and _is_separated(head, controls))


def _is_separated(head: bytes, controls: int) -> bool:
    """Tell whether all control characters separate cells: one of them stands in each line, and nowhere another."""
    lines = [line for line in head.replace(b"\r", b"\n").split(b"\n")[:-1] if line]
    return bool(lines) and any(
        head.count(one) == controls and all(one in line for line in lines)
        for one in (bytes([code]) for code in _SEPARATORS)
    )


def wide_codec(head: bytes) -> str | None:
    """Tell UTF-16 without a byte order mark by its first bytes.

    One byte of each character is small, since alphabets come first in Unicode, and NUL in ASCII, of which any
    table has some: its delimiters and line ends. In the bytes of other text both is never so.
    """
    for codec, high, low in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        ascii_, large = high.count(0), len(high.translate(None, _HIGH))
        if ascii_ * _ASCII > len(low) > 1 and large * _LARGE <= len(high):
            doubtful = is_binary(low) or low.count(0) * _NULS > ascii_ or not _is_wide_text(head, codec)
            return None if doubtful else codec
    return None


def _is_wide_text(head: bytes, codec: str) -> bool:
    """Tell whether bytes make text, once they are decoded: a line, or some letters or figures; a few bytes tell little."""
    text = head.decode(codec, "replace").rstrip("\x1a")
    if len(text) <= _SHORT and not set(_CONTROL_LETTERS).isdisjoint(text):
        return False
    return "\n" in text or "\r" in text or sum(map(str.isalnum, text)) >= _LETTERS_OF_TEXT


def _by_signature(head: bytes) -> tuple[str, str] | None:
    for signature, name, remedy in _SIGNATURES:
        if head.startswith(signature):
            return name, remedy
    if head.startswith(b"PK\x03\x04"):
        return _zip(head), "unpack it, or export the sheet as CSV"
    if head.startswith(b"ustar", _TAR):
        return "a tar archive", "unpack it first"
    if head[:4].strip(b"\0") and b"\0\0\0" in (head[1:4], head[:3]) and b"\0\0\0" in (head[5:8], head[4:7]):
        return "UTF-32 text", "save it as UTF-8"
    return None


def _zip(head: bytes) -> str:
    if b"xl/" in head or b"[Content_Types].xml" in head:
        return "an office document (xlsx)"
    if b"application/vnd.oasis.opendocument" in head:
        return "an office document (ods)"
    return "a ZIP archive"


def _by_controls(head: bytes) -> tuple[str, str] | None:
    if not is_binary(head):
        return None
    for letters, name, remedy in _LETTERS:
        if head.startswith(letters):
            return name, remedy
    return "binary data, or UTF-16 text without a byte order mark", "export the table as CSV in UTF-8"


def _by_words(head: bytes) -> tuple[str, str] | None:
    """Tell HTML, XML and JSON: what a failed download or another export leaves behind."""
    head = head.removeprefix(b"\xef\xbb\xbf")
    first = head.lstrip()[:1]
    if first == b"<" and (markup := re.match(_MARKUP, head)):
        name = "an HTML page" if markup[1] else "an XML document"
        return name, "open it in an editor: a failed download often leaves such a page"
    if first in (b"{", b"[") and _is_json(head.decode("utf-8", "replace").lstrip()):
        return "a JSON document", _CONVERT
    return None


def _is_json(text: str) -> bool:
    """Tell whether text is the beginning of a JSON object or array, or of several, one a line.

    A header such as `[id],[name]` is none, nor is a line of JSON before a table.
    """
    try:
        _, end = JSONDecoder(parse_int=str, parse_float=str).raw_decode(text)
    except JSONDecodeError as error:  # cut off, or no JSON
        cut = error.pos >= len(text) - _TAIL or error.msg.startswith("Unterminated string")
        return cut and len(text) >= _CUT
    except RecursionError:
        return False
    rest = text[end:].lstrip(" \t")
    following = rest.lstrip()
    return not following or (rest[0] in "\r\n" and following[0] in "{[")
