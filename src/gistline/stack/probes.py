"""Is it still there? One question per kind of thing that a stack leaves in an account.

Comes in: clients by service, and a `Thing`. Goes out: yes or no, as the service itself answers, not as CloudFormation
remembers. Called by `destroy`, before and after.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gistline.stack.existing import S3Notifications
from gistline.stack.notifications import rules_of
from gistline.stack.present import look
from gistline.stack.target import refusal_of

Clients = Callable[[str], Any]  # a target's `client`, perhaps one that makes each client once

STACK, BUCKET, RULE = "stack", "bucket", "notification rule"
FUNCTION, ROLE, LOGS, QUEUE, SCHEDULE = "function", "role", "log group", "queue", "schedule"
KINDS = {
    "AWS::S3::Bucket": BUCKET,
    "AWS::Lambda::Function": FUNCTION,
    "AWS::IAM::Role": ROLE,
    "AWS::Logs::LogGroup": LOGS,
    "AWS::SQS::Queue": QUEUE,
    "AWS::Events::Rule": SCHEDULE,
}
GONE = {
    *("404", "NoSuchBucket", "NoSuchEntity", "ResourceNotFoundException"),
    *("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"),
}


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in the account: its kind, its name (a queue's is its URL, a stack's its id), and where it is."""

    kind: str
    name: str
    inside: str = ""  # of a notification rule: the bucket

    @property
    def words(self) -> str:
        """How a person calls it."""
        name = self.name.split("/")[1] if self.name.startswith("arn:") else self.name
        return f"{self.kind} {name}{f' on the bucket {self.inside}' if self.inside else ''}"


def is_there(client: Clients, thing: Thing, account: str) -> bool:
    """Ask the service that keeps it.

    Raises:
        botocore.exceptions.ClientError: it did not say, for instance because we may not ask.
    """
    from botocore.exceptions import ClientError  # noqa: PLC0415 - as in `target.client`

    try:
        return PROBES[thing.kind](client, thing, account)
    except ClientError as refusal:
        if refusal_of(refusal)[0] in GONE:
            return False
        raise


def _stack(client: Clients, thing: Thing, _account: str) -> bool:
    return look(client("cloudformation"), thing.name) is not None


def _bucket(client: Clients, thing: Thing, account: str) -> bool:
    client("s3").head_bucket(Bucket=thing.name, ExpectedBucketOwner=account)
    return True


def _rule(client: Clients, thing: Thing, account: str) -> bool:
    configuration = S3Notifications(client("s3"), thing.inside, account).read()
    return any(rule.id == thing.name for rule in rules_of(configuration))


def _function(client: Clients, thing: Thing, _account: str) -> bool:
    client("lambda").get_function_configuration(FunctionName=thing.name)
    return True


def _role(client: Clients, thing: Thing, _account: str) -> bool:
    client("iam").get_role(RoleName=thing.name)
    return True


def _logs(client: Clients, thing: Thing, _account: str) -> bool:
    found = client("logs").describe_log_groups(logGroupNamePrefix=thing.name)
    return any(group["logGroupName"] == thing.name for group in found["logGroups"])


def _queue(client: Clients, thing: Thing, _account: str) -> bool:
    client("sqs").get_queue_attributes(QueueUrl=thing.name, AttributeNames=["QueueArn"])
    return True


def _schedule(client: Clients, thing: Thing, _account: str) -> bool:
    client("events").describe_rule(Name=thing.name)
    return True


PROBES: dict[str, Callable[[Clients, Thing, str], bool]] = {
    STACK: _stack,
    BUCKET: _bucket,
    RULE: _rule,
    FUNCTION: _function,
    ROLE: _role,
    LOGS: _logs,
    QUEUE: _queue,
    SCHEDULE: _schedule,
}
