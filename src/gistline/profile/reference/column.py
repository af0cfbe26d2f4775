"""The distinct texts of a column, typed and added to its statistics.

Comes in: the cells of a column. Goes out: the same column, its statistics updated. Called by `table` while rows
come in, by `merging` where parts are put together, and by `facts` when the last row is in.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from gistline.profile import semantic, temporal
from gistline.profile.numerals import is_either, is_written
from gistline.profile.reference import (
    damaged,
    distinct,
    extremes,
    lengths,
    missing,
    moments,
    patterns,
    quantiles,
    signs,
    top_values,
)
from gistline.profile.reference.cells import Cells, by_shape
from gistline.profile.state import ColumnState, Numbers, Ranks
from gistline.profile.types import BLANK, MISSING, decide, has_invisible


def new_column(label: str, budget: int) -> ColumnState:
    """Return a column that will remember up to `budget` distinct texts."""
    return ColumnState(label, budget, Numbers(Ranks(budget)))


def add(column: ColumnState, cells: Iterable[str]) -> None:
    """Add the cells of sound rows."""
    column.texts.update(cells)
    if len(column.texts) > column.budget:
        forget(column)


def add_doubtful(column: ColumnState, cells: Iterable[str]) -> None:
    """Add the cells of damaged rows."""
    _set_aside(column, column.doubtful, cells)


def add_foreign(column: ColumnState, cells: Iterable[str]) -> None:
    """Add the cells of rows that are damaged only if the file is in UTF-8."""
    _set_aside(column, column.foreign, cells)


def _set_aside(column: ColumnState, aside: Counter[str], cells: Iterable[str]) -> None:
    if column.believed:
        add(column, cells)
        return
    aside.update(cells)
    if len(aside) > column.budget:
        believe(column)


def shorten(column: ColumnState, characters: int) -> None:
    """Forget texts that have more characters together: their number alone does not bound memory."""
    if max(sum(map(len, column.doubtful)), sum(map(len, column.foreign))) > characters:
        believe(column)
    if sum(map(len, column.texts)) > characters:
        forget(column)


def forget(column: ColumnState) -> None:
    """Make room: add all texts to the statistics and go on with none; what cannot be exact is now an estimate."""
    column.complete = False
    _absorb(column, column.texts)
    column.texts.clear()


def believe(column: ColumnState) -> None:
    """Take the cells of damaged rows for what they are: there are too many to be set aside."""
    column.believed = True
    cells = column.doubtful + column.foreign
    column.doubtful, column.foreign = Counter(), Counter()
    add(column, cells)  # a Counter: with their frequencies


def merge(column: ColumnState, other: ColumnState) -> None:
    """Add what was counted of the same column in other rows, which stays as it is.

    The result is what one pass over both would have counted: exactly where that is exact, and within its bounds
    where it is an estimate (top values and quantiles beyond the budget; distinct values do not differ even then).
    """
    _merge_statistics(column, other)
    column.complete = column.complete and other.complete
    column.believed = column.believed or other.believed
    add(column, other.texts)
    column.doubtful.update(other.doubtful)
    column.foreign.update(other.foreign)
    if column.believed or max(len(column.doubtful), len(column.foreign)) > column.budget:
        believe(column)


def finish(
    column: ColumnState, tail: Iterable[str] = (), *, mostly_sound: bool, in_utf_8: bool = True
) -> ColumnState:
    """Return the column with everything added, as it is when the last row is in; `column` stays as it is.

    `tail` are its cells of damaged rows at the end, which are no notes; `in_utf_8` tells that bytes which are no
    UTF-8 are damage.
    If most rows are sound, cells of damaged rows that would change the type of the column become null.
    """
    done = new_column(column.label, column.budget)
    done.complete = column.complete
    _merge_statistics(done, column)
    texts = column.texts if in_utf_8 else column.texts + column.foreign
    _absorb(done, texts)
    doubtful = column.doubtful + Counter(tail)
    if doubtful := doubtful + column.foreign if in_utf_8 else doubtful:
        fitting = damaged.fitting(done, doubtful) if mostly_sound and not column.believed else doubtful
        done.unfit = doubtful.total() - fitting.total()
        _absorb(done, fitting, known=texts)
        texts = texts + fitting
    if done.complete:
        done.texts = texts
    done.numbers = _read_numbers(done)
    return done


def _merge_statistics(column: ColumnState, other: ColumnState) -> None:
    missing.merge(column, other)
    for shape, count in other.shapes.items():
        column.shapes[shape] = column.shapes.get(shape, 0) + count
    column.invisible += other.invisible
    lengths.merge(column.lengths, other.lengths)
    column.text_extremes = extremes.widen(column.text_extremes, other.text_extremes or ())
    extremes.merge_instants(column, other)
    distinct.merge(column, other)
    top_values.merge(column, other)
    column.masks = patterns.merge(column.masks, other.masks)
    for kind, count in other.semantics.items():
        column.semantics[kind] = column.semantics.get(kind, 0) + count
    _merge_numbers(column.numbers, other.numbers)
    for sign, numbers in other.numbers_apart.items():
        _merge_numbers(_apart(column, sign), numbers)


def _read_numbers(column: ColumnState) -> Numbers:
    """Return all numbers of a column, those with two readings as its decimal sign has them."""
    apart = column.numbers_apart.get(decide(column.shapes).style.decimal_char)
    if apart is None:
        return column.numbers
    numbers = Numbers(Ranks(column.budget))
    _merge_numbers(numbers, column.numbers)
    _merge_numbers(numbers, apart)
    return numbers


def _merge_numbers(numbers: Numbers, other: Numbers) -> None:
    moments.merge(numbers, other)
    signs.merge(numbers, other)
    numbers.extremes = extremes.widen(numbers.extremes, other.extremes or ())
    quantiles.merge(numbers.ranks, other.ranks)


def _absorb(column: ColumnState, texts: Mapping[str, int], known: Collection[str] = ()) -> None:
    """Add distinct texts to the statistics, once, with their frequencies; `known` ones are not distinct."""
    column.invisible += sum(count for text, count in texts.items() if has_invisible(text))
    groups = by_shape(texts)
    missing.add(column, groups.pop(BLANK, Cells()), groups.pop(MISSING, Cells()))
    for shape, cells in groups.items():
        column.shapes[shape] = column.shapes.get(shape, 0) + sum(cells.counts)
        column.value_texts += sum(text not in known for text in cells.texts) if known else len(cells.texts)
        lengths.add(column.lengths, cells.texts, cells.counts)
        column.text_extremes = extremes.widen(column.text_extremes, cells.texts)
        patterns.add(column, cells.texts, cells.counts)
        semantic.add(column.semantics, shape, cells.texts, cells.counts)
        if not column.complete:
            distinct.add(column, cells.texts)
            top_values.add(column, cells.texts, cells.counts)
    _add_values(column, groups)


def _add_values(column: ColumnState, groups: Mapping[str, Cells]) -> None:
    """Add numbers or instants, unless the column has already shown that it holds neither."""
    decision = decide(column.shapes)
    if decision.type in {"integer", "number"}:
        for shape, cells in groups.items():
            if is_either(shape):
                _add_apart(column, cells, decision.style.possible)
            elif is_written(shape):
                _add_numbers(column.numbers, cells)
    elif decision.type in {temporal.DATE, temporal.TIME, temporal.DATETIME}:
        for cells in groups.values():
            extremes.add_instants(column, cells)


def _add_apart(column: ColumnState, cells: Cells, signs: Collection[str]) -> None:
    """Add numbers with two readings, apart for each decimal sign that the column may have."""
    for sign in signs:
        _add_numbers(_apart(column, sign), cells.read_with(sign))


def _apart(column: ColumnState, sign: str) -> Numbers:
    return column.numbers_apart.setdefault(sign, Numbers(Ranks(column.budget)))


def _add_numbers(numbers: Numbers, cells: Cells) -> None:
    moments.add(numbers, cells)
    signs.add(numbers, cells)
    numbers.extremes = extremes.widen(numbers.extremes, cells.plain)
    quantiles.add(numbers.ranks, zip(cells.plain, cells.counts, strict=True))
