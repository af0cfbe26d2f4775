"""What no event told of is found and done by the pipeline: lost events, files older than the stack, stale and orphans."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fakes import s3_record
from gistline.commands.reconcile import reconcile
from gistline.pipeline.mark import Mark, Profiler
from support.cloud import Stack, unique, until

CSV = b"id,colour\n1,red\n2,blue\n3,\n"
Run = Callable[..., Result]


@pytest.fixture
def folder() -> str:
    return unique("sweep")


@pytest.fixture
def run(stack: Stack, folder: str) -> Run:
    """`gistline reconcile` on a folder of this test's own."""

    def run(*arguments: str) -> Result:
        runner = CliRunner(env={"COLUMNS": "200"})
        typed = ["--prefix", f"{folder}/", *arguments]
        return runner.invoke(reconcile, typed, obj=stack.cloud.settings)

    return run


@contextmanager
def deaf(stack: Stack) -> Iterator[None]:
    """No event reaches anybody meanwhile."""
    s3, bucket = stack.cloud.client("s3"), stack.outputs.bucket_name
    rules = s3.get_bucket_notification_configuration(Bucket=bucket)
    rules.pop("ResponseMetadata")
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        yield
    finally:
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=rules)


def found(result: Result) -> dict[str, tuple[str, str]]:
    """What was found of each name, and what it became."""
    keys = json.loads(result.stdout)["keys"]
    return {each["key"].rpartition("/")[2]: (each["found"], each["became"]) for each in keys}


def summary_key(folder: str, name: str) -> str:
    return f"summaries/{folder}/summary_{name.removesuffix('.csv')}.json"


def upload(stack: Stack, folder: str, name: str, body: bytes = CSV) -> dict[str, Any]:
    """Upload, and wait for the summary."""
    stack.upload(f"synthetic-data/{folder}/{name}", body)
    return stack.summary(summary_key(folder, name))


def test_where_every_summary_is_right_nothing_is_found(stack: Stack, folder: str, run: Run) -> None:
    upload(stack, folder, "a.csv")
    upload(stack, folder, "rejected.csv", b"PK\x03\x04" + bytes(50))
    result = run()
    assert result.exit_code == 0, result.output
    assert f"Looked at 2 keys in s3://{stack.outputs.bucket_name}/synthetic-data/{folder}/" in result.stdout
    assert "every summary is right" in result.stdout


def test_what_no_event_told_of_is_done_by_the_pipeline(stack: Stack, folder: str, run: Run) -> None:
    for name in ("stale.csv", "gone.csv", "same.csv"):
        upload(stack, folder, name)
    with deaf(stack):
        stack.upload(f"synthetic-data/{folder}/lost.csv", CSV)
        stack.upload(f"synthetic-data/{folder}/bad.csv", b"")
        stack.upload(f"synthetic-data/{folder}/stale.csv", CSV + b"4,green\n")
        stack.cloud.client("s3").delete_object(
            Bucket=stack.outputs.bucket_name, Key=f"synthetic-data/{folder}/gone.csv"
        )
    expected = {
        "lost.csv": ("no summary", "complete"),
        "bad.csv": ("no summary", "rejected"),
        "stale.csv": ("out of date", "complete"),
        "gone.csv": ("orphaned", "deleted"),
    }
    planned = run("--dry-run", "--json")
    assert planned.exit_code == 1, planned.output
    assert found(planned) == {name: (why, "planned") for name, (why, _) in expected.items()}
    assert stack.object(summary_key(folder, "lost.csv")) is None
    done = run("--json")
    assert done.exit_code == 0, done.output
    assert found(done) == expected
    assert stack.summary(summary_key(folder, "stale.csv"))["table"]["rowCount"] == 4
    assert json.loads(run("--json").stdout) == {
        "bucket": stack.outputs.bucket_name,
        "keys": [],
        "looked": 5,
        "found": 0,
        "remaining": 0,
        "failed": 0,
        "errors": 0,
    }


def test_an_upload_whose_event_was_lost_is_not_condemned_by_the_one_before(
    stack: Stack, folder: str, run: Run
) -> None:
    key = f"synthetic-data/{folder}/replaced.csv"
    etag = upload(stack, folder, "replaced.csv")["source"]["etag"]
    with deaf(stack):
        stack.upload(key, CSV + b"4,green\n")
    record = s3_record(key)
    record["s3"]["bucket"]["name"], record["s3"]["object"]["eTag"] = stack.outputs.bucket_name, etag
    defeat = {
        "requestContext": {"requestId": "r", "condition": "RetriesExhausted"},
        "requestPayload": {"Records": [record]},
        "responsePayload": {"errorType": "Runtime.OutOfMemory"},
    }
    stack.cloud.client("sqs").send_message(
        QueueUrl=stack.outputs.failure_queue_url, MessageBody=json.dumps(defeat)
    )
    assert stack.failure(key)["error"]["code"] == "overtaken"
    done = run("--json")
    assert done.exit_code == 0, done.output
    assert found(done) == {"replaced.csv": ("untried", "complete")}
    assert stack.summary(summary_key(folder, "replaced.csv"))["table"]["rowCount"] == 4


@pytest.mark.parametrize(
    "name",
    [
        "with space+plus",
        "per%cent %20",
        "é\N{GRINNING FACE}",
        "../up",
        "a//b",
        "tab\there",
        "q?h#a&=",
        "",
        "x" * 900,
    ],
)
def test_awkward_keys_are_found_and_done(stack: Stack, folder: str, run: Run, name: str) -> None:
    key = f"synthetic-data/{folder}/{name}.csv"
    with deaf(stack):
        stack.upload(key, CSV)
    done = run("--json")
    assert done.exit_code == 0, done.output
    (each,) = json.loads(done.stdout)["keys"]
    assert (each["key"], each["became"], each["right"]) == (key, "complete", True)
    assert run().exit_code == 0


def test_a_summary_of_an_older_gistline_and_what_is_none_are_done_anew(
    stack: Stack, folder: str, run: Run
) -> None:
    s3, bucket = stack.cloud.client("s3"), stack.outputs.bucket_name
    for name in ("older.csv", "foreign.csv"):
        upload(stack, folder, name)
    key = summary_key(folder, "older.csv")
    answer = s3.get_object(Bucket=bucket, Key=key)
    mark = Mark.parse(answer["Metadata"])
    assert mark is not None
    older = mark._replace(profiler=Profiler("0.0.1"))
    s3.put_object(Bucket=bucket, Key=key, Body=answer["Body"].read(), Metadata=older.metadata())
    s3.put_object(Bucket=bucket, Key=summary_key(folder, "foreign.csv"), Body=b"not ours")
    done = run("--json")
    assert done.exit_code == 0, done.output
    assert found(done) == {
        "older.csv": ("older gistline", "complete"),
        "foreign.csv": ("unreadable", "complete"),
    }


def test_since_leaves_out_what_was_uploaded_before(stack: Stack, folder: str, run: Run) -> None:
    with deaf(stack):
        stack.upload(f"synthetic-data/{folder}/a.csv", CSV)
    assert "there is nothing to look at" in run("--since", "2100-01-01").stdout
    assert found(run("--since", "1h", "--json")) == {"a.csv": ("no summary", "complete")}


def test_no_time_is_wrong_usage(run: Run) -> None:
    result = run("--since", "yesterday")
    assert result.exit_code == 2
    assert "is no time" in result.output


def test_the_log_tells_who_asked(stack: Stack, folder: str, run: Run) -> None:
    with deaf(stack):
        stack.upload(f"synthetic-data/{folder}/a.csv", CSV)
    assert run("--rate", "1000").exit_code == 0
    lines = until(lambda: stack.lines_about(f"synthetic-data/{folder}/a.csv"))
    assert lines[0]["s3RequestId"].startswith("gistline-")
