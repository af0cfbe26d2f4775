"""What a stack says about itself.

Comes in: a target and the name of a stack. Goes out: one frozen `StackOutputs`. Called by `apply` and by every
command and check that works on an existing stack.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields

from gistline.errors import StackError
from gistline.stack.present import described
from gistline.stack.target import Target, explained


@dataclass(frozen=True, slots=True)
class StackOutputs:
    """The outputs of the template, under the same names in snake_case; those of a sweeper are empty if there is none."""

    bucket_name: str
    input_prefix: str
    suffix: str
    output_prefix: str
    on_source_delete: str
    summarizer_name: str
    summarizer_arn: str
    summarizer_log_group_name: str
    recorder_name: str
    recorder_log_group_name: str
    producer_name: str
    producer_log_group_name: str
    failure_queue_url: str
    dead_letter_queue_url: str
    sweeper_name: str = ""
    sweeper_log_group_name: str = ""
    sweep_schedule: str = ""

    @property
    def function_names(self) -> tuple[str, ...]:
        """The names of all functions."""
        always = (self.summarizer_name, self.recorder_name, self.producer_name)
        return (*always, self.sweeper_name) if self.sweeper_name else always

    @property
    def log_group_names(self) -> tuple[str, ...]:
        """The names of their log groups."""
        always = (
            self.summarizer_log_group_name,
            self.recorder_log_group_name,
            self.producer_log_group_name,
        )
        return (*always, self.sweeper_log_group_name) if self.sweeper_name else always


def parse_outputs(outputs: Mapping[str, str]) -> StackOutputs:
    """Turn CloudFormation's outputs (`BucketName` and so on) into `StackOutputs`; others are ignored.

    Raises:
        StackError: one that every stack has is missing, so this is not a stack of ours, or one of another version.
    """
    values = {_snake_case(name): value for name, value in outputs.items()}
    known = fields(StackOutputs)
    missing = [field.name for field in known if field.default is MISSING and field.name not in values]
    if missing:
        raise StackError(
            f"the stack has no output {', '.join(missing)}",
            "it was not made by this version of gistline: deploy it anew, or name another stack",
        )
    return StackOutputs(**{field.name: values[field.name] for field in known if field.name in values})


def read_outputs(target: Target, stack: str) -> StackOutputs:
    """Read the outputs of an existing stack, given by its name or id.

    Raises:
        StackError: there is no such stack (code `no-stack`), it is not ours, or the target did not answer.
    """
    with explained(f"reading the stack {stack}"):
        description = described(target.client("cloudformation"), stack)
    if description is None:
        raise _missing(target, stack)
    return parse_outputs(
        {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}
    )


def _missing(target: Target, stack: str) -> StackError:
    where, others = f"in {target.region} on AWS", "--stack, --region or --profile"
    if target.is_local:
        where, others = "on the local cloud", "--stack or --target aws"
    return StackError(
        f"there is no stack {stack} {where}",
        f"deploy it (gistline deploy, with the same options), or say where another one is: {others}",
        code="no-stack",
    )


def _snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
