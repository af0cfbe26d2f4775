"""A deployed template, with its references worked out.

Comes in: a template, the stack's parameters and resources. Goes out: the properties of one resource, as plain
values. Called by `deployed`. It knows the functions that our template uses, and says so when it meets another.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gistline.errors import StackError

JsonObject = Mapping[str, Any]

# The attribute Arn of a resource, from its physical id; those of the types that our template refers to.
ARNS = {
    "AWS::Events::Rule": "arn:{partition}:events:{region}:{account}:rule/{name}",
    "AWS::IAM::Role": "arn:{partition}:iam::{account}:role/{name}",
    "AWS::Lambda::Function": "arn:{partition}:lambda:{region}:{account}:function:{name}",
    "AWS::Logs::LogGroup": "arn:{partition}:logs:{region}:{account}:log-group:{name}:*",
    "AWS::S3::Bucket": "arn:{partition}:s3:::{name}",
    "AWS::SQS::Queue": "arn:{partition}:sqs:{region}:{account}:{name}",
}
_NOTHING = object()  # AWS::NoValue: whatever has this value is left out


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a stack: its type, and the name or id that it was given."""

    type: str
    physical_id: str


@dataclass(frozen=True, slots=True)
class Resolver:
    """Works references out; `parameters` holds the pseudo parameters (AWS::Region and so on) too."""

    template: JsonObject
    parameters: Mapping[str, str]
    resources: Mapping[str, Resource]

    def properties(self, logical_id: str) -> dict[str, Any]:
        """Give a resource's properties as this stack has them.

        Raises:
            StackError: the template has no such resource, or uses a function that is not known here.
        """
        if logical_id not in self.template["Resources"]:
            raise StackError(f"the stack's template has no resource {logical_id}")
        properties: dict[str, Any] = self.value(self.template["Resources"][logical_id]["Properties"])
        return properties

    def value(self, raw: Any) -> Any:
        """Work out one value, however deep its functions lie."""
        if isinstance(raw, list):
            return [value for value in map(self.value, raw) if value is not _NOTHING]
        if not isinstance(raw, Mapping):
            return raw
        if len(raw) == 1:
            ((name, argument),) = raw.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._call(name, argument)
        worked_out = {key: self.value(value) for key, value in raw.items()}
        return {key: value for key, value in worked_out.items() if value is not _NOTHING}

    def _call(self, name: str, argument: Any) -> Any:
        match name:
            case "Ref":
                return self._ref(argument)
            case "Fn::Sub" if isinstance(argument, str):
                return re.sub(r"\$\{([^!}]+)\}", lambda match: str(self._name(match[1])), argument)
            case "Fn::GetAtt":
                return self._name(argument if isinstance(argument, str) else ".".join(argument))
            case "Fn::If":
                return self.value(argument[1 if self._holds(argument[0]) else 2])
        raise StackError(f"the stack's template uses {name}, which is not read here")

    def _holds(self, condition: Any) -> bool:
        if isinstance(condition, str):
            return self._holds(self.template["Conditions"][condition])
        ((name, argument),) = condition.items()
        match name:
            case "Condition":
                return self._holds(argument)
            case "Fn::Equals":
                one, other = map(self.value, argument)
                return str(one) == str(other)
            case "Fn::Not":
                return not self._holds(argument[0])
            case "Fn::And":
                return all(map(self._holds, argument))
            case "Fn::Or":
                return any(map(self._holds, argument))
        raise StackError(f"the stack's template uses {name}, which is not read here")

    def _name(self, name: str) -> Any:
        logical_id, dot, attribute = name.partition(".")
        if not dot:
            return self._ref(name)
        resource = self.resources.get(logical_id)
        if resource is None or attribute != "Arn" or resource.type not in ARNS:
            raise StackError(f"the stack's template uses {name}, which is not read here")
        return ARNS[resource.type].format(
            partition=self.parameters["AWS::Partition"],
            region=self.parameters["AWS::Region"],
            account=self.parameters["AWS::AccountId"],
            name=resource.physical_id.rpartition("/")[2]  # a queue's is its URL
            if resource.type == "AWS::SQS::Queue"
            else resource.physical_id,
        )

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NOTHING
        if name in self.parameters:
            return self.parameters[name]
        if name in self.resources:
            return self.resources[name].physical_id
        raise StackError(f"the stack's template refers to {name}, which the stack does not have")
