"""`gistline break`: one thing broken on purpose, and what a person sees of it. The file bears a `_`, as the word is Python's.

Comes in: the settings, a fault's name, which stack. Goes out: what was broken, the symptom, how to find and mend it, as
text or JSON. Called by `cli`.
"""

import json
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from gistline.checks.asking import verb
from gistline.checks.faults.catalogue import ALL, NAMES, by_name
from gistline.checks.faults.fault import Fault
from gistline.checks.faults.probe import Sighting, clear
from gistline.checks.faults.words import tell
from gistline.commands.site import AWS, choose, site_of, stack_options
from gistline.config import Settings
from gistline.errors import SettingsError
from gistline.site.site import Site

really_option = click.option(
    "--really-break-aws", "really", is_flag=True, help="Say it a second time, besides --target aws."
)


@click.command("break", epilog="Example: gistline break invoke-permission-missing")
@click.argument("fault", metavar="FAULT", type=click.Choice(NAMES), required=False)
@click.option("--repair", is_flag=True, help="Mend this fault instead, in whatever process it was made.")
@click.option("--list", "listing", is_flag=True, help="List the faults; no cloud is needed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
@really_option
@stack_options
@click.pass_obj
def break_(  # noqa: PLR0913 - one option each
    settings: Settings,
    /,
    *,
    fault: str | None,
    repair: bool,
    listing: bool,
    as_json: bool,
    really: bool,
    **options: str | None,
) -> None:
    """Break one thing on purpose, and show what a person would see of it.

    The stack stays broken until you mend it: with the doctor, which is the exercise, or with --repair. AWS is never
    broken unless told twice.
    """
    console = Console(highlight=False, quiet=as_json)
    if listing:
        click.echo(json.dumps([described(one) for one in ALL])) if as_json else console.print(table())
        return
    if fault is None:
        raise click.UsageError("Name a fault. To see all of them: gistline break --list")
    chosen = choose(settings, **options)
    if not repair:
        refuse_aws(chosen, typed=options.get("target"), really=really)
    site, one = site_of(chosen), by_name(fault)
    answer = _repair(site, one, console) if repair else _break(site, one, console)
    if as_json:
        click.echo(json.dumps(answer))


def refuse_aws(settings: Settings, *, typed: str | None, really: bool) -> None:
    """Let nobody break AWS by accident, nor because of a variable in the environment.

    Raises:
        SettingsError: the target is AWS, and that was not said twice on the command line (code `break-aws`).
    """
    if settings.target == AWS and not (typed == AWS and really):
        raise SettingsError(
            f"this would break the stack {settings.stack} on AWS: whatever is uploaded meanwhile, by anybody, "
            "would go without its summary",
            "break the local cloud instead (gistline up), or say it twice: --target aws --really-break-aws",
            code="break-aws",
        )


def described(fault: Fault) -> dict[str, str]:
    """Describe a fault as JSON."""
    paragraph = " ".join(fault.teaches.split())
    return {"fault": fault.name, "check": fault.check, "breaks": fault.breaks, "teaches": paragraph}


def table() -> Table:
    """List the faults."""
    listed = Table("fault", "what is broken", "found by", box=None, pad_edge=False, header_style="bold")
    listed.columns[0].no_wrap = listed.columns[2].no_wrap = True
    listed.columns[1].overflow = "fold"
    for fault in ALL:
        listed.add_row(fault.name, fault.breaks, fault.check)
    return listed


def seen(sighting: Sighting) -> dict[str, Any]:
    """Give a sighting as JSON."""
    return {
        "key": sighting.probe.key,
        "milliseconds": sighting.milliseconds,
        "summarised": sighting.summarised,
        "invocations": sighting.invocations,
        "ignored": sighting.ignored,
        "errors": list(sighting.errors),
        "givenUp": sighting.given_up,
    }


def _break(site: Site, fault: Fault, console: Console) -> dict[str, Any]:
    """Break, and say how to mend before one looks for the symptom: whoever interrupts has read it."""
    fault.break_(site)
    console.print("[bold]Broken.[/bold]", fault.breaks)
    for line in ways_out(fault, site):
        console.print(line, soft_wrap=True, markup=False)
    console.print("\n[bold]What one sees of it[/bold]")
    with console.status("uploading a CSV and looking"):
        sighting = fault.symptom(site)
    for line in tell(sighting, site.outputs.bucket_name):
        console.print(f"  {line}", soft_wrap=True, markup=False)
    return {**described(fault), "symptom": seen(sighting)}


def ways_out(fault: Fault, site: Site) -> list[str]:
    """Say how to find the fault and how to mend it, with the options that lead to this stack."""
    return [
        f"  find it    {verb(site, 'doctor')}",
        f"  mend it    {verb(site, 'doctor --fix')}",
        f"  or undo it {verb(site, f'break {fault.name} --repair')}",
    ]


def _repair(site: Site, fault: Fault, console: Console) -> dict[str, Any]:
    with console.status("mending"):
        fault.repair(site)
        clear(site)
    console.print(f"Mended: {fault.name}. To see that it is so: gistline verify")
    for line in left_behind(site):
        console.print(line, soft_wrap=True, markup=False)
    return {**described(fault), "repaired": True}


def left_behind(site: Site) -> list[str]:
    """Say how what was uploaded meanwhile gets its summary, with the options that lead to this stack."""
    return [
        "What was uploaded while it was broken has no summary, or one that says `failed`. To have it done:",
        f"  {verb(site, 'reconcile')}",
        f"  {verb(site, 'failures redrive --all')}",
    ]
