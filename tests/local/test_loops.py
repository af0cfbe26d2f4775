"""Six things keep a summary from being the reason for a summary: each holds when all the others are taken away.

In the order of the docs: 1 the prefix, 2 the suffix, 3 the role, 4 the bucket policy, 5 the code, which refuses to
start with prefixes that overlap and leaves alone what is no CSV of ours. The sixth, Lambda's own loop detection, only
AWS has; tests/infrastructure/test_loops.py shows that it is on.

To take the code's own care away, a careless function is put in its place: it writes an object for whatever object it
hears of. That it stops after some rounds is for the test's sake alone.
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
CARELESS = f"""
import os
from urllib.parse import unquote_plus
from gistline.config import Settings
from gistline.pipeline.objects import Objects

def handler(event, context):
    s3 = event["Records"][0]["s3"]
    name = unquote_plus(s3["object"]["key"]).rpartition("/")[2]
    if event["Records"][0]["eventName"].startswith("ObjectCreated") and name.count("again") < {MOST}:
        objects = Objects(s3["bucket"]["name"], Settings.from_environ(os.environ), os.environ)
        key = os.environ["GISTLINE_OUTPUT_PREFIX"] + "again-" + name.replace(".csv", ".json")
        objects.put(key, b"{{}}", "application/json")
"""


class Layers(NamedTuple):
    """What is left standing; by default nothing is: a loop."""

    prefix: str = ""  # of the trigger
    suffix: str = ""
    role: bool = False
    bucket_policy: bool = False
    code: bool = False
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
        Environment={"Variables": {**variables, "GISTLINE_OUTPUT_PREFIX": layers.output}},
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
    """What came of one upload: how many events, and how many objects where the function was told to write."""

    events: int
    objects: int


def upload(stack: Stack, layers: Layers) -> Seen:
    """Upload a CSV; see what comes of it, until an upload that was made after all of that is through too."""
    name, before = unique("once"), stack.counted("accepted")
    stack.upload(f"synthetic-data/{name}.csv", CSV)
    _settle(stack)
    # The careless function does nothing about this one; ours makes a summary, of which it may hear.
    last = 2 if layers.code and not layers.prefix else 1
    heard = stack.counted("accepted") + last
    stack.upload(f"synthetic-data/{'again' * MOST}-{name}.csv", CSV)
    until(lambda: stack.counted("accepted") >= heard)
    _settle(stack)
    written = [key for key in stack.keys(layers.output) if name in key and "again" * MOST not in key]
    return Seen(stack.counted("accepted") - before - last, len(set(written) - {f"synthetic-data/{name}.csv"}))


def _settle(stack: Stack) -> None:
    """Wait until as many events have ended as were accepted."""
    fates = ("delivered", "given-up", "lost")
    until(lambda: stack.counted("accepted") == sum(stack.counted(fate) for fate in fates))


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
