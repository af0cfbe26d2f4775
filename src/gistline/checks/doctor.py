"""The doctor: every check, in the order in which the event travels.

Comes in: a `Site`. Goes out: findings, as data; the repair of what is safe to repair; the reference page. Called by
`commands.doctor`, by `verify` when something did not happen, and by the lab.
"""

from collections.abc import Sequence

from gistline.checks.asking import acquainted
from gistline.checks.check import Check, Finding, Verdict
from gistline.checks.links import (
    bucket,
    bucket_policy,
    credentials,
    errors,
    execution_role,
    failure_queue,
    function,
    iam_actions,
    identity,
    invoke_permission,
    logs,
    loops,
    missing_summaries,
    notification,
    role_sharing,
    sweep_schedule,
)
from gistline.errors import StackError
from gistline.site.site import Site
from gistline.stack.target import explained

_MODULES = (
    identity,
    bucket,
    bucket_policy,
    notification,
    invoke_permission,
    function,
    execution_role,
    role_sharing,
    iam_actions,
    loops,
    logs,
    failure_queue,
    errors,
    sweep_schedule,
    missing_summaries,
    credentials,
)
ALL: tuple[Check, ...] = tuple(module.CHECK for module in _MODULES)
UNHEALTHY = (Verdict.WARN, Verdict.FAIL)


def examine(site: Site, checks: Sequence[Check] = ALL) -> tuple[Finding, ...]:
    """Run the checks, each by itself: one that cannot look is skipped, and the others go on."""
    known = acquainted(site)
    return tuple(_look(check, known) for check in checks)


def _look(check: Check, site: Site) -> Finding:
    try:
        with explained(f"looking at {check.id}"):
            return check.look(site)
    except (StackError, OSError) as error:
        return Finding(check.id, Verdict.SKIP, check.title, f"could not look: {error}")


def repairable(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Pick the findings whose remedy is safe to apply."""
    return tuple(f for f in findings if f.verdict in UNHEALTHY and f.remedy and f.remedy.apply)


def repair(site: Site, findings: Sequence[Finding]) -> tuple[str, ...]:
    """Apply the safe remedies; return the words of those that were refused, so that nobody thinks them done.

    A refused one is tried again after the others, as long as some succeed: S3 takes a notification only once it may
    invoke the function.
    """
    known, waiting = acquainted(site), list(repairable(findings))
    while waiting:
        refused = {finding.check: words for finding in waiting if (words := _apply(known, finding))}
        if len(refused) == len(waiting):
            return tuple(refused.values())
        waiting = [finding for finding in waiting if finding.check in refused]
    return ()


def _apply(site: Site, finding: Finding) -> str:
    """Apply one remedy; return the words of the refusal, if it was refused."""
    if finding.remedy is None or finding.remedy.apply is None:
        return ""
    try:
        with explained(f"repairing {finding.check}"):
            finding.remedy.apply(site)
    except StackError as error:
        return f"{finding.check}: {error}"
    return ""


def reference() -> str:
    """Write the reference page of checks, as Markdown."""
    head = ["| | check | what it is about |", "|--:|---|---|"]
    rows = [f"| {n} | [`{check.id}`](#{check.id}) | {check.title} |" for n, check in enumerate(ALL, 1)]
    sections = [_section(check, module.__doc__ or "") for check, module in zip(ALL, _MODULES, strict=True)]
    return "\n".join([*head, *rows]) + "\n\n" + "\n\n".join(sections) + "\n"


def _section(check: Check, documentation: str) -> str:
    """Write one check's section; the question that it asks is the first line of its file."""
    question = documentation.partition("\n")[0]
    return f"## {check.id}\n\n{question}\n\n{check.why}"
