import csv
import io
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.grammar import Grammar, Reading

COMMAS = Grammar(",", '"', skip=False)
BACKSLASH = Grammar(",", '"', "\\", skip=False)
ANY = st.text(st.sampled_from('a1 ,;"\\\t'), max_size=12)
CELL = st.text(st.sampled_from('a1 ,;"\r\n\\'), max_size=6)


def written(cells: list[str]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(cells)
    return file.getvalue()


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("a,b\n", "plain"),
        ('"a","b"\r\n', "plain"),
        ('"a""b",c', "plain"),
        ('"",""\n', "plain"),
        ('"a" ,b\n', "plain"),
        ("\n", "plain"),
        ('a,"b\n', "open"),
        ('"a,""\n', "open"),
        ('"a"b,c\n', "odd"),
        ('15" x,1\n', "odd"),
        ('a,b"\n', "odd"),
        (' "a",b\n', "odd"),
    ],
)
def test_line_is_plain_open_or_odd(line: str, what: str) -> None:
    found = "plain" if COMMAS.is_plain(line) else "open" if COMMAS.is_open(line) else "odd"
    assert found == what


@given(st.lists(CELL, min_size=1, max_size=5))
def test_what_a_writer_has_quoted_is_plain_or_joins(cells: list[str]) -> None:
    lines = io.StringIO(written(cells), newline="").readlines()
    if len(lines) == 1:
        assert COMMAS.is_plain(lines[0])
        assert COMMAS.split(lines) == [cells]
    else:
        assert COMMAS.is_open(lines[0])
        assert all(map(COMMAS.stays_open, lines[1:-1]))
        assert COMMAS.closes(lines[-1])
        assert COMMAS.join(lines) == cells


@given(ANY)
def test_plain_line_is_read_as_python_reads_it_strictly(line: str) -> None:
    if line.strip() and COMMAS.is_plain(line):
        assert COMMAS.split([line]) == list(csv.reader([line]))


@given(ANY, st.integers(1, 4))
def test_literal_reading_loses_no_letter(line: str, width: int) -> None:
    cells = COMMAS.literally(line, width).cells
    kept = "".join(cells)
    for letter in "a1 ;\\\t":
        assert kept.count(letter) == line.count(letter)


@given(ANY, st.integers(1, 4))
def test_literal_reading_has_the_width_if_python_finds_it_too(line: str, width: int) -> None:
    if line and len(next(csv.reader([line]))) == width and COMMAS.is_plain(line):
        assert COMMAS.literally(line, width) == Reading(next(csv.reader([line])), 0)


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('"x",y",2', ['x",y', "2"]),
        ('""abc, d",5', ['"abc, d', "5"]),
        ('a,"b', ["a", '"b']),
        ('"a"b,c', ['"a"b', "c"]),
        ('15" x,1', ['15" x', "1"]),
        ('"a;b",c"', ["a;b", 'c"']),
    ],
)
def test_quotes_without_a_place_are_letters(line: str, cells: list[str]) -> None:
    assert COMMAS.literally(line, 2) == Reading(cells, 1)


def test_of_all_readings_the_one_with_the_fewest_literal_quotes_wins() -> None:
    assert COMMAS.literally('a,"b,c,"x,y"', 4).cells == ["a", '"b', "c", "x,y"]


def test_line_that_cannot_have_the_width_is_read_from_left_to_right() -> None:
    assert COMMAS.literally('"a,b', 5).cells == ['"a', "b"]


def test_escaped_quotes_delimiters_and_escapes_are_letters_and_other_backslashes_stay() -> None:
    lines = ['"a \\"q\\", b",c\n', "\\N,C:\\new\n", "a\\,b,c\n", '"x\\\\",2\n']
    assert all(map(BACKSLASH.is_plain, lines))
    assert BACKSLASH.split(lines) == [['a "q", b', "c"], ["\\N", "C:\\new"], ["a,b", "c"], ["x\\", "2"]]


def test_escaped_row_of_several_lines_is_joined() -> None:
    lines = ['"say \\"x\n', 'y\\" now",2\n']
    assert BACKSLASH.is_open(lines[0])
    assert BACKSLASH.closes(lines[1])
    assert BACKSLASH.join(lines) == ['say "x\ny" now', "2"]


def test_escape_at_the_very_end_is_a_letter() -> None:
    assert BACKSLASH.literally("a,b\\", 2).cells == ["a", "b\\"]
    assert BACKSLASH.split(["\\\n", "\n"]) == [["\\"], []]


def test_without_a_quote_every_line_is_plain() -> None:
    grammar = Grammar(",", None, skip=False)
    assert grammar.is_plain('a",b\n')
    assert grammar.split(['a",b\n', '"x,y\n']) == [['a"', "b"], ['"x', "y"]]
    assert not grammar.is_open('"x\n')
    assert grammar.literally('"x,y', 3).cells == ['"x', "y"]


def test_spaces_after_delimiters_are_skipped() -> None:
    grammar = Grammar(",", '"', skip=True)
    assert grammar.is_plain('a, "b, c", d\n')
    assert grammar.split(['a, "b, c", d\n']) == [["a", "b, c", "d"]]
    assert grammar.is_open('a, "b\n')
    assert grammar.literally('a, b", c', 3).cells == ["a", 'b"', "c"]
    assert grammar.literally('a, "b", "c, d"e"', 3).cells == ["a", "b", 'c, d"e']


@pytest.mark.parametrize(
    "text", ['"' * 100_001, '"a' * 50_000, 'a,"' * 30_000, '"",' * 30_000, '"\\' * 50_000]
)
@pytest.mark.parametrize("grammar", [COMMAS, BACKSLASH], ids=["doubled", "escaped"])
def test_no_line_takes_longer_than_its_length_allows(grammar: Grammar, text: str) -> None:
    begin = process_time()
    for verb in (grammar.is_plain, grammar.is_open, grammar.closes, grammar.stays_open):
        verb(text)
    grammar.literally(text, 3)
    assert process_time() - begin < 5
