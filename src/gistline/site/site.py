"""A deployed stack: where it is, and what it says about itself.

Comes in: a target and the name of a stack. Goes out: a frozen `Site`, on which checks and verbs work; to them
the local cloud and AWS are the same. Called by the commands and the checks.
"""

from dataclasses import dataclass

from gistline.pipeline.keys import KeyLayout
from gistline.stack.outputs import StackOutputs, read_outputs
from gistline.stack.target import Target


@dataclass(frozen=True, slots=True)
class Site:
    """One stack on one target."""

    target: Target
    stack: str
    outputs: StackOutputs

    @property
    def layout(self) -> KeyLayout:
        """Which keys the pipeline accepts, and where their summaries lie."""
        return KeyLayout.of(self.outputs)

    @property
    def account(self) -> str:
        """The account's number, from the function's ARN."""
        return self.outputs.summarizer_arn.split(":")[4]


def open_site(target: Target, stack: str) -> Site:
    """Read what the stack says about itself.

    Raises:
        StackError: there is no such stack, or the target does not answer.
    """
    return Site(target, stack, read_outputs(target, stack))
