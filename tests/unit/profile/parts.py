"""What the tests of parts share: tables with cuts between their rows, and what is said of parts put together."""

import io
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from hypothesis import strategies as st

from gistline.profile import Partial, profile_part, summary_of
from gistline.profile.budget import Budget
from unit.profile.oracle import NOON, validator

HEADER = "amount,when,word"
NUMBER = st.one_of(
    st.integers(-5, 5).map(str),
    st.integers().map(str),
    st.decimals(-99, 99, places=2).map(str),
    st.sampled_from(["1.5", "nan", "1e999", "007", "+1", "1,5", "1.234,5", "0"]),
)
WHEN = st.one_of(
    st.dates().map(lambda day: day.isoformat()),
    st.sampled_from(
        ["03/04/2026", "31/12/2026", "12/31/2026", "2026-01-01T10:00:00Z", "2026-01-01T10:00:00", "x"]
    ),
)
WORD = st.one_of(
    st.sampled_from(["red", "blue", "a@b.example", "true", "false", "x" * 250]),
    st.text(st.characters(codec="utf-8", exclude_characters=';\r\n"'), max_size=5),
)
NOTHING = st.sampled_from(["", " ", "NA", "-", "null"])
SOUND = st.tuples(NUMBER | NOTHING, WHEN | NOTHING, WORD | NOTHING).map(";".join)
DAMAGED = st.sampled_from(
    ["", "1", "1;2026-01-01", "a;b;c;d", ";;", "1;x;2026-01-01;4;5", "a note below the table", "Total: 3"]
)
ROWS = st.lists(st.one_of(SOUND, SOUND, SOUND, DAMAGED), max_size=40)


class Cut(NamedTuple):
    """A table, whole and in parts, each made with the dialect of the whole."""

    whole: Partial
    parts: list[Partial]


def cut(rows: Sequence[str], cuts: Sequence[int], budget: Budget) -> Cut:
    """Profile a table in one pass, and in parts that end before the rows of these numbers (0 up)."""
    lines = [f"{row}\n".encode() for row in rows]
    head = HEADER.replace(",", ";").encode() + b"\n"
    whole = profile_part(io.BytesIO(head + b"".join(lines)), budget=budget)
    above = whole.dialect.data_line - 1
    places = [above, *sorted(max(above, min(place, len(lines))) for place in cuts), len(lines)]
    parts = [profile_part(io.BytesIO(head + b"".join(lines[: places[1]])), whole.dialect, budget=budget)]
    for start, end in pairwise(places[1:]):
        content = io.BytesIO(b"".join(lines[start:end]))
        parts.append(profile_part(content, whole.dialect, begins=False, budget=budget))
    return Cut(whole, parts)


def said_of(part: Partial) -> dict[str, Any]:
    """Return the summary, without the hash, which is that of a file in one piece."""
    document = summary_of(part, published="all", clock=lambda: NOON).to_dict()
    validator().validate(document)
    document["resource"].pop("hash", None)
    return document
