"""The stack's way into the account: upload the code, create or update the stack, wait, read its outputs.

Comes in: a target, a `StackSpec` and a `Package`. Goes out: `StackOutputs`. Called by the commands and the
local cloud. Doing it twice does nothing the second time.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from gistline.stack.outputs import StackOutputs, read_outputs
from gistline.stack.package import Package
from gistline.stack.progress import Diary, StackEvent, follow
from gistline.stack.spec import Code, StackSpec
from gistline.stack.target import Target, explained, refusal_of
from gistline.stack.template import template_body
from gistline.stack.upload import upload

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.literals import CapabilityType

# The template makes roles; it does not name them, so that CAPABILITY_NAMED_IAM is not needed.
CAPABILITIES: "list[CapabilityType]" = ["CAPABILITY_IAM"]


def _ignore(_event: StackEvent) -> None:
    """Listen to no event."""


def deploy(
    target: Target,
    spec: StackSpec,
    package: Package,
    *,
    on_event: Callable[[StackEvent], None] = _ignore,
    sleep: Callable[[float], None] = time.sleep,
) -> StackOutputs:
    """Make the stack be as `spec` and `package` say, and wait until it is.

    A stack whose creation fails is deleted again, so that the next attempt starts afresh.

    Raises:
        StackError: the target refused or did not answer, or the stack ended badly.
    """
    code = upload(target, spec.name, package)
    with explained(f"deploying the stack {spec.name}"):
        cloudformation = target.client("cloudformation")
        if _exists(cloudformation, spec.name):
            diary = Diary(cloudformation, spec.name, set())
            diary.news()  # what happened before is read and not told again
            changing = _update(cloudformation, spec, code)
        else:
            diary = Diary(cloudformation, _create(cloudformation, spec, code), set())
            changing = True
        if changing:
            follow(diary, on_event, sleep)
    return read_outputs(target, spec.name)


def _exists(cloudformation: "CloudFormationClient", name: str) -> bool:
    try:
        cloudformation.describe_stacks(StackName=name)
    except cloudformation.exceptions.ClientError as refusal:
        if "does not exist" in refusal_of(refusal)[1]:
            return False
        raise
    return True


def _create(cloudformation: "CloudFormationClient", spec: StackSpec, code: Code) -> str:
    """Begin to create the stack; give its id, under which its events are found even after it is deleted."""
    return cloudformation.create_stack(
        StackName=spec.name,
        TemplateBody=template_body(),
        Parameters=spec.parameters(code),
        Capabilities=CAPABILITIES,
        OnFailure="DELETE",
    )["StackId"]


def _update(cloudformation: "CloudFormationClient", spec: StackSpec, code: Code) -> bool:
    """Begin to update the stack; say whether there is anything to change."""
    try:
        cloudformation.update_stack(
            StackName=spec.name,
            TemplateBody=template_body(),
            Parameters=spec.parameters(code),
            Capabilities=CAPABILITIES,
        )
    except cloudformation.exceptions.ClientError as refusal:
        if "No updates are to be performed" in refusal_of(refusal)[1]:
            return False
        raise
    return True
