"""Run every measurement and print its figures as ratios.

Comes in: nothing. Goes out: a few lines a measurement, each with the aim it is held against. Called by
`make bench`. Machines differ and are noisy: within one run both sides take turns, and medians are compared.
"""

import tempfile
from pathlib import Path

from benchmarks import cold, many, warm
from gistline.config import Settings
from gistline.localcloud import lifecycle
from gistline.localcloud.up import up


def main() -> None:
    """Measure on a local cloud of our own, and stop it again."""
    print(cold.measure(), flush=True)
    with tempfile.TemporaryDirectory(prefix="gistline-bench-") as home:
        settings = Settings(home=Path(home), port=0)
        cloud = up(settings, lambda _: None)
        try:
            print(warm.measure(cloud, Path(home)), flush=True)
            print(many.measure(cloud), flush=True)
        finally:
            lifecycle.stop(settings)


if __name__ == "__main__":
    main()
