"""What an engine returns: everything it counted, and nothing decided yet.

Comes in: what an engine's one pass puts there. Goes out: to `facts`, which decides types and computes what is
published. Plain data, added to while rows come in and only read afterwards; the verbs are in `reference`.
"""

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gistline.profile.temporal import Instant

MOST_EXAMPLES = 10


class Lengths:
    """Characters of the values, as written."""

    __slots__ = ("extremes", "total")

    def __init__(self, total: int = 0, extremes: tuple[int, int] | None = None) -> None:
        self.total = total
        self.extremes = extremes


class Ranks:
    """Numbers in such an order that quantiles can be told.

    `pairs` are numbers with their frequency, exact, up to `capacity` of them. Beyond, `levels[h]` holds
    numbers that each stand for 2**h values, and a rank is off by at most `error`.
    """

    __slots__ = ("capacity", "error", "halvings", "levels", "pairs")

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.pairs: list[tuple[int | float, int]] = []
        self.levels: list[list[int | float]] = []
        self.error = 0
        self.halvings = 0


class Numbers:
    """The finite numbers of a column, as long as it can be a column of numbers."""

    __slots__ = ("count", "extremes", "negatives", "ranks", "sums", "zeros")

    def __init__(self, ranks: Ranks) -> None:
        self.ranks = ranks
        self.count = 0
        self.zeros = 0
        self.negatives = 0
        # scale: (sum of the mantissas, sum of their squares); exact, see `types.Number`
        self.sums: dict[int, tuple[int, int]] = {}
        self.extremes: tuple[int | float, int | float] | None = None


class ColumnState:
    """What was counted of one column. Its `repr` tells no cell, because that would put cells into logs.

    `texts` maps every distinct cell to how often it occurs, as long as these are no more than `budget`; from
    then on `complete` is false, `texts` is empty and distinct values are estimated from `hashes`.
    """

    __slots__ = (
        "blanks",
        "budget",
        "complete",
        "doubtful",
        "hashes",
        "instant_extremes",
        "label",
        "lengths",
        "missing",
        "numbers",
        "shapes",
        "text_extremes",
        "texts",
        "unfit",
        "value_texts",
    )

    def __init__(self, label: str, budget: int, numbers: Numbers) -> None:
        self.label = label
        self.budget = budget
        self.numbers = numbers
        self.texts: Counter[str] = Counter()
        self.complete = True
        self.value_texts = 0  # distinct texts that are values, while `complete`
        self.shapes: dict[str, int] = {}  # see `types`; cells that hold a value
        self.doubtful: Counter[str] = Counter()  # cells of damaged rows, until the last row is in
        self.unfit = 0  # those of them that are null, because they would have changed the type
        self.blanks = 0  # cells that are empty or nothing but spaces
        self.missing: dict[str, int] = {}  # the other tokens for "no value", as written
        self.hashes: list[int] = []  # the smallest hashes of the values, sorted
        self.lengths = Lengths()
        self.text_extremes: tuple[str, str] | None = None
        self.instant_extremes: dict[str, tuple[Instant, Instant] | None] = {}  # by order


class RowError(NamedTuple):
    """One damaged row: its number among the data rows, its first line, and where that begins; 1, 1 and 0 up.

    The header is row 0. `expected` and `actual` are numbers of cells.
    """

    code: str
    row: int
    line: int
    byte_offset: int
    expected: int
    actual: int


class RowErrors:
    """How many rows were damaged, in which way, and the first of them."""

    __slots__ = ("by_code", "examples")

    def __init__(self) -> None:
        self.by_code: Counter[str] = Counter()
        self.examples: list[RowError] = []

    def add(self, error: RowError) -> None:
        """Count one damaged row."""
        self.by_code[error.code] += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(error)


class TableState(NamedTuple):
    """What was counted of one table."""

    columns: list[ColumnState]
    row_count: int
    blank_row_count: int
    preamble_rows: int  # blank lines before the header
    open_quotes: int  # rows in which a quote is never closed
    long_cells: int  # rows with a cell beyond all limits
    errors: RowErrors
