"""Fuzz the engine for some seconds: `python -m fuzz [SECONDS] [SEED]`, with `tests` and `docs` on PYTHONPATH.

Goes out: how many inputs were tried, and what became of them. The first input for which an invariant does not hold is
written to build/fuzz and named, and the exit code is 1. Where atheris is installed, and no seed is given, it chooses
the inputs by the lines of the engine that they reach; else they are drawn blindly, the same for the same seed.
"""

import importlib.util
import sys
from collections import Counter
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from random import Random
from time import monotonic

KEPT = Path("build/fuzz")


def blindly(seconds: float, seed: int) -> int:
    """Draw inputs until the time is over; return the exit code."""
    from fuzz.inputs import draw  # noqa: PLC0415 - atheris must come before the engine, see `guided`
    from fuzz.invariants import check  # noqa: PLC0415

    outcomes: Counter[str] = Counter()
    until = monotonic() + seconds
    while monotonic() < until:
        content = draw(Random(f"{seed} {outcomes.total()}"))  # noqa: S311 - inputs, not secrets
        try:
            outcomes[check(content)] += 1
        except Exception as error:
            print(f"after {outcomes.total():,} inputs, seed {seed}: {_kept(content)}: {error!r:.500}")
            raise
    print(
        f"{outcomes.total():,} inputs tried: "
        + ", ".join(f"{word} {n:,}" for word, n in outcomes.most_common())
    )
    return 0


def guided(seconds: float) -> int:
    """Let atheris choose the inputs; it ends the process itself, after printing how many runs it made."""
    import atheris  # noqa: PLC0415 - an optional tool

    with atheris.instrument_imports(include=["gistline.profile"]):
        import gistline.profile  # noqa: PLC0415 - instrumented as it is imported
        import gistline.profile.reference.table  # noqa: F401, PLC0415
    from fuzz.inputs import corpus, mutate  # noqa: PLC0415
    from fuzz.invariants import check  # noqa: PLC0415

    def change(content: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)  # noqa: S311 - inputs, not secrets
        if random.random() < 0.4:
            return bytes(atheris.Mutate(content, most))
        return mutate(content, random)[:most]

    seeds = KEPT / "corpus"
    seeds.mkdir(parents=True, exist_ok=True)
    for content in corpus():
        (seeds / sha256(content).hexdigest()[:16]).write_bytes(content)
    limits = [f"-max_total_time={int(seconds)}", "-max_len=1200", "-timeout=20", "-rss_limit_mb=2048"]
    options = [*limits, "-print_final_stats=1", "-verbosity=0", f"-artifact_prefix={KEPT}/"]
    atheris.Setup([sys.argv[0], *options, str(seeds)], check, custom_mutator=change)
    atheris.Fuzz()
    return 0


def _kept(content: bytes) -> Path:
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"{sha256(content).hexdigest()[:16]}.csv"
    path.write_bytes(content)
    return path


def main(seconds: float = 60, seed: int | None = None) -> int:
    if seed is None and importlib.util.find_spec("atheris"):
        return guided(seconds)
    with suppress(AssertionError):
        return blindly(seconds, seed or 0)
    return 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
