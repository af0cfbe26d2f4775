"""How many numbers are zero, and how many are negative.

Comes in: numbers with their frequencies. Goes out: counts in `Numbers`. Called by `column`.
"""

from gistline.profile.reference.cells import Cells
from gistline.profile.state import Numbers


def add(numbers: Numbers, cells: Cells) -> None:
    """Add distinct numbers with their frequencies."""
    for (mantissa, _, _), count in zip(cells.numbers, cells.counts, strict=True):
        if mantissa <= 0:
            if mantissa:
                numbers.negatives += count
            else:
                numbers.zeros += count


def merge(numbers: Numbers, other: Numbers) -> None:
    """Add the numbers of another part."""
    numbers.zeros += other.zeros
    numbers.negatives += other.negatives
