"""Damage tens of thousands of CSVs and say how many summaries were wholly right: `python -m fuzz.damage 20000`.

Run in the folder `tests`, or with it on PYTHONPATH. Comes in: how many damaged files to try, the seed to start from
(0), and how many wrong ones to show (10). Goes out: a table, by kind of damage. Exits with 1 if one was wrong.

"Another table" counts files that Python's csv, in strict mode, reads without complaint, but as other rows: nobody could
see the damage. They are summarised, but not judged. "Valid" counts files that are valid by RFC 4180 as well, with one
other cell: there is nothing to report, that cell is a value, and all the rest is judged.
"""

import io
import sys
from collections import Counter, defaultdict
from typing import Any

from gistline.profile import summarize
from unit.profile.damage import Damaged, cases, clean, drawn
from unit.profile.verdict import is_another_table, is_valid_still, wrong_when_clean, wrong_when_damaged

CLEAN = "(not damaged)"


def summary_of(text: str) -> dict[str, Any]:
    return summarize(io.BytesIO(text.encode()), published="all").to_dict()


def judge(damaged: Damaged) -> list[str] | None:
    """Return all that is wrong, or None where there is nothing to judge."""
    summary = summary_of(damaged.text)
    return None if is_another_table(damaged) else wrong_when_damaged(summary, damaged)


def main(files: int, first_seed: int = 0, shown: int = 10) -> int:
    """Try that many files; print; return the exit code."""
    tried: Counter[str] = Counter()
    others: Counter[str] = Counter()
    valid: Counter[str] = Counter()
    wrong: dict[str, Counter[str]] = defaultdict(Counter)
    seed = first_seed
    while tried.total() - tried[CLEAN] < files:
        table, written = drawn(seed)
        tried[CLEAN] += 1
        if bad := wrong_when_clean(summary_of(clean(table, written)), table, written):
            wrong[CLEAN][bad[0].partition(" of a column")[0]] += 1
            shown -= _show(f"seed {seed}, clean", bad, shown)
        for damaged in cases(seed):
            tried[damaged.kind] += 1
            valid[damaged.kind] += is_valid_still(damaged)
            found = judge(damaged)
            if found is None:
                others[damaged.kind] += 1
            elif found:
                wrong[damaged.kind][found[0].partition(" of a column")[0]] += 1
                shown -= _show(f"seed {seed}, {damaged.kind}", found, shown)
        seed += 1
    return _print(tried, (others, valid), wrong)


def _show(what: str, found: list[str], left: int) -> int:
    if left <= 0:
        return 0
    print(f"wrong: {what}: {'; '.join(found)}")
    return 1


def _print(tried: Counter[str], apart: tuple[Counter[str], ...], wrong: dict[str, Counter[str]]) -> int:
    print(
        f"{'kind of damage':30}{'files':>8}{'another table':>15}{'valid':>8}{'wholly right':>14}  what is wrong"
    )
    for kind, files in sorted(tried.items()):
        _print_line(kind, (files, *(each[kind] for each in apart)), wrong[kind])
    damaged = tried.total() - tried[CLEAN]
    ways = sum((count for kind, count in wrong.items() if kind != CLEAN), Counter[str]())
    _print_line("all damaged", (damaged, *(each.total() for each in apart)), ways)
    return int(any(wrong.values()))


def _print_line(kind: str, counts: tuple[int, ...], ways: Counter[str]) -> None:
    files, other, valid = counts
    judged = files - other
    share = (judged - ways.total()) / judged if judged else 1
    rest = ", ".join(f"{what} {count}" for what, count in ways.most_common(6))
    print(f"{kind:30}{files:>8,}{other:>15,}{valid:>8,}{share:>14.3%}  {rest}")


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
