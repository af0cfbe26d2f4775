from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.reference.lengths import add, with_tokens
from gistline.profile.state import Lengths
from unit.profile.oracle import column_of


@given(st.lists(st.text("aé🎁 ", min_size=1), min_size=1))
def test_lengths_are_counted_in_characters_as_written(cells: list[str]) -> None:
    values = [cell for cell in cells if cell.strip()]
    length = column_of(cells)["length"]
    if values:
        sizes = list(map(len, values))
        mean = float(Fraction(sum(sizes), len(sizes)))
        assert length == {"min": min(sizes), "max": max(sizes), "mean": mean}
    else:
        assert length is None


def test_tokens_count_where_they_are_values() -> None:
    assert column_of(["Windhoek", "NA"])["length"]["min"] == 2
    assert column_of(["12345678", "NA"])["length"]["min"] == 8


def test_lengths_of_a_column_are_not_changed_by_asking() -> None:
    lengths = Lengths()
    add(lengths, ["abc"], [2])
    both = with_tokens(lengths, {"NA": 1})
    assert (both.total, both.extremes) == (8, (2, 3))
    assert (lengths.total, lengths.extremes) == (6, (3, 3))
