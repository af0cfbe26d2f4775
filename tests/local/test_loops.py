"""Six things keep a summary from being the reason for a summary: each holds when all the others are taken away.

In the order of the docs: 1 the prefix, 2 the suffix, 3 the role, 4 the bucket policy, 5 the code, which refuses to
start with prefixes that overlap and leaves alone what is no CSV of ours, 6 Lambda's own loop detection, which the
local cloud has as AWS has it: it sees a loop only by the lineage that our `Objects` hand on.

To take the code's own care away, a careless function is put in its place: it writes an object for whatever object it
hears of, through the same `Objects`. That it stops after some rounds is for the test's sake alone.
"""

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, NamedTuple

import pytest

from gistline.localcloud.up import up
from gistline.stack.existing import EVENTS
from gistline.stack.package import build
from gistline.stack.wheels import Platform
from support.cloud import Cloud, Stack, unique, until

CSV = b"id\n1\n"
MOST = 5  # rounds
MANY = 20  # more than Lambda lets pass
CARELESS = """
import os
from functools import cache
from urllib.parse import unquote_plus
from gistline.config import Settings
from gistline.aws.objects import Objects

@cache
def objects(bucket):
    return Objects(bucket, Settings.from_environ(os.environ), os.environ)

def handler(event, context):
    s3 = event["Records"][0]["s3"]
    name = unquote_plus(s3["object"]["key"]).rpartition("/")[2]
    if event["Records"][0]["eventName"].startswith("ObjectCreated") and name.count("again") < int(os.environ["ROUNDS"]):
        key = os.environ["GISTLINE_OUTPUT_PREFIX"] + "again-" + name.replace(".csv", ".json")
        objects(s3["bucket"]["name"]).swap(key, b"{}", {}, None)
"""


class Layers(NamedTuple):
    """What is left standing; by default nothing is: a loop."""

    prefix: str = ""  # of the trigger
    suffix: str = ""
    role: bool = False
    bucket_policy: bool = False
    code: bool = False
    detection: bool = False
    rounds: int = MOST  # of the careless function
    output: str = "summaries/"  # where the function is told to write; the trigger's own prefix is a mistake


@pytest.fixture(scope="module")
def patient(server: Cloud) -> Stack:
    """A stack of our own to be hurt, and left as it is then."""
    settings = server.settings._replace(stack="loops", bucket=unique("loops"))
    return Stack(server, up(settings, lambda _: None).outputs)


@contextmanager
def standing(stack: Stack, layers: Layers) -> Iterator[None]:
    """Take away all layers but these, and put the bucket policy and the role back afterwards."""
    s3, bucket = stack.cloud.client("s3"), stack.outputs.bucket_name
    policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    _listen(stack, layers.prefix, layers.suffix)
    _run(stack, layers)
    with _role(stack, wide=not layers.role):
        if not layers.bucket_policy:
            s3.delete_bucket_policy(Bucket=bucket)
        try:
            yield
        finally:
            s3.put_bucket_policy(Bucket=bucket, Policy=policy)


def _listen(stack: Stack, prefix: str, suffix: str) -> None:
    filters = [{"Name": n, "Value": v} for n, v in (("prefix", prefix), ("suffix", suffix)) if v]
    rule: dict[str, Any] = {"Id": "x", "LambdaFunctionArn": stack.outputs.summarizer_arn, "Events": EVENTS}
    if filters:
        rule["Filter"] = {"Key": {"FilterRules": filters}}
    stack.cloud.client("s3").put_bucket_notification_configuration(
        Bucket=stack.outputs.bucket_name, NotificationConfiguration={"LambdaFunctionConfigurations": [rule]}
    )


def _run(stack: Stack, layers: Layers) -> None:
    lambda_, name = stack.cloud.client("lambda"), stack.outputs.summarizer_name
    package = build(Platform.LOCAL, stack.cloud.settings.home / "packages").path.read_bytes()
    variables = lambda_.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    lambda_.update_function_code(FunctionName=name, ZipFile=package if layers.code else _careless(package))
    lambda_.update_function_configuration(
        FunctionName=name,
        Handler="gistline.functions.summarizer.handler" if layers.code else "careless.handler",
        Environment={
            "Variables": {**variables, "GISTLINE_OUTPUT_PREFIX": layers.output, "ROUNDS": str(layers.rounds)}
        },
    )
    lambda_.put_function_recursion_config(
        FunctionName=name, RecursiveLoop="Terminate" if layers.detection else "Allow"
    )


def _careless(package: bytes) -> bytes:
    copy = BytesIO(package)
    with zipfile.ZipFile(copy, "a") as archive:
        archive.writestr("careless.py", CARELESS)
    return copy.getvalue()


@contextmanager
def _role(stack: Stack, *, wide: bool) -> Iterator[None]:
    """Let the role do whatever there is to do in S3."""
    iam, lambda_ = stack.cloud.client("iam"), stack.cloud.client("lambda")
    function = lambda_.get_function_configuration(FunctionName=stack.outputs.summarizer_name)
    role = function["Role"].rpartition("/")[2]
    anything = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [anything]})
    if wide:
        iam.put_role_policy(RoleName=role, PolicyName="wide", PolicyDocument=document)
    try:
        yield
    finally:
        if wide:
            iam.delete_role_policy(RoleName=role, PolicyName="wide")


class Seen(NamedTuple):
    """What came of one upload: events, objects where the function was told to write, chains that Lambda stopped."""

    events: int
    objects: int
    stopped: int = 0


def upload(stack: Stack, layers: Layers) -> Seen:
    """Upload a CSV; see what comes of it, until an upload that was made after all of that is through too."""
    name, before, stopped = unique("once"), stack.counted("accepted"), stack.counted("recursive")
    given_up = stack.counted("given-up") - stopped
    done = "again" * layers.rounds
    stack.upload(f"synthetic-data/{name}.csv", CSV)
    stack.cloud.rest()
    # The careless function does nothing about this one; ours makes a summary, of which it may hear.
    last = 2 if layers.code and not layers.prefix else 1
    stack.upload(f"synthetic-data/{done}-{name}.csv", CSV)
    stack.cloud.rest()
    # The recorder writes down what failed, into summaries/: here, and not while the next test listens there.
    failed = stack.counted("given-up") - stack.counted("recursive") - given_up
    until(lambda: sum(name in key for key in stack.keys("summaries/summary_")) >= failed)
    written = [key for key in stack.keys(layers.output) if name in key and done not in key]
    return Seen(
        stack.counted("accepted") - before - last,
        len(set(written) - {f"synthetic-data/{name}.csv"}),
        stack.counted("recursive") - stopped,
    )


def seen(stack: Stack, layers: Layers) -> Seen:
    with standing(stack, layers):
        return upload(stack, layers)


LOOP = Seen(events=MOST + 1, objects=MOST)
# The trigger listens where the function is told to write, by a mistake in its configuration.
MISDIRECTED = Layers(prefix="synthetic-data/", output="synthetic-data/")


def test_0_with_all_layers_taken_away_there_is_a_loop(patient: Stack) -> None:
    assert seen(patient, Layers()) == LOOP


def test_0_with_all_layers_taken_away_there_is_a_loop_where_the_trigger_listens_too(patient: Stack) -> None:
    assert seen(patient, MISDIRECTED) == LOOP


def test_1_the_prefix_alone(patient: Stack) -> None:
    assert seen(patient, Layers(prefix="synthetic-data/")) == Seen(events=1, objects=1)


def test_2_the_suffix_alone(patient: Stack) -> None:
    assert seen(patient, Layers(suffix=".csv")) == Seen(events=1, objects=1)


def test_3_the_role_alone(patient: Stack) -> None:
    """The function is told to write where the trigger listens, and may not."""
    assert seen(patient, MISDIRECTED._replace(role=True)) == Seen(events=1, objects=0)


def test_4_the_bucket_policy_alone(patient: Stack) -> None:
    """The same, although the role may do everything."""
    assert seen(patient, MISDIRECTED._replace(bucket_policy=True)) == Seen(events=1, objects=0)


def test_5_the_code_alone_refuses_to_start_with_prefixes_that_overlap(patient: Stack) -> None:
    assert seen(patient, MISDIRECTED._replace(code=True)) == Seen(events=1, objects=0)


def test_5_the_code_alone_leaves_alone_what_is_no_csv_of_ours(patient: Stack) -> None:
    """The trigger hears of each summary, and the function does nothing about it: one event more, and no other."""
    assert seen(patient, Layers(code=True)) == Seen(events=2, objects=1)


ROUND_AND_ROUND = [Layers(rounds=MANY), MISDIRECTED._replace(rounds=MANY)]


@pytest.mark.parametrize("loop", ROUND_AND_ROUND, ids=["the trigger hears all", "told to write there"])
def test_6_where_recursive_loop_is_allow_a_chain_goes_on(patient: Stack, loop: Layers) -> None:
    assert seen(patient, loop) == Seen(events=MANY + 1, objects=MANY)


@pytest.mark.parametrize("loop", ROUND_AND_ROUND, ids=["the trigger hears all", "told to write there"])
def test_6_lambdas_own_detection_alone(patient: Stack, loop: Layers) -> None:
    """Sixteen times the function runs and writes; of the last object it never hears."""
    assert seen(patient, loop._replace(detection=True)) == Seen(events=17, objects=16, stopped=1)
