"""Progress bars on a terminal, and nothing where there is none.

Comes in: rich's columns, a console. Goes out: rich's `Progress`. Called by the verbs that a person waits for.
"""

from typing import Any

from rich.console import Console
from rich.progress import Progress, ProgressColumn


def bars(*columns: ProgressColumn, console: Console, **settings: Any) -> Progress:
    """Show bars until their end; into a pipe or a file rich would still write the blank line with which it ends."""
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal, **settings)
