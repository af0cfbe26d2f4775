import io
import re
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from gistline.commands.table import render
from gistline.errors import RejectedError
from gistline.profile import Source, Summary, summarize
from unit.profile.oracle import NOON, csv_of

HISTOGRAM = {"edges": [0, 10, 20], "counts": [1, 80]}


def drawn(content: str, *, width: int = 80, key: str | None = None) -> str:
    return text_of(summarize(io.BytesIO(content.encode()), source=Source(key=key)), width)


def text_of(summary: Summary, width: int = 80) -> str:
    return drawn_of(summary.to_dict(), width)


def drawn_of(document: dict[str, Any], width: int) -> str:
    file = io.StringIO()
    Console(file=file, width=width, force_terminal=False).print(render(document))
    return file.getvalue()


SENTENCE = "How satisfied are you, all in all, with what you were told before you bought it?"


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize(
    "name", ["x", "column number", SENTENCE, "どのくらい満足していますか、全体として見て"]
)
def test_table_fits_the_terminal_with_a_line_for_each_column(width: int, name: str) -> None:
    header = [f"{index} {name}" for index in range(4)]
    rows = [["x" * 50, "2026-01-01T10:00:00Z", str(10**40), "1.5"], ["", "", "", ""]] * 5
    document = summarize(io.BytesIO(csv_of(header, rows).encode())).to_dict()
    for column in document["columns"]:
        column |= {"semantic": {"value": "a-long-kind-of-thing", "ratio": 1.0}, "histogram": HISTOGRAM}
    lines = drawn_of(document, width).split("\n\n")[1].splitlines()
    assert len(lines) == 5, "a header and one line a column"
    assert all(cell_len(line) <= width for line in lines)
    for number, line in enumerate(lines[1:]):
        assert line.startswith(f"{number} {name[:3]}"), "a name is never squeezed out"
        assert document["columns"][number]["type"] in line, "nor a type"


def test_narrow_terminals_lose_the_least_important_first() -> None:
    document = summarize(io.BytesIO(b"amount,b\n1,x\n2,x\n,x\n" + b"400,x\n" * 7)).to_dict()
    document["columns"][0] |= {"semantic": {"value": "price", "ratio": 1.0}, "histogram": HISTOGRAM}
    document["columns"][0] |= {"nullCount": 1_000_000, "count": 9_000_000}
    lines = {width: " ".join(drawn_of(document, width).splitlines()[4].split()) for width in (80, 60, 50, 44)}
    assert lines[80] == "amount integer price 1,000,000 10% 3 1 ▁█ 400, mean 311.444"
    assert lines[60] == "amount integer price 10% 3 1 ▁█ 400"
    assert lines[50] == "amount integer price 10% 1 ▁█ 400"
    assert lines[44] == "amount integer 10% 1 ▁█ 400"


def test_each_kind_of_column_shows_what_matters_most() -> None:
    rows = [
        "1,1.5,red,2026-01-01,true,a@b.c",
        "20000,2.5,red,2026-01-02,true,d@e.f",
        "3,NaN,red,,false,g@h.i",
    ] * 4
    document = summarize(io.BytesIO(("n,d,colour,day,flag,mail\n" + "\n".join(rows)).encode())).to_dict()
    document["source"]["key"] = "synthetic-data/orders.csv"
    for column in document["columns"]:
        column |= {"semantic": None, "histogram": HISTOGRAM if column["name"] == "n" else None}
    lines = [" ".join(line.split()) for line in drawn_of(document, 80).splitlines()]
    assert lines[0] == "synthetic-data/orders.csv"
    assert lines[1].startswith("12 rows, 6 columns, ")
    assert lines[1].endswith("bytes, utf-8, comma")
    assert lines[3:10] == [
        "column type nulls distinct values",
        "n integer 3 1 ▁█ 20,000, mean 6668",
        "d number 3 1.5 … 2.5, mean 2",
        "colour string 1 red (12)",
        "day date 4 33% 2 2026-01-01 … 2026-01-02",
        "flag boolean 2 true (8), false (4)",
        "mail string 3 withheld",
    ]


def test_the_second_line_tells_how_the_file_was_read() -> None:
    document = summarize(io.BytesIO(b"a\x1fb\n1\x1f2\n")).to_dict()
    document["resource"] |= {"compression": "gz", "bytes": 1234567}
    document["resource"]["dialect"] |= {"header": False, "delimiter": "\x1f"}
    second = drawn_of(document, 80).splitlines()[1]
    assert second.endswith(" columns, 1,234,567 bytes, gz, utf-8, \ufffd, no header")


def test_damaged_rows_and_warnings_are_named() -> None:
    text = drawn("zip,b\n01067,1\n10115,2\n04109\n\n", width=200)
    assert "damaged rows: 1 blank-row, 1 missing-cell; the first is row 3 in line 4" in text
    assert "zip: numbers with leading zeros: the column is kept as text (leading-zeros)" in text


def test_notes_are_wrapped_at_words_and_cite_long_names_shortened() -> None:
    text = drawn(csv_of([SENTENCE, "b"], [["01067", "1"]] * 3), width=60)
    notes = text.split("\n\n")[2].splitlines()
    assert [line.rstrip() for line in notes] == [
        "! How satisfied are you, all in all, with…: numbers with",
        "  leading zeros: the column is kept as text (leading-zeros)",
    ]


def test_sound_file_has_no_notes() -> None:
    assert drawn("a,b\n1,2\n").splitlines()[-1].split()[0] == "b"


def test_dates_without_an_order_and_columns_without_values_show_none() -> None:
    text = drawn("d,e,n\n01/02/2026,,NaN\n03/04/2026,,NaN\n", width=200)
    assert [line.split() for line in text.splitlines()[4:7]] == [
        ["d", "date", "ambiguous", "2"],
        ["e", "string", "2", "100%", "0"],
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
    assert re.search(r" ~(59|60|61),[0-9]{3} ", text)


def test_without_a_table_the_fate_of_the_file_is_told() -> None:
    error = RejectedError("the file is empty", "upload a CSV", code="empty-file")
    assert (
        text_of(Summary("rejected", NOON, error=error))
        == "rejected: [empty-file] the file is empty - upload a CSV\n"
    )
    assert text_of(Summary("deleted", NOON)) == "deleted\n"
