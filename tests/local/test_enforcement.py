"""What AWS asks IAM beside what MiniStack does, in words, held against the local cloud.

Each test names the page it rests on. They fail loudly when MiniStack's pin moves and a seam no longer fits.

    writes    S3 User Guide, "Enforce conditional writes on Amazon S3 buckets"
    deletes   S3 User Guide, "Enforce conditional deletes on Amazon S3 buckets"
    missing   S3 API Reference, GetObject and HeadObject, "Permissions"
    wildcards IAM User Guide, "IAM JSON policy elements: Resource"
    caller    IAM User Guide, "AWS global condition context keys", aws:PrincipalArn
    polling   Lambda Developer Guide, "Using Lambda with Amazon SQS", execution role permissions
    rules     EventBridge User Guide, "Using resource-based policies for Amazon EventBridge", Lambda permissions
"""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from support.cloud import ACCOUNT, REGION, Cloud, allow, trust, unique, until, zipped

ECHO = "def handler(event, context): print(event['Records'][0]['body'])"


class Visitor:
    """A bucket, and a role session with its own keys, which may do with it what a test says."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.name = cloud, unique("visitor")
        self.role = f"arn:aws:iam::{ACCOUNT}:role/{self.name}"
        cloud.client("s3").create_bucket(Bucket=self.name)
        everybody = trust().replace('{"Service": "lambda.amazonaws.com"}', '{"AWS": "*"}')
        cloud.client("iam").create_role(RoleName=self.name, AssumeRolePolicyDocument=everybody)
        self.may("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
        keys = cloud.client("sts").assume_role(RoleArn=self.role, RoleSessionName="visit")["Credentials"]
        make: Any = boto3.client
        self.s3 = make(
            "s3",
            endpoint_url=cloud.state.endpoint,
            region_name=REGION,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
            config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
        )

    def may(self, *actions: str) -> None:
        bucket = f"arn:aws:s3:::{self.name}"
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": [bucket, f"{bucket}/*"]}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.cloud.client("iam").put_role_policy(
            RoleName=self.name, PolicyName="visit", PolicyDocument=document
        )

    def deny(self, action: str, condition: dict[str, Any]) -> None:
        statement = {"Effect": "Deny", "Principal": "*", "Action": action, "Condition": condition}
        statement["Resource"] = f"arn:aws:s3:::{self.name}/*"
        self.cloud.client("s3").put_bucket_policy(
            Bucket=self.name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        )

    def put(self, **condition: str) -> str:
        etag: str = self.s3.put_object(Bucket=self.name, Key="k", Body=b"x", **condition)["ETag"]
        return etag


@pytest.fixture
def visitor(server: Cloud) -> Visitor:
    return Visitor(server)


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    code: str = caught.value.response["Error"]["Code"]
    return code


def test_a_policy_can_demand_conditional_writes(visitor: Visitor) -> None:
    """writes: both keys are absent from a plain put, and present in a conditional one."""
    visitor.deny("s3:PutObject", {"Null": {"s3:if-match": "true", "s3:if-none-match": "true"}})
    assert refused(visitor.put) == "AccessDenied"
    etag = visitor.put(IfNoneMatch="*")
    assert visitor.put(IfMatch=etag) == etag
    assert refused(lambda: visitor.put(IfNoneMatch="*")) == "PreconditionFailed"


def test_where_conditions_are_demanded_there_are_no_multipart_uploads(visitor: Visitor) -> None:
    """writes: CreateMultipartUpload and UploadPart do not accept conditional headers."""
    visitor.deny("s3:PutObject", {"Null": {"s3:if-match": "true", "s3:if-none-match": "true"}})
    assert refused(lambda: visitor.s3.create_multipart_upload(Bucket=visitor.name, Key="k")) == "AccessDenied"


def test_a_policy_can_demand_conditional_deletes(visitor: Visitor) -> None:
    """deletes: DeleteObject with the If-Match header."""
    visitor.deny("s3:DeleteObject", {"Null": {"s3:if-match": "true"}})
    etag = visitor.put()
    assert refused(lambda: visitor.s3.delete_object(Bucket=visitor.name, Key="k")) == "AccessDenied"
    visitor.s3.delete_object(Bucket=visitor.name, Key="k", IfMatch=etag)


def test_who_may_not_list_cannot_tell_missing_from_forbidden(visitor: Visitor) -> None:
    """missing: 404 with s3:ListBucket, 403 without."""
    assert refused(lambda: visitor.s3.get_object(Bucket=visitor.name, Key="gone")) == "AccessDenied"
    assert refused(lambda: visitor.s3.head_object(Bucket=visitor.name, Key="gone")) == "403"
    visitor.may("s3:GetObject", "s3:ListBucket")
    assert refused(lambda: visitor.s3.get_object(Bucket=visitor.name, Key="gone")) == "NoSuchKey"
    assert refused(lambda: visitor.s3.head_object(Bucket=visitor.name, Key="gone")) == "404"


def test_a_wildcard_does_not_end_at_a_line_break(visitor: Visitor) -> None:
    """wildcards: "any combination of characters"."""
    put = visitor.s3.put_object
    assert put(Bucket=visitor.name, Key="a\nb")["ETag"]
    visitor.deny("s3:PutObject", {})
    assert refused(lambda: put(Bucket=visitor.name, Key="a\nb")) == "AccessDenied"


def test_a_session_goes_by_the_arn_of_its_role(visitor: Visitor) -> None:
    """caller: "for IAM roles, the request context returns the ARN of the role, not the ARN of the user"."""
    visitor.deny("s3:PutObject", {"ArnNotEquals": {"aws:PrincipalArn": visitor.role}})
    visitor.put()
    visitor.deny("s3:PutObject", {"ArnEquals": {"aws:PrincipalArn": visitor.role}})
    assert refused(visitor.put) == "AccessDenied"


class Taker:
    """A queue, and a function that is told of its messages, in so far as its role may take them."""

    def __init__(self, cloud: Cloud, *actions: str) -> None:
        self.cloud, self.name = cloud, unique("taker")
        cloud.client("iam").create_role(RoleName=self.name, AssumeRolePolicyDocument=trust())
        self.may(*actions)
        self.url = cloud.client("sqs").create_queue(QueueName=self.name)["QueueUrl"]
        cloud.client("lambda").create_function(
            FunctionName=self.name,
            Runtime="python3.13",
            Role=f"arn:aws:iam::{ACCOUNT}:role/{self.name}",
            Handler="app.handler",
            Code={"ZipFile": zipped(ECHO)},
        )
        cloud.client("lambda").create_event_source_mapping(
            FunctionName=self.name, EventSourceArn=f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self.name}"
        )

    def may(self, *actions: str) -> None:
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self.name}"
        document = allow("x", arn).replace('"x"', json.dumps(actions))
        self.cloud.client("iam").put_role_policy(
            RoleName=self.name, PolicyName="take", PolicyDocument=document
        )

    def send(self) -> None:
        self.cloud.client("sqs").send_message(QueueUrl=self.url, MessageBody="a message")

    def has_taken(self) -> bool:
        logs, group = self.cloud.client("logs"), f"/aws/lambda/{self.name}"
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return False
        return any(e["message"] == "a message" for e in logs.filter_log_events(logGroupName=group)["events"])


POLLING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


def test_a_queue_hands_nothing_to_a_function_whose_role_may_not_take_it(server: Cloud) -> None:
    """polling: Lambda polls in the name of the execution role, which needs all three."""
    lacking = [Taker(server, *(one for one in POLLING if one != missing)) for missing in POLLING]
    able = Taker(server, *POLLING)  # made last, so that it is looked after last
    for taker in (*lacking, able):
        taker.send()
    until(able.has_taken)
    assert not [taker for taker in lacking if taker.has_taken()]
    for taker in lacking:
        taker.may(*POLLING)
    until(lambda: all(taker.has_taken() for taker in lacking))


class Listener:
    """A rule on events of its own, and the function that it is to invoke."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.name = cloud, unique("listener")
        cloud.client("iam").create_role(RoleName=self.name, AssumeRolePolicyDocument=trust())
        function = cloud.client("lambda").create_function(
            FunctionName=self.name,
            Runtime="python3.13",
            Role=f"arn:aws:iam::{ACCOUNT}:role/{self.name}",
            Handler="app.handler",
            Code={"ZipFile": zipped("def handler(event, context): print(event['source'])")},
        )["FunctionArn"]
        events, pattern = cloud.client("events"), json.dumps({"source": [self.name]})
        self.rule = events.put_rule(Name=self.name, EventPattern=pattern)["RuleArn"]
        events.put_targets(Rule=self.name, Targets=[{"Id": "it", "Arn": function}])

    def let_in(self, source: str) -> None:
        self.cloud.client("lambda").add_permission(
            FunctionName=self.name,
            StatementId=unique("rule"),
            Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com",
            SourceArn=source,
        )

    def tell(self) -> None:
        entry = {"Source": self.name, "DetailType": "word", "Detail": "{}"}
        self.cloud.client("events").put_events(Entries=[entry])

    def has_heard(self) -> bool:
        logs, group = self.cloud.client("logs"), f"/aws/lambda/{self.name}"
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return False
        return any(e["message"] == self.name for e in logs.filter_log_events(logGroupName=group)["events"])


def test_a_rule_invokes_no_function_whose_policy_does_not_let_it_in(server: Cloud) -> None:
    """rules: EventBridge asks the function's resource-based policy, and drops the event; SourceArn is the rule."""
    unasked, others, able = Listener(server), Listener(server), Listener(server)
    others.let_in(able.rule)
    able.let_in(able.rule)
    for listener in (unasked, others, able):  # the one who may, last
        listener.tell()
    until(able.has_heard)
    assert not unasked.has_heard()
    assert not others.has_heard()
    for listener in (unasked, others):
        listener.let_in(listener.rule)
        listener.tell()
    until(lambda: unasked.has_heard() and others.has_heard())
