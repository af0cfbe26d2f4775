"""verify against the running local cloud: it passes on a healthy stack, and names the step that a fault stops."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from gistline.checks.canary import FOLDER
from gistline.checks.verify import ALONE, NUMBERS, REMOVED, SUMMARY, Step, verify
from gistline.localcloud.up import target_of
from gistline.pipeline.log import DOWNLOADED, RECEIVED, UPLOADED
from gistline.site.site import Site
from support.cloud import Stack, patience
from support.layers import role_without, without_permission

ENOUGH = 20.0  # seconds
LITTLE = 1.0  # where nothing will come


@pytest.fixture
def site(stack: Stack) -> Site:
    return Site(target_of(stack.cloud.state), "gistline", stack.outputs)


def canaries(stack: Stack) -> set[str]:
    return {key for key in stack.keys("") if FOLDER in key}


def failed(stack: Stack, steps: tuple[Step, ...]) -> Step:
    """The step that did not happen; the canary is gone all the same."""
    assert steps[-1].name == REMOVED
    assert steps[-1].passed
    assert canaries(stack) == set()
    (step,) = [step for step in steps if not step.passed]
    return step


def test_on_a_healthy_stack_it_passes_and_leaves_nothing(stack: Stack, site: Site) -> None:
    steps = verify(site, patience(stack, ENOUGH))
    assert [step for step in steps if not step.passed] == []
    assert canaries(stack) == set()
    times = [step.milliseconds for step in steps if step.name in (RECEIVED, DOWNLOADED, UPLOADED)]
    assert times == sorted(times, key=lambda milliseconds: milliseconds or 0)


def test_without_the_invoke_permission_no_event_is_received(stack: Stack, site: Site) -> None:
    with without_permission(stack):
        step = failed(stack, verify(site, patience(stack, LITTLE)))
    assert step.name == RECEIVED
    assert "S3's request id" in step.evidence


def test_an_invocation_by_hand_with_a_forged_event_does_not_pass(stack: Stack, site: Site) -> None:
    def invoke(step: Step) -> None:
        if step.name == "canary uploaded":
            key = step.evidence.removeprefix(f"s3://{stack.outputs.bucket_name}/").rpartition(", S3's")[0]
            _invoke_by_hand(stack, key)

    with without_permission(stack):
        step = failed(stack, verify(site, patience(stack, LITTLE), tell=invoke))
    assert step.name == RECEIVED
    assert "; 1 that named the key had another id" in step.evidence


def _invoke_by_hand(stack: Stack, key: str, outcome: str = "written") -> None:
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "eventTime": "2026-11-23T12:00:00.000Z",
        "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810"},
        "s3": {
            "bucket": {"name": stack.outputs.bucket_name},
            "object": {
                "key": key.replace("%", "%25").replace("+", "%2B").replace(" ", "+"),
                "eTag": stack.object(key)["ETag"].strip('"'),
            },
        },
    }
    answer = stack.cloud.client("lambda").invoke(
        FunctionName=stack.outputs.summarizer_name, Payload=json.dumps({"Records": [record]}).encode()
    )
    assert json.load(answer["Payload"])["outcomes"][0]["outcome"] == outcome


@pytest.mark.parametrize(("sid", "name"), [("ReadCsvs", DOWNLOADED), ("WriteSummaries", UPLOADED)])
def test_a_role_that_lost_a_right_stops_at_the_step_that_needs_it(
    stack: Stack, site: Site, sid: str, name: str
) -> None:
    with role_without(stack, sid):
        step = failed(stack, verify(site, patience(stack, ENOUGH)))
    assert step.name == name
    assert "object-forbidden" in step.evidence


@pytest.mark.parametrize(
    ("change", "name"),
    [
        pytest.param(lambda summary: summary["source"].update(requestId="FORGED"), SUMMARY, id="forged"),
        pytest.param(lambda summary: summary["columns"][0].update(mean=13), NUMBERS, id="wrong"),
    ],
)
def test_a_summary_that_somebody_changed_is_not_believed(
    stack: Stack, site: Site, change: Callable[[Any], None], name: str
) -> None:
    def forge(step: Step) -> None:
        if step.name == UPLOADED:
            summary = json.loads(stack.object(step.evidence)["Body"].read())
            change(summary)
            stack.upload(step.evidence, json.dumps(summary).encode())

    assert failed(stack, verify(site, patience(stack, ENOUGH), tell=forge)).name == name


@contextmanager
def rule(stack: Stack, *filters: tuple[str, str]) -> Iterator[None]:
    """Let the trigger listen for other keys: each `(prefix, suffix)` a rule of its own."""
    s3, bucket = stack.cloud.client("s3"), stack.outputs.bucket_name
    ours = s3.get_bucket_notification_configuration(Bucket=bucket)["LambdaFunctionConfigurations"]
    rules = [
        {
            "LambdaFunctionArn": ours[0]["LambdaFunctionArn"],
            "Events": [event for one in ours for event in one["Events"]],
            "Filter": {
                "Key": {"FilterRules": [{"Name": "prefix", "Value": p}, {"Name": "suffix", "Value": s}]}
            },
        }
        for p, s in filters
    ]
    put = s3.put_bucket_notification_configuration
    put(Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": rules})
    try:
        yield
    finally:
        put(Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": ours})


@pytest.mark.parametrize(
    ("filters", "what"),
    [
        pytest.param([("", ".csv")], "another prefix", id="no prefix"),
        pytest.param([("synthetic-data/", "")], "another suffix", id="no suffix"),
        pytest.param(
            [("synthetic-data/", ".csv"), ("summaries/", ".csv")], "the output prefix", id="the output prefix"
        ),
        pytest.param(
            [("synthetic-data/", ".csv"), ("summaries/", ".json")], "the summary", id="the summaries"
        ),
    ],
)
def test_a_trigger_that_notices_too_much_is_found(
    stack: Stack, site: Site, filters: list[tuple[str, str]], what: str
) -> None:
    with rule(stack, *filters):
        step = failed(stack, verify(site, patience(stack, ENOUGH)))
    assert step.name == ALONE
    assert what in step.evidence


def test_an_invocation_by_hand_beside_s3s_writes_nothing_again(stack: Stack, site: Site) -> None:
    def invoke(step: Step) -> None:
        if step.name == NUMBERS:
            (key,) = (key for key in canaries(stack) if key.endswith("+é%2B.csv"))
            _invoke_by_hand(stack, key, outcome="already")

    assert [step for step in verify(site, patience(stack, ENOUGH), tell=invoke) if not step.passed] == []


def test_ctrl_c_leaves_nothing_behind(stack: Stack, site: Site) -> None:
    def interrupt(step: Step) -> None:
        if step.name == RECEIVED:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify(site, patience(stack, ENOUGH), tell=interrupt)
    assert canaries(stack) == set()
