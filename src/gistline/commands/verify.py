"""`gistline verify`: the proof that an upload turns into its summary by itself.

Comes in: the settings, which stack, how long to wait. Goes out: a timeline of steps as text, or one JSON object;
exit code 1 if a step did not happen, with its name and with what the doctor found. Called by `cli`.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from gistline.checks.check import Finding, Verdict
from gistline.checks.verify import Patience, Step
from gistline.checks.verify import verify as prove
from gistline.commands.site import choose, site_of, stack_options
from gistline.pipeline.log import UPLOADED
from gistline.site.site import Site

Diagnose = Callable[[Site], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Report:
    """The steps, and, if one did not happen, what the doctor found."""

    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> Step | None:
        """The first step that did not happen."""
        return next((step for step in self.steps if not step.passed), None)


@click.command(epilog="Example: gistline verify --timeout 120")
@stack_options
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="How long to wait for the summary. Default: 60, on AWS 360.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def verify(context: click.Context, /, *, timeout: float | None, as_json: bool, **options: str | None) -> None:
    """Prove that an upload turns into its summary by itself, with a canary.

    The canary has an awkward key and known numbers. Its way is read from CloudWatch Logs, tied to the upload by
    S3's own request id, so that no other invocation can pass for it. Files that the trigger must not notice are
    uploaded beside it. All of them are removed in the end.

    Exit code 0: all of it happened; 1: a step did not; it is named, and the doctor says why.
    """
    site = site_of(choose(context.obj, **options))
    patience = Patience.with_target(site.target, timeout)
    console = Console(highlight=False, soft_wrap=True, quiet=as_json)
    console.print(f"Waiting at most {patience.limit:g} s for each step; Ctrl-C cleans up too.", style="dim")
    report = run(site, patience, _doctor, lambda step: console.print(as_text(step)))
    if as_json:
        click.echo(json.dumps(as_object(report, patience)))
    for line in conclusion(report):
        console.print(line)
    context.exit(1 if report.failed else 0)


def run(site: Site, patience: Patience, diagnose: Diagnose, tell: Callable[[Step], None]) -> Report:
    """Verify; let the doctor look if a step did not happen."""
    report = Report(prove(site, patience, tell=tell), ())
    return Report(report.steps, tuple(diagnose(site))) if report.failed else report


def _doctor(site: Site) -> Iterable[Finding]:
    from gistline.checks.doctor import examine as look  # noqa: PLC0415 - only when a step did not happen

    return look(site)


def as_object(report: Report, patience: Patience) -> dict[str, Any]:
    """Give the report as JSON."""
    return {
        "passed": report.failed is None,
        "failedStep": report.failed and report.failed.name,
        "limitSeconds": patience.limit,
        "steps": [asdict(step) for step in report.steps],
        "findings": [_finding(finding) for finding in report.findings],
    }


def as_text(step: Step) -> Text:
    """Give a step as a line: its time after the upload, its name, what was seen."""
    at = "" if step.milliseconds is None else f"{step.milliseconds:,} ms"
    mark, style = ("ok", "green") if step.passed else ("NO", "bold red")
    return Text.assemble(f"{at:>10}  ", (f"{mark}  {step.name:<22}", style), f"  {step.evidence}")


def conclusion(report: Report) -> list[Text]:
    """Say in the end what was proved, or which step did not happen and why."""
    if report.failed is None:
        took = next(step.milliseconds for step in report.steps if step.name == UPLOADED)
        words = f"It works by itself: {took:,} ms from the upload to the summary, and S3 alone invoked the function."
        return [Text(words, style="bold green")]
    lines = [Text(f"This step did not happen: {report.failed.name}", style="bold red")]
    findings = [finding for finding in report.findings if finding.verdict in (Verdict.FAIL, Verdict.WARN)]
    for finding in findings:
        lines.append(Text(f"{finding.verdict:<4}  {finding.check}: {finding.evidence}"))
        if finding.remedy:
            lines.append(Text(f"      what to do: {finding.remedy.words}"))
            lines += [Text(f"      {finding.remedy.command}")] if finding.remedy.command else []
    return lines if findings else [*lines, Text("The doctor found nothing wrong.")]


def _finding(finding: Finding) -> dict[str, Any]:
    remedy = finding.remedy
    return {
        "check": finding.check,
        "verdict": str(finding.verdict),
        "lookedAt": finding.looked_at,
        "evidence": finding.evidence,
        "remedy": remedy and {"words": remedy.words, "command": remedy.command},
    }
