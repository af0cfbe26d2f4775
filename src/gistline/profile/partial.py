"""What is known of a part of a file: some rows that follow one another, or all of them.

Comes in: bytes, and the dialect of the whole file. Goes out: a `Partial`, which can be merged with those of the
parts before and after it (`merge`), saved and loaded (`saved`), and turned into a summary (`profile.summary_of`).

Whoever splits a file hands the same dialect to everybody; a cut lies where a row of data begins. A file in UTF-16, or a
compressed one, cannot be split. The first part begins with the file; it holds preamble and header.
"""

from collections.abc import Iterable
from typing import NamedTuple

from gistline import __version__
from gistline.errors import PartialError, RejectedError
from gistline.profile import engine, merging
from gistline.profile.budget import Budget
from gistline.profile.compression import BinaryFile
from gistline.profile.detect import detect
from gistline.profile.dialect import Dialect
from gistline.profile.encoding import Encoding, Lines, Tally
from gistline.profile.state import TableState


class Partial(NamedTuple):
    """What was counted of some rows, unfinished: nothing is decided before the last part is in.

    `size` is in bytes. `digest` and `compression` (see `Lines`) are None where parts were merged.
    """

    table: TableState
    dialect: Dialect
    tally: Tally
    size: int
    digest: str | None
    compression: str | None
    engine: str
    version: str = __version__

    @property
    def encoding(self) -> Encoding:
        """How the bytes were read."""
        return self.tally.encoding


def profile_part(
    file: BinaryFile, dialect: Dialect | None = None, *, begins: bool = True, budget: Budget | None = None
) -> Partial:
    """Profile a part of a file, to its end.

    Args:
        file: the part; nothing but `read` is used.
        dialect: that of the file, found in its beginning (`Partial.dialect` of the first part); None if it is to be
            found now, in a part that holds the beginning.
        begins: whether the part begins where the file begins. One that does not may be empty.
        budget: how much is remembered, the same for all parts.

    Raises:
        RejectedError: what `summarize` raises.
    """
    budget = budget or Budget()
    if begins or dialect is None:
        lines = Lines(file)
        sample = lines.sample()
        return _of(lines, dialect or detect(sample, whole=lines.sample_is_whole), budget)
    try:
        lines = Lines(file, begins=False)
    except RejectedError as rejected:
        if rejected.code != "empty-file":
            raise
        return _none(_continued(dialect), budget)
    return _of(lines, _continued(dialect), budget)


def merge(parts: Iterable[Partial]) -> Partial:
    """Put parts together that follow one another, in their order; they stay as they are.

    What is promised of the result stands in `merging`.

    Raises:
        PartialError: `parts-differ`; `no-parts`, there is none.
    """
    given = list(parts)
    if not given:
        raise PartialError("there is no part to merge", "give one part at least", code="no-parts")
    filled = [part for part in given if part.size] or given
    if any(_way(part) != _way(filled[0]) for part in filled):
        raise PartialError(
            "the parts were not read in the same way: dialect, encoding, engine or version of gistline differ",
            "profile all parts of a file with the dialect of its beginning, and with one version",
            code="parts-differ",
        )
    table = merging.merge([part.table for part in given])
    if len(filled) == 1:
        return filled[0]._replace(table=table)
    first = filled[0].tally
    return filled[0]._replace(
        table=table,
        tally=Tally(
            first.codec,
            first.bom,
            *(sum(counts) for counts in zip(*(part.tally[2:] for part in filled), strict=True)),
        ),
        size=sum(part.size for part in filled),
        digest=None,
        compression=None,
    )


def _of(lines: Lines, dialect: Dialect, budget: Budget) -> Partial:
    chosen = engine.choose()
    table = chosen.profile(lines, dialect, budget)
    return Partial(table, dialect, lines.tally, lines.size, lines.digest, lines.compression, chosen.name)


def _none(dialect: Dialect, budget: Budget) -> Partial:
    """Return a part of no bytes: merged with others, before or after them, it changes nothing."""
    table = merging.empty(dialect.labels, budget)
    return Partial(
        table,
        dialect,
        Tally("utf-8", bom=False, escaped=0, undefined=0, letters=0),
        0,
        None,
        None,
        engine.choose().name,
    )


def _continued(dialect: Dialect) -> Dialect:
    """Return the dialect of a part that begins after the first row: the same, but there is nothing above the rows."""
    return dialect._replace(data_line=0, header_rows=(), header_sound=True, preamble_rows=0)


def _way(part: Partial) -> tuple[object, ...]:
    return _continued(part.dialect), part.tally.codec, part.engine, part.version
