"""What may be published of a column: values of people stay where they are.

Comes in: the label, the type and the values of a column. Goes out: yes or no. Called by `facts`.

A column of strings is shown only if it is categorical, that is, if it has few distinct values which occur many
times; and if neither its label nor its values look personal. Doubt means no. The words are in `people`.
"""

import re
from collections.abc import Collection
from itertools import pairwise

from gistline.profile.people import (
    GIVEN_NAMES,
    NAMED,
    NAMES,
    NO_NAME_ENDS,
    NO_NAMES,
    NOBODY,
    PARTICLES,
    PEOPLE,
    PERSONAL_STEMS,
    PERSONAL_WORDS,
    SUFFIXES,
    SURNAMES,
    THINGS,
    TITLES,
)
from gistline.profile.types import MISSING_TOKENS, trim

MOST_CATEGORIES = 50
_OCCURRENCES = 4  # of each category, on average
_MANY_DIGITS = 7  # as phone numbers, card numbers and account numbers have at least
_LONG_NUMBER = 1_000_000
_NINE_DIGITS = (100_000_000, 999_999_999)

_WORD = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])")
_NAME_WORDS = 4  # first name, others, last name; particles, titles and suffixes aside
_UPPER_CASE = 3  # letters of a word in upper case that is no abbreviation
_CJK_NAME = (2, 3)  # characters
_CJK = "\u3400"  # and all behind
_ADDRESS = (  # not compiled before it is needed
    r"(?i)[0-9]{1,5}[a-z]?,?\s+(?:[\w.'-]+\s+){1,4}(?:st|street|rd|road|ave|avenue|blvd|boulevard|ln|lane|dr|drive|ct|court"
    r"|way|place|pl|square|sq|terrace)\b.*"
    r"|[0-9]{1,5},?\s+(?:rue|avenue|boulevard|place|chemin)\s.+"
    r"|\w[\w.' -]{0,60}(?:str\.|straße|strasse|straat|gasse|weg|allee|platz)\s+[0-9]{1,4}\s?[a-z]?"
    r"|(?:calle|via|rua|avenida)\s.{1,60}?[0-9]{1,5}"
)
_QUERY = r"\w+://[^?]*\?."


def is_categorical(distinct: int, count: int) -> bool:
    """Tell whether so few distinct values occur so often that they name groups, not single rows."""
    return distinct <= MOST_CATEGORIES and distinct * _OCCURRENCES <= count


def is_personal_label(label: str) -> bool:
    """Tell whether a label promises people: `customer`, `customer_email`, `lastName`, `Kundentelefon`, `负责人`."""
    words = _words(label)
    joined = "".join(words)
    before_name = {first for first, second in pairwise(["", *words]) if second == "name"}
    several = {first + second for first, second in pairwise(words)}
    return not (
        PERSONAL_WORDS.isdisjoint(words)
        and PERSONAL_WORDS.isdisjoint(several)
        and NAMED.isdisjoint(before_name)
        and PEOPLE.isdisjoint((*words[-1:], "".join(words[-2:])))
        and joined not in NAMES
        and not any(stem in joined for stem in PERSONAL_STEMS)
    )


def looks_personal(values: Collection[str], label: str = "") -> bool:
    """Tell whether one of a few values looks like an address or a number of somebody, or half of them like names.

    Under a label of things (`city`, `product`) nothing is taken for a name.
    """
    texts = [text for text in map(trim, values) if text and text.lower() not in MISSING_TOKENS]
    if any(map(_is_contact, texts)):
        return True
    if not THINGS.isdisjoint(_words(label)):
        return False
    known = [text for text in texts if text.lower() not in NOBODY]
    return bool(known) and 2 * sum(map(_is_name, known)) >= len(known)


def is_long_number(number: float) -> bool:
    """Tell whether a whole number has as many digits as a phone number."""
    return abs(number) >= _LONG_NUMBER


def are_grouped_phones(extremes: tuple[float, float], group: str) -> bool:
    """Tell whether numbers between these, with such a sign between three digits each, may be phones: `555 123 456`."""
    return group.isspace() and _NINE_DIGITS[0] <= extremes[0] and extremes[1] <= _NINE_DIGITS[1]


def _words(label: str) -> list[str]:
    if not label.isascii():
        from unicodedata import normalize  # noqa: PLC0415 - most labels are ASCII

        label = normalize("NFC", label)
    return [word.lower() for word in _WORD.findall(label)]


def _is_contact(text: str) -> bool:
    if "@" in text or sum(map(str.isdigit, text)) >= _MANY_DIGITS:
        return True
    if "://" in text:
        return re.match(_QUERY, text) is not None
    return any(map(str.isdigit, text)) and re.fullmatch(_ADDRESS, text[:200]) is not None


def _is_name(text: str) -> bool:
    """Tell whether a text may name a person: `Ada Lovelace`, `J. Smith`, `SMITH, JOHN`, `maria garcia`, `王伟`."""
    if text[0] >= _CJK and text.isalpha():
        few, many = _CJK_NAME
        return few <= len(text) <= many and text[0] in SURNAMES and text[-1] not in NO_NAME_ENDS
    words = text.replace(",", " ").replace(".", ". ").split()
    bare = [word.rstrip(".").lower() for word in words]
    if not bare or not NO_NAMES.isdisjoint((*bare, *map(str.lower, words))) or not all(map(_is_word, bare)):
        return False
    titled = bare[0] in TITLES and len(bare) > 1
    parts = [
        word
        for word, one in zip(words, bare, strict=True)
        if one not in PARTICLES and one not in SUFFIXES and one not in TITLES
    ]
    if not parts or len(parts) > _NAME_WORDS:
        return False
    if titled or not GIVEN_NAMES.isdisjoint(bare):
        return True
    numbered = len(words[-1]) == 1 and words[-1].isascii()  # Plan B
    return len(parts) > 1 and not numbered and (all(map(_is_capitalised, parts)) or _is_upper_case(parts))


def _is_word(bare: str) -> bool:
    return bare.replace("-", "").replace("'", "").replace("\u2019", "").isalpha()


def _is_capitalised(word: str) -> bool:
    """Tell whether a word begins like a name: `Ada`, `J.`, and any in a script without capitals."""
    if word.isupper():
        return len(word.rstrip(".")) == 1
    return word[0].isupper() or word.lower() == word.upper()


def _is_upper_case(words: Collection[str]) -> bool:
    return all(word.isupper() and len(word) >= _UPPER_CASE for word in words)
