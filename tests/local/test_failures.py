"""What failed for good: listed, shown, tried again by the pipeline, and messages nobody can handle removed."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fakes import s3_event
from gistline.commands.failures import failures
from gistline.commands.put import put
from gistline.commands.site import site_of
from gistline.commands.trace import trace
from gistline.localcloud.up import up
from gistline.site.deadletters import dead_letters
from support.cloud import Cloud, Stack, unique, until

CSV = b"id\n1\n2\n"
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def stack(server: Cloud) -> Stack:
    """A stack whose queues hold nothing of other tests."""
    settings = server.settings._replace(stack="failing", bucket=unique("failing"))
    return Stack(Cloud(settings, server.state), up(settings, lambda _: None).outputs)


@pytest.fixture
def folder() -> str:
    return unique("failures")


@pytest.fixture(autouse=True)
def written_down(stack: Stack) -> None:
    """Begin when the recorder has done with all messages: one that it has in hand counts as waiting for it."""
    stack.rest()


@pytest.fixture
def run(stack: Stack) -> Run:
    def run(*arguments: str) -> Result:
        return CliRunner(env={"COLUMNS": "200"}).invoke(failures, arguments, obj=stack.cloud.settings)

    return run


@contextmanager
def crashing(stack: Stack) -> Iterator[None]:
    """Let each attempt of the summarizer die before it can say a word."""
    lambda_, name = stack.cloud.client("lambda"), stack.outputs.summarizer_name
    before = lambda_.get_function_configuration(FunctionName=name)["Handler"]
    lambda_.update_function_configuration(FunctionName=name, Handler="gistline.functions.summarizer.nobody")
    try:
        yield
    finally:
        lambda_.update_function_configuration(FunctionName=name, Handler=before)


@pytest.fixture
def failed(stack: Stack, folder: str) -> str:
    """The key of a CSV whose summary says `failed`."""
    key = f"synthetic-data/{folder}/a b+c.csv"
    with crashing(stack):
        stack.upload(key, CSV)
        assert stack.summary(summary_key(folder))["status"] == "failed"
    stack.rest()
    return key


@pytest.fixture
def put_aside(stack: Stack) -> Iterator[Callable[[str], str]]:
    """Put a message into the dead-letter queue; what is left of it is removed in the end."""
    sqs, url = stack.cloud.client("sqs"), stack.outputs.dead_letter_queue_url
    yield lambda body: str(sqs.send_message(QueueUrl=url, MessageBody=body)["MessageId"])
    sqs.purge_queue(QueueUrl=url)


def summary_key(folder: str) -> str:
    return f"summaries/{folder}/summary_a b+c.json"


def invocation_record(stack: Stack, key: str) -> str:
    """What Lambda sends when it gives an event up."""
    event = s3_event(key)
    event["Records"][0]["s3"]["bucket"]["name"] = stack.outputs.bucket_name
    context = {"requestId": "11111111-2222-3333-4444-555555555555", "condition": "RetriesExhausted"}
    return json.dumps(
        {
            "requestContext": {**context, "approximateInvokeCount": 3},
            "requestPayload": event,
            "responsePayload": {"errorType": "ValueError", "errorMessage": "a cell: MarkerOfACell"},
        }
    )


def listed(run: Run, *arguments: str) -> list[dict[str, Any]]:
    result = run("list", "--json", *arguments)
    document = json.loads(result.stdout)
    found: list[dict[str, Any]] = document["failures"]
    assert result.exit_code == (1 if found or document["waiting"] or document["held"] else 0), result.output
    return found


def test_where_nothing_failed_the_list_is_empty(run: Run, folder: str) -> None:
    result = run("list", "--prefix", folder)
    assert (result.exit_code, result.stdout) == (0, "Nothing failed.\n")


def test_what_failed_is_listed_and_shown_with_reason_and_remedy(
    run: Run, stack: Stack, folder: str, failed: str
) -> None:
    stack.upload(f"synthetic-data/{folder}/empty.csv", b"")
    stack.summary(f"summaries/{folder}/summary_empty.json")
    (each,) = listed(run, "--prefix", folder)
    assert (each["keys"], each["where"], each["status"]) == ([failed], "summary", "failed")
    assert each["code"]
    assert each["message"] is None
    assert "gistline failures redrive" in each["remedy"]
    assert {one["status"] for one in listed(run, "--prefix", folder, "--rejected")} == {"failed", "rejected"}
    table = run("list", "--prefix", folder).stdout
    assert f"{folder}/a b+c.csv" in table
    assert each["reason"] in table
    shown = run("show", f"{folder}/a b+c.csv")
    assert shown.exit_code == 0, shown.output
    assert "gistline failures redrive" in shown.stdout


def test_who_waits_for_the_summary_hears_as_soon_as_lambda_gives_up(
    stack: Stack, folder: str, tmp_path: Path
) -> None:
    file, shell = tmp_path / "a.csv", CliRunner(env={"COLUMNS": "200"})
    file.write_bytes(CSV)
    with crashing(stack):
        arguments = [str(file), "--prefix", f"{folder}/", "--timeout", "600", "--json"]
        result = shell.invoke(put, arguments, obj=stack.cloud.settings)
    assert result.exit_code == 1, result.output
    (each,) = json.loads(result.stdout)["files"]
    assert (each["outcome"], each["error"]["code"]) == ("failed", "cannot-start")
    stack.rest()  # the summary may be there before the recorder's line is in the log
    story = shell.invoke(trace, [each["key"]], obj=stack.cloud.settings).stdout
    places = [story.index(words) for words in ("attempt 3", "given up", "[cannot-start]", "outcome: failed")]
    assert places == sorted(places)


def test_a_redrive_goes_through_the_pipeline_and_may_be_done_twice(
    run: Run, stack: Stack, folder: str, failed: str
) -> None:
    done = run("redrive", failed)
    assert done.exit_code == 0, done.output
    assert "1 tried again, 1 mended, 0 to do." in done.stdout
    assert stack.summary(summary_key(folder))["table"]["rowCount"] == 2
    assert listed(run, "--prefix", folder) == []
    again = run("redrive", failed)
    assert again.exit_code == 0, again.output
    assert "complete  complete" in again.stdout
    assert stack.summary(summary_key(folder))["generation"] == 2  # the failure's was 1


def test_what_fails_again_says_so_as_soon_as_lambda_gives_up(run: Run, stack: Stack, failed: str) -> None:
    with crashing(stack):
        done = run("redrive", failed, "--json")
    assert done.exit_code == 1, done.output
    document = json.loads(done.stdout)
    assert document["keys"] == [
        {"key": failed, "found": "failed", "became": "failed", "lack": None, "right": False}
    ]
    assert document["remaining"] == 1


def test_a_message_about_a_csv_is_redriven_and_then_removed(
    run: Run, stack: Stack, folder: str, put_aside: Callable[[str], str]
) -> None:
    key = f"synthetic-data/{folder}/a b+c.csv"
    stack.upload(key, CSV)
    stack.summary(summary_key(folder))
    message = put_aside(invocation_record(stack, key))
    (each,) = listed(run, "--prefix", folder)
    assert (each["keys"], each["where"], each["message"]) == ([key], "dead-letter queue", message)
    shown = json.loads(run("show", key, "--json").stdout)
    invocation = {"requestId": "11111111-2222-3333-4444-555555555555", "attempts": 3}
    assert invocation in shown["invocations"]
    assert shown["event"]["Records"][0]["eventSource"] == "aws:s3"
    assert "MarkerOfACell" not in json.dumps(shown)
    done = run("redrive", "--all")
    assert done.exit_code == 0, done.output
    assert listed(run, "--prefix", folder) == []


def test_a_message_nobody_can_read_stays_until_it_is_discarded(
    run: Run, put_aside: Callable[[str], str]
) -> None:
    message = put_aside("no record")
    for _ in range(2):
        (each,) = [each for each in listed(run) if not each["keys"]]
        assert (each["keys"], each["code"], each["message"]) == ([], "notification", message)
    for choice in (message, "--all"):
        done = run("redrive", choice)
        assert done.exit_code == 1
        assert f"still there: {message}" in done.stderr
    refused = run("discard", message)
    assert refused.exit_code == 1
    assert message in {each["message"] for each in listed(run)}
    discarded = run("discard", message, "--yes", "--json")
    assert discarded.exit_code == 0, discarded.output
    assert json.loads(discarded.stdout) == {"removed": [{"message": message, "keys": []}]}
    assert message not in {each["message"] for each in listed(run)}


def test_a_message_about_no_csv_is_no_success_of_a_redrive(run: Run, put_aside: Callable[[str], str]) -> None:
    message = put_aside(json.dumps({"requestContext": {}, "requestPayload": {}}))
    done = run("redrive", message)
    assert done.exit_code == 1
    assert f"still there: {message}" in done.stderr


def test_the_summary_of_a_csv_that_failed_is_not_discarded(
    run: Run, stack: Stack, folder: str, failed: str
) -> None:
    refused = run("discard", failed, "--yes")
    assert refused.exit_code == 1
    assert "keeps its summary" in str(refused.exception)
    assert stack.summary(summary_key(folder))["status"] == "failed"


def test_to_name_nothing_or_too_much_is_wrong_usage(run: Run) -> None:
    for arguments in (["redrive"], ["redrive", "a.csv", "--all"]):
        assert "it is not said what to try again" in str(run(*arguments).exception)


def test_what_waits_for_the_recorder_is_counted_and_not_taken_from_it(
    run: Run, stack: Stack, folder: str
) -> None:
    lambda_ = stack.cloud.client("lambda")
    (mapping,) = lambda_.list_event_source_mappings(FunctionName=stack.outputs.recorder_name)[
        "EventSourceMappings"
    ]
    lambda_.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        with crashing(stack):
            stack.upload(f"synthetic-data/{folder}/a b+c.csv", CSV)
            result = until(
                lambda: found if "waiting for the recorder" in (found := run("list")).output else None
            )
    finally:
        lambda_.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    assert result is not None
    assert result.exit_code == 1
    assert stack.summary(summary_key(folder))["status"] == "failed"


def test_a_message_that_another_call_holds_is_counted(
    run: Run, stack: Stack, folder: str, put_aside: Callable[[str], str]
) -> None:
    put_aside("no record")
    assert run("list").exit_code == 1
    with dead_letters(site_of(stack.cloud.settings)):
        result = run("list", "--prefix", folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "1 put aside, and held by another call" in result.stderr
