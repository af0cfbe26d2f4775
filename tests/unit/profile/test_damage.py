"""One damaged row never changes what is said of the others: some hundreds of files here, `fuzz.damage` tries thousands."""

import io
from functools import cache

import pytest

from unit.profile.damage import KINDS, Damaged, cases, clean, drawn, standard
from unit.profile.oracle import summary_of
from unit.profile.verdict import is_another_table, wrong_when_clean, wrong_when_damaged

SEEDS = range(30)


@cache
def files() -> dict[str, list[tuple[int, Damaged]]]:
    found: dict[str, list[tuple[int, Damaged]]] = {kind: [] for kind in KINDS}
    for seed in SEEDS:
        for damaged in cases(seed):
            if damaged.kind in KINDS:
                found[damaged.kind].append((seed, damaged))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_damage_stays_in_its_row(kind: str) -> None:
    own = files()[kind]
    assert len(own) > 5
    wrong = {
        seed: found
        for seed, damaged in own
        if not is_another_table(damaged)
        and (found := wrong_when_damaged(summary_of(damaged.text, published="all"), damaged))
    }
    assert wrong == {}


def test_clean_tables_are_read_as_they_were_meant() -> None:
    wrong = {}
    for seed in SEEDS:
        table, written = drawn(seed)
        if found := wrong_when_clean(summary_of(clean(table, written), published="all"), table, written):
            wrong[seed] = found
    assert wrong == {}


def test_clean_tables_are_well_written() -> None:
    for seed in SEEDS:
        table, written = drawn(seed)
        rows = standard(clean(table, written), written, len(table.labels))
        assert rows == [list(cells) for cells in (table.labels, *table.rows)]


def test_same_seed_draws_the_same_files() -> None:
    assert list(cases(7)) == list(cases(7))


def test_damage_is_where_it_is_said_to_be() -> None:
    for seed in SEEDS:
        for damaged in cases(seed):
            intact = io.StringIO(clean(damaged.table, damaged.written), newline="").readlines()
            broken = io.StringIO(damaged.text, newline="").readlines()
            first, last = damaged.places[0], damaged.places[-1]
            assert broken[: first.line - 1] == intact[: first.line - 1]
            after = broken[last.line - 1 + last.lines :]
            assert after == intact[len(intact) - len(after) :]
            assert broken != intact


def test_verdict_sees_a_row_that_was_swallowed() -> None:
    damaged = next(
        each
        for _, each in files()["a line of one quote"]
        if each.places[0].row < len(each.table.rows) and "lines" not in each.table.kinds
    )
    rest = io.StringIO(clean(damaged.table, damaged.written), newline="").readlines()[:-1]
    assert wrong_when_damaged(summary_of("".join(rest), published="all"), damaged) == ["rows"]


def test_verdict_sees_a_cell_of_another_row_that_was_changed() -> None:
    seen = 0
    for seed in SEEDS:
        damaged = next(cases(seed))
        summary = summary_of(damaged.text, published="all")
        if is_another_table(damaged) or wrong_when_damaged(summary, damaged):
            continue
        for column in summary["columns"]:
            column["topValues"][0]["count"] += 2
        assert wrong_when_damaged(summary, damaged)
        seen += 1
    assert seen
