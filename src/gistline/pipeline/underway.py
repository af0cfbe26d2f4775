"""What a sweep has sent and what has no verdict yet: so that it sends no faster than the pipeline works.

Comes in: what was sent. Goes out: whether there is room for more. Called by the function `sweeper`; its bounds
hold for `site.redo` too, which does the same from a terminal. Lambda keeps events for up to six hours and then gives
them up; whoever sent a hundred thousand at once would have uploads wait behind them.

That a key is done shows in its summary's mark, which is then another one; asked with a HEAD. One whose mark does not
change (its function fails, and Lambda's retries take minutes) makes room after `PATIENCE`.
"""

from collections.abc import Callable

from gistline.errors import GistlineError
from gistline.pipeline.mark import Mark
from gistline.pipeline.sweep import Found, Sweep, mapped

WINDOW = 100  # keys under way
RATE = 20.0  # keys sent in a second, at most
PATIENCE = 600.0  # seconds that each may take; Lambda's two retries come after one and two minutes
LOOK = 2.0  # seconds between two looks


class UnderWay:
    """Keys under way; `clock` is in seconds."""

    def __init__(self, sweep: Sweep, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._sweep, self._clock, self._sleep = sweep, clock, sleep
        self._sent: dict[str, tuple[Mark | None, float]] = {}
        self._next = 0.0

    def add(self, found: Found) -> None:
        """Remember a key that was just sent, with the mark that its summary had."""
        now = self._clock()
        self._sent[found.key] = found.mark, now
        self._next = now + 1 / RATE

    def room(self, left: Callable[[], float]) -> bool:
        """Wait until another may be sent; False if nothing is left of the time before."""
        self._sleep(max(0.0, self._next - self._clock()))
        while len(self._sent) >= WINDOW:
            if left() <= 0:
                return False
            self._look()
            if len(self._sent) >= WINDOW:
                self._sleep(LOOK)
        return True

    def _look(self) -> None:
        keys = [key for key, (_, at) in self._sent.items() if self._clock() - at < PATIENCE]
        waits = zip(keys, mapped(self._waits, keys), strict=True)
        self._sent = {key: self._sent[key] for key, still in waits if still}

    def _waits(self, key: str) -> bool:
        try:
            stored = self._sweep.catalogue.head(self._sweep.layout.summary_key(key))
        except GistlineError:  # it was looked at before; who cannot now looks again
            return True
        return Mark.of(stored) == self._sent[key][0]
