"""`gistline failures list | show | redrive | discard`.

Comes in: the settings, and which failures. Goes out: what failed for good, and what became of it. Called by `cli`.
"""

import json
from collections.abc import Collection, Sequence
from itertools import chain
from typing import Any, get_args

import click

from gistline.commands.failurewords import as_lines, as_object, as_table
from gistline.commands.keys import below, typed_key, typed_prefix
from gistline.commands.person import answered
from gistline.commands.redoing import Tally, meter, pace_options, show_table, write_counts, write_keys
from gistline.commands.site import choose, site_of, stack_options
from gistline.commands.words import shown
from gistline.config import Settings
from gistline.errors import ObjectNotFoundError, SettingsError
from gistline.profile.summary import Status
from gistline.site.catalogue import judging_rules
from gistline.site.deadletters import HELD, DeadLetter, dead_letters, held_elsewhere, remove, waiting
from gistline.site.failures import FAILED, REJECTED, Failure, in_letters, in_summaries, in_summary
from gistline.site.redo import Pace, redo
from gistline.site.redriving import Chosen, jobs_of, settled
from gistline.site.site import Site
from gistline.site.story import tell

KEPT = (
    "a CSV that failed keeps its summary, which says why; to be rid of it, remove the CSV (its summary then says "
    "`deleted`), or have it tried again: gistline failures redrive KEY"
)


@click.group(epilog="Example: gistline failures redrive --all")
def failures() -> None:
    """Show what failed for good, and have it tried again.

    That is: CSVs whose summary says `failed`, as Lambda gave them up after its attempts; and messages that the recorder,
    who writes such summaries, could not handle. S3 and that queue are the only memory.
    """


@failures.command("list", epilog="Example: gistline failures list --prefix 2026/")
@click.option("--prefix", default="", help="Only what begins so, after the input prefix.")
@click.option("--rejected", is_flag=True, help="Also CSVs that were rejected: no attempt would change that.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@stack_options
@click.pass_context
def list_(
    context: click.Context, /, *, prefix: str, rejected: bool, as_json: bool, **options: str | None
) -> None:
    """List what failed: key, when, code and reason.

    Exit code 0: nothing failed; 1: something did.
    """
    site = site_of(choose(context.obj, **options))
    statuses = (FAILED, REJECTED) if rejected else (FAILED,)
    held = held_elsewhere(site)
    with dead_letters(site) as letters:
        below_it = typed_prefix(site.outputs, prefix)
        start = site.outputs.input_prefix + below_it if below_it else ""
        found = [*in_summaries(site, below_it, statuses), *in_letters(letters, start)]
    under_way = waiting(site)
    if as_json:
        listed = [as_object(each) for each in found]
        counts = {"waiting": under_way, "held": held}
        click.echo(json.dumps({"bucket": site.outputs.bucket_name, "failures": listed, **counts}, indent=1))
    elif found:
        click.echo(as_table(found, len(site.outputs.input_prefix)), nl=False)
    elif not (under_way or held):
        click.echo("Nothing failed.")
    if not as_json:
        _say_what_is_not_listed(under_way, held)
    context.exit(1 if under_way or held or any(each.status == FAILED for each in found) else 0)


@failures.command(epilog="Example: gistline failures show orders.csv")
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@stack_options
@click.pass_obj
def show(settings: Settings, /, key: str, *, as_json: bool, **options: str | None) -> None:
    """Show all that is known of one failure.

    KEY is the CSV's, with or without the input prefix, or the id of a message.
    """
    site = site_of(choose(settings, **options))
    with dead_letters(site) as letters:
        found = named(site, [key], letters)
    for each in chain(found.summaries, found.letters):
        invocations = tell(site, each.name).invocations if each.keys else ()
        if as_json:
            click.echo(json.dumps(as_object(each, invocations, whole=True), indent=1))
        else:
            click.echo("\n".join(as_lines(each, invocations)))


@failures.command(epilog="Example: gistline failures redrive orders.csv")
@click.argument("keys", metavar="[KEY...]", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that `list` shows.")
@pace_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@stack_options
@click.pass_context
def redrive(context: click.Context, /, **options: Any) -> None:
    """Have failures tried again by the pipeline, and wait for the verdicts.

    To do it twice is harmless: each time the pipeline looks at what the CSV is then, also where it has its summary by now.
    A message is removed when every CSV that it is about has its verdict.

    Exit code 0: every one has a summary that says what it is; 1: some failed again, or a message is not about CSVs alone.
    """
    keys, everything, as_json = (options.pop(name) for name in ("keys", "everything", "as_json"))
    if bool(keys) == everything:
        raise SettingsError(
            "it is not said what to try again", "name keys, or take --all, not both", code="usage"
        )
    pace = Pace(options.pop("rate"), options.pop("timeout"))
    site = site_of(choose(context.obj, **options))
    with dead_letters(site) as letters:
        chosen = (
            Chosen(in_summaries(site), tuple(in_letters(letters)))
            if everything
            else named(site, keys, letters, get_args(Status))
        )
        tally = _redo(site, chosen, pace, as_json=as_json)
    stay = [each.letter.id for each in chosen.letters if each.letter and not each.is_done_with_jobs(site)]
    if stay:
        words = "Not, or not only, about CSVs of this bucket, and so still there"
        click.echo(f"{words}: {', '.join(stay)} (see show, and discard)", err=True)
    context.exit(1 if tally.remaining or stay else 0)


@failures.command(epilog="Example: gistline failures discard 0b2f0d52-5a43-4bd4-9b06-6f3d3bb6a2b1")
@click.argument("names", metavar="KEY|MESSAGE...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@stack_options
@click.pass_context
def discard(
    context: click.Context, /, *, names: tuple[str, ...], yes: bool, as_json: bool, **options: str | None
) -> None:
    """Remove messages that cannot be handled from the dead-letter queue.

    A CSV is not touched, nor a summary: if a CSV that the message was about has no verdict, `gistline reconcile` finds it.
    The summary of a CSV that failed cannot be discarded; it is the CSV's verdict.

    Exit code 0: they are removed; 1: you said no, or there is no such message.
    """
    site = site_of(choose(context.obj, **options))
    with dead_letters(site) as letters:
        doomed = [each.letter for each in named(site, names, letters).letters if each.letter]
        if not doomed:
            raise ObjectNotFoundError(
                f"no message in the dead-letter queue is about {names[0]!r}", KEPT, code="kept"
            )
        if not as_json:
            click.echo("\n".join(f"{each.id}  {shown(', '.join(each.keys))}" for each in doomed))
        if not (yes or answered(lambda: click.confirm("Remove these messages for good?", err=True))):
            click.echo("Nothing was removed.", err=True)
            context.exit(1)
        for each in doomed:
            remove(site, each)
    removed = [{"message": each.id, "keys": each.keys} for each in doomed]
    click.echo(json.dumps({"removed": removed}, indent=1) if as_json else f"Removed {len(doomed)}.")


def named(
    site: Site,
    names: Sequence[str],
    letters: Sequence[DeadLetter],
    statuses: Collection[str] = (FAILED, REJECTED),
) -> Chosen:
    """Find the failures that are called so, each once however often it is named; a CSV's has one of the statuses.

    Raises:
        ObjectNotFoundError: one name is no failure's (code `no-failure`).
    """
    of_letters = list(in_letters(letters))
    summaries, messages = dict[str, Failure](), dict[str, Failure]()
    for name in names:
        key = below(site.outputs.input_prefix, typed_key(site.outputs, name))
        ours = {
            each.letter.id: each
            for each in of_letters
            if each.letter and (each.is_called(name) or each.is_called(key))
        }
        summary = in_summary(site, key, statuses)
        if not ours and summary is None:
            raise ObjectNotFoundError(
                f"{name!r} has not failed", "gistline failures list shows what has", code="no-failure"
            )
        summaries.update({key: summary} if summary else {})
        messages.update(ours)
    return Chosen(list(summaries.values()), list(messages.values()))


def _say_what_is_not_listed(under_way: int, held: int) -> None:
    if under_way:
        words = "waiting for the recorder, and not listed yet; if that lasts: gistline doctor"
        click.echo(f"{under_way:,} {words}", err=True)
    if held:
        words = "put aside, and held by another call; of one that was killed they come back within"
        click.echo(f"{held:,} {words} {HELD // 60} minutes", err=True)


def _redo(site: Site, chosen: Chosen, pace: Pace, *, as_json: bool) -> Tally:
    tally = Tally()
    with meter() as shown_:
        jobs = shown_.begin(jobs_of(site, chosen))
        results = settled(site, chosen.letters, shown_.finish(redo(site, judging_rules(site), jobs, pace)))
        if as_json:
            write_keys(site.outputs.bucket_name, results, tally)
        else:
            for each in results:
                tally.add(each)
    if as_json:
        write_counts(found=tally.found, remaining=tally.remaining)
        return tally
    show_table(tally)
    click.echo(f"{tally.found:,} tried again, {tally.mended:,} mended, {tally.remaining:,} to do.")
    return tally
