from datetime import timedelta
from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.links.missing_summaries import look
from gistline.errors import StackError
from support.fake_aws import UPLOADED, objects, refused, site_where, summary_of

OK, WARN = Verdict.OK, Verdict.WARN
EARLIER = UPLOADED - timedelta(seconds=1)


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
            objects({"synthetic-data/a.csv": "2"}, {"summaries/summary_a.json": summary_of("1")}),
            WARN,
            "1 have no summary",
            id="of an earlier state",
        ),
        pytest.param(
            objects({"synthetic-data/a.csv": "1"}, {"summaries/summary_a.json": summary_of("1", EARLIER)}),
            WARN,
            "1 have no summary",
            id="of an earlier upload of the same bytes",
        ),
        pytest.param(
            objects(
                {"synthetic-data/a.csv": "1", "synthetic-data/b.csv": "1"},
                {
                    "summaries/summary_a.json": summary_of("1", status="failed"),
                    "summaries/summary_b.json": summary_of("1", status="rejected"),
                },
            ),
            WARN,
            "1 failed for good",
            id="a failure; a rejection is an answer",
        ),
        pytest.param(
            objects(
                {"synthetic-data/a.csv": "1"},
                {"summaries/summary_a.json": summary_of("1", status="failed", code="overtaken")},
            ),
            WARN,
            "1 have no summary",
            id="a failure of another upload",
        ),
        pytest.param(
            objects({"synthetic-data/a.csv": "2"}, {"summaries/summary_a.json": "{}"}),
            WARN,
            "1 have something else",
            id="not a summary",
        ),
        pytest.param(
            objects({"synthetic-data/a.csv": "2"}, {"summaries/summary_a.json": "<html>"}),
            WARN,
            "1 have something else",
            id="not JSON",
        ),
        pytest.param(
            objects({"synthetic-data/a.txt": "2", "synthetic-data/": "0"}, {}), OK, "", id="no CSVs"
        ),
        pytest.param(
            objects({f"synthetic-data/{'x' * 1004}.csv": "2"}, {}),
            WARN,
            "1 can have no summary",
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


def test_the_remedies_are_verbs_that_do_all_of_them_with_the_options_of_this_stack() -> None:
    failed = {"summaries/summary_b.json": summary_of("1", status="failed")}
    inputs = {"synthetic-data/a.csv": "1", "synthetic-data/b.csv": "1"}
    remedy = look(site_where(**objects(inputs, failed))).remedy
    assert remedy is not None
    where = " --region eu-central-1 --target aws --stack gist"
    assert remedy.command.splitlines() == [f"gistline reconcile{where}", f"gistline failures list{where}"]


def test_what_is_no_summary_is_to_be_removed_before_a_sweep_as_its_metadata_may_be_a_summarys() -> None:
    remedy = look(
        site_where(**objects({"synthetic-data/a.csv": "2"}, {"summaries/summary_a.json": "{}"}))
    ).remedy
    assert remedy is not None
    assert remedy.words.startswith("remove what lies there")
    assert remedy.command.startswith("gistline reconcile")


def test_of_a_key_that_is_too_long_it_does_not_promise_that_a_sweep_helps() -> None:
    remedy = look(site_where(**objects({f"synthetic-data/{'x' * 1004}.csv": "1"}, {}))).remedy
    assert remedy is not None
    assert "shorter keys" in remedy.words
    assert "reconcile" not in remedy.words + remedy.command


def test_summaries_that_may_not_be_read_are_not_called_missing() -> None:
    with pytest.raises(StackError, match="AccessDenied"):
        look(site_where(**{"s3.get_object": refused("AccessDenied")}))
