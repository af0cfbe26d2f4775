"""The policy that a deployer needs: for `gistline deploy` and `gistline destroy` of one stack, and nothing more.

Comes in: which stack, where, with which bucket. Goes out: an IAM policy document. Called by the command `deploy`,
which prints it and asks IAM about it. Each function below is one statement; the actions stand in AWS's Service
Authorization Reference, and which of them a type of resource needs
in its CloudFormation schema, under "handlers".
"""

from dataclasses import dataclass
from typing import Any

from gistline.stack.spec import FUNCTIONS, SWEEPER
from gistline.stack.upload import code_bucket_name

Json = dict[str, Any]

# CloudFormation reads a resource back, all of it, when it looks for drift, and we look at the encryption of a bucket that
# was there before; deploying works without these.
READ_BACK = "ReadBack"
REMOVE_BUCKET = ("s3:DeleteBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions")
REMOVE_OBJECTS = ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectVersion")


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is deployed where.

    `existing_bucket`: the bucket is there already; `sweeps`: with a sweeper, or rid of one; `keyed`: the same of a KMS key.
    """

    stack: str
    bucket: str
    account: str
    region: str
    partition: str = "aws"
    existing_bucket: bool = False
    sweeps: bool = False
    keyed: bool = False

    @property
    def functions(self) -> tuple[str, ...]:
        """The words by which the functions, their log groups and roles are called."""
        return FUNCTIONS if self.sweeps else tuple(name for name in FUNCTIONS if name != SWEEPER)

    def arn(self, service: str, resource: str) -> str:
        """Spell the ARN of something in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def s3_arn(self, place: str) -> str:
        """Spell the ARN of a bucket, or of objects in it."""
        return f"arn:{self.partition}:s3:::{place}"


def deployer_policy(deployment: Deployment) -> Json:
    """Give the whole policy document."""
    own = [_own_bucket(deployment), _read_back_bucket(deployment)]
    existing = [_existing_bucket(deployment), _existing_encryption(deployment), _existing_key(deployment)]
    return {
        "Version": "2012-10-17",
        "Statement": [
            _stack(deployment),
            _buckets(deployment),
            _objects(deployment),
            *(existing if deployment.existing_bucket else own),
            _functions(deployment),
            _mapping(deployment),
            _roles(deployment),
            _roles_for_lambda_only(deployment),
            _logs(deployment),
            _looking_for_logs(),
            _read_back_logs(),
            _queues(deployment),
            *([_schedule(deployment)] if deployment.sweeps else []),
        ],
    }


def required(policy: Json) -> Json:
    """Leave out of a deployer's policy what deploying works without."""
    statements = [s for s in policy["Statement"] if not s["Sid"].startswith(READ_BACK)]
    return {**policy, "Statement": statements}


def _stack(d: Deployment) -> Json:
    actions = (
        *("CreateChangeSet", "DeleteChangeSet", "DeleteStack", "DescribeChangeSet", "DescribeEvents"),
        *("DescribeStackEvents", "DescribeStacks", "ExecuteChangeSet", "GetTemplate", "ListChangeSets"),
        "ListStackResources",
    )
    stacks = [d.arn("cloudformation", f"stack/{d.stack}/*")]
    return _allow("ChangeTheStack", [f"cloudformation:{action}" for action in actions], stacks)


def _made_buckets(d: Deployment) -> list[str]:
    """Name the bucket with the code, and the one with the data unless it was there before."""
    return [code_bucket_name(d.stack, d.account, d.region), *([] if d.existing_bucket else [d.bucket])]


def _buckets(d: Deployment) -> Json:
    actions = [
        *REMOVE_BUCKET,
        "s3:CreateBucket",
        "s3:ListBucket",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutEncryptionConfiguration",
    ]
    return _allow("MakeTheBuckets", actions, [d.s3_arn(bucket) for bucket in _made_buckets(d)])


def _objects(d: Deployment) -> Json:
    actions = [*REMOVE_OBJECTS, "s3:GetObject", "s3:PutObject"]
    return _allow("UseTheBuckets", actions, [d.s3_arn(f"{bucket}/*") for bucket in _made_buckets(d)])


def _own_bucket(d: Deployment) -> Json:
    actions = [
        "s3:DeleteBucketPolicy",
        "s3:GetBucketNotification",
        "s3:GetBucketPolicy",
        "s3:PutBucketNotification",
        "s3:PutBucketOwnershipControls",
        "s3:PutBucketPolicy",
        "s3:PutLifecycleConfiguration",
    ]
    return _allow("SetTheBucketUp", actions, [d.s3_arn(d.bucket)])


def _read_back_bucket(d: Deployment) -> Json:
    actions = (
        *("GetAccelerateConfiguration", "GetAnalyticsConfiguration", "GetBucketAbac", "GetBucketAcl"),
        *("GetBucketCORS", "GetBucketLogging", "GetBucketMetadataTableConfiguration"),
        *("GetBucketObjectLockConfiguration", "GetBucketOwnershipControls", "GetBucketPublicAccessBlock"),
        *("GetBucketTagging", "GetBucketVersioning", "GetBucketWebsite", "GetEncryptionConfiguration"),
        *("GetIntelligentTieringConfiguration", "GetInventoryConfiguration", "GetLifecycleConfiguration"),
        *("GetMetricsConfiguration", "GetReplicationConfiguration", "ListTagsForResource"),
    )
    return _allow(f"{READ_BACK}TheBucket", [f"s3:{action}" for action in actions], [d.s3_arn(d.bucket)])


def _existing_bucket(d: Deployment) -> Json:
    # The calls are named ...NotificationConfiguration, the actions are not.
    actions = ["s3:GetBucketNotification", "s3:ListBucket", "s3:PutBucketNotification"]
    return _allow("AddOneRuleToTheBucket", actions, [d.s3_arn(d.bucket)])


def _existing_encryption(d: Deployment) -> Json:
    return _allow(f"{READ_BACK}ItsEncryption", ["s3:GetEncryptionConfiguration"], [d.s3_arn(d.bucket)])


def _existing_key(d: Deployment) -> Json:
    # Which key, only the bucket says.
    return _allow(f"{READ_BACK}ItsKey", ["kms:DescribeKey"], [d.arn("kms", "key/*")])


def _functions(d: Deployment) -> Json:
    actions = (
        *("AddPermission", "CreateFunction", "DeleteFunction", "DeleteFunctionConcurrency"),
        *("DeleteFunctionEventInvokeConfig", "GetFunction", "GetFunctionCodeSigningConfig"),
        *("GetFunctionConfiguration", "GetFunctionEventInvokeConfig", "GetFunctionRecursionConfig"),
        *("GetFunctionScalingConfig", "GetPolicy", "GetRuntimeManagementConfig", "ListTags"),
        *("PutFunctionConcurrency", "PutFunctionEventInvokeConfig", "PutFunctionRecursionConfig"),
        *("RemovePermission", "TagResource", "UntagResource", "UpdateFunctionCode"),
        *("UpdateFunctionConfiguration", "UpdateFunctionEventInvokeConfig"),
    )
    functions = [d.arn("lambda", f"function:{d.stack}-{name}") for name in d.functions]
    # CloudFormation tags what it makes. Of these actions, a mapping, which has no name, knows those on tags alone.
    mappings = d.arn("lambda", "event-source-mapping:*")
    return _allow("MakeTheFunctions", [f"lambda:{action}" for action in actions], [*functions, mappings])


def _mapping(d: Deployment) -> Json:
    # A mapping has no name. So not the resource says whose it is, but a condition: the function to which it leads,
    # whose ARN has region and account in it.
    actions = [f"lambda:{verb}EventSourceMapping" for verb in ("Create", "Delete", "Get", "Update")]
    recorder = d.arn("lambda", f"function:{d.stack}-recorder")
    return {
        **_allow("MapTheQueueToTheRecorder", actions, ["*"]),
        "Condition": {"ArnEquals": {"lambda:FunctionArn": recorder}},
    }


def _roles(d: Deployment) -> Json:
    actions = (
        *(
            "CreateRole",
            "DeleteRole",
            "DeleteRolePolicy",
            "GetRole",
            "GetRolePolicy",
            "ListAttachedRolePolicies",
        ),
        *("ListRolePolicies", "PutRolePolicy", "TagRole", "UntagRole", "UpdateAssumeRolePolicy"),
        *("UpdateRole", "UpdateRoleDescription"),
    )
    return _allow("MakeTheirRoles", [f"iam:{action}" for action in actions], _role_arns(d))


def _roles_for_lambda_only(d: Deployment) -> Json:
    condition = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    return {**_allow("GiveThemToLambdaOnly", ["iam:PassRole"], _role_arns(d)), "Condition": condition}


def _role_arns(d: Deployment) -> list[str]:
    # CloudFormation adds random letters to a role that the template does not name.
    return [f"arn:{d.partition}:iam::{d.account}:role/{d.stack}-{name.title()}Role-*" for name in d.functions]


def _logs(d: Deployment) -> Json:
    actions = (
        *("CreateLogGroup", "DeleteLogGroup", "DeleteRetentionPolicy", "ListTagsForResource"),
        *("PutRetentionPolicy", "TagResource", "UntagResource"),
        *(("AssociateKmsKey", "DisassociateKmsKey") if d.keyed else ()),
    )
    # IAM spells a log group without ":*" for tags and with it for all else; the star stands for both.
    groups = [d.arn("logs", f"log-group:/aws/lambda/{d.stack}-{name}*") for name in d.functions]
    return _allow("MakeTheLogGroups", [f"logs:{action}" for action in actions], groups)


def _looking_for_logs() -> Json:
    return _allow("LookForLogGroups", ["logs:DescribeLogGroups"], ["*"])  # AWS takes no narrower one


def _read_back_logs() -> Json:
    actions = ("DescribeIndexPolicies", "DescribeResourcePolicies", "GetDataProtectionPolicy")
    return _allow(f"{READ_BACK}TheLogGroups", [f"logs:{action}" for action in actions], ["*"])


def _queues(d: Deployment) -> Json:
    actions = (
        *("CreateQueue", "DeleteQueue", "GetQueueAttributes", "GetQueueUrl", "ListQueueTags"),
        *("SetQueueAttributes", "TagQueue", "UntagQueue"),
    )
    queues = [d.arn("sqs", f"{d.stack}-{name}-*") for name in ("FailureQueue", "DeadLetterQueue")]
    return _allow("MakeTheQueues", [f"sqs:{action}" for action in actions], queues)


def _schedule(d: Deployment) -> Json:
    actions = (
        *("DeleteRule", "DescribeRule", "ListTagsForResource", "ListTargetsByRule", "PutRule", "PutTargets"),
        *("RemoveTargets", "TagResource", "UntagResource"),
    )
    return _allow(
        "MakeTheSchedule",
        [f"events:{action}" for action in actions],
        [d.arn("events", f"rule/{d.stack}-sweep")],
    )


def _allow(sid: str, actions: list[str], resources: list[str]) -> Json:
    return {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": resources}
