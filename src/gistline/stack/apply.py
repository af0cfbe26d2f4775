"""The stack's way into the account: upload the code, plan, carry the plan out, read the stack's outputs.

Comes in: a target, a `StackSpec` and a `Package`. Goes out: `StackOutputs`. Called by the commands and the
local cloud. Doing it twice does nothing the second time.
"""

import time
from collections.abc import Callable

from gistline.stack.outputs import StackOutputs, read_outputs
from gistline.stack.package import Package
from gistline.stack.plan import Plan, carry_out, propose
from gistline.stack.progress import StackEvent
from gistline.stack.spec import StackSpec
from gistline.stack.target import Target
from gistline.stack.upload import upload


def _ignore(_event: StackEvent) -> None:
    """Listen to no event."""


def deploy(
    target: Target,
    spec: StackSpec,
    package: Package,
    *,
    on_event: Callable[[StackEvent], None] = _ignore,
    sleep: Callable[[float], None] = time.sleep,
) -> StackOutputs:
    """Make the stack be as `spec` and `package` say, and wait until it is.

    A stack whose creation fails is deleted again, so that the next attempt starts afresh.

    Raises:
        StackError: the target refused or did not answer, or the stack ended badly.
    """
    plan = prepare(target, spec, package, sleep=sleep)
    return finish(target, plan, on_event=on_event, sleep=sleep)


def prepare(
    target: Target, spec: StackSpec, package: Package, *, sleep: Callable[[float], None] = time.sleep
) -> Plan:
    """Upload the code and plan what will change; the first half of `deploy`.

    Raises:
        StackError: as `deploy`.
    """
    return propose(target, spec, upload(target, spec.name, package), sleep)


def finish(
    target: Target,
    plan: Plan,
    *,
    on_event: Callable[[StackEvent], None] = _ignore,
    sleep: Callable[[float], None] = time.sleep,
) -> StackOutputs:
    """Carry the plan out and read what the stack then says about itself; the second half of `deploy`.

    Raises:
        StackError: as `deploy`.
    """
    carry_out(target, plan, on_event, sleep)
    return read_outputs(target, plan.stack)
