"""Who deploys: account, name, and whether all that deploying needs is allowed.

Comes in: a target, and the policy of a deployer. Goes out: an `Identity`, and what is denied. Called by the commands
before anything is changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gistline.errors import StackError
from gistline.stack.target import Target, explained, refusal_of

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

# IAM's simulator may itself be forbidden, and it does not know the principals of other accounts.
CANNOT_ASK = {"AccessDenied", "NoSuchEntity", "InvalidInput"}


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who is signed in: the account's number, and the ARN of the user, role session or root."""

    account: str
    arn: str

    @property
    def partition(self) -> str:
        """The part of AWS in which the account is: aws, aws-cn, aws-us-gov."""
        return self.arn.split(":")[1]

    @property
    def is_root(self) -> bool:
        """Whether it is the account's owner, who may do everything and whom IAM cannot simulate."""
        return self.arn.endswith(":root")


@dataclass(frozen=True, slots=True)
class Denial:
    """An action that is not allowed on a resource."""

    action: str
    resource: str


def whoami(target: Target) -> Identity:
    """Ask who is signed in; nobody needs a permission for that.

    Raises:
        StackError: nobody is, or the region does not answer.
    """
    with explained(f"asking AWS in {target.region} who you are"):
        answer = target.client("sts").get_caller_identity()
    return Identity(answer["Account"], answer["Arn"])


def denials(target: Target, who: Identity, policy: dict[str, Any]) -> list[Denial] | None:
    """Ask IAM's simulator what of the policy is denied to `who`; None when it does not tell.

    A right that depends on a condition of which the simulator knows nothing counts as allowed. It knows nothing of
    session policies either; deploying itself will tell.

    Raises:
        StackError: IAM does not answer.
    """
    if who.is_root:
        return []
    with explained("asking IAM what you may do"):
        iam = target.client("iam")
        try:
            principal = _principal(iam, who)
            return [
                denial for statement in policy["Statement"] for denial in _denied(iam, principal, statement)
            ]
        except iam.exceptions.ClientError as refusal:
            if refusal_of(refusal)[0] in CANNOT_ASK:
                return None
            raise


def refuse(missing: list[Denial]) -> None:
    """Stop when something that deploying needs is denied.

    Raises:
        StackError: naming each action and resource.
    """
    if missing:
        listed = "; ".join(f"{denial.action} on {denial.resource}" for denial in missing)
        raise StackError(
            f"you may not deploy: {listed}",
            "have this policy attached to yourself: gistline deploy --print-policy",
            code="deployer-permissions",
        )


def _principal(iam: "IAMClient", who: Identity) -> str:
    """Give the ARN that IAM's simulator takes: of the role, where somebody is signed in as one."""
    if ":assumed-role/" not in who.arn:
        return who.arn
    name = who.arn.split("/")[1]
    return iam.get_role(RoleName=name)["Role"]["Arn"]  # a role's path does not stand in the session's ARN


def _denied(iam: "IAMClient", principal: str, statement: dict[str, Any]) -> Iterator[Denial]:
    """Give the actions that are allowed on none of the statement's resources.

    Not "on one of them": a log group has two spellings, and each action wants one of them only.
    """
    allowed: set[str] = set()
    for resource in (one for pattern in statement["Resource"] for one in _concrete(pattern)):
        pages = iam.get_paginator("simulate_principal_policy").paginate(
            PolicySourceArn=principal, ActionNames=statement["Action"], ResourceArns=[resource]
        )
        results = (result for page in pages for result in page["EvaluationResults"])
        allowed |= {
            result["EvalActionName"]
            for result in results
            if result["EvalDecision"] == "allowed" or result.get("MissingContextValues")
        }
    for action in statement["Action"]:
        if action not in allowed:
            yield Denial(action, statement["Resource"][0])


def _concrete(pattern: str) -> tuple[str, ...]:
    """Name what a pattern stands for: the simulator takes no wildcards inside an ARN."""
    if ":log-group:" in pattern:
        name = pattern.removesuffix("*")
        return name, f"{name}:x"
    return (pattern if pattern == "*" else pattern.replace("*", "x"),)
