import base64
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.errors import PartialError
from gistline.profile import Partial, merge, profile_part
from gistline.profile.budget import Budget
from gistline.profile.dialect import Dialect
from gistline.profile.encoding import Tally
from gistline.profile.saved import load, save
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
from unit.profile.parts import ROWS, cut, said_of

TINY = Budget(texts=8, all_texts=24)
WORKER = """
import sys
from gistline.profile import profile_part
from gistline.profile.saved import load, save
path, start, end, first, out = sys.argv[1:]
with open(path, "rb") as file:
    file.seek(int(start))
    data = file.read(int(end) - int(start))
import io
dialect = None if first == "-" else load(open(first, "rb").read()).dialect
with open(out, "wb") as file:
    file.write(save(profile_part(io.BytesIO(data), dialect, begins=dialect is None)))
"""
MERGER = """
import sys
from gistline.profile import merge, summary_of
from gistline.profile.saved import load
whole = merge(load(open(path, "rb").read()) for path in sys.argv[1:])
print(summary_of(whole, published="all").to_json())
"""


def part_of(content: bytes, budget: Budget | None = None) -> Partial:
    return profile_part(io.BytesIO(content), budget=budget)


FORGETFUL = part_of(b"id;name\n" + b"".join(b"%d;x%d\n" % (number, number) for number in range(500)), TINY)
PLAIN = part_of(b"id;name;day\n1;x;2026-01-01\n2;y;2026-01-02\n3;z\n4;;\na;b;c;d\n")


@given(ROWS, st.lists(st.integers(0, 40), max_size=2), st.sampled_from([Budget(), TINY]))
def test_what_is_loaded_is_what_was_saved(rows: list[str], cuts: list[int], budget: Budget) -> None:
    _, parts = cut(rows, cuts, budget)
    loaded = [load(save(part)) for part in parts]
    assert [save(part) for part in loaded] == [save(part) for part in parts]
    assert said_of(merge(loaded)) == said_of(merge(parts))


def test_same_bytes_are_saved_in_the_same_way() -> None:
    content = b"id;name\n" + b"".join(b"%d;x%d\n" % (number, number % 9) for number in range(1000))
    assert save(part_of(content, TINY)) == save(part_of(content, TINY))


def _run(script: str, *arguments: object) -> str:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def test_two_processes_profile_a_part_each_and_a_third_one_merges(tmp_path: Path) -> None:
    rows = [b"%d;name %d;2026-01-%02d\n" % (number, number % 5, number % 28 + 1) for number in range(400)]
    content = b"id;name;day\n" + b"".join([*rows[:200], b"short\n", *rows[200:], b"1;2;3;4\n"])
    path, (one, other) = tmp_path / "whole.csv", (tmp_path / "one", tmp_path / "other")
    path.write_bytes(content)
    half = content.index(b"\n", len(content) // 2) + 1
    _run(WORKER, path, 0, half, "-", one)
    _run(WORKER, path, half, len(content), one, other)
    merged = json.loads(_run(MERGER, one, other))
    expected = said_of(part_of(content))
    merged["generatedAt"] = expected["generatedAt"]
    assert merged == expected


@pytest.mark.parametrize(
    "kind",
    [
        Partial,
        TableState,
        ColumnState,
        Numbers,
        Ranks,
        Lengths,
        RowErrors,
        RowError,
        Damaged,
        Dialect,
        Tally,
        Budget,
    ],
)
def test_each_field_is_saved(kind: type) -> None:
    """A new field has to have a form; only what `finish` sets needs none."""
    saved = _names(json.loads(save(PLAIN).partition(b"\n")[2]))
    fields = set(getattr(kind, "_fields", ()) or getattr(kind, "__slots__", ()))
    assert fields
    assert fields - {"unfit", "value_texts"} <= saved


def _names(node: Any) -> set[str]:
    if isinstance(node, dict):
        return set(node).union(*map(_names, node.values()))
    return set().union(*map(_names, node)) if isinstance(node, list) else set()


def refused(data: bytes) -> str:
    with pytest.raises(PartialError) as refusal:
        load(data)
    assert refusal.value.remedy
    return refusal.value.code


@pytest.mark.parametrize(
    "data", [b"", b"id;name\n1;x\n", b"\x80\x04K\x01.", b"[" * 100_000, b"{}\n{}", b"null\n", b"\xff\n"]
)
def test_what_is_no_saved_part_is_refused(data: bytes) -> None:
    assert refused(data) == "not-a-partial"


def test_part_of_another_version_of_the_format_is_refused() -> None:
    assert refused(save(PLAIN).replace(b'"version": 1', b'"version": 2', 1)) == "partial-version"


@given(st.data())
def test_part_that_is_cut_off_or_changed_is_refused(data: st.DataObject) -> None:
    saved = save(FORGETFUL)
    body = saved.index(b"\n") + 1
    place = data.draw(st.integers(body, len(saved) - 1))
    changed = bytes([saved[place] ^ data.draw(st.integers(1, 255))])
    assert refused(saved[:place]) == "damaged-partial"
    assert refused(saved[:place] + changed + saved[place + 1 :]) == "damaged-partial"
    assert refused(saved + b" ") == "damaged-partial"


def forged(change: Callable[[dict[str, Any]], None], part: Partial = PLAIN) -> bytes:
    """Change what was saved, with a digest that says it is as it was."""
    body = json.loads(save(part).partition(b"\n")[2])
    change(body)
    return sealed(json.dumps(body).encode())


def sealed(body: bytes) -> bytes:
    header = {
        "format": "gistline-partial",
        "version": 1,
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    return json.dumps(header).encode() + b"\n" + body


def column(body: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = body["table"]["columns"][0]
    return first


def test_what_is_forged_without_a_mistake_is_loaded() -> None:
    assert save(load(forged(lambda body: body.update(size=7)))) == save(PLAIN._replace(size=7))


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.pop("size"),
        lambda body: body.update(more=1),
        lambda body: body.update(size=-1),
        lambda body: body.update(size=True),
        lambda body: body.update(size=1 << 70),
        lambda body: body.update(table=[]),
        lambda body: body.update(engine="\ud800"),
        lambda body: column(body).update(texts=[["a", "b"]]),
        lambda body: column(body).update(texts=[["a", 1, 2]]),
        lambda body: column(body).update(texts={"a": 1}),
        lambda body: column(body).update(label="other"),
        lambda body: column(body).update(budget=1),
        lambda body: column(body).update(distinct="AAAA"),
        lambda body: column(body).update(distinct="no base64"),
        lambda body: column(body).update(instant_extremes=[["ymd", ["yesterday", "today"]]]),
        lambda body: column(body)["numbers"]["ranks"].update(capacity=3),
        lambda body: column(body)["numbers"]["ranks"].update(pairs=[[float("nan"), 1]]),
        lambda body: column(body)["numbers"].update(extremes=[1]),
        lambda body: body["dialect"].update(labels=["id"]),
        lambda body: body["table"]["budget"].update(texts=5),
    ],
)
def test_what_no_writer_has_written_is_refused(change: Callable[[dict[str, Any]], None]) -> None:
    assert refused(forged(change)) == "damaged-partial"


@pytest.mark.parametrize("body", [b"", b"[" * 100_000, b"1e999", b"NaN", b"9" * 5000, b'"\\ud800"', b"\xff"])
def test_text_that_would_trouble_a_parser_is_refused(body: bytes) -> None:
    assert refused(sealed(body)) == "damaged-partial"


@given(st.integers(0, 1063), st.integers(0, 255), st.booleans())
def test_changed_sketch_is_refused_or_harmless(place: int, byte: int, cut_off: bool) -> None:  # noqa: FBT001 - drawn
    sketch = bytearray(FORGETFUL.table.columns[0].distinct.serialize_compact())
    sketch[place] = byte
    content = bytes(sketch[:place] if cut_off else sketch)

    def change(body: dict[str, Any]) -> None:
        column(body).update(distinct=base64.b64encode(content).decode())

    data = forged(change, FORGETFUL)
    with suppress(PartialError):
        loaded = load(data)
        assert said_of(merge([loaded, loaded]))["columns"][0]["distinct"]["method"] == "estimate"


def test_no_cell_is_in_the_words_of_an_error() -> None:
    data = forged(lambda body: column(body).update(texts=[["secret", "secret"]]))
    with pytest.raises(PartialError) as refusal:
        load(data)
    assert "secret" not in str(refusal.value)
