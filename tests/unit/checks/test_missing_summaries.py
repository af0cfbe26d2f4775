from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.missing_summaries import look
from support.fake_aws import objects, site_where

OK, WARN = Verdict.OK, Verdict.WARN


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "each has a summary", id="healthy"),
        pytest.param(objects({}, {}), OK, "", id="no input"),
        pytest.param(
            objects({"synthetic-data/a.csv": "1"}, {}),
            WARN,
            "1 have no summary of their present state: 'synthetic-data/a.csv'",
            id="no summary",
        ),
        pytest.param(
            objects({"synthetic-data/a.csv": "2"}, {"summaries/summary_a.json": '{"source": {"etag": "1"}}'}),
            WARN,
            "1 have no summary",
            id="of an earlier state",
        ),
        pytest.param(
            objects({"synthetic-data/a.csv": "2"}, {"summaries/summary_a.json": "{}"}),
            WARN,
            "1 have no summary",
            id="not a summary",
        ),
        pytest.param(
            objects({"synthetic-data/a.csv": "2"}, {"summaries/summary_a.json": "<html>"}),
            WARN,
            "1 have no summary",
            id="not JSON",
        ),
        pytest.param(
            objects({"synthetic-data/a.txt": "2", "synthetic-data/": "0"}, {}), OK, "", id="no CSVs"
        ),
        pytest.param(
            objects({f"synthetic-data/{'x' * 1000}.csv": "2"}, {}),
            WARN,
            "1 have no summary",
            id="a key too long to have one",
        ),
        pytest.param(
            objects({f"synthetic-data/{n}.csv": "1" for n in range(5)}, {}),
            WARN,
            "'synthetic-data/2.csv', ...",
            id="few examples of many",
        ),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)


def test_it_says_when_there_are_more_inputs_than_it_looked_at() -> None:
    listed = {"Contents": [], "IsTruncated": True}
    assert "the first 0" in look(site_where(**{"s3.list_objects_v2": listed})).looked_at
