"""Numbers as people write them: decimal comma, separated thousands, a currency or a percent sign.

Comes in: the text of a cell, then the tally of a column's shapes. Goes out: the readings of the cell, then the one
`Style` in which the column is written. Called by `types`.

A style is a decimal sign, a thousands separator and a unit; a column of numbers has one, which fits every value.
`1.234` and `1,234` have two readings each, for the sign may be either. The column decides, whatever the order of its
rows. If it cannot, the point is a decimal sign, because that is how machines write, and the comma separates thousands,
because a column with a decimal comma in which every number has exactly three decimals and none begins with 0 is rare;
and a warning says so (`ambiguous-number`).

A percentage keeps its number: 12 % is 12, unit %. So nothing is said that does not stand in the file, and Table Schema
reads it so too (`bareNumber`). One value without the unit of the others makes the column text: 5 beside 5 % may be
either.
"""

import re
from collections.abc import Mapping
from math import isinf
from typing import NamedTuple

# (mantissa, scale, value): the number is exactly mantissa / 10**scale; the value is the nearest Python number
Number = tuple[int, int, int | float]

INTEGER, DECIMAL, NAN, INFINITE = "integer", "decimal", "nan", "infinite"
POINT, COMMA = ".", ","
# The shape of other numbers: this, a thousands separator, a decimal sign, a blank and the unit. `_` is no sign;
# `?` stands before a sign that may be decimal or may separate thousands.
NUMERAL = "number "
_NONE, _EITHER = "_", "?"
EITHER_POINT = f"{NUMERAL}{_EITHER}{POINT} "  # the shape of 1.234
_PLAIN = {INTEGER: "__", DECIMAL: "_."}
_UNWRITTEN = (NAN, INFINITE)  # fit every style

_SPACES = " \u00a0\u202f\u2009"  # plain, no-break, narrow no-break, thin
_SEPARATORS = f"{_SPACES}'\u2019"
# The most traded currencies (BIS, Triennial Survey 2022), and more that one finds written with their code.
CODES = frozenset(
    {"USD", "EUR", "JPY", "GBP", "CNY", "AUD", "CAD", "CHF", "HKD", "SGD", "SEK", "KRW", "NOK", "NZD"}
    | {"INR", "MXN", "TWD", "ZAR", "BRL", "DKK", "PLN", "THB", "ILS", "IDR", "CZK", "AED", "TRY"}
    | {"HUF", "CLP", "SAR", "PHP", "MYR", "COP", "RUB", "RON", "PEN", "BGN", "ARS", "ISK", "UAH"}
    | {"VND", "EGP", "NGN", "KES", "PKR", "BDT", "QAR", "KWD", "MAD", "RSD"}
)
_CURRENCY = r"[A-Z]{0,2}\$|[\u00a2-\u00a5\u0e3f\u20a0-\u20c0]|[A-Z]{3}"
_THOUSANDS = (
    rf"(?P<head>[1-9][0-9]{{0,2}})(?P<group>[.,{_SEPARATORS}])(?P<tail>[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*+)"
)
_NUMERAL = re.compile(
    rf"(?P<minus>-)?(?:(?P<before>{_CURRENCY})[{_SPACES}]?(?P<inner>-)?)?"
    rf"(?:{_THOUSANDS}|(?P<whole>0|[1-9][0-9]*+)?)"
    r"(?:(?P<sign>[.,])(?P<fraction>[0-9]++))?(?P<exponent>[eE][+-]?[0-9]++)?"
    rf"(?:[{_SPACES}]?(?P<after>{_CURRENCY}|%))?"
)


class Style(NamedTuple):
    """How the numbers of a column are written: `group_char` and `unit` are empty where there is none.

    `ambiguous`: the other decimal sign would fit every value as well, and some would have another value.
    """

    decimal_char: str = POINT
    group_char: str = ""
    unit: str = ""
    ambiguous: bool = False

    @property
    def possible(self) -> tuple[str, ...]:
        """The decimal signs that the column may have."""
        return (POINT, COMMA) if self.ambiguous else (self.decimal_char,)

    @property
    def format(self) -> str | None:
        """Say what a reader must know, as `decimalChar="," groupChar="." unit="€"`; None for plain numbers."""
        parts = (
            self.decimal_char != POINT and f'decimalChar="{self.decimal_char}"',
            self.group_char and f'groupChar="{_visible(self.group_char)}"',
            self.unit and f'unit="{self.unit}"',
        )
        return " ".join(part for part in parts if part) or None


# The order in which styles are preferred where several fit.
_STYLES = tuple(
    Style(decimal, group)
    for decimal, other in ((POINT, COMMA), (COMMA, POINT))
    for group in ("", other, *_SEPARATORS)
)


def is_number(shape: str) -> bool:
    """Tell whether a cell of this shape can be a number."""
    return shape in _UNWRITTEN or is_written(shape)


def is_written(shape: str) -> bool:
    """Tell whether a cell of this shape can be a finite number, written in figures."""
    return shape in _PLAIN or shape.startswith(NUMERAL)


def is_either(shape: str) -> bool:
    """Tell whether a number of this shape has two readings."""
    return shape.startswith(NUMERAL + _EITHER)


def read_numeral(text: str) -> tuple[str, Number | tuple[Number, Number] | None] | None:
    """Read a number, without spaces around it: its shape, and its value or both its readings; None if it is none."""
    match = _NUMERAL.fullmatch(text)
    if match is None:
        return None
    minus, before, inner, head, group, tail, whole, sign, fraction, exponent, after = match.groups("")
    minus, unit = minus + inner, before + after
    if not (head or whole or sign) or len(minus) > 1 or (head and (exponent or group == sign)):
        return None
    if (before and after) or (unit.isalpha() and unit.isascii() and unit not in CODES):
        return None
    if head and not sign and tail.isdigit() and group in (POINT, COMMA):
        return f"{NUMERAL}{_EITHER}{group} {unit}", read_either(minus + head + tail, group)
    number = _exact(minus + (head + tail.replace(group, "") if head else whole or "0"), fraction, exponent)
    return (f"{NUMERAL}{group or _NONE}{sign or _NONE} {unit}", number) if number else (INFINITE, None)


def read_either(digits: str, sign: str) -> tuple[Number, Number]:
    """Return both readings of a number with a sign before its last three digits: with decimal point and comma."""
    whole = int(digits)
    decimal, grouped = (whole, 3, whole / 1000), (whole, 0, whole)
    return (decimal, grouped) if sign == POINT else (grouped, decimal)


def count_either(shapes: Mapping[str, int]) -> int:
    """Count the values that have two readings."""
    return sum(count for shape, count in shapes.items() if is_either(shape))


def count_numbers(shapes: Mapping[str, int]) -> tuple[int, Style]:
    """Count the values that fit one style, and return that style: the one that fits most."""
    written: dict[str, dict[str, int]] = {}  # by unit: values by their signs
    unwritten = 0
    for shape, count in shapes.items():
        if shape in _UNWRITTEN:
            unwritten += count
        elif is_written(shape):
            signs, unit = _signs_and_unit(shape)
            written.setdefault(unit, {})[signs] = count
    best, style = 0, Style()
    for unit, by_signs in sorted(written.items()):
        most, found = _best_style(by_signs)
        if most > best:
            best, style = most, found._replace(unit=unit)
    return best + unwritten, style


def _best_style(written: Mapping[str, int]) -> tuple[int, Style]:
    """Return the first of the styles that fit most values, and how many these are."""
    if all(signs in _PLAIN.values() for signs in written):
        return sum(written.values()), Style()
    counts = {style: sum(n for signs, n in written.items() if _fits(style, signs)) for style in _STYLES}
    most = max(counts.values())
    fitting = [style for style, count in counts.items() if count == most]
    decimal_chars = {style.decimal_char for style in fitting}
    either = any(signs.startswith(_EITHER) and _fits(fitting[0], signs) for signs in written)
    return most, fitting[0]._replace(ambiguous=either and len(decimal_chars) > 1)


def _fits(style: Style, signs: str) -> bool:
    group, decimal = signs[0], signs[1]
    if group == _EITHER:
        return decimal in (style.decimal_char, style.group_char)
    return group in (_NONE, style.group_char) and decimal in (_NONE, style.decimal_char)


def _signs_and_unit(shape: str) -> tuple[str, str]:
    if shape in _PLAIN:
        return _PLAIN[shape], ""
    start = len(NUMERAL)
    return shape[start : start + 2], shape[start + 3 :]


def _exact(digits: str, fraction: str, exponent: str) -> Number | None:
    """Return a number by its digits; None if it is beyond 64-bit floats."""
    scale = len(fraction) - int(exponent[1:] or 0)
    if not fraction and not exponent:
        return int(digits), 0, int(digits)
    value = float(f"{digits}.{fraction}{exponent}")
    if isinf(value):
        return None
    return (int(digits + fraction), scale, value) if value else (0, 0, 0.0)


def _visible(char: str) -> str:
    """Write a separator so that a reader can tell it from others that look the same."""
    return char if char.isascii() else f"\\u{ord(char):04x}"
