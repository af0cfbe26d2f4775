"""Numbers and foreign text as a person reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.commands.words import age_words, shown, shown_lines, size_words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (5_000_000_000, "5.0 GB"),
        (5_000_000_000_000_000, "5000.0 TB"),
    ],
)
def test_a_size_has_the_largest_unit_that_fits(size: int, words: str) -> None:
    assert size_words(size) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"),
        (0.9, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (7200, "2 h"),
        (90_000, "1 d"),
    ],
)
def test_an_age_has_the_largest_unit_that_fits(seconds: float, words: str) -> None:
    assert age_words(seconds) == words


@given(st.text())
def test_shown_text_has_no_control_sequence_and_keeps_its_length(text: str) -> None:
    assert shown(text).replace("\ufffd", "x").isprintable()
    assert len(shown(text)) == len(text)


@given(st.text())
def test_several_lines_stay_lines_and_are_shown_likewise(text: str) -> None:
    assert shown_lines(text).split("\n") == [shown(each) for each in shown_lines(text).split("\n")]
    assert shown_lines("a\n\tb\x1b\r\n") == "a\n    b\ufffd"


def test_a_control_sequence_is_made_visible() -> None:
    assert shown("a\x1b[31mé\n") == "a\ufffd[31mé\ufffd"
