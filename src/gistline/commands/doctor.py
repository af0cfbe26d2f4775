"""`gistline doctor`.

Comes in: the settings, and which stack. Goes out: one line a check, and what mends it, or JSON; exit code 1 when a
check fails. Called by `cli`.
"""

import json
from collections.abc import Sequence
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gistline.checks.check import Finding, Verdict
from gistline.checks.doctor import UNHEALTHY, examine, repair, repairable
from gistline.commands.person import answered
from gistline.commands.site import choose, site_of, stack_options
from gistline.site.site import Site

STYLES = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.FAIL: "bold red", Verdict.SKIP: "dim"}


@click.command(epilog="Example: gistline doctor --fix")
@click.option(
    "--fix", is_flag=True, help="Apply the remedies that are safe, after showing them; then look again."
)
@click.option("--yes", is_flag=True, help="Do not ask before applying them.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of findings.")
@stack_options
@click.pass_context
def doctor(context: click.Context, /, *, fix: bool, yes: bool, as_json: bool, **options: str | None) -> None:
    """Look at every link of the chain, and name the broken one and its remedy.

    The checks come in the order in which an event travels. Exit code 0: none fails (warnings may remain); 1: one does.
    """
    site = site_of(choose(context.obj, **options))
    console = Console(stderr=as_json, highlight=False)
    show = _ignore if as_json else _show
    findings = _examine(site, console)
    show(findings, console)
    if fix and repairable(findings) and _agreed(findings, console, ask=not yes):
        findings = _fix(site, findings, console)
        show(findings, console)
    if as_json:
        click.echo(json.dumps([_plain(finding) for finding in findings], indent=2))
    context.exit(1 if any(finding.verdict is Verdict.FAIL for finding in findings) else 0)


def _examine(site: Site, console: Console) -> tuple[Finding, ...]:
    with console.status("looking"):
        return examine(site)


def _agreed(findings: Sequence[Finding], console: Console, *, ask: bool) -> bool:
    """Show the remedies that are safe, and ask whether to apply them."""
    console.print("\n[bold]These remedies are safe:[/bold]")
    for finding in repairable(findings):
        if finding.remedy:
            console.print(f"  {finding.check}: {finding.remedy.words}", markup=False)
    return not ask or answered(lambda: click.confirm("Apply them?", err=True))


def _fix(site: Site, findings: Sequence[Finding], console: Console) -> tuple[Finding, ...]:
    """Apply the safe remedies, and look again."""
    for refusal in repair(site, findings):
        console.print(f"  refused: {refusal}", style="red", markup=False)
    console.print("[bold]Applied. Looking again:[/bold]\n")
    return _examine(site, console)


def _ignore(_findings: Sequence[Finding], _console: Console) -> None:
    """Show nothing: a program reads the JSON."""


def _show(findings: Sequence[Finding], console: Console) -> None:
    """Draw the table, and below it the remedies, whose commands must not be cut or framed."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("check", "verdict", "what was seen"):
        table.add_column(column, no_wrap=column != "what was seen")
    for finding in findings:
        style = STYLES[finding.verdict]
        table.add_row(finding.check, f"[{style}]{finding.verdict}[/{style}]", escape(finding.evidence))
    console.print(table)
    for finding in findings:
        if finding.remedy and finding.verdict in UNHEALTHY:
            _show_remedy(finding, console)


def _show_remedy(finding: Finding, console: Console) -> None:
    if finding.remedy is None:
        return
    safe = "; or: gistline doctor --fix" if finding.remedy.apply else ""
    console.print(f"\n{finding.check}: {finding.remedy.words}{safe}", markup=False)
    for line in finding.remedy.command.splitlines():
        console.print(f"  {line}", soft_wrap=True, markup=False)


def _plain(finding: Finding) -> dict[str, Any]:
    remedy = finding.remedy
    return {
        "check": finding.check,
        "verdict": finding.verdict.value,
        "lookedAt": finding.looked_at,
        "evidence": finding.evidence,
        "remedy": {"words": remedy.words, "command": remedy.command, "safe": remedy.apply is not None}
        if remedy
        else None,
    }
