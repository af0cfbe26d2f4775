"""trace and logs against the running local cloud, as a user types them."""

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gistline.checks.faults.catalogue import by_name
from gistline.cli import INTERRUPTED, gistline_command
from gistline.errors import SettingsError
from gistline.localcloud.up import target_of
from gistline.site.site import open_site
from support.cloud import LONG, Stack, unique, until

CSV = b"id,colour\n1,red\n2,blue\n"


def typed(stack: Stack, *words: str) -> Result:
    """Run the command line as in a shell."""
    environ = {"GISTLINE_HOME": str(Path(stack.cloud.settings.home))}
    return CliRunner().invoke(gistline_command, words, env=environ, catch_exceptions=False)


@pytest.fixture
def key(stack: Stack) -> str:
    """The key of a CSV that has its summary."""
    name = f"synthetic-data/{unique('traced é +')}.csv"
    stack.upload(name, CSV)
    until(lambda: len(stack.lines_about(name)) == 3)
    return name


def ended(stack: Stack, key: str) -> dict[str, Any]:
    """The trace, as soon as Lambda has reported the invocation, which it does a moment after our last line."""

    def look() -> dict[str, Any] | None:
        document: dict[str, Any] = json.loads(typed(stack, "trace", key, "--json").stdout)
        return document if document["invocations"][0]["attempts"][-1]["report"] else None

    document = until(look)
    assert document is not None
    return document


def test_trace_tells_a_key_from_upload_to_summary(stack: Stack, key: str) -> None:
    document = ended(stack, key)
    assert document["outcome"] == "written"
    assert document["object"]["size"] == len(CSV)
    (invocation,) = document["invocations"]
    assert invocation["s3RequestId"] == document["summary"]["requestId"]
    (attempt,) = invocation["attempts"]
    assert [line["message"] for line in attempt["lines"]] == [
        "S3 event received",
        "CSV downloaded",
        "JSON uploaded",
    ]
    assert (document["summary"]["status"], document["summary"]["rows"]) == ("complete", 2)


def test_trace_shows_the_reason_of_a_rejection_which_needs_one_attempt(stack: Stack) -> None:
    key = f"synthetic-data/{unique('rejected')}.csv"
    stack.upload(key, b"")
    until(lambda: len(typed_attempts(stack, key)) == 1)
    result = typed(stack, "trace", key)
    assert result.exit_code == 0
    assert "empty-file" in result.stdout
    assert result.stdout.splitlines()[-1] == "outcome: rejected"


def test_trace_shows_all_attempts_and_the_reason(stack: Stack) -> None:
    key, fault = f"synthetic-data/{unique('failed')}.csv", by_name("role-without-read")
    site = open_site(target_of(stack.cloud.state), stack.cloud.settings.stack)
    try:
        fault.break_(site)
        stack.upload(key, CSV)
        stack.failure(key)
    finally:
        fault.repair(site)
    until(lambda: len(typed_attempts(stack, key)) == 3)
    result = typed(stack, "trace", key)
    assert result.exit_code == 0
    assert "attempt 3" in result.stdout
    assert "object-forbidden" in result.stdout
    assert result.stdout.splitlines()[-1] == "outcome: failed"


def typed_attempts(stack: Stack, key: str) -> list[Any]:
    document = json.loads(typed(stack, "trace", key, "--json").stdout)
    return [one for invocation in document["invocations"] for one in invocation["attempts"] if one["report"]]


def test_trace_of_a_key_never_seen_says_so(stack: Stack) -> None:
    result = typed(stack, "trace", "synthetic-data/never.csv")
    assert result.exit_code == 1
    assert "never seen" in result.stdout
    assert "gistline doctor" in result.stdout


def test_trace_takes_the_summarys_key_for_its_csvs(stack: Stack, key: str) -> None:
    name = key.removeprefix("synthetic-data/").removesuffix(".csv")
    result = typed(stack, "trace", f"summaries/summary_{name}.json")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == key


def test_trace_of_a_typo_asks_what_was_meant(stack: Stack, key: str) -> None:
    name = key.removeprefix("synthetic-data/").removesuffix(".csv")
    result = typed(stack, "trace", name)
    assert result.exit_code == 1
    assert f"did you mean '{name}.csv'?" in result.stdout
    assert "synthetic-data/NAME.csv" in result.stdout


def test_trace_of_nothing_is_wrong_usage(stack: Stack) -> None:
    for empty in ("", f"s3://{stack.outputs.bucket_name}/"):
        with pytest.raises(SettingsError, match="an empty key"):
            typed(stack, "trace", empty)


def test_logs_show_the_three_lines_of_a_key(stack: Stack, key: str) -> None:
    result = typed(stack, "logs", "--key", key)
    assert result.exit_code == 0
    words = [line[26:44].strip() for line in result.stdout.splitlines()]
    assert words == ["S3 event received", "CSV downloaded", "JSON uploaded"]


def test_logs_show_lambdas_own_lines_on_request(stack: Stack, key: str) -> None:
    ended(stack, key)
    result = typed(stack, "logs", "--key", key, "--all", "--json", "--since", "1h")
    messages = [json.loads(line)["message"].split(" ")[0] for line in result.stdout.splitlines()]
    assert messages == ["START", "S3", "CSV", "JSON", "END", "REPORT"]


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Let children heed Ctrl-C, also where pytest was started in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_logs_follow_until_ctrl_c(stack: Stack) -> None:
    key = f"synthetic-data/{unique('followed')}.csv"
    options = ["--follow", "--json", "--since", "1m", "--key", key]  # whatever else the log holds by now
    command = [sys.executable, "-m", "gistline", "logs", *options]
    environ = {**os.environ, "GISTLINE_HOME": str(stack.cloud.settings.home), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as following:
        too_long = threading.Timer(LONG, following.kill)
        too_long.start()
        stack.upload(key, CSV)
        read = (json.loads(line) for line in following.stdout or ())
        words = [
            line["message"] for line in itertools.islice((one for one in read if one.get("key") == key), 3)
        ]
        following.send_signal(signal.SIGINT)
        assert following.wait() == INTERRUPTED
        too_long.cancel()
    assert words == ["S3 event received", "CSV downloaded", "JSON uploaded"]


def test_logs_of_later_show_nothing(stack: Stack, key: str) -> None:
    result = typed(stack, "logs", "--key", key, "--since", "2999-01-01")
    assert result.stdout == ""
    assert f"no line about {key!r} since 2999-01-01" in result.stderr
    assert f"gistline trace '{key}'" in result.stderr


def test_verify_passes_as_a_user_types_it(stack: Stack) -> None:
    result = typed(stack, "verify", "--json", "--timeout", "20")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["passed"]


def test_a_verify_that_fails_names_the_step_and_lets_the_doctor_say_why(stack: Stack) -> None:
    lambda_, name = stack.cloud.client("lambda"), stack.outputs.summarizer_name
    lambda_.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        result = typed(stack, "verify", "--timeout", "1")
    finally:
        lambda_.delete_function_concurrency(FunctionName=name)
        stack.cloud.client("sqs").purge_queue(QueueUrl=stack.outputs.failure_queue_url)
    assert result.exit_code == 1
    assert "This step did not happen: S3 event received" in result.stdout
    assert "what to do: " in result.stdout
    assert "concurrency" in result.stdout
