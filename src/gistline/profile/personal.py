"""What may be published of a column: values of people stay where they are.

Comes in: the label, the type and the values of a column. Goes out: yes or no. Called by `facts`.

A column of strings is shown only if it is categorical, that is, if it has few distinct values which occur many
times; and if neither its label nor its values look personal. Doubt means no.
"""

import re
from collections.abc import Collection

from gistline.profile.types import MISSING_TOKENS

MOST_CATEGORIES = 50
_OCCURRENCES = 4  # of each category, on average
_MANY_DIGITS = 7  # as phone numbers, card numbers and account numbers have at least
_LONG_NUMBER = 1_000_000

_PERSONAL_WORDS = frozenset(
    {
        "address",
        "birth",
        "birthday",
        "dob",
        "card",
        "email",
        "fax",
        "firstname",
        "fullname",
        "iban",
        "lastname",
        "login",
    }
    | {"mail", "mobile", "nickname", "passport", "password", "phone", "secret", "ssn", "street", "surname"}
    | {"telephone", "token", "username", "forename"}
)
_PEOPLE = frozenset(
    {"author", "buyer", "cardholder", "client", "contact", "customer", "employee", "guest", "manager"}
    | {"member", "owner", "patient", "person", "recipient", "seller", "student", "teacher", "user"}
)
_NAME_OF = _PEOPLE | {"", "account", "family", "first", "full", "given", "holder", "last", "maiden", "middle"}
_WORD = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])")
_NAME_WORDS = (2, 3)  # first name, perhaps another, last name


def is_categorical(distinct: int, count: int) -> bool:
    """Tell whether so few distinct values occur so often that they name groups, not single rows."""
    return distinct <= MOST_CATEGORIES and distinct * _OCCURRENCES <= count


def is_personal_label(label: str) -> bool:
    """Tell whether a label promises people: `customer`, `customer_email`, `lastName`, `Phone number`."""
    words = [word.lower() for word in _WORD.findall(label)]
    before_name = {first for first, second in zip(["", *words], words, strict=False) if second == "name"}
    return not (
        _PERSONAL_WORDS.isdisjoint(words)
        and _NAME_OF.isdisjoint(before_name)
        and _PEOPLE.isdisjoint(words[-1:])
    )


def looks_personal(values: Collection[str]) -> bool:
    """Tell whether one of a few values looks like an address or a number of somebody, or all like names."""
    names = [value for value in values if value.strip() and value.strip().lower() not in MISSING_TOKENS]
    return any(map(_is_contact, values)) or (bool(names) and all(map(_is_name, names)))


def _is_contact(value: str) -> bool:
    return "@" in value or sum(map(str.isdigit, value)) >= _MANY_DIGITS


def _is_name(value: str) -> bool:
    words = value.split()
    return len(words) in _NAME_WORDS and all(word[0].isupper() and not word.isupper() for word in words)


def is_long_number(number: float) -> bool:
    """Tell whether a whole number has as many digits as a phone number."""
    return abs(number) >= _LONG_NUMBER
