"""`gistline lab`: the guided tour through the faults.

Comes in: the settings, which faults, which stack. Goes out: at each stop why it happens, what one sees of it, what the
doctor finds, and the proof that it is mended; exit code 1 when the doctor missed one or the proof failed. Called by
`cli`.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gistline.checks import doctor
from gistline.checks.check import Finding, Verdict
from gistline.checks.faults.catalogue import ALL, NAMES
from gistline.checks.faults.fault import Fault
from gistline.checks.faults.probe import Sighting
from gistline.checks.faults.tour import Tools, Visit, interruptible, visit
from gistline.checks.faults.words import tell
from gistline.checks.verify import Patience, Step, verify
from gistline.commands.break_ import really_option, refuse_aws
from gistline.commands.site import choose, site_of, stack_options
from gistline.commands.verify import Report, as_text, conclusion
from gistline.errors import StackError
from gistline.site.site import Site


@click.command(epilog="Example: gistline lab --from role-without-read")
@click.option(
    "--fault", "only", type=click.Choice(NAMES), multiple=True, help="Only this one; may be repeated."
)
@click.option("--from", "first", type=click.Choice(NAMES), help="Begin at this one.")
@click.option("--yes", "--non-interactive", "hurried", is_flag=True, help="Do not wait for Enter.")
@really_option
@stack_options
@click.pass_context
def lab(
    context: click.Context,
    /,
    *,
    only: tuple[str, ...],
    first: str | None,
    hurried: bool,
    really: bool,
    **options: str | None,
) -> None:
    """Take the tour: what breaks in real life, how one notices, finds and mends it.

    Each stop breaks one thing, shows the symptom, lets the doctor find it, mends it and proves it. Stop where you
    like: Ctrl-C mends what is broken at that moment. AWS is never broken unless told twice.
    """
    settings = choose(context.obj, **options)
    refuse_aws(settings, typed=options.get("target"), really=really)
    site = site_of(settings)
    console = Console(highlight=False)
    faults = stops(only, first)
    if not faults:
        raise click.UsageError("--fault and --from leave no stop")
    guide = Guide(console, site, _wait if sys.stdin.isatty() and not hurried else _go_on)
    visits = tour(site, faults, Tools(doctor.examine, doctor.repair, prove), guide)
    console.print(certificate(visits))
    context.exit(0 if all(one.found and one.proved for one in visits) else 1)


def stops(only: Sequence[str] = (), first: str | None = None) -> tuple[Fault, ...]:
    """Choose the faults to visit: all, some, or those from one on."""
    start = NAMES.index(first) if first else 0
    return tuple(fault for fault in ALL[start:] if not only or fault.name in only)


def tour(site: Site, faults: Sequence[Fault], tools: Tools, guide: "Guide") -> list[Visit]:
    """Visit one fault after the other, on a stack that is sound at the beginning.

    Raises:
        StackError: something is broken already (code `lab-unhealthy`), or the target did not answer.
    """
    failing = [one for one in tools.examine(site) if one.verdict is Verdict.FAIL]
    if failing:
        words = "; ".join(f"{one.check}: {one.evidence}" for one in failing)
        raise StackError(
            f"something is broken already: {words}", "gistline doctor --fix", code="lab-unhealthy"
        )
    visits = []
    for number, fault in enumerate(faults, 1):
        guide.heads(number, len(faults), fault)
        try:
            with interruptible():
                visits.append(visit(site, fault, tools, guide))
        except (KeyboardInterrupt, click.Abort):
            guide.leaves(fault)
            raise
    return visits


def prove(site: Site) -> tuple[Step, ...]:
    """Send a canary."""
    return verify(site, Patience.with_target(site.target))


def _wait() -> None:
    click.prompt("\nEnter goes on", default="", show_default=False, prompt_suffix=" ")


def _go_on() -> None:
    """Wait for nobody."""


@dataclass(frozen=True, slots=True)
class Guide:
    """The audience of the tour: says everything on a console, and waits between the steps."""

    console: Console
    site: Site
    wait: Callable[[], None]

    def heads(self, number: int, total: int, fault: Fault) -> None:
        """Say where on the tour we are."""
        self.console.rule(Text(f"{number} of {total}  {fault.name}", "bold"), align="left")

    def begins(self, fault: Fault) -> None:
        """Say why it happens."""
        self._say(" ".join(fault.teaches.split()))
        self.wait()

    def broke(self, fault: Fault) -> None:
        """Say what is broken."""
        self._title("Broken")
        self._say(fault.breaks)

    def saw(self, sighting: Sighting) -> None:
        """Say what one sees."""
        self._title("What one sees of it")
        for line in tell(sighting, self.site.outputs.bucket_name):
            self.console.print(Text(line), soft_wrap=True)
        self.wait()

    def diagnosed(self, fault: Fault, findings: Sequence[Finding]) -> None:
        """Show what the doctor is not content with."""
        self._title("What the doctor finds (gistline doctor)")
        unhealthy = [one for one in findings if one.verdict in doctor.UNHEALTHY]
        self.console.print(diagnosis(unhealthy, fault.check))
        self._say(f"Content: {len(findings) - len(unhealthy)} of {len(findings)} checks.")
        self.wait()

    def mended(self, by: Sequence[Finding], refusals: Sequence[str]) -> None:
        """Say what mended it."""
        self._title("Mended (gistline doctor --fix)" if by else "Mended (gistline break FAULT --repair)")
        for finding in by:
            self._say(f"{finding.check}: {finding.remedy.words if finding.remedy else ''}")
        for refusal in refusals:
            self._say(f"refused, so the fault's own repair did it: {refusal}")

    def proved(self, steps: Sequence[Step]) -> None:
        """Show the proof."""
        self._title("Proved (gistline verify)")
        missing = [as_text(step) for step in steps if not step.passed]
        for line in missing or conclusion(Report(tuple(steps), ())):
            self.console.print(line, soft_wrap=True)
        self.wait()

    def leaves(self, fault: Fault) -> None:
        """Say that nothing is left broken, and how to go on later."""
        self._say(f"\nNothing is left broken. To go on here: gistline lab --from {fault.name}")

    def _title(self, words: str) -> None:
        self.console.print(Text(f"\n{words}", "bold"))

    def _say(self, words: str) -> None:
        self.console.print(Text(words))


def diagnosis(findings: Sequence[Finding], check: str) -> Table:
    """Draw the findings, the one that names the fault in bold."""
    table = Table("check", "verdict", "what was seen", box=None, pad_edge=False, header_style="bold")
    table.columns[2].overflow = "fold"
    for finding in findings:
        table.add_row(
            finding.check, finding.verdict, Text(finding.evidence), style="bold" * (finding.check == check)
        )
    return table


def certificate(visits: Sequence[Visit]) -> Table:
    """Draw what the tour came to."""
    table = Table(
        "fault", "found by the doctor", "works again", box=None, pad_edge=False, header_style="bold"
    )
    for one in visits:
        table.add_row(one.fault, "yes" if one.found else "NO", "yes" if one.proved else "NO")
    return table
