import json
from collections.abc import Callable
from typing import Any

import pytest

from gistline.checks import restore
from gistline.site.site import Site
from support.fake_aws import BUCKET, QUEUE, ROLE, calls_of, site_where, stack, swept_site_where

SUMMARIZERS = 6  # statements of the summarizer's role without a key
NAME = {"FunctionName": "gist-summarizer"}
VARIABLES = {
    "GISTLINE_INPUT_PREFIX": "synthetic-data/",
    "GISTLINE_SUFFIX": ".csv",
    "GISTLINE_OUTPUT_PREFIX": "summaries/",
    "GISTLINE_ON_SOURCE_DELETE": "tombstone",
}


def last(deed: Callable[[Site], None], **changes: Any) -> tuple[str, Any]:
    site = site_where(**changes)
    deed(site)
    return calls_of(site)[-1]


def test_the_function_gets_the_configuration_of_the_template() -> None:
    assert last(restore.function) == (
        "lambda.update_function_configuration",
        {
            **NAME,
            "Handler": "gistline.functions.summarizer.handler",
            "Role": ROLE,
            "Timeout": 300,
            "MemorySize": 1769,
            "Environment": {"Variables": VARIABLES},
        },
    )


def test_concurrency_that_the_stack_does_not_reserve_is_given_back() -> None:
    assert last(restore.concurrency) == ("lambda.delete_function_concurrency", NAME)


def test_concurrency_that_the_stack_reserves_is_reserved() -> None:
    assert last(restore.concurrency, **stack(ReservedConcurrency="5")) == (
        "lambda.put_function_concurrency",
        {**NAME, "ReservedConcurrentExecutions": 5},
    )


def test_loops_are_stopped_again() -> None:
    assert last(restore.recursion) == (
        "lambda.put_function_recursion_config",
        {**NAME, "RecursiveLoop": "Terminate"},
    )


def test_failures_go_to_the_queue_again() -> None:
    _, arguments = last(restore.async_invocation)
    assert arguments["DestinationConfig"] == {"OnFailure": {"Destination": QUEUE}}
    assert arguments["MaximumRetryAttempts"] == 2


def test_the_recorder_takes_failures_again() -> None:
    assert last(restore.recording) == ("lambda.update_event_source_mapping", {"UUID": "one", "Enabled": True})


def test_all_roles_get_the_inline_policies_of_the_template() -> None:
    site = site_where()
    restore.role_policies(site)
    written = [arguments for call, arguments in calls_of(site) if call == "iam.put_role_policy"]
    assert [(w["RoleName"], w["PolicyName"]) for w in written] == [
        ("gist-SummarizerRole-1", "summarize"),
        ("gist-RecorderRole-1", "record"),
        ("gist-ProducerRole-1", "produce"),
    ]
    restored = json.loads(written[0]["PolicyDocument"])["Statement"]
    assert {
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/synthetic-data/*.csv",
    }.items() <= restored[0].items()
    assert len(restored) == SUMMARIZERS


def test_where_there_is_a_sweeper_its_role_gets_its_policy_too() -> None:
    *_, (role, name, text) = restore.inline_policies(swept_site_where())
    assert (role, name) == ("gist-SweeperRole-1", "sweep")
    assert {statement["Sid"] for statement in json.loads(text)["Statement"]} == {
        "ListBucket",
        "ReadSummaries",
        "InvokeSummarizer",
        "HandOver",
        "WriteOwnLogs",
    }


@pytest.mark.parametrize("key", ["arn:aws:kms:eu-central-1:111122223333:key/1"])
def test_a_stack_with_a_key_of_its_own_gets_its_key_statement_back(key: str) -> None:
    (_, _, text), *_ = restore.inline_policies(site_where(**stack(KmsKeyArn=key)))
    assert json.loads(text)["Statement"][-1]["Resource"] == key
