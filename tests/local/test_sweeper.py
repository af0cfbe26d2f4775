"""The sweeper in a stack that has one: what no event told of is done, and a right bucket is left alone."""

import json
from typing import Any

import pytest

from gistline.localcloud.up import up
from gistline.pipeline.underway import WINDOW
from support.cloud import Cloud, Stack, unique, until

CSV = b"id,colour\n1,red\n2,blue\n"
IN, OUT = "synthetic-data/", "summaries/"
# As EventBridge sends it (EventBridge User Guide, "Creating a rule that runs on a schedule").
SCHEDULED = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}


@pytest.fixture(scope="module")
def deaf(server: Cloud) -> Stack:
    """A stack whose bucket tells of nothing: each event is lost."""
    settings = server.settings._replace(
        stack=unique("sweep"), bucket=unique("swept"), sweep_schedule="rate(1 day)"
    )
    stack = Stack(server, up(settings, lambda _: None).outputs)
    server.client("s3").put_bucket_notification_configuration(
        Bucket=stack.outputs.bucket_name, NotificationConfiguration={}
    )
    return stack


@pytest.fixture
def swept(deaf: Stack) -> Stack:
    """The same with nothing in its bucket."""
    for key in deaf.keys(""):
        deaf.cloud.client("s3").delete_object(Bucket=deaf.outputs.bucket_name, Key=key)
    return deaf


def sweep(stack: Stack, event: object = SCHEDULED) -> dict[str, Any]:
    """Run the sweeper and wait for its answer."""
    answer = stack.cloud.client("lambda").invoke(
        FunctionName=stack.outputs.sweeper_name, Payload=json.dumps(event)
    )
    assert "FunctionError" not in answer, answer["Payload"].read()
    said: dict[str, Any] = json.loads(answer["Payload"].read())
    return said


def statuses(stack: Stack) -> dict[str, str]:
    """What each summary says of its CSV."""
    return {
        key: json.loads(stack.object(key)["Body"].read())["status"]
        for key in stack.keys(OUT)
        if stack.object(key)
    }


def test_eventbridge_invokes_it_on_schedule_and_nobody_else_may(swept: Stack) -> None:
    rule = swept.cloud.client("events").describe_rule(Name=f"{swept.outputs.sweeper_name.removesuffix('er')}")
    assert (rule["ScheduleExpression"], rule["State"]) == ("rate(1 day)", "ENABLED")
    targets = swept.cloud.client("events").list_targets_by_rule(Rule=rule["Name"])["Targets"]
    assert [target["Arn"].rpartition(":")[2] for target in targets] == [swept.outputs.sweeper_name]
    policy = swept.cloud.client("lambda").get_policy(FunctionName=swept.outputs.sweeper_name)["Policy"]
    (statement,) = json.loads(policy)["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"] == {"ArnLike": {"AWS:SourceArn": rule["Arn"]}}


def test_whatever_lacks_a_right_summary_has_one_then_and_the_next_sweep_finds_nothing(swept: Stack) -> None:
    names = ["lost", "a//b", "../c", "50% + é 🌹", "2026/11/d"]
    for name in names:
        swept.upload(f"{IN}{name}.csv", CSV)
    swept.upload(f"{IN}empty.csv", b"")
    swept.upload(f"{IN}notes.txt", CSV)
    assert sweep(swept) == {"keys": 6, "sent": 6, "errors": 0}
    expected = {f"{OUT}{name}.json": "complete" for name in ["summary_lost", "a//summary_b", "../summary_c"]}
    expected |= {f"{OUT}summary_50% + é 🌹.json": "complete", f"{OUT}2026/11/summary_d.json": "complete"}
    expected |= {f"{OUT}summary_empty.json": "rejected"}
    until(lambda: statuses(swept) == expected)

    s3, bucket = swept.cloud.client("s3"), swept.outputs.bucket_name
    swept.upload(f"{IN}lost.csv", CSV + b"3,green\n")
    s3.delete_object(Bucket=bucket, Key=f"{IN}a//b.csv")
    assert sweep(swept) == {"keys": 6, "sent": 2, "errors": 0}
    until(lambda: statuses(swept)[f"{OUT}a//summary_b.json"] == "deleted")
    until(lambda: swept.summary(f"{OUT}summary_lost.json")["table"]["rowCount"] == 3)
    assert sweep(swept) == {"keys": 6, "sent": 0, "errors": 0}  # five CSVs and the tombstone


def test_a_sweep_goes_on_where_the_run_before_has_stopped(swept: Stack) -> None:
    swept.upload(f"{IN}x1.csv", CSV)
    swept.upload(f"{IN}x2.csv", CSV)
    leg = {"walk": "csvs", "after": f"{IN}x1.csv", "run": 2}
    assert sweep(swept, {"gistlineSweep": leg})["sent"] == 1
    until(lambda: swept.object(f"{OUT}summary_x2.json"))
    assert swept.object(f"{OUT}summary_x1.json") is None


def test_its_log_ties_each_key_to_the_summarizers_lines(swept: Stack) -> None:
    swept.upload(f"{IN}tied.csv", CSV)
    sweep(swept)
    pages = swept.cloud.client("logs").get_paginator("filter_log_events")
    found = pages.paginate(logGroupName=swept.outputs.sweeper_log_group_name, filterPattern='"tied.csv"')
    (sent,) = [json.loads(event["message"]) for page in found for event in page["events"]]
    assert (sent["message"], sent["reason"]) == ("sent to the summarizer", "no summary")
    swept.rest()  # a line comes into the log by a way of its own, perhaps later than the summary into the bucket
    assert sent["s3RequestId"] in {line["s3RequestId"] for line in swept.lines_about(f"{IN}tied.csv")}


def test_it_sends_no_more_at_once_than_its_window_and_all_get_through(swept: Stack) -> None:
    names = [f"{number:03}" for number in range(WINDOW + 40)]
    for name in names:
        swept.upload(f"{IN}{name}.csv", CSV)
    assert sweep(swept) == {"keys": len(names), "sent": len(names), "errors": 0}
    swept.rest(120.0)
    until(lambda: statuses(swept) == {f"{OUT}summary_{name}.json": "complete" for name in names})


def test_a_csv_in_an_archive_cannot_be_read_and_has_its_verdict_once(swept: Stack) -> None:
    swept.cloud.client("s3").put_object(
        Bucket=swept.outputs.bucket_name, Key=f"{IN}archived.csv", Body=CSV, StorageClass="DEEP_ARCHIVE"
    )
    assert sweep(swept)["sent"] == 1
    verdict = swept.failure(f"{IN}archived.csv")
    assert "InvalidObjectState" in verdict["error"]["message"]
    assert "restore it" in verdict["error"]["remedy"] + verdict["error"]["message"]
    assert sweep(swept)["sent"] == 0
