"""CSVs with known facts, and the facts: Python's own csv and decimal, and nothing of the pipeline's.

Comes in: a random generator, or bytes. Goes out: bytes, or `Facts`.
"""

import csv
import io
from dataclasses import dataclass
from decimal import Decimal
from random import Random

HEADER = ("id", "amount", "balance", "note")
NUMBERS = HEADER[:3]
NOTES = ("plain", 'says "so"', "a, b", "two\nlines", "", "ümlaut")
NO_CSV = b"PK\x03\x04" + bytes(60)  # as a spreadsheet begins


@dataclass(frozen=True)
class Column:
    """What is known of a column of numbers."""

    count: int
    missing: int
    total: float
    least: float | None
    most: float | None


@dataclass(frozen=True)
class Facts:
    """What is known of a CSV."""

    rows: int
    columns: dict[str, Column]


def make(random: Random) -> bytes:
    """Write a CSV of a few to some hundred rows."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=random.choice(("\n", "\r\n")))
    writer.writerow(HEADER)
    first = random.randrange(10**9)
    for number in range(random.choice((3, 12, 40, 300))):
        balance = "" if random.random() < 0.1 else random.randrange(-(10**6), 10**6)
        amount = Decimal(random.randrange(-(10**7), 10**7)).scaleb(-2)
        writer.writerow((first + number, amount, balance, random.choice(NOTES)))
    return text.getvalue().encode()


def know(body: bytes) -> Facts | None:
    """Find the facts; None if these bytes are no CSV."""
    if body == NO_CSV:
        return None
    rows = list(csv.DictReader(io.StringIO(body.decode(), newline="")))
    return Facts(len(rows), {name: _column([row[name] for row in rows]) for name in NUMBERS})


def _column(cells: list[str]) -> Column:
    numbers = [Decimal(cell) for cell in cells if cell]
    least, most = (float(min(numbers)), float(max(numbers))) if numbers else (None, None)
    return Column(len(numbers), len(cells) - len(numbers), float(sum(numbers)), least, most)
