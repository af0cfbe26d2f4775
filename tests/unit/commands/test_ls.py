"""The list as a table."""

from datetime import UTC, datetime, timedelta

from rich.console import Console

from gistline.commands.ls import WIDE, table_of
from gistline.site.inputs import Input, Outcome

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
IN = "synthetic-data/"


def printed(*inputs: Input, width: int = WIDE) -> list[str]:
    console = Console(width=width, highlight=False)
    with console.capture() as capture:
        console.print(table_of(inputs, len(IN), NOW))
    return [line.rstrip() for line in capture.get().splitlines()]


def csv(name: str, outcome: Outcome, rows: int | None = None, error: str | None = None) -> Input:
    return Input(IN + name, outcome, 1234, NOW - timedelta(minutes=5), None, rows, error)


def test_a_row_says_outcome_rows_size_and_age() -> None:
    header, row = printed(csv("a.csv", Outcome.COMPLETE, 12_345))
    assert header.split() == ["csv", "outcome", "rows", "size", "age"]
    assert " ".join(row.split()) == "a.csv complete 12,345 1.2 kB 5 min"


def test_the_reason_stands_beside_the_outcome() -> None:
    _, row = printed(csv("a.csv", Outcome.REJECTED, error="not-a-csv"))
    assert "rejected (not-a-csv)" in row


def test_a_csv_that_is_gone_has_no_size() -> None:
    _, row = printed(Input(f"{IN}a.csv", Outcome.DELETED, None, NOW))
    assert row.split() == ["a.csv", "deleted", "0", "s"]


def test_a_long_key_is_never_cut() -> None:
    long = f"{'x' * 200}.csv"
    assert any(long in line for line in printed(csv(long, Outcome.WAITING)))
    narrow = printed(csv(long, Outcome.WAITING), width=60)
    assert "".join(line.split()[0] for line in narrow[1:] if line) == long


def test_markup_and_control_sequences_in_a_key_have_no_effect() -> None:
    _, row = printed(csv("[red]\x1b[2Jx.csv", Outcome.WAITING))
    assert row.startswith("[red]\ufffd[2Jx.csv")
