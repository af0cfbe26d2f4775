"""What is no CSV, told by its first bytes and refused by its name.

Comes in: the first bytes of a file. Goes out: nothing, or a `RejectedError`. Called by `encoding`.
"""

from gistline.errors import RejectedError

# (how the file begins, what it is, what to do); the signatures are those of the formats' own specifications.
# Where these are letters alone (PAR1, BZh), which could begin a header, the bytes that always follow are added.
_SIGNATURES = (
    (b"\x1f\x8b", "a gzip archive", "decompress it first"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "decompress it first"),
    (b"\xfd7zXZ\x00", "an xz archive", "decompress it first"),
    (tuple(b"BZh%d1AY&SY" % level for level in range(1, 10)), "a bzip2 archive", "decompress it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "decompress it first"),
    (
        b"PK\x03\x04",
        "a ZIP archive or an office document (xlsx, ods)",
        "unpack it, or export the sheet as CSV",
    ),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document (xls)", "export the sheet as CSV"),
    (b"PAR1\x15", "a Parquet file", "convert it to CSV"),
    (b"ARROW1\x00", "an Arrow file", "convert it to CSV"),
    (b"Obj\x01", "an Avro file", "convert it to CSV"),
    (b"SQLite format 3\x00", "an SQLite database", "export a table as CSV"),
    (b"%PDF-", "a PDF document", "export its table as CSV"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image", "upload the table itself"),
    (b"\xff\xd8\xff", "a JPEG image", "upload the table itself"),
    (b"GIF87a", "a GIF image", "upload the table itself"),
    (b"GIF89a", "a GIF image", "upload the table itself"),
    (b"\x7fELF", "an executable program", "upload a CSV"),
    (b"\xff\xfe\x00\x00", "UTF-32 text", "save it as UTF-8"),
    (b"\x00\x00\xfe\xff", "UTF-32 text", "save it as UTF-8"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))
_FEW = 4  # control characters that any text may hold
_SHARE = 20  # one control character in so many bytes makes a binary


def refuse_binary(head: bytes, *, wide: bool) -> None:
    """Refuse what begins like a known binary format, or is full of control characters.

    `wide` is true for UTF-16, in which every other byte may be NUL.

    Raises:
        RejectedError: code `not-a-csv`; the message names the format.
    """
    for signature, name, remedy in _SIGNATURES:
        if head.startswith(signature):
            raise RejectedError(f"the file is {name}, not a CSV", remedy, code="not-a-csv")
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if not wide and controls > _FEW and controls * _SHARE > len(head):
        raise RejectedError(
            "the file holds binary data, or UTF-16 text without a byte order mark, not a CSV",
            "export the table as CSV in UTF-8",
            code="not-a-csv",
        )
