"""A stack as it is now, before anybody changes it.

Comes in: a CloudFormation client and a stack's name. Goes out: a frozen `Present`, or None. Called by `plan`,
`destroy`, `outputs` and the commands, so that what somebody once set is not set back, and what is not ours is not touched.
"""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gistline.errors import StackError
from gistline.stack.target import Target, explained, refusal_of

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

REVIEW = "REVIEW_IN_PROGRESS"  # a change set was made for a stack that does not exist yet; it holds nothing
OUR_PARAMETERS = {"BucketName", "CodeBucket", "CodeKey"}
CHANGE_SET_PREFIX = "gistline-"


@dataclass(frozen=True, slots=True)
class Present:
    """A stack: its id, its status, and the parameters it was given."""

    id: str
    status: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def bucket(self) -> str:
        """The bucket for CSVs and summaries; empty while it is only reviewed."""
        return self.parameters.get("BucketName", "")

    @property
    def existing_bucket(self) -> bool:
        """Whether the bucket was there before, so that it is not the stack's."""
        return self.parameters.get("CreateBucket") == "false"

    @property
    def sweep_schedule(self) -> str:
        """When its sweeper runs; empty if it has none, or is of a version that knew none."""
        return self.parameters.get("SweepSchedule", "")

    @property
    def kms_key_arn(self) -> str:
        """The KMS key that it was given; empty if none."""
        return self.parameters.get("KmsKeyArn", "")

    @property
    def is_review(self) -> bool:
        """Whether nothing was created yet."""
        return self.status == REVIEW


def look(cloudformation: "CloudFormationClient", name: str) -> Present | None:
    """Read the stack; None when there is none.

    Raises:
        botocore.exceptions.ClientError: CloudFormation refused; see `target.explained`.
    """
    stack = described(cloudformation, name)
    if stack is None:
        return None
    parameters = {p["ParameterKey"]: p["ParameterValue"] for p in stack.get("Parameters", [])}
    return Present(stack["StackId"], stack["StackStatus"], parameters)


def described(cloudformation: "CloudFormationClient", name: str) -> "StackTypeDef | None":
    """Give what CloudFormation says of the stack; None when there is none.

    Raises:
        botocore.exceptions.ClientError: CloudFormation refused; see `target.explained`.
    """
    try:
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except cloudformation.exceptions.ClientError as refusal:
        if "does not exist" in refusal_of(refusal)[1]:
            return None
        raise
    return None if stack.get("StackStatus") == "DELETE_COMPLETE" else stack  # found by its id only


def find_ours(target: Target, name: str) -> Present | None:
    """Read the stack of a target; None when there is none.

    Raises:
        StackError: it is not ours, or CloudFormation refused.
    """
    with explained(f"looking for the stack {name}"):
        return look_for_ours(target.client("cloudformation"), name)


def look_for_ours(cloudformation: "CloudFormationClient", name: str) -> Present | None:
    """Read the stack; None when there is none.

    Raises:
        StackError: it is not ours.
        botocore.exceptions.ClientError: CloudFormation refused.
    """
    present = look(cloudformation, name)
    if present and not _is_ours(cloudformation, present):
        raise StackError(
            f"the stack {name} was not made by gistline", "we leave it alone; take another name with --stack"
        )
    return present


def _is_ours(cloudformation: "CloudFormationClient", present: Present) -> bool:
    """Tell whether we made the stack: it has our parameters, or, while it is reviewed, our change sets only."""
    if not present.is_review:
        return set(present.parameters) >= OUR_PARAMETERS
    sets = cloudformation.list_change_sets(StackName=present.id)["Summaries"]
    return all(change_set["ChangeSetName"].startswith(CHANGE_SET_PREFIX) for change_set in sets)


def template_of(cloudformation: "CloudFormationClient", present: Present) -> str:
    """Read the template from which the stack was made, as text."""
    body: object = cloudformation.get_template(StackName=present.id)["TemplateBody"]
    return body if isinstance(body, str) else json.dumps(body)  # boto3 parses one that is JSON
