import json
from collections import Counter
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.forms import (
    BYTES,
    COUNT,
    COUNTER,
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
)


class Point(NamedTuple):
    across: int
    up: int | None


POINT = record(Point, across=INTEGER, up=optional(INTEGER))
SEVERAL = [
    (INTEGER, st.integers()),
    (NUMBER, st.integers() | st.floats(allow_nan=False, allow_infinity=False)),
    (TEXT, st.text(st.characters(codec="utf-8"))),
    (BYTES, st.binary()),
    (INSTANT, st.dates() | st.times() | st.datetimes() | st.datetimes(timezones=st.just(UTC))),
    (POINT, st.builds(Point, st.integers(), st.none() | st.integers())),
    (COUNTER, st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers(0, 99)).map(Counter)),
    (several(fixed(INTEGER, TEXT)), st.lists(st.tuples(st.integers(), st.just("x")))),
    (mapping(COUNT, INTEGER), st.dictionaries(st.integers(), st.integers(0, 99))),
]


@pytest.mark.parametrize(("form", "values"), SEVERAL)
def test_what_is_read_is_what_was_written(form: Form, values: st.SearchStrategy[Any]) -> None:
    @given(values)
    def check(value: Any) -> None:
        found = form.read(json.loads(json.dumps(form.write(value))))
        assert found == value
        assert type(found) is type(value)

    check()


@pytest.mark.parametrize("instant", [date(2026, 1, 2), time(1, 2, 3, 4), datetime(2026, 1, 2, tzinfo=UTC)])
def test_instants_keep_their_kind(instant: date | time) -> None:
    assert type(INSTANT.read(INSTANT.write(instant))) is type(instant)


@pytest.mark.parametrize(
    ("form", "value"),
    [
        (COUNT, -1),
        (COUNT, 1.0),
        (COUNT, True),
        (COUNT, "1"),
        (COUNT, 1 << 62),
        (NUMBER, float("inf")),
        (NUMBER, None),
        (TEXT, 1),
        (TEXT, "\ud800"),
        (BYTES, "&"),
        (BYTES, "a"),
        (INSTANT, "noon"),
        (POINT, {"across": 1}),
        (POINT, {"across": 1, "up": 2, "deep": 3}),
        (POINT, [1, 2]),
        (fixed(COUNT, COUNT), [1]),
        (mapping(COUNT), [["a"]]),
        (mapping(COUNT), "ab"),
    ],
)
def test_anything_else_is_a_value_error(form: Form, value: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever
        form.read(value)
