"""What one cell is, and which type its whole column therefore has.

Comes in: the text of cells, then the tally of their shapes. Goes out: shapes with values, then a `Decision`.
Called by the engine, cell by distinct cell, and by `facts`. Numbers as people write them are `numerals`, dates and
times are `temporal`.

Every distinct text has one shape. A type fits a column if all of the column's shapes fit it, so that types are
decided on all rows, and tallies of two parts add up to the tally of the whole. The ladder, tightest first:
boolean, integer, number, date, time, datetime, string. Spaces around a cell, and characters that cannot be seen,
do not count when it is typed.

Leading zeros, plus signs and two-digit years in figures make text, with a warning: the zeros mean something, the plus
belongs to a phone, and 01/02/03 has six readings in two centuries. `0` and `1` are integers; `yes` and `no` are text,
because they are words of one language.
"""

import re
from collections.abc import Callable, Mapping
from math import isinf
from typing import NamedTuple

from gistline.profile import temporal
from gistline.profile.numerals import (
    CODES,
    COMMA,
    DECIMAL,
    EITHER_POINT,
    INFINITE,
    INTEGER,
    NAN,
    POINT,
    Number,
    Style,
    count_numbers,
    read_either,
    read_numeral,
)
from gistline.profile.temporal import Readings

__all__ = [
    "BLANK",
    "BOOLEAN",
    "COMMA",
    "DECIMAL",
    "INFINITE",
    "INTEGER",
    "LEADING_ZEROS",
    "LONGEST_NUMBER",
    "MISSING",
    "MISSING_TOKENS",
    "NAN",
    "PLUS_SIGN",
    "POINT",
    "TEXT",
    "TWO_DIGIT_YEAR",
    "Decision",
    "Number",
    "Style",
    "Value",
    "decide",
    "has_invisible",
    "read",
    "trim",
]

Value = Number | tuple[Number, Number] | Readings | None

BLANK, MISSING, TEXT = "blank", "missing", "text"  # blank and missing hold no value
LEADING_ZEROS, PLUS_SIGN, BOOLEAN = "leading-zeros", "plus-sign", "boolean"
TWO_DIGIT_YEAR = "two-digit-year"

# Lower case. Counted one by one wherever they occur; missing only in a column whose other values have a type.
MISSING_TOKENS = frozenset(
    {"na", "n/a", "n.a.", "#n/a", "null", "nil", "none", "nat", "-", "--", "?", ".", r"\n"}
)
_LONGEST_TOKEN = 8  # with the spaces around it, which keeps the number of different tokens finite
LONGEST_NUMBER = 1000  # characters; longer ones are text: 64-bit floats end at 309 digits

_SPACES = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_INVISIBLE = (
    "\ufeff\u200b"  # a byte order mark within a file, as `cat a.csv b.csv` makes it; a zero-width space
)
_EDGES = _SPACES + _INVISIBLE

# Possessive quantifiers: no text makes this take more than linear time.
_CELL = re.compile(
    r"""(?P<integer> -?(?:0|[1-9][0-9]*+) )
    |   (?P<either>  -?[1-9][0-9]{0,2}\.[0-9]{3} )
    |   (?P<decimal> -?(?:(?:0|[1-9][0-9]*+)(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)? )
    |   (?P<zeros>   -?0[0-9]++(?:\.[0-9]*+)? )
    |   (?P<plus>    \+[0-9]++(?:\.[0-9]*+)? )
    |   (?P<special> [+-]?(?i:nan|inf|infinity) )
    |   (?P<boolean> (?i:true|false) )
    |   (?P<instant> [0-9]{1,4}[-/.:][0-9][-/.:0-9T\ +Z]{1,40}+ )""",
    re.ASCII | re.VERBOSE,
)
_LAST = frozenset(
    "0123456789%$ABCDEFGHIJKLMNOPQRSTUVWXYZm"
)  # of what is written with more than plain figures
_LONGEST_FORMATTED = 80


class Decision(NamedTuple):
    """The type of a column.

    `order` is how its instants are to be read (`temporal.YMD`, …; empty for other types), `style` how its numbers
    are (plain for other types). `type_counts` tells how many values each candidate type would fit, tightest
    first; a wider type is listed if it fits more.
    """

    type: str
    format: str | None
    order: str
    type_counts: Mapping[str, int]
    style: Style = Style()


def trim(text: str) -> str:
    """Return a cell without what cannot be seen around it: spaces, byte order marks and zero-width spaces."""
    return text.strip() if text.isascii() else text.strip(_EDGES)


def has_invisible(text: str) -> bool:
    """Tell whether something other than a space that cannot be seen begins or ends a cell."""
    if text.isascii():
        return False
    bare = text.strip(_SPACES)
    return bare != bare.strip(_INVISIBLE)


def read(text: str) -> tuple[str, Value]:
    """Return the shape of a cell, and its value if it is a number or an instant."""
    trimmed = trim(text)
    if not trimmed:
        return BLANK, None
    if len(trimmed) > LONGEST_NUMBER:
        return TEXT, None
    match = _CELL.fullmatch(trimmed)
    if match is not None and match.lastgroup:
        return _READERS[match.lastgroup](trimmed)
    if len(text) <= _LONGEST_TOKEN and trimmed.lower() in MISSING_TOKENS:
        return MISSING, None
    if (trimmed[-1] in _LAST or not trimmed[-1].isascii()) and len(trimmed) <= _LONGEST_FORMATTED:
        return _read_formatted(trimmed)
    return TEXT, None


def decide(shapes: Mapping[str, int]) -> Decision:
    """Choose the tightest type that fits every value; `shapes` holds neither blank nor missing cells."""
    total = sum(shapes.values())
    integers = shapes.get(INTEGER, 0)
    numbers, style = count_numbers(shapes)
    orders = {name: _orders(shapes, name) for name in (temporal.DATE, temporal.TIME, temporal.DATETIME)}
    fits = {"boolean": shapes.get(BOOLEAN, 0), "integer": integers}
    fits["number"] = 0 if numbers == integers else numbers
    fits |= {name: max(counts.values(), default=0) for name, counts in orders.items()}
    fits["string"] = 0 if total in fits.values() else total
    type_counts = {name: count for name, count in fits.items() if count}
    decided = next((name for name, count in type_counts.items() if count == total), "string")
    if decided == "number":
        return Decision(decided, style.format, "", type_counts, style)
    order, pattern = _format(shapes, decided, orders.get(decided, {}))
    return Decision(decided, pattern, order, type_counts)


def _read_integer(text: str) -> tuple[str, Value]:
    number = int(text)
    return INTEGER, (number, 0, number)


def _read_decimal(text: str) -> tuple[str, Value]:
    value = float(text)
    if isinf(value):
        return INFINITE, None
    if not value:  # zero, or too small for a 64-bit float
        return DECIMAL, (0, 0, 0.0)
    mantissa, _, exponent = text.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    return DECIMAL, (int(whole + fraction), len(fraction) - int(exponent or 0), value)


def _read_special(text: str) -> tuple[str, Value]:
    return (NAN if text[-1] in "nN" else INFINITE), None


def _read_instant(text: str) -> tuple[str, Value]:
    found = temporal.read_instant(text)
    if found:
        return found
    if temporal.has_two_digit_year(text):
        return TWO_DIGIT_YEAR, None
    return read_numeral(text) or (TEXT, None)


def _read_formatted(text: str) -> tuple[str, Value]:
    """Read what needs more than figures, a point and a colon; most texts are told by their first letters."""
    if text[0].isalpha():
        begin = text[:3]
        if begin.lower() in temporal.MONTHS:
            return temporal.read_instant(text) or (TEXT, None)
        if begin not in CODES and "$" not in begin:
            return TEXT, None
    number = read_numeral(text)
    return number or (text[0].isdigit() and temporal.read_instant(text)) or (TEXT, None)


def _read_either(text: str) -> tuple[str, Value]:
    return EITHER_POINT, read_either(text.replace(POINT, ""), POINT)


_READERS: Mapping[str, Callable[[str], tuple[str, Value]]] = {
    "integer": _read_integer,
    "either": _read_either,
    "decimal": _read_decimal,
    "zeros": lambda _: (LEADING_ZEROS, None),
    "plus": lambda _: (PLUS_SIGN, None),
    "special": _read_special,
    "boolean": lambda _: (BOOLEAN, None),
    "instant": _read_instant,
}


def _orders(shapes: Mapping[str, int], name: str) -> dict[str, int]:
    """Count how many values of a temporal type each order fits."""
    counts: dict[str, int] = {}
    for shape, count in shapes.items():
        kind, _, rest = shape.partition(" ")
        if kind == name:
            order = rest.partition(" ")[0]
            for one in (temporal.DMY, temporal.MDY) if order == temporal.BOTH else (order,):
                counts[one] = counts.get(one, 0) + count
    return counts


def _format(shapes: Mapping[str, int], decided: str, orders: Mapping[str, int]) -> tuple[str, str | None]:
    """Return the order and the `format` of a temporal column; others have neither."""
    fitting = [order for order, count in orders.items() if count == max(orders.values())]
    if not fitting:
        return "", None
    if len(fitting) > 1:
        return temporal.BOTH, "ambiguous"
    templates = [shape.split(" ", 2)[2] for shape in shapes if shape.startswith(f"{decided} ")]
    return fitting[0], temporal.column_format(templates, fitting[0])
