"""The cells of one column by shape: what the statistics take.

Comes in: distinct texts with their frequency. Goes out: `Cells`, one for each shape. Called by `column`.
"""

from collections.abc import Mapping
from typing import cast

from gistline.profile.temporal import Readings
from gistline.profile.types import COMMA, Number, Value, read


class Cells:
    """Distinct texts of one shape, their values and their frequencies: three lists of the same length."""

    __slots__ = ("counts", "texts", "values")

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.values: list[Value] = []
        self.counts: list[int] = []

    @property
    def numbers(self) -> list[Number]:
        """The values of an integer or decimal shape."""
        return cast("list[Number]", self.values)

    @property
    def plain(self) -> list[int | float]:
        """The numbers as Python has them."""
        return [value for _, _, value in self.numbers]

    def read_with(self, sign: str) -> "Cells":
        """Return the same cells, numbers with two readings, as they are read with a decimal sign."""
        cells = Cells()
        cells.texts, cells.counts = self.texts, self.counts
        readings = cast("list[tuple[Number, Number]]", self.values)
        cells.values = [value[sign == COMMA] for value in readings]
        return cells

    @property
    def instants(self) -> list[Readings]:
        """The values of a temporal shape."""
        return cast("list[Readings]", self.values)


def by_shape(texts: Mapping[str, int]) -> dict[str, Cells]:
    """Type every text."""
    groups: dict[str, Cells] = {}
    for text, count in texts.items():
        shape, value = read(text)
        cells = groups.get(shape)
        if cells is None:
            cells = groups[shape] = Cells()
        cells.texts.append(text)
        cells.values.append(value)
        cells.counts.append(count)
    return groups
