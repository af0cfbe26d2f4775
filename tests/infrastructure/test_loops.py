"""Six things keep a summary from being the reason for a summary. What the template alone can show of them.

All six are shown to hold, each by itself, by tests/local/test_loops.py.
"""

import pytest

from gistline.config import Settings
from gistline.errors import OverlapError
from gistline.functions.hands import Hands
from gistline.pipeline.keys import SUMMARY_SUFFIX
from infrastructure.cfn import SWEPT, Json, Template
from infrastructure.iam import CSV, SUMMARY, Call, bucket_policy, is_allowed, is_denied
from infrastructure.test_roles import allowed

WRITERS = ["SummarizerRole", "RecorderRole"]


def filters(template: Template) -> list[Json]:
    rules = template.properties("Bucket")["NotificationConfiguration"]["LambdaConfigurations"]
    return [{entry["Name"]: entry["Value"] for entry in rule["Filter"]["S3Key"]["Rules"]} for rule in rules]


def test_1_no_summary_begins_as_the_trigger_wants(template: Template) -> None:
    output = template.outputs()["OutputPrefix"]
    for rule in filters(template):
        assert not output.startswith(rule["prefix"])
        assert not rule["prefix"].startswith(output)


def test_2_no_summary_ends_as_the_trigger_wants(template: Template) -> None:
    for rule in filters(template):
        assert not SUMMARY_SUFFIX.endswith(rule["suffix"])
        assert not rule["suffix"].endswith(SUMMARY_SUFFIX)


@pytest.mark.parametrize("role", WRITERS)
def test_3_no_role_that_writes_summaries_may_write_where_the_trigger_listens(
    template: Template, role: str
) -> None:
    policy = allowed(template, role, OnSourceDelete="delete")
    assert is_allowed(policy, Call("", "s3:PutObject", SUMMARY))
    for action in ("s3:PutObject", "s3:DeleteObject"):
        assert not is_allowed(policy, Call("", action, CSV))


@pytest.mark.parametrize("role", WRITERS)
def test_4_the_bucket_would_refuse_even_a_role_that_may_do_everything(template: Template, role: str) -> None:
    for action in ("s3:PutObject", "s3:DeleteObject", "s3:PutBucketNotification"):
        assert is_denied(bucket_policy(template), Call(f"${{{role}.Arn}}", action, CSV))


@pytest.mark.parametrize("function", ["Summarizer", "Recorder"])
def test_5_no_function_starts_with_prefixes_that_overlap(template: Template, function: str) -> None:
    variables = template.properties(function)["Environment"]["Variables"]
    assert Hands.from_environ(variables).layout.output_prefix == Settings().output_prefix
    for overlapping in ("synthetic-data/", "synthetic-data/summaries/", "synthetic", ""):
        with pytest.raises(OverlapError):
            Hands.from_environ({**variables, "GISTLINE_OUTPUT_PREFIX": overlapping})


@pytest.mark.parametrize("function", ["Summarizer", "Recorder", "Sweeper"])
def test_lambda_stops_a_chain_of_any_function_that_events_invoke(template: Template, function: str) -> None:
    """6: Lambda Developer Guide, "Use Lambda recursive loop detection to prevent infinite loops"."""
    assert template.properties(function, **SWEPT)["RecursiveLoop"] == "Terminate"
