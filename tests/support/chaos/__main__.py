"""Run it and print what came of it; exit code 1 unless all is right. See `plan` for the options."""

import sys
import tempfile
from pathlib import Path

from support.chaos.plan import parse
from support.chaos.report import report
from support.chaos.run import run
from support.chaos.stage import stage


def main() -> None:
    """One run, in a local cloud of its own."""
    plan = parse()
    with tempfile.TemporaryDirectory(prefix="gistline-chaos-") as home, stage(plan, Path(home)) as made:
        result = run(plan, made)
    sys.stdout.write(f"{report(result)}\n")
    sys.exit(0 if result.is_right else 1)


if __name__ == "__main__":
    main()
