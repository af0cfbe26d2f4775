"""The engine: one CSV in, one summary out. It knows nothing of AWS.

Comes in: a path or a binary file. Goes out: a `Summary`. Called by the pipeline, by the commands, and by
whoever imports `gistline`. The way of the bytes, each step a file: `encoding` (with `binary`) makes lines of
them, `detect` finds the dialect (`grammar`, `recovery`, `header`), `engine` counts everything in one pass into a `state`, `facts` decides what
that means (`types`, `personal`, `warnings`), `summary` writes it down.

A file can be profiled in parts, in as many processes: `profile_part` each, `saved.save` and `saved.load` between
processes, `merge` all in their order, `summary_of` the whole. `summarize` is that with one part.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from os import PathLike, fspath, sep

from gistline.profile.compression import BinaryFile
from gistline.profile.facts import Published, table_facts
from gistline.profile.partial import Partial, merge, profile_part
from gistline.profile.summary import Source, Summary

__all__ = ["Partial", "Source", "Summary", "merge", "profile_part", "summarize", "summary_of"]


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
        RejectedError: the file is no CSV (`not-a-csv`), has no header (`empty-file`), has no end in one
            direction (`line-too-long`, `too-many-columns`), or is an archive that cannot or must not be read
            (`damaged-archive`, `unreadable-archive`, `decompression-bomb`).
        OSError: the file cannot be read.
    """
    if isinstance(path, str | PathLike):
        with open(path, "rb") as file:  # noqa: PTH123 - importing pathlib takes longer than a small CSV
            whole, name = profile_part(file), fspath(path).rpartition(sep)[2]
    else:
        whole, name = profile_part(path), None
    return summary_of(whole, name=name, source=source, published=published, clock=clock)


def summary_of(
    whole: Partial,
    *,
    name: str | None = None,
    source: Source | None = None,
    published: Published = "safe",
    clock: Callable[[], datetime] = _now,
) -> Summary:
    """Summarise what was counted of all rows of a file: the partial of the whole, or all of its parts merged.

    Args:
        whole: the partial; it stays as it is.
        name: the file's.
        source: where the bytes come from, if it is known.
        published: which values the summary may show, as for `summarize`.
        clock: what time it is, with a time zone.
    """
    facts = table_facts(whole, name=name, published=published)
    return Summary.complete(facts, source=source or Source(), engine=whole.engine, at=clock())
