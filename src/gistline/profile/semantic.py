"""What the values are beyond their type: addresses, account numbers, places.

Comes in: distinct texts with their frequency. Goes out: a tally of kinds, then the kind of the column. Called by
`column` and `facts`.

A text has one kind or none, so that tallies of parts add up. Only kinds with a precise form are told: with a check digit
(IBAN: ISO 13616, modulo 97; card numbers: ISO/IEC 7812, Luhn, and a prefix that a network uses) or a grammar of their own
(e-mail: the form in HTML's standard, which browsers check; UUID: RFC 9562; IPv4, IPv6: RFC 4291). Country codes and postal
codes have none: `IN` is Indiana, India and a word. Latitude and longitude are told by label and range.

No text takes more than linear time: quantifiers are possessive or bounded, and what is longer than 2,048 characters has
no kind.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from gistline.profile.types import DECIMAL, INTEGER, LEADING_ZEROS, PLUS_SIGN, TEXT, trim

EMAIL, URL, UUID, IPV4, IPV6, MAC = "email", "url", "uuid", "ipv4", "ipv6", "mac"
PHONE, IBAN, CARD, COLOUR = "phone", "iban", "card-number", "hex-colour"
LATITUDE, LONGITUDE = "latitude", "longitude"
KINDS = (EMAIL, URL, UUID, IPV4, IPV6, MAC, PHONE, IBAN, CARD, COLOUR, LATITUDE, LONGITUDE)
PERSONAL = frozenset(
    {EMAIL, PHONE, IBAN, CARD, IPV4, IPV6, MAC}
)  # a machine's address leads to who sits at it
THRESHOLD = 0.9  # the share of the values that makes a kind the column's
LIKELY_CARDS = 0.25  # of the integers of a column; one in ten has Luhn's check digit by chance

_LONGEST = 2048  # browsers and servers agree on no longer URL
_LONGEST_FIGURES = 45  # an IPv6 address with an IPv4 address at its end
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15  # of a phone number; at most: ITU-T E.164
_CARD_DIGITS = (13, 19)
_READ = frozenset({TEXT, LEADING_ZEROS, PLUS_SIGN})

_EMAIL = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}+@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,10}+[^\W\d_][\w-]{0,61}[^\W_]"
)
_URL = re.compile(r"(?i:https?|ftps?|s3|wss?)://[^\s/?#]++\S*+")
_FIGURES = re.compile(
    r"(?P<uuid>[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})"
    r"|(?P<ipv4>(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9]))"
    r"|(?P<mac>[0-9a-fA-F]{2}(?P<mark>[:-])[0-9a-fA-F]{2}(?:(?P=mark)[0-9a-fA-F]{2}){4})"
    r"|(?P<hex_colour>\#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3}|[0-9a-fA-F]{8}))"
    r"|(?P<ipv6>(?=[^:]*:[^:]*:)[0-9a-fA-F:.]{2,45}+)"
    r"|(?P<iban>[A-Z]{2}[0-9]{2}[ ]?(?:[A-Z0-9]{4}[ ]?){2,7}[A-Z0-9]{0,4})"
    r"|(?P<card_number>[0-9]{4}(?:(?P<gap>[ -])[0-9]{4}(?P=gap)[0-9]{4}(?P=gap)[0-9]{4}(?:(?P=gap)[0-9]{3})?"
    r"|(?P<short>[ -])[0-9]{6}(?P=short)[0-9]{5}))"
    # with a plus sign; with an area code in brackets; as in North America; with a trunk zero
    r"|(?P<phone>\+[1-9][0-9 ().\-/]{6,24}+|\([0-9]{2,5}\)[ ]?[0-9][0-9 .\-/]{4,14}+"
    r"|[0-9]{3}(?P<dash>[-. ])[0-9]{3}(?P=dash)[0-9]{4}|0[0-9]{1,5}[ /][0-9][0-9 ]{5,13}+)",
    re.ASCII,
)
_CARD_PREFIX = re.compile(
    r"4|5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|3[47]|6011|64[4-9]|65|62|35(?:2[89]|[3-8])|3(?:0[0-5]|[689])"
)
_PLACES = {LATITUDE: ({"latitude", "lat"}, 90), LONGITUDE: ({"longitude", "lon", "lng"}, 180)}
_LONG = "long"  # longitude only if it is the whole label
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


class Semantic(NamedTuple):
    """What the values of a column are, and which share of them."""

    value: str
    ratio: float


def kind_of(text: str) -> str | None:
    """Tell what one text is, spaces around it aside."""
    if len(text) > _LONGEST:
        return None
    text = trim(text)
    if "@" in text:
        return EMAIL if _EMAIL.fullmatch(text) else None
    if "://" in text:
        return URL if _URL.fullmatch(text) else None
    match = _FIGURES.fullmatch(text) if len(text) <= _LONGEST_FIGURES else None
    kind = match.lastgroup.replace("_", "-") if match and match.lastgroup else None
    return kind if kind and _is_sound(kind, text) else None


def add(tally: dict[str, int], shape: str, texts: Iterable[str], counts: Iterable[int]) -> None:
    """Add distinct texts of one shape with their frequencies; numbers and dates can only be card numbers."""
    if shape in (INTEGER, DECIMAL):
        for text, count in zip(texts, counts, strict=True):
            if len(text) >= _CARD_DIGITS[0] and _is_card_number(text):
                tally[CARD] = tally.get(CARD, 0) + count
    elif shape in _READ:
        for text, count in zip(texts, counts, strict=True):
            kind = kind_of(text)
            if kind:
                tally[kind] = tally.get(kind, 0) + count


def decide(tally: Mapping[str, int], count: int) -> Semantic | None:
    """Return the kind of nine tenths of `count` values."""
    for kind, times in tally.items():
        if times >= THRESHOLD * count:
            return Semantic(kind, times / count)
    return None


def place(label: str, extremes: tuple[float, float] | None) -> Semantic | None:
    """Return latitude or longitude if the label says so and no number is beyond the poles or the date line."""
    if extremes is None:
        return None
    words = [word.lower() for word in _WORD.findall(label)]
    for kind, (names, most) in _PLACES.items():
        named = not names.isdisjoint(words) or (kind == LONGITUDE and label.lower() == _LONG)
        if named and -most <= extremes[0] and extremes[1] <= most:
            return Semantic(kind, 1.0)
    return None


def _is_card_number(text: str) -> bool:
    """Tell whether a number is a card's: pandas writes integers as 1.0 once a cell is empty."""
    digits, _, fraction = trim(text).partition(".")
    low, high = _CARD_DIGITS
    return low <= len(digits) <= high and digits.isdigit() and not fraction.strip("0") and is_card(digits)


def is_card(digits: str) -> bool:
    """Tell whether digits are a card number: a network's prefix, and Luhn's check digit."""
    if not _CARD_PREFIX.match(digits):
        return False
    doubled = sum(map(int, "".join(str(2 * int(digit)) for digit in digits[-2::-2])))
    return (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0


def _is_sound(kind: str, text: str) -> bool:
    """Check what a form alone does not tell."""
    if kind == CARD:
        return is_card("".join(filter(str.isdigit, text)))
    if kind == PHONE:
        return _FEWEST_DIGITS <= sum(map(str.isdigit, text)) <= _MOST_DIGITS
    if kind == IBAN:
        return _is_iban(text.replace(" ", ""))
    return kind != IPV6 or _is_ipv6(text)


def _is_iban(text: str) -> bool:
    """Check the two digits of an IBAN: letters count from A = 10, the first four come last, the rest is 1."""
    number = "".join(str(int(letter, 36)) for letter in text[4:] + text[:4])
    return int(number) % 97 == 1


def _is_ipv6(text: str) -> bool:
    from ipaddress import AddressValueError, IPv6Address  # noqa: PLC0415 - 5 ms that few files need

    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True
