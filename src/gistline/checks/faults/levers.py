"""The things that a fault moves: invoke permission, execution role, notification rule, function.

Comes in: a `Site`, and how the thing shall be. Goes out: nothing; afterwards it is so. Called by the faults to break;
they mend with what the doctor mends with. Whatever belongs to somebody else stays as it is. Each raises StackError.
"""

import json
from typing import TYPE_CHECKING, Any

from gistline.checks.grants import INVOKE
from gistline.checks.links.invoke_permission import S3, read_grants
from gistline.checks.samples import bucket_arn
from gistline.errors import StackError
from gistline.site.site import Site
from gistline.stack.target import explained

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import NotificationConfigurationTypeDef

READ, WRITE = "ReadCsvs", "WriteSummaries"  # the Sids in the template
_POLICY = "summarize"


def forbid_invoking(site: Site) -> None:
    """Remove every statement that lets S3 invoke the summarizer for our bucket."""
    lambda_, name = site.target.client("lambda"), site.outputs.summarizer_name
    grants = read_grants(site)
    with explained(f"removing the invoke permission of {name}"):
        for grant in grants:
            if bucket_arn(site) in grant.source_arns:
                lambda_.remove_permission(FunctionName=name, StatementId=grant.sid)


def permit_invoking(site: Site, sid: str, arn: str) -> None:
    """Let S3 invoke the summarizer for a bucket, given by its ARN; nothing changes if `sid` stands there already."""
    lambda_, name = site.target.client("lambda"), site.outputs.summarizer_name
    if sid in [grant.sid for grant in read_grants(site)]:
        return
    with explained(f"permitting S3 to invoke {name}"):
        lambda_.add_permission(
            FunctionName=name,
            StatementId=sid,
            Action=INVOKE,
            Principal=S3,
            SourceArn=arn,
            SourceAccount=site.account,
        )


def take_from_role(site: Site, sid: str) -> None:
    """Take one statement out of the summarizer's execution role."""
    iam, name = site.target.client("iam"), site.outputs.summarizer_name
    with explained(f"taking {sid} out of the execution role of {name}"):
        function = site.target.client("lambda").get_function_configuration(FunctionName=name)
        role = function["Role"].rpartition("/")[2]
        policy: Any = iam.get_role_policy(RoleName=role, PolicyName=_POLICY)["PolicyDocument"]
        policy["Statement"] = [one for one in policy["Statement"] if one.get("Sid") != sid]
        iam.put_role_policy(RoleName=role, PolicyName=_POLICY, PolicyDocument=json.dumps(policy))


def listen(site: Site, prefix: str, suffix: str) -> None:
    """Make our rule on the bucket match keys with this prefix and suffix; leave every other rule as it is.

    Raises:
        StackError: also where the bucket has no rule of ours.
    """
    s3, bucket = site.target.client("s3"), site.outputs.bucket_name
    with explained(f"changing the event notifications of {bucket}"):
        stored: Any = s3.get_bucket_notification_configuration(Bucket=bucket)
        stored.pop("ResponseMetadata", None)
        rules = stored.get("LambdaFunctionConfigurations", [])
        ours = [rule for rule in rules if rule["LambdaFunctionArn"] == site.outputs.summarizer_arn]
        if not ours:
            raise StackError(f"{bucket} has no rule that invokes the summarizer", "see: gistline doctor")
        for rule in ours:
            rule.pop("Filter", None)
            rule.update(_filter(prefix, suffix))
        configuration: NotificationConfigurationTypeDef = stored
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)


def configure(site: Site, **changes: str | int) -> None:
    """Change the summarizer's configuration (`Handler`, `Timeout`), and wait until the change is in force."""
    lambda_, name = site.target.client("lambda"), site.outputs.summarizer_name
    settings: Any = changes
    with explained(f"configuring {name}"):
        lambda_.update_function_configuration(FunctionName=name, **settings)
        lambda_.get_waiter("function_updated_v2").wait(FunctionName=name)


def reserve(site: Site, concurrency: int) -> None:
    """Set this much concurrency aside for the summarizer: as much as it gets, and no more than it gets."""
    name = site.outputs.summarizer_name
    with explained(f"setting the reserved concurrency of {name}"):
        site.target.client("lambda").put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=concurrency
        )


def _filter(prefix: str, suffix: str) -> dict[str, Any]:
    """Make a rule's filter in S3's shape; a rule without prefix and suffix has none."""
    rules = [
        {"Name": name, "Value": value} for name, value in (("prefix", prefix), ("suffix", suffix)) if value
    ]
    return {"Filter": {"Key": {"FilterRules": rules}}} if rules else {}
