"""What a fault is.

Comes in: a `Site`. Goes out: a stack with one thing broken, a `Sighting` of what a person would see, a mended stack.
Called by the commands `break` and `lab`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from gistline.checks.faults.probe import Sighting
from gistline.site.site import Site


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that breaks in real life. `break_` and `repair` may be done twice; each raises StackError.

    `symptom` uploads a CSV and looks for a limited time at what comes of it.
    """

    name: str
    breaks: str  # what `break_` changes, in one sentence
    teaches: str  # why it happens on AWS, and how one notices
    check: str  # the id of doctor's check that must find it
    break_: Callable[[Site], None]
    symptom: Callable[[Site], Sighting]
    repair: Callable[[Site], None]
