"""`gistline destroy`.

Comes in: which stack. Goes out: what there is of it; then, once somebody has typed its name, that nothing is left.
Called by `cli`. On AWS and on the local cloud alike.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from gistline.commands.person import answered
from gistline.commands.site import choose, find_target, stack_options
from gistline.config import Settings
from gistline.errors import SettingsError, StackError
from gistline.stack import destroy as stack_destroy
from gistline.stack.destroy import Estate, left, survey
from gistline.stack.identity import whoami
from gistline.stack.probes import STACK
from gistline.stack.progress import StackEvent
from gistline.stack.target import Target


@click.command(epilog="Example: gistline destroy --target aws --plan")
@stack_options
@click.option("--plan", "only_plan", is_flag=True, help="Print what would be removed, and remove nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object; needs --plan or --yes.")
@click.pass_obj
def destroy(settings: Settings, /, *, only_plan: bool, yes: bool, as_object: bool, **options: Any) -> None:
    """Remove the stack with all it holds, and prove that nothing is left.

    Its bucket goes with every object in it. A bucket that was there before the stack stays, with all its objects and
    everybody else's notification rules; only our rule goes.
    """
    if as_object and not (only_plan or yes):
        raise SettingsError("a program cannot be asked", "add --plan or --yes")
    chosen = choose(settings, **options)
    target = find_target(chosen)
    estate = survey(target, chosen.stack, whoami(target))
    for line in _lines(estate):
        click.echo(line, err=as_object)
    removed: list[str] = []
    if estate.things and not only_plan:
        if not yes:
            _ask(chosen.stack)
        removed = _remove(target, estate, chosen.home / "backups", quiet=as_object)
    if as_object:
        click.echo(json.dumps({**_as_json(estate), "removed": removed}))


def _lines(estate: Estate) -> Iterator[str]:
    if not estate.things:
        yield f"There is nothing of a stack {estate.stack}."
        return
    yield f"There is of the stack {estate.stack}:"
    for thing in estate.things:
        content = estate.contents.get(thing.name)
        yield f"  {thing.words}{f' with {content.words}' if content else ''}"
    if estate.kept_bucket:
        yield f"The bucket {estate.kept_bucket} was there before: it stays, with all objects in it."


def _ask(stack: str) -> None:
    question = "All this will be removed. Type the stack's name to go on"
    answer: str = answered(lambda: click.prompt(question, default="", show_default=False))
    if answer != stack:
        raise StackError(f"{answer!r} is not the name of the stack: nothing was removed", f"it is {stack}")


def _remove(target: Target, estate: Estate, backups: Path, *, quiet: bool) -> list[str]:
    def tell(event: StackEvent) -> None:
        click.echo(f"  {event.resource} {event.status.lower().replace('_', ' ')}", err=quiet)

    copy = stack_destroy.destroy(target, estate, backups, on_event=tell)
    if copy:
        click.echo(f"backup of the bucket's old notification configuration: {copy}", err=quiet)
    click.echo("Asked again:", err=quiet)
    remaining = []
    for thing, stays in left(target, estate):
        click.echo(f"  {'STILL THERE' if stays else 'gone'}  {thing.words}", err=quiet)
        remaining += [thing.words] if stays else []
    if remaining:
        raise StackError(
            f"still there: {', '.join(remaining)}", "run gistline destroy again in a few minutes"
        )
    click.echo(f"Nothing is left of the stack {estate.stack}.", err=quiet)
    return [thing.words for thing in estate.things]


def _as_json(estate: Estate) -> dict[str, Any]:
    return {
        "stack": estate.stack,
        "exists": bool(estate.of_kind(STACK)),
        "keptBucket": estate.kept_bucket or None,
        "things": [{"kind": thing.kind, "name": thing.name} for thing in estate.things],
    }
