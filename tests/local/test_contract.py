"""What AWS does between an upload and a function, in words, held against the local cloud.

Each test names the page it rests on. They fail loudly when MiniStack's pin moves and a seam no longer fits.

    notifications   S3 User Guide, "Amazon S3 Event Notifications"
    put             S3 API Reference, PutBucketNotificationConfiguration
    filtering       S3 User Guide, "Configuring event notifications using object key name filtering"
    permission      Lambda Developer Guide, "Granting Lambda access to AWS services" (AddPermission)
    async           Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation"
    records         Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations"
    loops           Lambda Developer Guide, "Use Lambda recursive loop detection to prevent infinite loops"
"""

import http.client
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from gistline.config import Settings
from gistline.localcloud import lifecycle
from support.cloud import ACCOUNT, REGION, Cloud, allow, trust, unique, until, zipped

NOT_VALIDATED = "Unable to validate the following destination configurations"
CODE = """
import json, os, sys, time
def handler(event, context):
    print(json.dumps(event))
    records = event.get("Records") or [{}]
    key = records[0].get("s3", {}).get("object", {}).get("key", "")
    while "held" in key and not os.path.exists(os.environ["GATE"]): time.sleep(0.01)
    if "fail" in key: raise ValueError("cannot digest this")
    return {"key": key}
"""
# Hears of the object of one URL and puts the next; with or without the header that AWS's SDKs send.
ROUND = """
import os, urllib.request
def handler(event, context):
    print(os.environ["_X_AMZN_TRACE_ID"])
    number = int(event["Records"][0]["s3"]["object"]["key"]) + 1
    headers = {{"X-Amzn-Trace-Id": os.environ["_X_AMZN_TRACE_ID"]}} if {hands_on} else {{}}
    for url in {urls}[number:number + 1]:
        urllib.request.urlopen(urllib.request.Request(url, b"x", headers, method="PUT")).close()
"""
ROUNDS = 20  # more than Lambda lets pass
TRACE = re.compile("Root=(1-[0-9a-f]{8}-[0-9a-f]{24});Parent=[0-9a-f]{16};Sampled=0;Lineage=(.*)")


@dataclass(frozen=True)
class Pair:
    """A bucket and a function that may be told of its objects."""

    cloud: Cloud
    bucket: str
    name: str

    @property
    def arn(self) -> str:
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}"

    def permit(self, bucket: str = "", account: str = ACCOUNT) -> None:
        self.cloud.client("lambda").add_permission(
            FunctionName=self.name,
            StatementId="s3",
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            SourceArn=f"arn:aws:s3:::{bucket or self.bucket}",
            SourceAccount=account,
        )

    def forbid(self) -> None:
        self.cloud.client("lambda").remove_permission(FunctionName=self.name, StatementId="s3")

    def notify(self, *filters: dict[str, str], arn: str = "") -> None:
        rules = [
            {
                "Id": f"rule-{number}",
                "LambdaFunctionArn": arn or self.arn,
                "Events": ["s3:ObjectCreated:*"],
                "Filter": {"Key": {"FilterRules": [{"Name": n, "Value": v} for n, v in rule.items()]}},
            }
            for number, rule in enumerate(filters or ({},))
        ]
        self.cloud.client("s3").put_bucket_notification_configuration(
            Bucket=self.bucket, NotificationConfiguration={"LambdaFunctionConfigurations": rules}
        )

    def upload(self, key: str) -> None:
        self.cloud.client("s3").put_object(Bucket=self.bucket, Key=key, Body=b"a\n1\n")

    def lines(self) -> list[str]:
        logs = self.cloud.client("logs")
        try:
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{self.name}")
            return [event["message"] for page in pages for event in page["events"]]
        except logs.exceptions.ResourceNotFoundException:
            return []

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines() if line.startswith('{"Records"')]

    def starts(self) -> list[str]:
        return [line.split()[2] for line in self.lines() if line.startswith("START")]

    def traces(self) -> list[tuple[str, str]]:
        """What stood in `_X_AMZN_TRACE_ID`: root and lineage of each run."""
        found = [TRACE.fullmatch(line) for line in self.lines() if line.startswith("Root=")]
        return [(trace[1], trace[2]) for trace in found if trace]

    def loop(self, *, hands_on: bool) -> None:
        """Let the function go round, until Lambda stops it or it has done so `ROUNDS` times."""
        presign = self.cloud.client("s3").generate_presigned_url
        parameters = [{"Bucket": self.bucket, "Key": str(number)} for number in range(ROUNDS)]
        urls = [presign("put_object", Params=each) for each in parameters]
        code = zipped(ROUND.format(hands_on=hands_on, urls=urls))
        self.cloud.client("lambda").update_function_code(FunctionName=self.name, ZipFile=code)
        self.permit()
        self.notify()
        self.upload("0")

    def counted(self, fate: str) -> int:
        return self.cloud.counted(fate, self.arn)


@pytest.fixture
def pair(server: Cloud) -> Pair:
    return pair_in(server)


@pytest.fixture
def unhurried(tmp_path: Path) -> Iterator[Pair]:
    """The same in a local cloud of its own, whose retries come after an hour: in no test."""
    settings = Settings(home=tmp_path / "home", port=0, delivery_workers=2, retry_seconds=3600.0)
    started, _ = lifecycle.start(settings)
    yield pair_in(Cloud(settings, started.state))
    lifecycle.stop(settings)


def pair_in(server: Cloud) -> Pair:
    name = unique("contract")
    server.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust())
    server.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=f"arn:aws:iam::{ACCOUNT}:role/{name}",
        Handler="app.handler",
        Code={"ZipFile": zipped(CODE)},
        Timeout=300,  # so that no busy machine ends it
    )
    server.client("s3").create_bucket(Bucket=name)
    return Pair(server, name, name)


@pytest.fixture
def gate(pair: Pair, tmp_path: Path) -> Iterator[Path]:
    """A file; until it is there, the function does not go on with a key that is `held`. It is there in the end."""
    gate = tmp_path / "gate"
    pair.cloud.client("lambda").update_function_configuration(
        FunctionName=pair.name, Environment={"Variables": {"GATE": str(gate)}}
    )
    yield gate
    gate.touch()


@pytest.fixture
def queue(pair: Pair) -> str:
    """A queue as the function's on-failure destination, which its role may send to; returns the URL."""
    url = pair.cloud.client("sqs").create_queue(QueueName=pair.name)["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{pair.name}"
    pair.cloud.client("iam").put_role_policy(
        RoleName=pair.name, PolicyName="send", PolicyDocument=allow("sqs:SendMessage", arn)
    )
    pair.cloud.client("lambda").put_function_event_invoke_config(
        FunctionName=pair.name, Qualifier="$LATEST", DestinationConfig={"OnFailure": {"Destination": arn}}
    )
    return str(url)


def received(pair: Pair, url: str) -> dict[str, Any]:
    receive = pair.cloud.client("sqs").receive_message
    (message,) = until(lambda: receive(QueueUrl=url).get("Messages"))
    record: dict[str, Any] = json.loads(message["Body"])
    return record


def rounds_of(lineage: str) -> int:
    """How often the chain has come back to the one function in it."""
    return int(lineage.rpartition(":")[2])


def refusal(call: Callable[[], None]) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    assert error.get("Code") == "InvalidArgument"
    return error.get("Message", "")


def test_s3_refuses_a_notification_for_a_function_it_may_not_invoke(pair: Pair) -> None:
    """put: S3 "verifies that the Lambda function permissions grant Amazon S3 permission to invoke"."""
    assert refusal(pair.notify) == NOT_VALIDATED


def test_s3_refuses_a_notification_when_the_permission_names_another_bucket(pair: Pair) -> None:
    """permission: SourceArn limits the statement to one bucket."""
    pair.permit(bucket="another-bucket")
    assert refusal(pair.notify) == NOT_VALIDATED


def test_s3_refuses_a_notification_when_the_permission_names_another_account(pair: Pair) -> None:
    """permission: SourceAccount guards against a bucket that somebody else has made anew."""
    pair.permit(account="111111111111")
    assert refusal(pair.notify) == NOT_VALIDATED


def test_s3_refuses_a_notification_for_a_function_that_does_not_exist(pair: Pair) -> None:
    """put: all destinations are validated, and one that cannot be fails the whole PUT."""
    assert refusal(lambda: pair.notify(arn=f"{pair.arn}-gone")) == NOT_VALIDATED


def test_a_refused_notification_leaves_the_configuration_as_it_was(pair: Pair) -> None:
    """put: the call replaces the whole configuration, or nothing."""
    pair.permit()
    pair.notify({"Prefix": "in/"})
    refusal(lambda: pair.notify(arn=f"{pair.arn}-gone"))
    stored = pair.cloud.client("s3").get_bucket_notification_configuration(Bucket=pair.bucket)
    (rule,) = stored["LambdaFunctionConfigurations"]
    assert rule["LambdaFunctionArn"] == pair.arn


def test_s3_refuses_rules_that_would_match_one_event_twice(pair: Pair) -> None:
    """filtering: overlapping prefixes need suffixes that do not overlap."""
    pair.permit()
    rules = {"Prefix": "in/"}, {"Prefix": "in/deep/", "Suffix": ".csv"}
    assert refusal(lambda: pair.notify(*rules)).startswith("Configuration is ambiguously defined.")
    assert refusal(lambda: pair.notify({}, {})).startswith("Configurations overlap.")
    pair.notify({"Prefix": "in/", "Suffix": ".csv"}, {"Prefix": "in/", "Suffix": ".tsv"})


def test_an_upload_invokes_the_function_with_an_event_of_version_2(pair: Pair) -> None:
    """notifications: one record, the key URL-encoded, a sequencer, the request id of the upload's response."""
    pair.permit()
    pair.notify()
    pair.upload("in/a b+é.csv")
    (event,) = until(pair.events)
    (record,) = event["Records"]
    assert record["eventVersion"].startswith("2.")
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["s3"]["object"]["key"] == "in/a+b%2B%C3%A9.csv"
    assert record["s3"]["object"]["sequencer"]
    assert record["responseElements"]["x-amz-request-id"]


def test_configuring_a_notification_invokes_nothing(pair: Pair) -> None:
    """put: the s3:TestEvent goes to queues and topics; a function's permission is checked instead."""
    pair.permit()
    pair.notify()
    pair.upload("first.csv")
    (event,) = until(pair.events)
    assert event["Records"][0]["s3"]["object"]["key"] == "first.csv"


def test_without_permission_an_event_is_dropped_and_the_uploader_learns_nothing(pair: Pair) -> None:
    """permission: checked at each invocation; S3 has nobody to tell."""
    pair.permit()
    pair.notify()
    pair.forbid()
    pair.upload("a.csv")
    until(lambda: pair.counted("refused") == 1)
    assert pair.lines() == []


def test_whether_s3_may_invoke_is_asked_before_the_upload_is_answered(pair: Pair) -> None:
    """Ours, and not AWS's: what is permitted or forbidden next comes too late for it, however busy the machine is."""
    pair.permit()
    pair.notify()
    for number in range(1, 6):
        pair.upload("accepted.csv")
        assert pair.counted("accepted") == number
        pair.forbid()
        pair.upload("refused.csv")
        assert pair.counted("refused") == number
        pair.permit()


def test_with_the_permission_back_the_next_event_is_delivered_and_the_dropped_one_is_not(pair: Pair) -> None:
    """notifications: there is no replay of what was dropped."""
    pair.permit()
    pair.notify()
    pair.forbid()
    pair.upload("lost.csv")
    until(lambda: pair.counted("refused") == 1)
    pair.permit()
    pair.upload("found.csv")
    (event,) = until(pair.events)
    assert event["Records"][0]["s3"]["object"]["key"] == "found.csv"


def test_a_failing_event_is_tried_three_times_under_one_request_id_then_recorded(
    pair: Pair, queue: str
) -> None:
    """async: two more attempts. records: request and response, condition, count."""
    pair.permit()
    pair.notify()
    pair.upload("fail.csv")
    record = received(pair, queue)
    starts = pair.starts()
    assert starts == [record["requestContext"]["requestId"]] * 3
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["requestPayload"]["Records"][0]["s3"]["object"]["key"] == "fail.csv"
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorMessage"] == "cannot digest this"


def test_the_destination_takes_nothing_from_a_role_that_may_not_send_to_it(pair: Pair, queue: str) -> None:
    """records: the function's execution role needs sqs:SendMessage."""
    assert queue
    pair.cloud.client("iam").delete_role_policy(RoleName=pair.name, PolicyName="send")
    pair.permit()
    pair.notify()
    pair.upload("fail.csv")
    until(lambda: pair.counted("lost") == 1)


def test_a_reserved_concurrency_of_zero_sends_events_straight_to_the_destination(
    pair: Pair, queue: str
) -> None:
    """async: since 2021-08-16 no attempt is made."""
    pair.cloud.client("lambda").put_function_concurrency(
        FunctionName=pair.name, ReservedConcurrentExecutions=0
    )
    pair.permit()
    pair.notify()
    pair.upload("a.csv")
    record = received(pair, queue)
    assert record["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert pair.starts() == []


def test_throttled_events_wait_and_all_get_through(pair: Pair, queue: str, gate: Path) -> None:
    """async: a throttle puts the event back; it is no attempt."""
    pair.cloud.client("lambda").put_function_concurrency(
        FunctionName=pair.name, ReservedConcurrentExecutions=1
    )
    pair.permit()
    pair.notify()
    for number in range(6):
        pair.upload(f"held-{number}.csv")
    until(lambda: pair.counted("throttled") > 0)
    gate.touch()
    until(lambda: pair.counted("delivered") == 6)
    assert len(pair.starts()) == 6
    assert "Messages" not in pair.cloud.client("sqs").receive_message(QueueUrl=queue)


def test_log_lines_can_be_read_while_the_function_still_runs(pair: Pair, gate: Path) -> None:
    """CloudWatch Logs gets a line when it is written, not when the invocation ends."""
    pair.permit()
    pair.notify()
    pair.upload("held.csv")
    until(pair.events)
    assert not any(line.startswith("END") for line in pair.lines())
    gate.touch()
    until(lambda: pair.counted("delivered") == 1)


def test_a_function_that_was_deleted_at_work_leaves_no_log_group(pair: Pair, gate: Path) -> None:
    """What it still says is lost: a stack that is removed while a function is at work leaves nothing."""
    pair.permit()
    pair.notify()
    pair.upload("held.csv")
    until(pair.events)
    pair.cloud.client("lambda").delete_function(FunctionName=pair.name)
    pair.cloud.client("logs").delete_log_group(logGroupName=f"/aws/lambda/{pair.name}")
    gate.touch()
    pair.cloud.rest()
    assert (
        pair.cloud.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{pair.name}")[
            "logGroups"
        ]
        == []
    )


def test_an_asynchronous_invoke_goes_through_the_same_queue(pair: Pair, queue: str) -> None:
    """async: `Invoke` with InvocationType=Event is retried and recorded like S3's."""
    payload = {"Records": [{"s3": {"object": {"key": "fail"}}}]}
    answer = pair.cloud.client("lambda").invoke(
        FunctionName=pair.name, InvocationType="Event", Payload=json.dumps(payload)
    )
    assert answer["StatusCode"] == 202
    assert received(pair, queue)["requestPayload"] == payload


def test_a_synchronous_invoke_answers_with_the_result_or_the_error(pair: Pair) -> None:
    """Lambda API Reference, Invoke: an error of the function is told in FunctionError, with status 200."""
    invoke = pair.cloud.client("lambda").invoke
    fine = invoke(FunctionName=pair.name, Payload=b"{}")
    assert json.load(fine["Payload"]) == {"key": ""}
    payload = json.dumps({"Records": [{"s3": {"object": {"key": "fail"}}}]})
    failed = invoke(FunctionName=pair.name, Payload=payload)
    assert failed["FunctionError"] == "Unhandled"
    assert json.load(failed["Payload"])["errorType"] == "ValueError"


def test_a_chain_that_hands_on_its_lineage_is_stopped_after_16_runs(pair: Pair, queue: str) -> None:
    """loops: the next invocation is not run; its event goes to the on-failure destination (in a word of ours)."""
    pair.loop(hands_on=True)
    record = received(pair, queue)
    assert record["requestContext"]["condition"] == "RecursiveInvocation"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert record["requestPayload"]["Records"][0]["s3"]["object"]["key"] == "16"
    (roots, lineages) = zip(*pair.traces(), strict=True)
    assert len(set(roots)) == 1
    own = lineages[0].split(":")[1]
    rounds = sorted(lineages, key=rounds_of)  # the log of each environment is read by a thread of its own
    assert rounds == [f"{number + 1}:{own}:{number}" for number in range(16)]
    assert pair.counted("recursive") == 1


def test_what_lambda_stopped_is_a_metric(pair: Pair) -> None:
    """loops: RecursiveInvocationsDropped."""
    pair.loop(hands_on=True)
    until(lambda: pair.counted("recursive") == 1)
    day = {"StartTime": time.time() - 3600, "EndTime": time.time() + 3600, "Period": 86400}
    (point,) = pair.cloud.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="RecursiveInvocationsDropped",
        Dimensions=[{"Name": "FunctionName", "Value": pair.name}],
        Statistics=["Sum"],
        **day,
    )["Datapoints"]
    assert point["Sum"] == 1


def test_a_chain_whose_function_may_go_round_is_not_stopped(pair: Pair) -> None:
    """loops: RecursiveLoop is Allow."""
    pair.cloud.client("lambda").put_function_recursion_config(FunctionName=pair.name, RecursiveLoop="Allow")
    pair.loop(hands_on=True)
    until(lambda: pair.counted("delivered") == ROUNDS)
    assert max(rounds_of(lineage) for _, lineage in pair.traces()) == ROUNDS - 1


def test_a_request_without_the_header_evades_the_detection(pair: Pair) -> None:
    """loops: Lambda sees only what a supported SDK hands on; each upload is a chain of its own."""
    pair.loop(hands_on=False)
    until(lambda: pair.counted("delivered") == ROUNDS)
    roots, lineages = zip(*pair.traces(), strict=True)
    assert len(set(roots)) == ROUNDS
    assert len(set(lineages)) == 1


@pytest.mark.parametrize("kind", ["RequestResponse", "Event"])
def test_a_function_that_invokes_itself_is_stopped_too(pair: Pair, kind: str) -> None:
    """loops; Lambda API Reference, Invoke: RecursiveInvocationException."""
    code = "import os\ndef handler(event, context): print(t := os.environ['_X_AMZN_TRACE_ID']); return t"
    client = pair.cloud.new_client("lambda")
    client.update_function_code(FunctionName=pair.name, ZipFile=zipped(code))
    trace = ""
    client.meta.events.register(
        "before-call.lambda.Invoke", lambda params, **_: params["headers"].update({"X-Amzn-Trace-Id": trace})
    )
    for number in range(16):
        client.invoke(FunctionName=pair.name, InvocationType=kind)
        until(lambda count=number + 1: len(pair.traces()) == count)  # type: ignore[misc]
        trace = [line for line in pair.lines() if line.startswith("Root=")][-1]
    with pytest.raises(client.exceptions.RecursiveInvocationException):
        client.invoke(FunctionName=pair.name, InvocationType=kind)
    assert len(pair.traces()) == 16


def test_a_bucket_that_demands_tls_can_be_used_over_the_loopback(pair: Pair) -> None:
    """What stays on this machine counts as TLS, so that the template need not differ (aws:SecureTransport)."""
    role = f"arn:aws:iam::{ACCOUNT}:role/{pair.name}"
    bucket = f"arn:aws:s3:::{pair.bucket}"
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, f"{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    open_to_role = {
        "Effect": "Allow",
        "Principal": {"AWS": role},
        "Action": "s3:GetObject",
        "Resource": f"{bucket}/*",
    }
    pair.cloud.client("s3").put_bucket_policy(
        Bucket=pair.bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny, open_to_role]})
    )
    pair.upload("a.csv")
    assert pair.cloud.client("s3").get_object(Bucket=pair.bucket, Key="a.csv")["Body"].read() == b"a\n1\n"


def test_the_local_cloud_listens_on_the_loopback_only(server: Cloud) -> None:
    """Every socket of the process that listens does so on 127.0.0.1, on the one port."""
    inodes = set(inodes_of(server.state.pid))
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]
    ]
    ours = {
        address
        for _, address, _, state, *_, inode in ((*r[:4], r[9]) for r in rows)
        if state == "0A" and inode in inodes
    }
    assert ours == {f"0100007F:{server.state.port:04X}"}


def inodes_of(pid: int) -> Iterator[str]:
    """The sockets of a process, and its pipes and files; some are closed while one looks."""
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            yield str(descriptor.readlink()).removeprefix("socket:[").rstrip("]")


def test_its_files_are_for_its_owner_only(server: Cloud) -> None:
    cloud = server.settings.home / "cloud"
    assert cloud.stat().st_mode & 0o777 == 0o700
    assert (cloud / "state.json").stat().st_mode & 0o777 == 0o600


def test_ten_waiting_retries_hold_up_no_other_event(unhurried: Pair) -> None:
    """async: an event that waits for its next attempt occupies nothing."""
    unhurried.permit()
    unhurried.notify()
    for number in range(10):
        unhurried.upload(f"fail-{number}.csv")
    until(lambda: unhurried.counted("retried") == 10)
    unhurried.upload("fine.csv")
    until(lambda: unhurried.counted("delivered") == 1)
    assert len(unhurried.starts()) == 11


def test_a_filter_with_encoded_characters_matches_the_decoded_key(pair: Pair) -> None:
    """filtering: a special character in a prefix or suffix stands there URL-encoded, a space as a plus."""
    pair.permit()
    pair.notify({"Prefix": "year%3D2026/my+files/"})
    pair.upload("year=2026/my files/a.csv")
    (event,) = until(pair.events)
    assert event["Records"][0]["s3"]["object"]["key"] == "year%3D2026/my+files/a.csv"


def test_a_permission_for_the_function_is_none_for_an_alias_that_does_not_exist(pair: Pair) -> None:
    """put: the destination is validated as it is named, with its qualifier."""
    pair.permit()
    assert refusal(lambda: pair.notify(arn=f"{pair.arn}:nope")) == NOT_VALIDATED


@pytest.mark.parametrize(
    "path", ["/_ministack/reset", "/_ministack/lambda-code/x", "/_localstack/health", "/_aws/x"]
)
def test_there_is_no_page_that_aws_has_not(server: Cloud, path: str) -> None:
    """Nobody wipes the local cloud or reads code without a signature."""
    assert ask(server, "POST", path, f"127.0.0.1:{server.state.port}") == 404


def test_a_request_under_another_name_is_refused(server: Cloud) -> None:
    """A page in somebody's browser cannot reach the loopback under a name of its own (DNS rebinding)."""
    assert ask(server, "GET", "/", "evil.example") == 403


def ask(server: Cloud, method: str, path: str, host: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.state.port)
    connection.request(method, path, headers={"Host": host})
    status = connection.getresponse().status
    connection.close()
    return status
