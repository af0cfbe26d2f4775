"""How much is remembered of a table: every budget in one place.

Comes in: how many columns a table has. Goes out: how many texts and how large sketches each column gets. Called
by the engine, and by `merging`, which refuses to put together what was counted under different budgets.

Within the budget of texts everything that is said of a column is exact. Beyond, its texts are forgotten into
sketches, and what cannot be exact then is called an estimate, with its bounds. Memory ends with the budgets,
not with the file: about 150 MB for a million short texts, or 16 kB and 3,125 values for a column that outgrew its share.
"""

from typing import NamedTuple

_FEWEST_TEXTS = 100  # of one column, however many columns there are
_REGISTERS = range(10, 15)  # logarithms (base 2) of the bytes of one HyperLogLog sketch: 1 to 16 kB
_FREQUENT = range(24, 3_126)  # values that are counted on when the others are forgotten
LONGEST_FREQUENT = 200  # characters; longer texts take part in everything but an estimate of top values


class Budget(NamedTuple):
    """How many distinct texts one column and all of them may hold, and how many characters in all."""

    texts: int = 50_000
    all_texts: int = 1_000_000
    characters: int = 1 << 26

    def texts_of_each(self, columns: int) -> int:
        """Return how many distinct texts are remembered of each of so many columns."""
        return max(min(_FEWEST_TEXTS, self.texts), min(self.texts, self.all_texts // max(1, columns)))

    def characters_of_each(self, columns: int) -> int:
        """Return how many characters these texts may have together."""
        return self.characters // max(1, columns)


def registers(texts: int) -> int:
    """Return how many registers a sketch has beside a budget of texts, as a logarithm (base 2)."""
    return _within(_REGISTERS, texts.bit_length())


def frequent_values(texts: int) -> int:
    """Return how many frequent values are still counted when a column has outgrown its budget of texts."""
    return _within(_FREQUENT, texts // 16)


def _within(sizes: range, size: int) -> int:
    return min(max(size, sizes.start), sizes.stop - 1)
