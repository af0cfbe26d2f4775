from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.profile.oracle import column_of

TOKENS = st.sampled_from(["", "NA", "N/A", "null", "None", "-", " ", "NULL", "?"])


@given(st.lists(TOKENS | st.integers().map(str)))
def test_each_token_is_counted_apart(cells: list[str]) -> None:
    column = column_of(cells)
    counts = Counter(cell.strip() for cell in cells if not cell.strip().lstrip("-").isdigit())
    assert column["missingTokens"] == {"": 0, **counts}


def test_tokens_are_null_where_the_rest_has_a_type() -> None:
    column = column_of(["1", "NA", "", "n/a", "2"])
    assert (column["type"], column["count"], column["nullCount"]) == ("integer", 2, 3)
    assert column["missingTokens"] == {"": 1, "NA": 1, "n/a": 1}


def test_namibia_is_a_country() -> None:
    column = column_of(["DE", "NA", "FR", "NA", ""] * 3)
    assert (column["type"], column["count"], column["nullCount"]) == ("string", 12, 3)
    assert column["missingTokens"] == {"": 3, "NA": 6}
    assert column["topValues"][0] == {"value": "NA", "count": 6}
    assert column["distinct"]["value"] == 3


def test_column_of_nothing_but_tokens_is_text() -> None:
    column = column_of(["NA", "NA", "-"])
    assert (column["type"], column["count"], column["nullCount"]) == ("string", 3, 0)
    assert column["typeCounts"] == {"string": 3}


def test_spaces_are_no_value() -> None:
    column = column_of(["1", "   ", "2"])
    assert (column["type"], column["nullCount"], column["missingTokens"]) == ("integer", 1, {"": 1})


@pytest.mark.parametrize("word", ["none of these", "nullable", "Nathan", "NAN", "--- "])
def test_words_that_begin_like_a_token_are_values(word: str) -> None:
    column = column_of(["x", word])
    assert column["missingTokens"] == {"": 0}
