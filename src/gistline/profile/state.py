"""What an engine returns: everything it counted, and nothing decided yet.

Comes in: what an engine's one pass puts there. Goes out: to `facts`, which decides types and computes what is
published. Plain data, added to while rows come in and only read afterwards; the verbs are in `reference`.
"""

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from gistline.profile.budget import Budget

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
    then on `complete` is false, and what is added to the statistics is forgotten. `finish` in `column` adds what
    is left and settles the doubtful cells, on a copy: a state stays fit to be merged.
    """

    __slots__ = (
        "believed",
        "blanks",
        "budget",
        "complete",
        "distinct",
        "doubtful",
        "foreign",
        "frequent",
        "instant_extremes",
        "invisible",
        "label",
        "lengths",
        "masks",
        "missed",
        "missing",
        "numbers",
        "numbers_apart",
        "semantics",
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
        self.foreign: Counter[str] = Counter()  # those of rows with bytes that are no UTF-8, the same
        self.believed = False  # from now on cells of damaged rows are like any others: there are too many
        self.unfit = 0  # those of them that are null, because they would have changed the type
        self.blanks = 0  # cells that are empty or nothing but spaces
        self.invisible = 0  # cells with such a character at their beginning or end, see `types`
        self.missing: dict[str, int] = {}  # the other tokens for "no value", as written
        self.distinct: Any = (
            None  # of the values forgotten so far, see `sketches`; None as long as there are none
        )
        self.frequent: dict[str, int] = {}  # of these, see `top_values`
        self.missed = 0
        self.lengths = Lengths()
        self.masks: dict[str, int] | None = {}  # see `patterns`; None once there are too many
        self.semantics: dict[str, int] = {}  # values by what they look like, see `semantic`
        # Finite numbers that have two readings, by the decimal sign of the reading; see `types.POINT`, `types.COMMA`
        self.numbers_apart: dict[str, Numbers] = {}
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


class Damaged(NamedTuple):
    """A row at the end that breaks the grammar (`odd`) or does not fit; its first line, and where that begins."""

    cells: list[str]
    odd: bool
    line: int
    byte_offset: int


class TableState(NamedTuple):
    """What was counted of one table, or of some rows of it that follow one another."""

    columns: list[ColumnState]
    row_count: int
    blank_row_count: int
    footer_rows: int  # notes below the table, which are no rows; told by `finish`
    errors: RowErrors
    foreign: RowErrors  # rows that are damaged by bytes that are no UTF-8, unless the file is in Windows-1252
    tail: list[Damaged]  # behind the last sound row: damaged rows, or notes; not counted before `finish`
    lines: int = 0  # from the beginning of the rows (of the file, if the header is among them) to their end
    bytes: int = 0  # the same
    budget: Budget = Budget()
