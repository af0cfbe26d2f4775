"""Do our roles' policies name actions that do not exist?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`.
"""

from collections.abc import Iterator

from gistline.checks import restore
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.checks.conditions import as_list
from gistline.checks.roles import policies_of, role_of
from gistline.site.site import Site

ID = "iam-actions"
# Names of API calls that are no IAM actions, and what those calls need. A closed list: of a name that is not here we
# say nothing. (Service Authorization Reference: Amazon S3, AWS Lambda, CloudWatch Logs, Amazon SQS)
INVALID = {
    "s3:HeadObject": "s3:GetObject",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:CopyObject": "s3:GetObject and s3:PutObject",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:UploadPart": "s3:PutObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:PutBucketNotificationConfiguration": "s3:PutBucketNotification",
    "lambda:Invoke": "lambda:InvokeFunction",
    "logs:CreateLogStreams": "logs:CreateLogStream",
    "logs:PutLogEvent": "logs:PutLogEvents",
    "sqs:SendMessageBatch": "sqs:SendMessage",
}
_BY_SMALL_LETTERS = {name.lower(): name for name in INVALID}


def look(site: Site) -> Finding:
    """Read the actions of every policy of our roles."""
    named = list(_actions(site))
    looked_at = f"{len(named)} action(s) in the policies of our functions' roles"
    healthy = "none of them is known not to exist"
    return find(ID, looked_at, _troubles(site, named), healthy=healthy)


def _actions(site: Site) -> Iterator[tuple[str, str, str]]:
    """Yield role, policy and action."""
    for function in site.outputs.function_names:
        role = role_of(site, function)
        for policy, written in policies_of(site, role):
            for statement in written:
                for action in as_list(statement.get("Action")) + as_list(statement.get("NotAction")):
                    yield role.rpartition("/")[2], policy, action


def _troubles(site: Site, named: list[tuple[str, str, str]]) -> Iterator[Trouble]:
    for role, policy, action in named:
        name = _BY_SMALL_LETTERS.get(action.lower())
        if name:
            words = f"{action} in the policy {policy} of {role} does not exist, and so allows nothing"
            right = (
                f"take it out; the call needs {INVALID[name]}. As deployed, our policies have no such action"
            )
            yield Trouble(
                Verdict.FAIL, words, Remedy(right, restore.role_commands(site), restore.role_policies)
            )


CHECK = Check(
    ID,
    "IAM actions",
    "Not every API call is an IAM action: the call HeadObject is allowed by s3:GetObject, and s3:HeadObject is a word"
    " that IAM stores and that never allows anything.",
    look,
)
