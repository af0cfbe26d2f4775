"""All faults, in the order of the tour.

Comes in: perhaps a name. Goes out: `Fault`s. Called by the commands `break` and `lab`.
"""

from gistline.checks.faults import (
    concurrency_zero,
    handler_crashes,
    invoke_permission_missing,
    invoke_permission_stale,
    role_without_read,
    role_without_write,
    slow_summary,
    trigger_without_prefix,
    wrong_case_suffix,
)
from gistline.checks.faults.fault import Fault

ALL: tuple[Fault, ...] = (
    invoke_permission_missing.FAULT,
    invoke_permission_stale.FAULT,
    role_without_read.FAULT,
    role_without_write.FAULT,
    trigger_without_prefix.FAULT,
    wrong_case_suffix.FAULT,
    concurrency_zero.FAULT,
    handler_crashes.FAULT,
    slow_summary.FAULT,
)
NAMES = tuple(fault.name for fault in ALL)


def by_name(name: str) -> Fault:
    """Find a fault.

    Raises:
        KeyError: there is none of this name.
    """
    return {fault.name: fault for fault in ALL}[name]
