"""A histogram drawn in a terminal's letters.

Comes in: the `histogram` of a summary's column. Goes out: one line of blocks, or one bar for each bin. Called by
`column` and `card`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

BLOCKS = "▁▂▃▄▅▆▇█"
FULL = BLOCKS[-1]
WIDTH = 14  # letters in a table, where there is room


class Bin(NamedTuple):
    """One bin: its edges, how many values lie between them, and its bar."""

    low: Any
    high: Any
    values: int
    bar: str


def blocks(histogram: Mapping[str, Any] | None, width: int) -> str:
    """Draw at most `width` blocks. Bins share one where there are more; a bin without values is a space.

    The fullest bin is the whole height; one with any value is never lower than the lowest block.
    """
    heights = _merged(histogram["counts"], width) if histogram else []
    top = max(heights, default=0)
    return "".join(BLOCKS[_ceiling(height * len(BLOCKS), top) - 1] if height else " " for height in heights)


def bars(histogram: Mapping[str, Any], width: int) -> Iterator[Bin]:
    """Draw each bin as a bar of at most `width` letters; one with any value has a letter at least."""
    edges, counts = histogram["edges"], histogram["counts"]
    top = max(counts, default=0)
    for low, high, count in zip(edges, edges[1:], counts, strict=False):
        yield Bin(low, high, count, FULL * _ceiling(count * width, top) if count else "")


def _merged(counts: Sequence[int], width: int) -> list[int]:
    """Add up neighbours until there are at most `width` sums; all sums but the last are of equally many bins."""
    size = _ceiling(len(counts), width)
    return [sum(counts[start : start + size]) for start in range(0, len(counts), size)] if counts else []


def _ceiling(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)
