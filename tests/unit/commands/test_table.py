import io

import pytest
from rich.console import Console

from gistline.commands.table import render
from gistline.errors import RejectedError
from gistline.profile import Source, Summary, summarize
from unit.profile.oracle import NOON, csv_of


def drawn(content: str, *, width: int = 80, key: str | None = None) -> str:
    return text_of(summarize(io.BytesIO(content.encode()), source=Source(key=key)), width)


def text_of(summary: Summary, width: int = 80) -> str:
    file = io.StringIO()
    Console(file=file, width=width, force_terminal=False).print(render(summary.to_dict()))
    return file.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_table_fits_the_terminal(width: int) -> None:
    header = [f"column number {index}" for index in range(4)]
    rows = [["x" * 50, "2026-01-01T10:00:00Z", str(10**40), "1.5"]] * 5
    table = drawn(csv_of(header, rows), width=width).split("\n\n")[1]
    assert len(table.splitlines()) == 5, "a header and one line a column"
    assert all(len(line) <= width for line in table.splitlines())


def test_each_kind_of_column_shows_what_matters_most() -> None:
    rows = [
        "1,1.5,red,2026-01-01,true,a@b.c",
        "20000,2.5,red,2026-01-02,true,d@e.f",
        "3,NaN,red,,false,g@h.i",
    ] * 4
    text = drawn("n,d,colour,day,flag,mail\n" + "\n".join(rows), key="synthetic-data/orders.csv")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines[0] == "synthetic-data/orders.csv"
    assert lines[1].startswith("12 rows, 6 columns, ")
    assert lines[1].endswith("bytes, utf-8, comma")
    assert lines[3:10] == [
        "column type nulls distinct values",
        "n integer 3 1 … 20,000, mean 6668",
        "d number 3 1.5 … 2.5, mean 2",
        "colour string 1 red (12)",
        "day date 4 2 2026-01-01 … 2026-01-02",
        "flag boolean 2 true (8), false (4)",
        "mail string 3 withheld",
    ]


def test_damaged_rows_and_warnings_are_named() -> None:
    text = drawn("zip,b\n01067,1\n10115,2\n04109\n\n", width=200)
    assert "damaged rows: 1 blank-row, 1 missing-cell; the first is row 3 in line 4" in text
    assert "zip: numbers with leading zeros: the column is kept as text (leading-zeros)" in text


def test_sound_file_has_no_notes() -> None:
    assert drawn("a,b\n1,2\n").splitlines()[-1].split()[0] == "b"


def test_dates_without_an_order_and_columns_without_values_show_none() -> None:
    text = drawn("d,e,n\n01/02/2026,,NaN\n03/04/2026,,NaN\n", width=200)
    assert [line.split() for line in text.splitlines()[4:7]] == [
        ["d", "date", "2"],
        ["e", "string", "2", "0"],
        ["n", "number", "1"],
    ]


def test_neither_markup_nor_control_sequences_of_a_file_have_an_effect() -> None:
    text = drawn(csv_of(["[red]label[/red]", "\x1b[31mred\x1b[0m"], [["[bold]x", "a\nb\x07c"]] * 4))
    assert "[red]label[/red]" in text
    assert "[bold]x (4)" in text
    assert "a\ufffdb\ufffdc (4)" in text
    assert "\x1b" not in text


def test_estimate_is_marked() -> None:
    text = drawn("n,x\n" + "".join(f"{number},1\n" for number in range(60_000)))
    assert "~60,379" in text


def test_without_a_table_the_fate_of_the_file_is_told() -> None:
    error = RejectedError("the file is empty", "upload a CSV", code="empty-file")
    assert (
        text_of(Summary("rejected", NOON, error=error))
        == "rejected: [empty-file] the file is empty - upload a CSV\n"
    )
    assert text_of(Summary("deleted", NOON)) == "deleted\n"
