"""A summary is believed only where all of it is as known; a document of any shape is judged."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gistline.checks.canary import canary_of, upload
from gistline.checks.judge import wrong_numbers, wrong_source
from support.fake_pipeline import healthy

WORLD = healthy()
CANARY = canary_of(WORLD.site, "t")
UPLOADED = upload(WORLD.site, CANARY)
SUMMARY = json.loads(WORLD.objects[WORLD.site.layout.summary_key(CANARY.key)])
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["source", "columns", "table", "name", "status"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


def test_nothing_is_wrong_with_the_real_summary() -> None:
    assert wrong_source(SUMMARY, CANARY, UPLOADED) == []
    assert wrong_numbers(SUMMARY) == []


@given(ANY_JSON)
def test_no_other_json_is_believed(document: Any) -> None:
    assert wrong_source(document, CANARY, UPLOADED)
    assert wrong_numbers(document)


def test_each_known_number_is_looked_at() -> None:
    for index, column in enumerate(SUMMARY["columns"]):
        for name in (
            "type",
            "nullCount",
            *(("sum", "mean", "min", "max") if column["type"] != "string" else ()),
        ):
            columns = [dict(one) for one in SUMMARY["columns"]]
            columns[index][name] = "other"
            (wrong,) = wrong_numbers({**SUMMARY, "columns": columns})
            assert wrong.startswith(f"column {column['name']}: {name} is 'other', not ")


def test_a_long_foreign_value_is_shown_in_part() -> None:
    (wrong,) = wrong_source({**SUMMARY, "status": "x" * 1000}, CANARY, UPLOADED)
    assert len(wrong) < 100
