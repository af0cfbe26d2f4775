"""How S3 hands out events: each once and at once, or, for tests, as badly as it reserves the right to.

Comes in: shares and seconds. Goes out: when to deliver each copy of one event. Called by `ministack` at the gate.

Source: S3 User Guide, "Amazon S3 Event Notifications": at least once, "typically in seconds but can sometimes take
a minute or longer", in no order. To lose one it does not promise; that is here to show what repairs it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

Times = Callable[[], tuple[float, ...]]  # seconds until each copy is delivered; none: the event is lost


@dataclass(frozen=True, slots=True)
class Disorder:
    """Shares of all events, 0 to 1, and by how many seconds one may be late, at most; most are late by far less."""

    duplicated: float = 0.0
    dropped: float = 0.0
    late: float = 0.0
    seed: int = 0

    @property
    def times(self) -> Times:
        """Return what is to be asked once per event."""
        return self._drawn(Random(self.seed)) if self.duplicated or self.dropped or self.late else at_once  # noqa: S311 - no secret

    def _drawn(self, random: Random) -> Times:
        def times() -> tuple[float, ...]:
            if random.random() < self.dropped:
                return ()
            copies = 2 if random.random() < self.duplicated else 1
            return tuple(random.random() ** 6 * self.late for _ in range(copies))

        return times


IN_ORDER = Disorder()


def at_once() -> tuple[float, ...]:
    """Deliver the event once, now."""
    return (0.0,)
