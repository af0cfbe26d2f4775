"""The execution roles: which they are, what is written in their policies, what IAM says they may do.

Comes in: a `Site`, the ARN of a role. Goes out: policies, and a judge that decides on one action. Called by the checks
`execution_role`, `role_sharing` and `iam_actions`.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from gistline.checks.conditions import OVER_TLS, Keys, Statement
from gistline.checks.policy import Decision, decide, statements
from gistline.site.site import Site
from gistline.stack.target import refusal_of

if TYPE_CHECKING:
    from mypy_boto3_iam.type_defs import ContextEntryTypeDef

Judge = Callable[[str, str], Decision]  # action, resource
BY_IAM = "as IAM simulates them"
BY_READING = (
    "as we read its policies, without boundaries and organisation policies: IAM may not be asked to simulate"
)
_REFUSED = {"AccessDenied", "AccessDeniedException", "InvalidAction", "NotImplemented"}


def role_of(site: Site, function: str) -> str:
    """Give the ARN of a function's execution role."""
    return site.target.client("lambda").get_function_configuration(FunctionName=function)["Role"]


def policies_of(site: Site, role: str) -> Iterator[tuple[str, list[Statement]]]:
    """Yield name and statements of each policy of the role, inline and attached."""
    iam, name = site.target.client("iam"), role.rpartition("/")[2]
    for page in iam.get_paginator("list_role_policies").paginate(RoleName=name):
        for policy in page["PolicyNames"]:
            document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            yield policy, statements(document)
    for attached_page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=name):
        for attached in attached_page["AttachedPolicies"]:
            arn = attached["PolicyArn"]
            version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            kept = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
            yield attached["PolicyName"], statements(kept)


def judge_of(site: Site, role: str) -> tuple[Judge, str]:
    """Give whoever can decide what the role may do, and words for how: IAM itself, else our own reading."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - as in `stack.target`

    iam = site.target.client("iam")
    account = role.split(":")[4]
    # To the simulator a key of which it is told nothing is one that the call does not carry.
    owner: ContextEntryTypeDef = {
        "ContextKeyName": "s3:ResourceAccount",
        "ContextKeyValues": [account],
        "ContextKeyType": "string",
    }

    def simulate(action: str, resource: str) -> Decision:
        answer = iam.simulate_principal_policy(
            PolicySourceArn=role, ActionNames=[action], ResourceArns=[resource], ContextEntries=[owner]
        )
        return Decision(answer["EvaluationResults"][0]["EvalDecision"])

    try:
        simulate("s3:ListAllMyBuckets", "*")
    except ClientError as refusal:
        if refusal_of(refusal)[0] not in _REFUSED:
            raise
        written = [statement for _, policy in policies_of(site, role) for statement in policy]
        keys: Keys = {**OVER_TLS, "s3:resourceaccount": account}
        return lambda action, resource: decide(written, action, resource, keys), BY_READING
    return simulate, BY_IAM
