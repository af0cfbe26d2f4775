"""How values are written as JSON and read again, with nothing taken on trust.

Comes in: values, or what a JSON parser made of text from anywhere. Goes out: the other. Called by `saved`, which
puts these forms together. Reading raises ValueError, and nothing else, for what no writer has written.
"""

from binascii import a2b_base64, b2a_base64
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from math import isfinite
from operator import attrgetter
from typing import Any, NamedTuple

_MOST = 1 << 62  # of anything that is counted


class Form(NamedTuple):
    """How one kind of value is written, and read."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


def _only(*kinds: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) not in kinds:
            raise ValueError("another type of value was expected")
        return value

    return read


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < _MOST:
        raise ValueError("a count was expected")
    return value


def _number(value: Any) -> int | float:
    number: int | float = _only(int, float)(value)
    if not isfinite(number) if isinstance(number, float) else False:
        raise ValueError("a finite number was expected")
    return number


def _text(value: Any) -> str:
    text: str = _only(str)(value)
    text.encode()  # UnicodeEncodeError is a ValueError: half a character
    return text


def _instant(value: Any) -> date | time | datetime:
    text = _text(value)
    if "T" in text:
        return datetime.fromisoformat(text)
    return time.fromisoformat(text) if ":" in text else date.fromisoformat(text)


COUNT = Form(_same, _count)
INTEGER = Form(_same, _only(int))
NUMBER = Form(_same, _number)
FLAG = Form(_same, _only(bool))
TEXT = Form(_same, _text)
INSTANT = Form(lambda value: value.isoformat(), _instant)
BYTES = Form(
    lambda value: b2a_base64(value, newline=False).decode(),
    lambda value: a2b_base64(_text(value), strict_mode=True),
)


def optional(form: Form) -> Form:
    """Let there be nothing."""
    return Form(
        lambda value: None if value is None else form.write(value),
        lambda value: None if value is None else form.read(value),
    )


def several(form: Form) -> Form:
    """Make a list."""
    return Form(
        lambda values: list(map(form.write, values)), lambda values: list(map(form.read, _only(list)(values)))
    )


def fixed(*forms: Form) -> Form:
    """Make a tuple of so many values."""

    def read(values: Any) -> Any:
        return tuple(form.read(value) for form, value in zip(forms, _only(list)(values), strict=True))

    return Form(lambda values: [form.write(value) for form, value in zip(forms, values, strict=True)], read)


def mapping(values: Form, keys: Form = TEXT, kind: Callable[[Any], Any] = dict) -> Form:
    """Make a dictionary, its order kept."""

    def write(pairs: Mapping[Any, Any]) -> Any:
        return [[keys.write(key), values.write(value)] for key, value in pairs.items()]

    def read(pairs: Any) -> Any:
        return kind({keys.read(key): values.read(value) for key, value in map(_pair, _only(list)(pairs))})

    return Form(write, read)


def _pair(value: Any) -> tuple[Any, Any]:
    key, other = _only(list)(value)
    return key, other


COUNTER = mapping(COUNT, kind=Counter)
COUNTS = mapping(COUNT)


def record(make: Callable[..., Any], **fields: Form) -> Form:
    """Make an object of named values; `make` gets them by their names."""
    read_all = attrgetter(*fields)

    def write(value: Any) -> Any:
        return {
            name: form.write(one) for (name, form), one in zip(fields.items(), read_all(value), strict=True)
        }

    def read(given: Any) -> Any:
        if _only(dict)(given).keys() != fields.keys():
            raise ValueError("other names were expected")
        return make(**{name: form.read(given[name]) for name, form in fields.items()})

    return Form(write, read)


def slots(make: Callable[..., Any], *arguments: str, **fields: Form) -> Form:
    """Make an object with slots: made of the values of `arguments`, then given the other values."""

    def fill(**values: Any) -> Any:
        made = make(*(values.pop(name) for name in arguments))
        for name, value in values.items():
            setattr(made, name, value)
        return made

    return record(fill, **fields)
