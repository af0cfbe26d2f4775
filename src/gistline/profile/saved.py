"""Partials written down, so that another process can go on with them.

Comes in: a `Partial`, or bytes from anywhere. Goes out: the other. Called by whoever splits a file.

The format, version 1: a line of JSON, {"format": "gistline-partial", "version": 1, "bytes": B, "sha256": S}, and then
B bytes of JSON in ASCII whose SHA-256 is S (in hexadecimal). These hold the fields of `Partial` and of `state`
under their names; dictionaries are lists of pairs, because their order matters; instants are ISO 8601; numbers
have all their digits; sketches are HyperLogLog sketches of Apache DataSketches, in base64. There is nothing in it that is
executed, and what is not as the forms below have it is refused. The same partial gives the same bytes.

It is data, not a log: the cells themselves are in it, those of people too. Keep it where the CSV may be kept.
"""

import json

from gistline.errors import PartialError
from gistline.profile.budget import Budget
from gistline.profile.dialect import Dialect
from gistline.profile.encoding import Tally
from gistline.profile.forms import (
    BYTES,
    COUNT,
    COUNTER,
    COUNTS,
    FLAG,
    INSTANT,
    INTEGER,
    NUMBER,
    TEXT,
    Form,
    fixed,
    mapping,
    optional,
    record,
    several,
    slots,
)
from gistline.profile.partial import Partial
from gistline.profile.state import (
    ColumnState,
    Damaged,
    Lengths,
    Numbers,
    Ranks,
    RowError,
    RowErrors,
    TableState,
)

FORMAT, VERSION = "gistline-partial", 1
MOST_BYTES = 1 << 30  # of the body; the budgets keep what we write far below
_LONGEST_HEADER = 256

_LEVELS = several(several(NUMBER))
RANKS = slots(
    Ranks,
    "capacity",
    capacity=COUNT,
    pairs=several(fixed(NUMBER, COUNT)),
    levels=_LEVELS,
    error=COUNT,
    halvings=COUNT,
)
NUMBERS = slots(
    Numbers,
    "ranks",
    ranks=RANKS,
    count=COUNT,
    zeros=COUNT,
    negatives=COUNT,
    sums=mapping(fixed(INTEGER, INTEGER), INTEGER),
    extremes=optional(fixed(NUMBER, NUMBER)),
)
LENGTHS = record(Lengths, total=COUNT, extremes=optional(fixed(COUNT, COUNT)))


def _column(label: str, budget: int, numbers: Numbers, distinct: bytes | None) -> ColumnState:
    column = ColumnState(label, budget, numbers)
    if distinct is not None:
        from gistline.profile.sketch_bytes import sketch_of  # noqa: PLC0415 - most parts have no sketches

        column.distinct = sketch_of(distinct, budget)
    return column


# What only `finish` sets, `unfit` and `value_texts`, is not there.
COLUMN = slots(
    _column,
    "label",
    "budget",
    "numbers",
    "distinct",
    label=TEXT,
    budget=COUNT,
    numbers=NUMBERS,
    numbers_apart=mapping(NUMBERS),
    texts=COUNTER,
    complete=FLAG,
    doubtful=COUNTER,
    foreign=COUNTER,
    believed=FLAG,
    shapes=COUNTS,
    blanks=COUNT,
    invisible=COUNT,
    missing=COUNTS,
    distinct=optional(Form(lambda sketch: BYTES.write(sketch.serialize_compact()), BYTES.read)),
    frequent=COUNTS,
    missed=COUNT,
    lengths=LENGTHS,
    masks=optional(COUNTS),
    semantics=COUNTS,
    text_extremes=optional(fixed(TEXT, TEXT)),
    instant_extremes=mapping(optional(fixed(INSTANT, INSTANT))),
)
ERROR = record(RowError, code=TEXT, row=COUNT, line=COUNT, byte_offset=COUNT, expected=COUNT, actual=COUNT)
ERRORS = slots(RowErrors, by_code=COUNTER, examples=several(ERROR))
TABLE = record(
    TableState,
    columns=several(COLUMN),
    row_count=COUNT,
    blank_row_count=COUNT,
    footer_rows=COUNT,
    errors=ERRORS,
    foreign=ERRORS,
    tail=several(record(Damaged, cells=several(TEXT), odd=FLAG, line=COUNT, byte_offset=COUNT)),
    lines=COUNT,
    bytes=COUNT,
    budget=record(Budget, texts=COUNT, all_texts=COUNT, characters=COUNT),
)
DIALECT = record(
    Dialect,
    delimiter=TEXT,
    line_terminator=TEXT,
    labels=Form(list, lambda values: tuple(several(TEXT).read(values))),
    quote=optional(TEXT),
    escape=optional(TEXT),
    skip_initial_space=FLAG,
    other_widths=Form(list, lambda values: tuple(several(COUNT).read(values))),
    header_rows=Form(list, lambda values: tuple(several(COUNT).read(values))),
    header_sound=FLAG,
    preamble_rows=COUNT,
    data_line=COUNT,
    confidence=NUMBER,
    runner_up=optional(fixed(TEXT, NUMBER)),
)
PARTIAL = record(
    Partial,
    table=TABLE,
    dialect=DIALECT,
    tally=record(Tally, codec=TEXT, bom=FLAG, escaped=COUNT, undefined=COUNT, letters=COUNT),
    size=COUNT,
    digest=optional(TEXT),
    compression=optional(TEXT),
    engine=TEXT,
    version=TEXT,
)


def save(part: Partial) -> bytes:
    """Write a partial down; `load` reads it, in any process and on any machine."""
    body = json.dumps(PARTIAL.write(part), ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
    header = {"format": FORMAT, "version": VERSION, "bytes": len(body), "sha256": _digest(body)}
    return json.dumps(header).encode() + b"\n" + body


def load(data: bytes) -> Partial:
    """Read what `save` has written.

    Raises:
        PartialError: `not-a-partial`, `partial-version` (it is of another version of the format), or
            `damaged-partial` (it is cut off, changed, or made up).
    """
    body = _body(data)
    try:
        part: Partial = PARTIAL.read(json.loads(body, parse_constant=_refuse))
        _check(part)
    except (
        ValueError,
        IndexError,
        RuntimeError,
        OverflowError,
    ) as wrong:  # also UnicodeError, RecursionError
        raise _damaged("is not as it was written") from wrong
    return part


def _body(data: bytes) -> bytes:
    line, _, body = data[: MOST_BYTES + _LONGEST_HEADER].partition(b"\n")
    try:
        header = json.loads(line) if len(line) < _LONGEST_HEADER else None
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise PartialError(
            "this is no saved part of a table",
            "give the bytes that were saved, from their beginning",
            code="not-a-partial",
        )
    if header.get("version") != VERSION:
        raise PartialError(
            f"a saved part of a table is of another version of the format than {VERSION}",
            "save and load with one version of gistline; profile the part again",
            code="partial-version",
        )
    if header.get("bytes") != len(body) or header.get("sha256") != _digest(body):
        raise _damaged("is cut off, or was changed")
    return body


def _check(part: Partial) -> None:
    """See that what belongs together fits together, so that nothing surprising happens later."""
    width = len(part.dialect.labels)
    budget = part.table.budget.texts_of_each(width)
    if [column.label for column in part.table.columns] != list(part.dialect.labels):
        raise ValueError("the columns are not those of the dialect")
    for column in part.table.columns:
        ranks = [numbers.ranks for numbers in (column.numbers, *column.numbers_apart.values())]
        if column.budget != budget or any(one.capacity != budget for one in ranks):
            raise ValueError("the budgets differ")


def _refuse(_: str) -> None:
    raise ValueError("NaN and infinity are no numbers here")


def _digest(body: bytes) -> str:
    from hashlib import sha256  # noqa: PLC0415 - see `compression.Stored`

    return sha256(body).hexdigest()


def _damaged(what: str) -> PartialError:
    return PartialError(
        f"a saved part of a table {what}", "profile the part again, and save it again", code="damaged-partial"
    )
