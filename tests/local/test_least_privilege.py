"""What the roles have is enough, and nothing of it can be spared: the deployed stack, with IAM enforced.

Each statement is taken away by itself, and what it is for stops working. The statements are read from the deployed
roles, so that none can be forgotten; why some cannot be shown here stands beside them.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from gistline.localcloud.up import up
from gistline.pipeline.log import SWEPT
from support.cloud import ACCOUNT, REGION, Cloud, Stack, allow, trust, unique, until
from support.layers import own_policy, role_without

ONE, TWO = b"id\n1\n", b"id\n1\n2\n"
NOT_HERE = {
    "WriteOwnLogs": "the local cloud writes a function's lines itself, whatever the role may",
    "TakeFailures": "see test_enforcement.py: without it the queue hands nothing out",
}


@pytest.fixture(scope="module")
def stack(server: Cloud) -> Stack:
    """A stack that removes the summaries of removed CSVs, so that every right is used."""
    settings = server.settings._replace(stack="tight", bucket=unique("tight"), on_source_delete="delete")
    return Stack(server, up(settings, lambda _: None).outputs)


@pytest.fixture(scope="module")
def sweeping(server: Cloud) -> Stack:
    """A stack of which only the sweeper has things done: its bucket tells of nothing."""
    settings = server.settings._replace(
        stack="sweeps", bucket=unique("sweeps"), on_source_delete="delete", sweep_schedule="rate(1 day)"
    )
    stack = Stack(server, up(settings, lambda _: None).outputs)
    server.client("s3").put_bucket_notification_configuration(
        Bucket=stack.outputs.bucket_name, NotificationConfiguration={}
    )
    return stack


def sids(stack: Stack, function: str) -> set[str]:
    _, _, document = own_policy(stack, function)
    return {statement["Sid"] for statement in document["Statement"]}


@contextmanager
def switched_off(stack: Stack) -> Iterator[None]:
    """Let no summarizer start: each event goes straight to the queue, and on to the recorder."""
    lambda_, name = stack.cloud.client("lambda"), stack.outputs.summarizer_name
    lambda_.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        yield
    finally:
        lambda_.delete_function_concurrency(FunctionName=name)


def status(stack: Stack, name: str) -> tuple[str, int] | None:
    """The status and the size of the source that the summary tells, or None where there is none."""
    answer = stack.object(f"summaries/summary_{name}.json")
    if answer is None:
        return None
    summary = json.loads(answer["Body"].read())
    return summary["status"], summary["source"]["bytes"]


def remove(stack: Stack, name: str) -> None:
    stack.cloud.client("s3").delete_object(Bucket=stack.outputs.bucket_name, Key=f"synthetic-data/{name}.csv")


def upload(stack: Stack, name: str, body: bytes = ONE) -> None:
    stack.upload(f"synthetic-data/{name}.csv", body)


def forbidden(stack: Stack, group: str, name: str) -> bool:
    """Tell whether a function's log says that S3 has refused it something for this CSV."""
    events = stack.cloud.client("logs").filter_log_events(
        logGroupName=group, filterPattern='"object-forbidden"'
    )
    return any(f"synthetic-data/{name}.csv" in event["message"] for event in events["events"])


def test_what_the_roles_have_is_enough_for_the_whole_way(stack: Stack) -> None:
    name = unique("whole")
    upload(stack, name)
    until(lambda: status(stack, name) == ("complete", len(ONE)))
    upload(stack, name, TWO)
    until(lambda: status(stack, name) == ("complete", len(TWO)))
    remove(stack, name)
    until(lambda: status(stack, name) is None)
    with switched_off(stack):
        upload(stack, name)
        until(lambda: status(stack, name) == ("failed", len(ONE)))
        remove(stack, name)
        until(lambda: status(stack, name) is None)
    assert not forbidden(stack, stack.outputs.summarizer_log_group_name, name)
    assert not forbidden(stack, stack.outputs.recorder_log_group_name, name)


CREATING = ["ReadCsvs", "TellMissingFromForbidden", "WriteSummaries", "ReadSummaries"]


@pytest.mark.parametrize("sid", CREATING)
def test_no_summary_comes_of_a_summarizer_without(stack: Stack, sid: str) -> None:
    name = unique("created")
    with role_without(stack, sid):
        upload(stack, name)
        until(lambda: forbidden(stack, stack.outputs.summarizer_log_group_name, name))
        until(lambda: status(stack, name) == ("failed", len(ONE)))


def test_no_summary_goes_from_a_summarizer_without_the_right_to_remove_it(stack: Stack) -> None:
    name = unique("removed")
    upload(stack, name)
    until(lambda: status(stack, name) == ("complete", len(ONE)))
    with role_without(stack, "RemoveSummaries"):
        remove(stack, name)
        until(lambda: forbidden(stack, stack.outputs.summarizer_log_group_name, name))
    until(lambda: status(stack, name) is None)  # the recorder, whose role is whole, has removed it


def test_no_failure_is_heard_of_from_a_summarizer_without_the_right_to_report_it(stack: Stack) -> None:
    name, lost = unique("lost"), stack.counted("lost")
    with switched_off(stack), role_without(stack, "ReportFailures"):
        upload(stack, name)
        until(lambda: stack.counted("lost") == lost + 1)
    assert status(stack, name) is None


@pytest.mark.parametrize("sid", CREATING)
def test_no_verdict_comes_of_a_recorder_without(stack: Stack, sid: str) -> None:
    name = unique("verdict")
    with switched_off(stack), role_without(stack, sid, stack.outputs.recorder_name):
        upload(stack, name)
        until(lambda: forbidden(stack, stack.outputs.recorder_log_group_name, name))
        assert status(stack, name) is None


def test_no_summary_goes_from_a_recorder_without_the_right_to_remove_it(stack: Stack) -> None:
    name = unique("gone")
    upload(stack, name)
    until(lambda: status(stack, name) == ("complete", len(ONE)))
    with switched_off(stack), role_without(stack, "RemoveSummaries", stack.outputs.recorder_name):
        remove(stack, name)
        until(lambda: forbidden(stack, stack.outputs.recorder_log_group_name, name))
        assert status(stack, name) == ("complete", len(ONE))


def test_the_producer_makes_nothing_without_its_one_right(stack: Stack) -> None:
    invoke, producer = stack.cloud.client("lambda").invoke, stack.outputs.producer_name
    with role_without(stack, "WriteCsvs", producer):
        failed = invoke(FunctionName=producer, Payload=b'{"rows": 1}')
    assert "object-forbidden" in failed["Payload"].read().decode()


def sweep(stack: Stack) -> str:
    """Have the sweeper look now, and give what it answers; an error is an answer too."""
    invoke = stack.cloud.client("lambda").invoke
    answer: str = invoke(FunctionName=stack.outputs.sweeper_name)["Payload"].read().decode()
    return answer


@contextmanager
def short_of_time(stack: Stack) -> Iterator[None]:
    """Let each run of the sweeper end after its first keys, as its time would be up."""
    update, name = stack.cloud.client("lambda").update_function_configuration, stack.outputs.sweeper_name
    update(FunctionName=name, Timeout=60)
    try:
        yield
    finally:
        update(FunctionName=name, Timeout=900)


def sweeps(stack: Stack) -> int:
    """Count the sweeps that have come to their end."""
    pages = stack.cloud.client("logs").get_paginator("filter_log_events")
    found = pages.paginate(logGroupName=stack.outputs.sweeper_log_group_name, filterPattern=f'"{SWEPT}"')
    return sum(len(page["events"]) for page in found)


def test_what_the_sweeper_has_is_enough_for_a_whole_sweep(sweeping: Stack) -> None:
    name = unique("swept")
    upload(sweeping, name)
    assert "errorType" not in sweep(sweeping)
    until(lambda: status(sweeping, name) == ("complete", len(ONE)))
    remove(sweeping, name)
    before = sweeps(sweeping)
    with short_of_time(sweeping):
        assert '"goesOn":true' in sweep(sweeping).replace(" ", "")
        until(lambda: sweeps(sweeping) == before + 1)
    until(lambda: status(sweeping, name) is None)


@pytest.mark.parametrize(
    ("sid", "refusal"),
    [
        ("ListBucket", "object-forbidden"),
        ("ReadSummaries", "object-forbidden"),
        ("InvokeSummarizer", "-summarizer: HTTP 403"),
    ],
)
def test_nothing_is_swept_by_a_sweeper_without(sweeping: Stack, sid: str, refusal: str) -> None:
    name = unique("unswept")
    upload(sweeping, name)
    with role_without(sweeping, sid, sweeping.outputs.sweeper_name):
        assert refusal in sweep(sweeping)
    assert status(sweeping, name) is None
    assert "errorType" not in sweep(sweeping)
    until(lambda: status(sweeping, name) == ("complete", len(ONE)))


def test_a_sweeper_whose_time_is_up_does_not_go_on_without_the_right_to_invoke_itself(
    sweeping: Stack,
) -> None:
    upload(sweeping, unique("unfinished"))
    with short_of_time(sweeping), role_without(sweeping, "HandOver", sweeping.outputs.sweeper_name):
        assert "-sweeper: HTTP 403" in sweep(sweeping)


def test_no_sweep_starts_unless_the_sweeper_lets_the_rule_in(sweeping: Stack) -> None:
    """Layer 1; so that nobody waits for a day, the rule gets a pattern beside its schedule, as a rule may have both."""
    events, name, source = sweeping.cloud.client("events"), sweeping.outputs.sweeper_name, unique("now")
    rule = events.describe_rule(Name=name.removesuffix("er"))
    given = {key: rule[key] for key in ("Name", "ScheduleExpression", "State", "Description")}
    events.put_rule(**given, EventPattern=json.dumps({"source": [source]}))
    entries = [{"Source": source, "DetailType": "sweep", "Detail": "{}"}]
    before = sweeps(sweeping)
    with uninvited(sweeping, name):
        events.put_events(Entries=entries)
    events.put_events(Entries=entries)
    until(lambda: sweeps(sweeping) > before)
    events.put_rule(**given)
    assert "errorType" not in sweep(sweeping)  # after whatever was under way
    assert sweeps(sweeping) == before + 2


@contextmanager
def uninvited(stack: Stack, function: str) -> Iterator[None]:
    """Take away the one statement by which anybody may invoke the function."""
    lambda_ = stack.cloud.client("lambda")
    (statement,) = json.loads(lambda_.get_policy(FunctionName=function)["Policy"])["Statement"]
    (source,) = statement["Condition"]["ArnLike"].values()
    lambda_.remove_permission(FunctionName=function, StatementId=statement["Sid"])
    try:
        yield
    finally:
        lambda_.add_permission(
            FunctionName=function,
            StatementId=statement["Sid"],
            Action=statement["Action"],
            Principal=statement["Principal"]["Service"],
            SourceArn=source,
        )


def test_no_statement_of_the_sweepers_role_was_left_out(sweeping: Stack) -> None:
    assert sids(sweeping, sweeping.outputs.sweeper_name) - set(NOT_HERE) == {
        *("ListBucket", "ReadSummaries", "InvokeSummarizer", "HandOver")
    }


def test_no_statement_of_a_role_was_left_out(stack: Stack) -> None:
    writing, outputs = {*CREATING, "RemoveSummaries"}, stack.outputs
    assert sids(stack, outputs.summarizer_name) - set(NOT_HERE) == {*writing, "ReportFailures"}
    assert sids(stack, outputs.recorder_name) - set(NOT_HERE) == writing
    assert sids(stack, outputs.producer_name) - set(NOT_HERE) == {"WriteCsvs"}


@pytest.fixture(scope="module")
def administrator(server: Cloud) -> Any:
    """S3, as seen by somebody whose own policies allow everything."""
    iam, name, make = server.client("iam"), unique("administrator"), boto3.client
    anybody = trust().replace('{"Service": "lambda.amazonaws.com"}', '{"AWS": "*"}')
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=anybody)
    iam.put_role_policy(RoleName=name, PolicyName="everything", PolicyDocument=allow("*", "*"))
    arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    keys = server.client("sts").assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]
    return make(
        "s3",
        endpoint_url=server.state.endpoint,
        region_name=REGION,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
    )


@pytest.mark.parametrize("condition", [{}, {"IfNoneMatch": "*"}], ids=["plain", "conditional"])
def test_not_even_an_administrator_forges_a_summary(
    stack: Stack, administrator: Any, condition: dict[str, str]
) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        administrator.put_object(
            Bucket=stack.outputs.bucket_name, Key="summaries/summary_forged.json", Body=b"{}", **condition
        )


def test_an_administrator_uploads_csvs_and_clears_summaries_away(stack: Stack, administrator: Any) -> None:
    name = unique("administered")
    administrator.put_object(Bucket=stack.outputs.bucket_name, Key=f"synthetic-data/{name}.csv", Body=ONE)
    until(lambda: status(stack, name) == ("complete", len(ONE)))
    administrator.delete_object(Bucket=stack.outputs.bucket_name, Key=f"summaries/summary_{name}.json")
    assert status(stack, name) is None
