"""What is to go wrong, and how often: every figure of a run, in one place.

Comes in: the command line. Goes out: a `Plan`. Each figure has its range and its meaning beside it, which `--help`
prints.
"""

import argparse
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

Reader = Callable[[str], Any]


def within(kind: Callable[[str], float], least: float, most: float) -> Reader:
    """Make a reader of numbers of this kind and range; NaN is in none."""

    def read(text: str) -> float:
        number = kind(text)
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{text} is not from {least:g} to {most:g}")
        return number

    return read


def figure(read: Reader, default: Any, meaning: str) -> Any:
    """Say how one figure of a plan is read, and what it means."""
    return field(default=default, metadata={"read": read, "meaning": meaning})


COUNT = within(int, 1, 10**6)
SHARE = within(float, 0, 1)
SECONDS = within(float, 0, 3600)


@dataclass(frozen=True)
class Plan:
    """One run. Shares are of 1, times in seconds."""

    uploads: int = figure(COUNT, 10_000, "how many")
    keys: int = figure(COUNT, 1_000, "over so many keys")
    seed: int = figure(within(int, -math.inf, math.inf), 1, "of all that is drawn")
    # who uploads
    uploaders: int = figure(within(int, 1, 64), 3, "at the same time")
    deletes: float = figure(SHARE, 0.1, "this share of uploads is followed, some time, by a delete")
    again: float = figure(SHARE, 0.05, "of uploads: bytes that an earlier one had under the same key")
    broken: float = figure(SHARE, 0.03, "of uploads: no CSV")
    # how S3 hands out events
    duplicated: float = figure(SHARE, 0.2, "of events: they come twice")
    dropped: float = figure(SHARE, 0.0, "of events: they never come")
    late: float = figure(SECONDS, 5.0, "every event comes after a random time up to this")
    # what becomes of functions
    workers: int = figure(within(int, 1, 64), 6, "invocations at the same time")
    crashed: float = figure(SHARE, 0.05, "of invocations: killed at a random point")
    # what S3 answers the functions, of their requests to which it applies
    busy: float = figure(SHARE, 0.05, "of requests: 503 SlowDown")
    reset: float = figure(SHARE, 0.01, "of requests: the connection breaks before they are read")
    conflict: float = figure(SHARE, 0.01, "of conditional writes: 409")
    lost: float = figure(SHARE, 0.02, "of writes: stored, and the answer never comes")
    cut: float = figure(SHARE, 0.02, "of downloads: the body breaks off")
    slow: float = figure(SHARE, 0.03, "of requests: they arrive late, when others have written")
    slow_writes: float = figure(SHARE, 0.25, "of writes: the same")
    corrupted: float = figure(SHARE, 0.0, "of downloads: a few bytes are changed, as TLS makes impossible")
    patience: float = figure(SECONDS, 600.0, "until there is room for another upload, or all is quiet")


def parse(arguments: Sequence[str] | None = None) -> Plan:
    """Read the command line: one option per figure."""
    parser = argparse.ArgumentParser(
        prog="make chaos",
        usage='make chaos ARGS="--uploads 500 --keys 50"',
        description="Everything goes wrong that may, and then a checker reads what lies in the bucket.",
    )
    for each in fields(Plan):
        read, words = each.metadata["read"], f"{each.metadata['meaning']} ({each.default:g})"
        parser.add_argument(
            f"--{each.name.replace('_', '-')}", type=read, default=each.default, help=words, metavar="N"
        )
    return Plan(**vars(parser.parse_args(arguments)))
