"""A stack on an AWS that is a dict: what each call answers, healthy unless a test says otherwise.

The answers are those that a deployed stack gives, as far as the checks read them. An answer may be a value, a
function of the call's arguments, or an exception to raise.
"""

import copy
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from gistline.site.site import Site
from gistline.stack.existing import EVENTS
from gistline.stack.outputs import StackOutputs
from gistline.stack.target import Target
from gistline.stack.template import template_body

ACCOUNT, REGION, BUCKET = "111122223333", "eu-central-1", "csvs"
UPLOADED = datetime(2026, 1, 2, tzinfo=UTC)
SUMMARIZER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:gist-summarizer"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/gist-SummarizerRole-1"
RECORDER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/gist-RecorderRole-1"
PRODUCER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/gist-ProducerRole-1"
SWEEPER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/gist-SweeperRole-1"
SWEEPER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:gist-sweeper"
SWEEP_RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/gist-sweep"
SCHEDULE = "rate(1 day)"
QUEUE_URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/gist-FailureQueue-1"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:gist-FailureQueue-1"
DEAD_URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/gist-DeadLetterQueue-1"
SHA256 = "00" * 32
GROUPS = ("/aws/lambda/gist-summarizer", "/aws/lambda/gist-producer", "/aws/lambda/gist-recorder")
SWEEPER_GROUP = "/aws/lambda/gist-sweeper"

Json = dict[str, Any]


def refused(code: str, message: str = "no") -> ClientError:
    """What boto3 raises when a service refuses."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "Call")


@dataclass
class FakeClient:
    """One service: answers calls and remembers them."""

    service: str
    answers: Json
    calls: list[tuple[str, Json]]
    exceptions: ClassVar[Any] = SimpleNamespace(ClientError=ClientError)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            self.calls.append((f"{self.service}.{operation}", arguments))
            answer = self.answers[f"{self.service}.{operation}"]
            if isinstance(answer, Exception):
                raise answer
            return copy.deepcopy(answer(**arguments) if callable(answer) else answer)

        return call

    def get_paginator(self, operation: str) -> Any:
        return FakePages(getattr(self, operation))

    def get_waiter(self, _name: str) -> Any:
        return FakePages(lambda **_: None)


@dataclass
class FakePages:
    """A paginator of one page; also a waiter that need not wait."""

    call: Callable[..., Any]

    def paginate(self, **arguments: Any) -> Iterator[Any]:
        yield self.call(**arguments)

    def wait(self, **arguments: Any) -> None:
        self.call(**arguments)


@dataclass(frozen=True)
class FakeTarget(Target):
    """A target whose services answer from a dict."""

    answers: Json = field(default_factory=dict)
    calls: list[tuple[str, Json]] = field(default_factory=list)

    def client(self, service: Any) -> Any:
        return FakeClient(service, self.answers, self.calls)


def site_where(**changes: Any) -> Site:
    """A healthy stack, but for these answers: `site_where(**{"sts.get_caller_identity": ...})`."""
    target = FakeTarget(REGION, answers={**healthy(), **changes})
    return Site(target, "gist", OUTPUTS)


def swept_site_where(**changes: Any) -> Site:
    """A healthy stack with a sweeper, but for these answers."""
    target = FakeTarget(REGION, answers={**healthy(), **swept(), **changes})
    with_sweeper = replace(
        OUTPUTS,
        sweeper_name="gist-sweeper",
        sweeper_log_group_name=SWEEPER_GROUP,
        sweep_schedule=SCHEDULE,
    )
    return Site(target, "gist", with_sweeper)


def calls_of(site: Site) -> list[tuple[str, Json]]:
    """What was asked of the site's target, in order."""
    assert isinstance(site.target, FakeTarget)
    return site.target.calls


OUTPUTS = StackOutputs(
    bucket_name=BUCKET,
    input_prefix="synthetic-data/",
    suffix=".csv",
    output_prefix="summaries/",
    on_source_delete="tombstone",
    summarizer_name="gist-summarizer",
    summarizer_arn=SUMMARIZER,
    summarizer_log_group_name=GROUPS[0],
    recorder_name="gist-recorder",
    recorder_log_group_name=GROUPS[2],
    producer_name="gist-producer",
    producer_log_group_name=GROUPS[1],
    failure_queue_url=QUEUE_URL,
    dead_letter_queue_url=DEAD_URL,
)


def function(name: str = "gist-summarizer", role: str = ROLE, **changes: Any) -> Json:
    """What Lambda says of a function."""
    variables = {
        "GISTLINE_INPUT_PREFIX": "synthetic-data/",
        "GISTLINE_SUFFIX": ".csv",
        "GISTLINE_OUTPUT_PREFIX": "summaries/",
        "GISTLINE_ON_SOURCE_DELETE": "tombstone",
    }
    configuration = {
        "FunctionName": name,
        "Role": role,
        "Handler": "gistline.functions.summarizer.handler",
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "Timeout": 300,
        "MemorySize": 1769,
        "CodeSha256": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "Environment": {"Variables": variables},
    }
    return {**configuration, **changes}


def rule(**changes: Any) -> Json:
    """Our rule as S3 gives it back."""
    filters = [{"Name": "Prefix", "Value": "synthetic-data/"}, {"Name": "Suffix", "Value": ".csv"}]
    ours = {
        "Id": "ours",
        "LambdaFunctionArn": SUMMARIZER,
        "Events": list(EVENTS),
        "Filter": {"Key": {"FilterRules": filters}},
    }
    return {**ours, **changes}


def filtered(prefix: str = "", suffix: str = "") -> Json:
    """A rule's filter."""
    values = (("Prefix", prefix), ("Suffix", suffix))
    return {"Key": {"FilterRules": [{"Name": name, "Value": value} for name, value in values if value]}}


def notifications(*rules: Json, **others: Any) -> Json:
    """A change of the bucket's notification configuration, for `site_where`."""
    configuration = {"LambdaFunctionConfigurations": list(rules), **others}
    return {"s3.get_bucket_notification_configuration": configuration}


def permission(sid: str = "gist-InvokePermission-1", **condition: Any) -> Json:
    """A statement that lets S3 invoke the summarizer."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": SUMMARIZER,
        "Condition": condition,
    }


def from_bucket(bucket: str = BUCKET, account: str = ACCOUNT) -> Json:
    """The conditions of a permission."""
    return {
        "ArnLike": {"AWS:SourceArn": f"arn:aws:s3:::{bucket}"},
        "StringEquals": {"AWS:SourceAccount": account},
    }


def permissions(*statements: Json) -> Json:
    """A change of the function's resource-based policy, for `site_where`."""
    return {"lambda.get_policy": policy_answer(*statements)}


def policy_answer(*statements: Json) -> Json:
    """A policy as S3 and Lambda give it: text within an object."""
    return {"Policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})}


ONLY_TLS = {
    "Sid": "OnlyOverTls",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
SUMMARIES_ONLY = {
    "Sid": "OurFunctionsWriteSummariesOnly",
    "Effect": "Deny",
    "Principal": {"AWS": [ROLE, RECORDER_ROLE]},
    "NotAction": ["s3:GetObject", "s3:ListBucket"],
    "NotResource": f"arn:aws:s3:::{BUCKET}/summaries/*",
}
OURS_ONLY = {
    "Sid": "OnlyOurFunctionsWriteSummaries",
    "Effect": "Deny",
    "Principal": "*",
    "Action": ["s3:PutObject", "s3:ReplicateObject"],
    "Resource": f"arn:aws:s3:::{BUCKET}/summaries/*",
    "Condition": {"ArnNotEquals": {"aws:PrincipalArn": [ROLE, RECORDER_ROLE]}},
}
COMPARED_ONLY = {
    "Sid": "OnlyByCompareAndSwap",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:PutObject",
    "Resource": f"arn:aws:s3:::{BUCKET}/summaries/*",
    "Condition": {"Null": {"s3:if-match": "true", "s3:if-none-match": "true"}},
}
GUARDS = (ONLY_TLS, SUMMARIES_ONLY, OURS_ONLY, COMPARED_ONLY)
TRUST = {
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ]
}


def allow(action: Any, resource: str) -> Json:
    """A statement of a role's policy."""
    return {"Effect": "Allow", "Action": action, "Resource": resource}


TAKING = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
POLICY = [
    allow("s3:GetObject", f"arn:aws:s3:::{BUCKET}/synthetic-data/*.csv"),
    allow("s3:ListBucket", f"arn:aws:s3:::{BUCKET}"),
    allow("s3:PutObject", f"arn:aws:s3:::{BUCKET}/summaries/*.json"),
    allow("s3:GetObject", f"arn:aws:s3:::{BUCKET}/summaries/*.json"),
    allow(["sqs:SendMessage", *(f"sqs:{action}" for action in TAKING)], QUEUE),
    *(
        allow(
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:*",
        )
        for group in GROUPS
    ),
]


def role_policy(*statements: Json) -> Json:
    """A change of the roles' inline policy, for `site_where`."""
    return {"iam.get_role_policy": {"PolicyDocument": {"Statement": list(statements)}}}


def simulated(**arguments: Any) -> Json:
    """IAM's simulator as a healthy role has it: reads inputs, writes summaries, logs, reports failures."""
    (action,), (resource,) = arguments["ActionNames"], arguments["ResourceArns"]
    if arguments["PolicySourceArn"] == SWEEPER_ROLE:
        return _decided((action, resource) in SWEEPERS or action.startswith("logs:"))
    arn = f"arn:aws:s3:::{BUCKET}"
    allowed = {
        ("s3:GetObject", f"{arn}/synthetic-data/doctor.csv"),
        ("s3:ListBucket", arn),
        ("s3:PutObject", f"{arn}/summaries/summary_doctor.json"),
        ("s3:GetObject", f"{arn}/summaries/summary_doctor.json"),
        *((f"sqs:{action}", QUEUE) for action in ("SendMessage", *TAKING)),
    }
    return _decided((action, resource) in allowed or action.startswith("logs:"))


# What the sweeper's role may do, besides writing its log.
SWEEPERS = {
    ("s3:ListBucket", f"arn:aws:s3:::{BUCKET}"),
    ("s3:GetObject", f"arn:aws:s3:::{BUCKET}/summaries/summary_doctor.json"),
    ("lambda:InvokeFunction", SUMMARIZER),
    ("lambda:InvokeFunction", SWEEPER),
}


def _decided(good: bool) -> Json:  # noqa: FBT001 - its one argument
    return {"EvaluationResults": [{"EvalDecision": "allowed" if good else "implicitDeny"}]}


def simulation(**decisions: str) -> Json:
    """A change of what IAM says of an action (`s3_PutObject="allowed"`), wherever it is asked about."""

    def simulate(**arguments: Any) -> Json:
        changed = decisions.get(arguments["ActionNames"][0].replace(":", "_"))
        return {"EvaluationResults": [{"EvalDecision": changed}]} if changed else simulated(**arguments)

    return {"iam.simulate_principal_policy": simulate}


LAST_RUN = datetime(2026, 11, 23, 3, tzinfo=UTC)


def figures(function: str = "gist-summarizer", **totals: float) -> Json:
    """A change of CloudWatch's metrics: a total (or for Duration the longest, in milliseconds) for each."""

    def get(**arguments: Any) -> Json:
        (dimension,) = arguments["Dimensions"]
        total = totals.get(arguments["MetricName"]) if dimension["Value"] == function else None
        point = {"Timestamp": LAST_RUN, arguments["Statistics"][0]: total}
        return {"Datapoints": [point] if total is not None else []}

    return {"cloudwatch.get_metric_statistics": get}


def objects(inputs: dict[str, str], summaries: dict[str, str]) -> Json:
    """A change of what lies in the bucket: ETags of inputs, all of `UPLOADED`, and bodies of summaries."""

    def get(**arguments: Any) -> Json:
        if arguments["Key"] not in summaries:
            raise refused("NoSuchKey")
        return {"Body": io.BytesIO(summaries[arguments["Key"]].encode())}

    listed = [
        {"Key": key, "ETag": f'"{etag}"', "Size": 3, "LastModified": UPLOADED} for key, etag in inputs.items()
    ]
    return {"s3.list_objects_v2": {"Contents": listed}, "s3.get_object": lambda **a: _unread(get(**a))}


def summary_of(etag: str, uploaded: datetime = UPLOADED, status: str = "complete", code: str = "") -> str:
    """The body of a summary of that state of a CSV; `code` is its error's."""
    source = {"etag": etag, "bytes": 3, "lastModified": uploaded.isoformat()}
    ours = {"schemaVersion": "1.0", "generator": {"name": "gistline"}}
    error = {"error": {"code": code}} if code else {}
    return json.dumps({**ours, "status": status, "source": source, **error})


def encryption(algorithm: str, **key: str) -> Json:
    """A change of the bucket's default encryption, for `site_where`: `encryption("aws:kms", KMSMasterKeyID=...)`."""
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm, **key}}
    return {"s3.get_bucket_encryption": {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}}


def _unread(answer: Json) -> Json:
    return {"Body": io.BytesIO(answer["Body"].read())}


RESOURCES = {
    "InvokePermission": ("AWS::Lambda::Permission", "gist-InvokePermission-1"),
    "Summarizer": ("AWS::Lambda::Function", "gist-summarizer"),
    "SummarizerLogGroup": ("AWS::Logs::LogGroup", GROUPS[0]),
    "SummarizerRole": ("AWS::IAM::Role", "gist-SummarizerRole-1"),
    "FailureQueue": ("AWS::SQS::Queue", QUEUE_URL),
    "Recorder": ("AWS::Lambda::Function", "gist-recorder"),
    "RecorderLogGroup": ("AWS::Logs::LogGroup", GROUPS[2]),
    "RecorderRole": ("AWS::IAM::Role", "gist-RecorderRole-1"),
    "ProducerLogGroup": ("AWS::Logs::LogGroup", GROUPS[1]),
    "ProducerRole": ("AWS::IAM::Role", "gist-ProducerRole-1"),
}
SWEPT_RESOURCES = {
    **RESOURCES,
    "SweepRule": ("AWS::Events::Rule", "gist-sweep"),
    "SweepPermission": ("AWS::Lambda::Permission", "gist-SweepPermission-1"),
    "Sweeper": ("AWS::Lambda::Function", "gist-sweeper"),
    "SweeperLogGroup": ("AWS::Logs::LogGroup", SWEEPER_GROUP),
    "SweeperRole": ("AWS::IAM::Role", "gist-SweeperRole-1"),
}
PARAMETERS = {
    "BucketName": BUCKET,
    "CreateBucket": "true",
    "CodeBucket": "code",
    "CodeKey": f"{SHA256}.zip",
    "Architecture": "arm64",
    "Runtime": "python3.13",
    "SummarizerMemory": "1769",
    "SummarizerTimeout": "300",
    "OnSourceDelete": "tombstone",
    "BreakGlassArn": "",
    "LogRetentionDays": "14",
    "KmsKeyArn": "",
    "ReservedConcurrency": "-1",
    "SweepSchedule": "",
}


def stack(changed: datetime = datetime(2026, 1, 1, tzinfo=UTC), **parameters: str) -> Json:
    """A change of what CloudFormation says of the stack."""
    values = {**PARAMETERS, **parameters}
    described = {
        "StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/gist/1",
        "StackName": "gist",
        "CreationTime": changed,
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()],
    }
    return {"cloudformation.describe_stacks": {"Stacks": [described]}}


def mapping(**changes: Any) -> Json:
    """What leads from the failure queue to the recorder."""
    return {"UUID": "one", "EventSourceArn": QUEUE, "State": "Enabled", **changes}


def listed(resources: dict[str, tuple[str, str]]) -> Json:
    """A change of what CloudFormation says of the stack's resources."""
    described = [
        {"LogicalResourceId": name, "ResourceType": kind, "PhysicalResourceId": physical}
        for name, (kind, physical) in resources.items()
    ]
    return {"cloudformation.describe_stack_resources": {"StackResources": described}}


def sweep_permission(sid: str = "gist-SweepPermission-1", **condition: Any) -> Json:
    """A statement that lets EventBridge invoke the sweeper; unless another condition is said, for our rule."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": SWEEPER,
        "Condition": condition or {"ArnLike": {"AWS:SourceArn": SWEEP_RULE}},
    }


def sweep_permissions(*statements: Json) -> Json:
    """A change of the sweeper's resource-based policy, for `swept_site_where`."""
    policies = {
        "gist-summarizer": policy_answer(permission(**from_bucket())),
        "gist-sweeper": policy_answer(*statements),
    }
    return {"lambda.get_policy": lambda FunctionName: policies[FunctionName]}  # noqa: N803 - boto3's name


def swept() -> Json:
    """What a stack with a sweeper answers otherwise, or besides."""
    groups = [{"logGroupName": name, "retentionInDays": 14} for name in (*GROUPS, SWEEPER_GROUP)]
    return {
        **stack(SweepSchedule=SCHEDULE),
        **listed(SWEPT_RESOURCES),
        **sweep_permissions(sweep_permission()),
        "events.describe_rule": {"Name": "gist-sweep", "State": "ENABLED", "ScheduleExpression": SCHEDULE},
        "events.list_targets_by_rule": {"Targets": [{"Id": "sweeper", "Arn": SWEEPER}]},
        "events.put_rule": {},
        "events.put_targets": {},
        **has(*OURS, function("gist-sweeper", SWEEPER_ROLE)),
        "logs.describe_log_groups": {"logGroups": groups},
    }


def has(*functions: Json) -> Json:
    """A change of which functions Lambda has."""
    by_name = {one["FunctionName"]: one for one in functions}
    return {
        "lambda.get_function": lambda FunctionName: {  # noqa: N803 - boto3's name
            "Configuration": by_name[FunctionName],
            "Code": {"Location": "data:application/zip;base64,UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="},
        },
        "lambda.get_function_configuration": lambda FunctionName: by_name.get(  # noqa: N803 - the same
            FunctionName, function(FunctionName)
        ),
        "lambda.list_functions": {"Functions": list(functions)},
    }


OURS = (
    function(),
    function("gist-recorder", RECORDER_ROLE),
    function("gist-producer", PRODUCER_ROLE),
)


def healthy() -> Json:
    """The answers of a healthy stack."""
    flags = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    queue = {
        "QueueArn": QUEUE,
        "ApproximateNumberOfMessages": "0",
        "ApproximateNumberOfMessagesNotVisible": "0",
    }
    return {
        **stack(),
        **notifications(rule()),
        **permissions(permission(**from_bucket())),
        **role_policy(*POLICY),
        **simulation(),
        **figures(),
        **objects({"synthetic-data/a.csv": "1"}, {"summaries/summary_a.json": summary_of("1")}),
        **listed(RESOURCES),
        "cloudformation.get_template": {"TemplateBody": template_body()},
        "iam.get_role": {"Role": {"AssumeRolePolicyDocument": TRUST}},
        "iam.list_attached_role_policies": {"AttachedPolicies": []},
        "iam.list_role_policies": {"PolicyNames": ["summarize"]},
        "iam.put_role_policy": {},
        "lambda.add_permission": {},
        "lambda.delete_function_concurrency": {},
        **has(*OURS),
        "lambda.get_function_concurrency": {},
        "lambda.get_function_event_invoke_config": {
            "DestinationConfig": {"OnFailure": {"Destination": QUEUE}}
        },
        "lambda.get_function_recursion_config": {"RecursiveLoop": "Terminate"},
        "lambda.list_event_source_mappings": {"EventSourceMappings": [mapping()]},
        "lambda.put_function_concurrency": {},
        "lambda.put_function_event_invoke_config": {},
        "lambda.put_function_recursion_config": {},
        "lambda.remove_permission": {},
        "lambda.update_event_source_mapping": {},
        "lambda.update_function_configuration": {},
        "logs.create_log_group": {},
        "logs.describe_log_groups": {
            "logGroups": [{"logGroupName": name, "retentionInDays": 14} for name in GROUPS]
        },
        "logs.put_retention_policy": {},
        **encryption("AES256"),
        "s3.get_bucket_location": {"LocationConstraint": REGION},
        "s3.get_bucket_policy": policy_answer(*GUARDS),
        "s3.get_public_access_block": {"PublicAccessBlockConfiguration": dict.fromkeys(flags, True)},
        "s3.head_bucket": {},
        "s3.put_bucket_notification_configuration": {},
        "sqs.get_queue_attributes": {"Attributes": queue},
        "sqs.get_queue_url": {"QueueUrl": QUEUE_URL},
        "sts.get_caller_identity": {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/me"},
    }
