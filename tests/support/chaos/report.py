"""A run, as a table.

Comes in: a `Result`. Goes out: text.
"""

from collections.abc import Iterator
from statistics import quantiles

from support.chaos.run import Result

MEANING = {
    "lost": "sources without a summary",
    "stale": "summaries of something else than lies there",
    "zombies": "summaries of what is deleted",
    "wrong": "summaries whose figures or status are not right",
    "doubled": "summaries that nobody should have written",
    "failed": "verdicts 'failed': given up by Lambda, and said so",
}


def report(result: Result) -> str:
    """Say what was done, what went wrong on the way, and what is wrong in the end."""
    return "\n".join([*_done(result), "", *_judged(result)])


def _done(result: Result) -> Iterator[str]:
    plan, record, fates, told = result.plan, result.record, result.fates, result.told
    hurt = ", ".join(f"{fault} {number:,}" for fault, number in result.hurt.items() if number)
    yield f"uploads {record.uploads:,}, deletes {record.deletes:,}, keys {plan.keys:,}, seed {plan.seed}"
    yield f"events {fates['accepted']:,}: twice {fates['duplicated']:,}, dropped {fates['dropped']:,}, each late by up to {plan.late:g} s, overtaken {told.overtaken:,}"
    yield f"attempts that failed or were killed {fates['retried'] + fates['given-up']:,}, events given up {fates['given-up']:,}"
    yield f"S3 to the functions: {hurt or 'in good health'}"
    yield "outcomes: " + ", ".join(f"{word} {number:,}" for word, number in told.outcomes.most_common())
    surplus = told.profiled / told.states - 1 if told.states else 0.0
    yield f"profiled {told.profiled:,} times {told.states:,} states of CSVs: {surplus:.1%} more than once"
    yield f"quiet after {result.seconds:.0f} s, {fates['accepted'] / result.seconds:.0f} events a second"
    if len(result.latencies) > 1:
        cuts = quantiles(result.latencies, n=100)
        yield f"upload to right summary: p50 {cuts[49]:.1f} s, p99 {cuts[98]:.1f} s (with the time events were late)"


def _judged(result: Result) -> Iterator[str]:
    yield f"{'':8} {'quiet':>6} {'swept':>6}"
    for name, number in result.before.counts.items():
        yield f"{name:8} {number:6,} {result.after.counts[name]:6,}  {MEANING[name]}"
    yield f"{'backward':8} {len(result.backwards):6,} {'':6}  summaries that became older than they had been, even for a moment"
    yield f"{'loops':8} {result.loops:6,} {'':6}  events that no upload and no delete has caused"
    yield "all right" if result.is_right else f"NOT RIGHT: {_first(result)}"


def _first(result: Result) -> str:
    """Name some keys, to begin with."""
    verdict = result.after if any(result.after.counts.values()) else result.before
    wrong = {name: getattr(verdict, name) for name in MEANING} | {"backward": result.backwards}
    return "; ".join(f"{name} {', '.join(keys[:3])}" for name, keys in wrong.items() if keys)
