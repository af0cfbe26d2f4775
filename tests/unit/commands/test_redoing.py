"""What is said of keys that were done again."""

import io
import json

import click
import pytest
from click.testing import CliRunner
from rich.console import Console

from gistline.commands.reconcile import Looked, plan
from gistline.commands.redoing import (
    LISTED,
    Tally,
    as_table,
    meter,
    pace_options,
    show_table,
    write_counts,
    write_keys,
)
from gistline.pipeline.lack import Lack
from gistline.pipeline.mark import Mark, Profiler
from gistline.pipeline.sweep import Found
from gistline.site.redo import Done, Job

FAILED = Mark("failed", 1, None, Profiler("1.0.0"))


def done(key: str = "a.csv", became: str = "complete", lack: Lack | None = None) -> Done:
    return Done(Job(key, "no summary"), became, lack)


def drawn(*results: Done) -> list[str]:
    file = io.StringIO()
    Console(file=file, width=80).print(as_table(results))
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_a_table_says_what_was_found_and_what_it_became() -> None:
    assert drawn(done(), done("b.csv", "timed out", Lack.OLDER)) == [
        "csv    found       became",
        "a.csv  no summary  complete",
        "b.csv  no summary  timed out (older gistline)",
    ]


@pytest.mark.parametrize("option", ["--rate", "--timeout"])
@pytest.mark.parametrize("number", ["0", "-1", "1e-12", "1e9", "inf", "nan", "many"])
def test_a_pace_that_is_none_is_refused(option: str, number: str) -> None:
    @click.command()
    @pace_options
    def verb(**_: float) -> None:
        raise AssertionError

    outcome = CliRunner().invoke(verb, [option, number])
    assert (outcome.exit_code, "Invalid value" in outcome.output) == (2, True)


def test_a_control_sequence_in_a_key_has_no_effect() -> None:
    assert drawn(done("\x1b[2J.csv"))[1].startswith("\ufffd[2J.csv")


def test_of_many_the_first_are_kept_and_all_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally()
    for number in range(LISTED + 5):
        tally.add(done(f"{number}.csv", "failed" if number == 7 else "complete"))
    assert (tally.found, tally.right, tally.remaining, len(tally.first)) == (
        LISTED + 5,
        LISTED + 4,
        1,
        LISTED,
    )
    show_table(tally)
    assert "… and 5 more; --json lists all." in capsys.readouterr().out


@pytest.mark.parametrize("number", [0, 1, 3])
def test_the_json_that_is_written_as_it_grows_is_json(
    number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = Tally()
    results = [done(f'{each}"\n.csv', lack=Lack.OLDER) for each in range(number)]
    write_keys("csvs", results, tally)
    write_counts(found=tally.found, remaining=tally.remaining)
    document = json.loads(capsys.readouterr().out)
    assert (document["bucket"], document["found"], document["remaining"]) == ("csvs", number, number)
    assert [each["key"] for each in document["keys"]] == [each.job.key for each in results]


def test_the_plan_takes_what_lacks_something_and_counts_what_failed() -> None:
    looked = Looked()
    found = [
        Found("a.csv", None, None),
        Found("b.csv", Lack.NO_SUMMARY, None),
        Found("c.csv", None, FAILED),
        Found("d.csv", Lack.ORPHANED, FAILED),
    ]
    with meter() as shown:
        jobs = list(plan(found, looked, shown))
    assert [(job.key, job.why, job.gone) for job in jobs] == [
        ("b.csv", "no summary", False),
        ("d.csv", "orphaned", True),
    ]
    assert (looked.keys, looked.failed) == (4, 1)


def test_the_meter_counts_as_things_pass() -> None:
    with meter() as shown:
        jobs = list(shown.begin([Job("a.csv", "x"), Job("b.csv", "x")]))
        list(shown.finish([done()]))
        task = shown.progress.tasks[1]
        assert (len(jobs), task.completed, task.total) == (2, 1, 2)


def test_whoever_interrupts_hears_that_what_was_sent_goes_on() -> None:
    with pytest.raises(click.Abort, match="is being done; to type the same again is harmless"), meter():
        raise KeyboardInterrupt
