"""The engine: one CSV in, one summary out. It knows nothing of AWS.

Comes in: a path or a binary file. Goes out: a `Summary`. Called by the pipeline, by the commands, and by
whoever imports `gistline`. The way of the bytes, each step a file: `encoding` (with `binary`) makes lines of
them, `dialect` finds the delimiter, `engine` counts everything in one pass into a `state`, `facts` decides what
that means (`types`, `personal`, `warnings`), `summary` writes it down.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from os import PathLike, fspath, sep

from gistline.profile import dialect, engine
from gistline.profile.encoding import BinaryFile, Lines
from gistline.profile.facts import Published, TableFacts, table_facts
from gistline.profile.summary import Source, Summary

__all__ = ["Source", "Summary", "summarize"]


def _now() -> datetime:
    return datetime.now(UTC)


def summarize(
    path: str | PathLike[str] | BinaryFile,
    *,
    source: Source | None = None,
    published: Published = "safe",
    clock: Callable[[], datetime] = _now,
) -> Summary:
    """Profile the CSV at a path, or in a file opened for reading bytes, which is read to its end.

    Memory stays flat however long the file is. Python's limit for cells (`csv.field_size_limit`) is raised for
    the process if it is lower than 32 Mi characters.

    Args:
        path: a path, or a binary file, of which nothing but `read` is used; it is not closed.
        source: where the bytes come from, if it is known.
        published: which values the summary may show: "safe" leaves out those of people and of free text,
            "all" shows every column's, "none" shows no column's.
        clock: what time it is, with a time zone.

    Raises:
        RejectedError: the file is no CSV (`not-a-csv`), has no header (`empty-file`), or has no end in one
            direction (`line-too-long`, `too-many-columns`).
        OSError: the file cannot be read.
    """
    if isinstance(path, str | PathLike):
        with open(path, "rb") as file:  # noqa: PTH123 - importing pathlib takes longer than a small CSV
            facts, by = _profile(file, fspath(path).rpartition(sep)[2], published)
    else:
        facts, by = _profile(path, None, published)
    return Summary.complete(facts, source=source or Source(), engine=by, at=clock())


def _profile(file: BinaryFile, name: str | None, published: Published) -> tuple[TableFacts, str]:
    """Go the way of the bytes; return what is known of the table, and which engine found out."""
    lines = Lines(file)
    written = dialect.detect(lines.sample())
    chosen = engine.choose()
    state = chosen.profile(lines, written)
    return table_facts(state, lines, written, name=name, published=published), chosen.name
