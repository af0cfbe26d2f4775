import io
from collections import Counter
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gistline.profile import profile_part, summarize
from gistline.profile.budget import Budget
from gistline.profile.detect import detect
from unit.profile.oracle import csv_of, summary_of
from unit.profile.parts import said_of

MOST_TEXTS = Budget().texts
CELL = st.one_of(st.integers(0, 5).map(str), st.sampled_from(["a", "NA", "", "1.5", "2026-01-01", "true"]))


@settings(max_examples=50)
@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=30), st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing_that_is_said_of_columns(
    rows: list[tuple[str, ...]], order: Random
) -> None:
    shuffled = rows[:]
    order.shuffle(shuffled)
    dialect = detect(["x,y,z\n"])
    one, other = (
        profile_part(io.BytesIO(csv_of(["x", "y", "z"], table).encode()), dialect)
        for table in (rows, shuffled)
    )
    assert said_of(one)["columns"] == said_of(other)["columns"]


def test_column_with_more_values_than_the_budget_is_estimated_and_says_so() -> None:
    size = MOST_TEXTS + 20_000
    document = summary_of("id,group\n" + "".join(f"{number},{number % 3}\n" for number in range(size)))
    many, few = document["columns"]
    assert many["distinct"]["method"] == "estimate"
    assert many["distinct"]["lower"] <= size <= many["distinct"]["upper"]
    assert many["quantileMethod"]["method"] == "estimate"
    assert abs(many["quantiles"]["0.5"] - size / 2) <= many["quantileMethod"]["rankError"] * size + 1
    assert many["topValues"] == []
    assert many["topValuesMethod"]["method"] == "estimate"
    assert (many["min"], many["max"], many["sum"]) == (0, size - 1, size * (size - 1) // 2)
    assert few["distinct"] == {"value": 3, "method": "exact", "lower": 3, "upper": 3}


def test_long_cells_are_forgotten_before_memory_runs_out() -> None:
    rows = (f"{number:06d}" + "x" * 60_000 for number in range(1500))
    document = summary_of("a,b\n" + "".join(f"{row},1\n" for row in rows))
    long, short = document["columns"]
    assert long["distinct"]["method"] == "estimate"
    assert long["distinct"]["lower"] <= 1500 <= long["distinct"]["upper"]
    assert long["length"] == {"min": 60_006, "max": 60_006, "mean": 60_006.0}
    assert short["distinct"]["method"] == "exact"


def test_long_cells_of_damaged_rows_are_not_set_aside_for_ever() -> None:
    rows = (f"{number:06d}" + "x" * 60_000 for number in range(1500))
    document = summary_of("a,b\n" + "".join(f"{row},1,\n" for row in rows) + "5,6\n" * 2000)
    assert document["columns"][0]["type"] == "string"
    assert document["columns"][0]["count"] == 3500


def test_many_damaged_rows_are_no_longer_set_aside() -> None:
    size = MOST_TEXTS + 1
    document = summary_of("a,b\n" + "".join(f"x{number},1,\n" for number in range(size)) + "5,6\n" * size * 2)
    assert document["columns"][0]["type"] == "string"
    assert document["columns"][0]["count"] == size * 3


def test_column_of_text_that_begins_with_numbers_has_no_statistics_of_numbers() -> None:
    size = MOST_TEXTS + 1
    column = summary_of("a,b\n" + "".join(f"{number},1\n" for number in range(size)) + "x,1\n")["columns"][0]
    assert column["type"] == "string"
    assert column["typeCounts"] == {"integer": size, "string": size + 1}
    assert column["mean"] is column["quantiles"] is None


def test_counts_agree_with_a_table_read_in_one_piece() -> None:
    random = Random(7)  # noqa: S311 - made-up data
    rows = [
        (random.choice(["x", "y", "", "NA"]), str(random.randrange(50)), f"{random.gauss(0, 9):.2f}")
        for _ in range(5000)
    ]
    word, number, decimal = summary_of(csv_of(["w", "n", "d"], rows))["columns"]
    tally = Counter(row[0] for row in rows)
    assert word["nullCount"] == tally[""]
    assert word["topValues"] == [{"value": v, "count": n} for v, n in tally.most_common() if v]
    assert number["sum"] == sum(int(row[1]) for row in rows)
    assert decimal["negativeCount"] == sum(row[2].startswith("-") and float(row[2]) < 0 for row in rows)


def test_bytes_of_the_json_are_the_same_for_the_same_file() -> None:
    content = b"a,b\n" + b"".join(b"%d,x%d\n" % (number, number % 7) for number in range(60_000))
    once, again = (summarize(io.BytesIO(content)) for _ in range(2))
    assert once.to_dict()["columns"] == again.to_dict()["columns"]


def test_table_whose_rows_are_all_damaged_is_held_to_the_budget_too() -> None:
    size = MOST_TEXTS * 2 + 5
    table = profile_table(size)
    assert table["table"]["errors"]["byCode"] == {"missing-cell": size}
    assert table["columns"][0]["distinct"]["method"] == "estimate"
    assert table["columns"][0]["redacted"]


def profile_table(size: int) -> dict[str, Any]:
    """A header one cell wider than every row."""
    return summary_of("a,b,c\n" + "".join(f"v{number},{number}\n" for number in range(size)))
