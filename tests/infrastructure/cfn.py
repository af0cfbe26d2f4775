"""Reading a CloudFormation template without CloudFormation.

Comes in: the text of a template, and values for its parameters. Goes out: its resources with conditions,
parameters and substitutions worked out, as plain dicts. Called by the tests of the template's facts.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

Json = dict[str, Any]

PSEUDO = {
    "AWS::AccountId": "111122223333",
    "AWS::NoValue": None,
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::StackName": "gist",
}
REQUIRED = {"BucketName": "bucket", "CodeBucket": "code", "CodeKey": "zip"}
SWEPT = {"SweepSchedule": "rate(1 day)"}  # parameters of a stack with a sweeper
KEY = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's tags, in their long form: `!Sub x` becomes `{"Fn::Sub": "x"}`."""


def _long_form(loader: _Loader, suffix: str, node: yaml.Node) -> Json:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        raise TypeError(f"!{suffix} with a mapping is not read here")
    return {"Ref": value} if suffix == "Ref" else {f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _long_form)


@dataclass(frozen=True, slots=True)
class Template:
    """A template: its text, and its body with every function in the long form."""

    text: str
    body: Json

    @classmethod
    def parse(cls, text: str) -> "Template":
        """Read a template."""
        return cls(text, yaml.load(text, Loader=_Loader))  # noqa: S506 - a subclass of the safe loader

    def resources(self, **parameters: Any) -> Json:
        """Give the resources as a stack with these parameters has them; a reference to one reads `${Id.Arn}`."""
        return self._worked_out("Resources", parameters)

    def outputs(self, **parameters: Any) -> dict[str, str]:
        """Give the outputs of a stack with these parameters."""
        return {name: output["Value"] for name, output in self._worked_out("Outputs", parameters).items()}

    def of_type(self, kind: str, **parameters: Any) -> dict[str, Json]:
        """Give the properties of every resource of one type, by logical id."""
        found = {name: r for name, r in self.resources(**parameters).items() if r["Type"] == kind}
        return {name: resource["Properties"] for name, resource in found.items()}

    def properties(self, logical_id: str, **parameters: Any) -> Json:
        """Give the properties of one resource."""
        properties: Json = self.resources(**parameters)[logical_id]["Properties"]
        return properties

    def references(self) -> dict[str, set[str]]:
        """Give, for each resource, all names to which it refers, by whatever function."""
        return {
            name: set(_named(resource))
            | set(_listed(resource.get("DependsOn", [])))
            | set(_listed(resource.get("Condition", [])))
            for name, resource in self.body["Resources"].items()
        }

    def _worked_out(self, section: str, parameters: Mapping[str, Any]) -> Json:
        defaults = {name: p["Default"] for name, p in self.body["Parameters"].items() if "Default" in p}
        values = {**PSEUDO, **defaults, **REQUIRED, **parameters}
        conditions: dict[str, bool] = {}
        for name, condition in self.body.get("Conditions", {}).items():
            conditions[name] = _resolve(condition, values, conditions)
        wanted = {n: e for n, e in self.body[section].items() if conditions.get(e.get("Condition"), True)}
        resolved: Json = _resolve(wanted, values, conditions)
        return resolved


def _resolve(node: Any, values: Mapping[str, Any], conditions: Mapping[str, bool]) -> Any:
    if isinstance(node, list):
        items = [_resolve(item, values, conditions) for item in node]
        return [item for item in items if item is not None]
    if not isinstance(node, dict):
        return node
    if len(node) == 1:
        name, argument = next(iter(node.items()))
        if name == "Fn::If":
            chosen = argument[1] if conditions[argument[0]] else argument[2]
            return _resolve(chosen, values, conditions)
        if name in FUNCTIONS:
            return FUNCTIONS[name](_resolve(argument, values, conditions), values)
    pairs = {name: _resolve(value, values, conditions) for name, value in node.items()}
    return {name: value for name, value in pairs.items() if value is not None}


def _ref(name: str, values: Mapping[str, Any]) -> Any:
    return values.get(name, f"${{{name}}}")


def _sub(text: str, values: Mapping[str, Any]) -> str:
    return re.sub(r"\$\{([^}]+)\}", lambda found: str(_ref(found[1], values)), text)


FUNCTIONS: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "Ref": _ref,
    "Fn::Sub": _sub,
    "Fn::GetAtt": lambda name, _: f"${{{name}}}",
    "Fn::Equals": lambda pair, _: str(pair[0]) == str(pair[1]),
    "Fn::Not": lambda terms, _: not terms[0],
}


def _named(node: Any) -> Iterator[str]:
    """Give every name that a function in `node` mentions, without attribute."""
    if isinstance(node, list):
        for item in node:
            yield from _named(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in {"Ref", "Fn::GetAtt"}:
                yield value.split(".")[0]
            elif key == "Fn::Sub":
                yield from (name.split(".")[0] for name in re.findall(r"\$\{([^}]+)\}", value))
            elif key == "Fn::If":
                yield value[0]
            yield from _named(value)


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def statements(policy: Json) -> list[Json]:
    """Give a policy's statements, with `Action`, `NotAction`, `Resource` and `NotResource` always as lists."""
    words = ("Action", "NotAction", "Resource", "NotResource")
    return [
        {word: _listed(value) if word in words else value for word, value in statement.items()}
        for statement in policy["Statement"]
    ]


def matches(value: str, patterns: list[str]) -> bool:
    """Say whether one of IAM's patterns (`*` any characters, `?` one) covers the whole of `value`."""
    expressions = (re.escape(p).replace(r"\*", ".*").replace(r"\?", ".") for p in patterns)
    return any(re.fullmatch(expression, value, re.DOTALL) for expression in expressions)


def applies(statement: Json, action: str, resource: str) -> bool:
    """Say whether a statement is about this action on this resource; conditions are not looked at."""
    about_action = (
        matches(action, statement["Action"])
        if "Action" in statement
        else not matches(action, statement["NotAction"])
    )
    about_resource = (
        matches(resource, statement["Resource"])
        if "Resource" in statement
        else not matches(resource, statement["NotResource"])
    )
    return about_action and about_resource


def as_text(node: Any) -> str:
    """Give a piece of a template as one line, for looking for words in it."""
    return json.dumps(node, sort_keys=True)
