"""Which engine profiles a table.

Comes in: nothing. Goes out: an `Engine`. Called by `profile.partial`. This is the one place that knows of
more than one engine; all of them return the same `TableState` for the same file.
"""

from collections.abc import Callable
from typing import NamedTuple

from gistline.profile.budget import Budget
from gistline.profile.dialect import Dialect
from gistline.profile.encoding import Lines
from gistline.profile.reference.table import profile_table
from gistline.profile.state import TableState


class Engine(NamedTuple):
    """An engine, and the name under which summaries mention it."""

    name: str
    profile: Callable[[Lines, Dialect, Budget], TableState]


def choose() -> Engine:
    """Return the fastest engine that is installed."""
    return Engine("reference", profile_table)
