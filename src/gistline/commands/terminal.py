"""The terminal, or whatever stdout is instead: a console that can say everything, and foreign text made harmless.

Comes in: stdout, text of unknown origin. Goes out: rich's `Console` and `Text`. Called by the verbs that draw
summaries. Colour is for terminals alone; `NO_COLOR` turns it off (https://no-color.org), as rich does by itself.
"""

import codecs
import io
import sys
from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

from gistline.commands.words import shown

WIDTH = 80  # columns of a terminal that does not say how many it has
LIKENESS = "gistline.likeness"
_LIKE = dict(zip("▁▂▃▄▅▆▇█…", "_.:-=+*#~", strict=True))


def stdout_console(*, colour: bool = True) -> Console:
    """Draw on stdout; what its encoding cannot say is replaced by what looks alike, cell for cell."""
    codecs.register_error(LIKENESS, _likeness)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors=LIKENESS)
    console = Console(highlight=False, no_color=None if colour else True)
    if console.width < 1:  # COLUMNS=0, as some that start containers set it
        console.width = WIDTH
    return console


def stderr_console(*, colour: bool = True) -> Console:
    """Draw on stderr; Python itself escapes there what the encoding cannot say."""
    return Console(stderr=True, highlight=False, no_color=None if colour else True)


def plain(text: str, style: str = "") -> Text:
    """Show text as it is, on one line, cut where there is no more room."""
    return Text(shown(text), style, no_wrap=True, overflow="ellipsis")


class Fitting:
    """The same said at several lengths, longest first: the first that fits is shown, else the last is cut."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self._texts = list(texts)

    @property
    def longest(self) -> int:
        """Letters, as wide as a terminal shows them."""
        return max(text.cell_len for text in self._texts)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield next((text for text in self._texts if text.cell_len <= options.max_width), self._texts[-1])

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(min(text.cell_len for text in self._texts), self.longest)


def _likeness(error: UnicodeError) -> tuple[str, int]:
    """Replace what a stream cannot encode, in as many cells of the terminal (an error handler of `codecs`)."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(_LIKE.get(letter, "?" * cell_len(letter)) for letter in letters), error.end
