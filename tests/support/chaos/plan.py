"""What is to go wrong, and how often: every figure of a run, in one place.

Comes in: the command line. Goes out: a `Plan`. Shares are of 1, times in seconds.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Plan:
    """One run."""

    uploads: int = 10_000
    keys: int = 1_000
    seed: int = 1
    # who uploads
    uploaders: int = 3
    deletes: float = 0.1  # this share of uploads is followed, some time, by a delete
    again: float = 0.05  # ... has the bytes that an earlier one had under the same key
    broken: float = 0.03  # ... is no CSV
    # how S3 hands out events
    duplicated: float = 0.2
    dropped: float = 0.0
    late: float = 5.0  # every event comes after a random time up to this
    # what becomes of functions
    workers: int = 6  # invocations at the same time
    crashed: float = 0.05  # of invocations: killed at a random point
    # what S3 answers the functions, of their requests to which it applies
    busy: float = 0.05  # 503 SlowDown
    reset: float = 0.01  # the connection breaks before the request is read
    conflict: float = 0.01  # 409, for conditional writes
    lost: float = 0.02  # of writes: stored, and the answer never comes
    cut: float = 0.02  # of downloads: the body breaks off
    slow: float = 0.03  # the request arrives late, when others have written
    slow_writes: float = 0.25  # ... of writes
    corrupted: float = (
        0.0  # of downloads: a few bytes are changed, as TLS makes impossible; here there is none
    )
    patience: float = 600.0  # until there is room for another upload, or all is quiet


def parse(arguments: Sequence[str] | None = None) -> Plan:
    """Read the command line: one option per figure."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    for field in fields(Plan):
        kind = int if isinstance(field.default, int) else float
        parser.add_argument(f"--{field.name}", type=kind, default=field.default, help="%(default)s")
    return Plan(**vars(parser.parse_args(arguments)))
