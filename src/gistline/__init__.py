"""Every CSV that lands in S3 gets its gist.

`summarize(path_or_binary_file)` profiles one CSV and returns its `Summary`. Names are looked up when they
are first used, so that importing a submodule (as the functions do) costs nothing more.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gistline.profile import Summary, summarize

__version__ = "0.1.0"

__all__ = ["Summary", "__version__", "summarize"]


def __getattr__(name: str) -> Any:
    """Import the engine when `summarize` or `Summary` is first asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module 'gistline' has no attribute {name!r}")
    from gistline import profile  # noqa: PLC0415 - the point of this function

    return getattr(profile, name)
