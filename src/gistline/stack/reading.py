"""Reading a CloudFormation template as CloudFormation does, as far as that goes before anything exists.

Comes in: the text of a template, and values for its parameters. Goes out: the resources that a stack with these
values has, as plain dicts; what only exists later reads `${LogicalId.Attribute}`. Called by `permissions`, `plan`
and, for what is deployed, by `checks`. It knows the functions that our template uses: Ref, Sub, GetAtt, If, Equals, Not.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from gistline.errors import StackError

Json = dict[str, Any]
NO_VALUE = "AWS::NoValue"


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's tags, in their long form: `!Sub x` becomes `{"Fn::Sub": "x"}`."""


def _long_form(loader: _Loader, tag: str, node: yaml.Node) -> Json:
    if isinstance(node, yaml.SequenceNode):
        value: Any = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    else:
        raise StackError(f"the template has !{tag} with a mapping, which is not read here")
    return {tag if tag in {"Ref", "Condition"} else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _long_form)


def load(text: str) -> Json:
    """Read a template; JSON is YAML too.

    Raises:
        StackError: it uses a function in a form that is not read here.
    """
    body: Json = yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of the safe loader
    return body


@dataclass(frozen=True, slots=True)
class Template:
    """A template's body, with every function in the long form."""

    body: Json

    @classmethod
    def parse(cls, text: str) -> "Template":
        """Read a template; raises what `load` raises."""
        return cls(load(text))

    @property
    def parameters(self) -> frozenset[str]:
        """The names of the parameters."""
        return frozenset(self.body["Parameters"])

    def resources(self, values: Mapping[str, str]) -> Json:
        """Give the resources of a stack with these values of parameters and pseudo parameters."""
        defaults = {n: str(p["Default"]) for n, p in self.body["Parameters"].items() if "Default" in p}
        values = {**defaults, **values}
        conditions: dict[str, bool] = {}
        for name, condition in self.body.get("Conditions", {}).items():
            conditions[name] = _resolve(condition, values, conditions)
        wanted = {n: r for n, r in self.body["Resources"].items() if conditions.get(r.get("Condition"), True)}
        resolved: Json = _resolve(wanted, values, conditions)
        return resolved


def _resolve(node: Any, values: Mapping[str, str], conditions: Mapping[str, bool]) -> Any:
    if isinstance(node, list):
        items = (_resolve(item, values, conditions) for item in node)
        return [item for item in items if item is not None]
    if not isinstance(node, dict):
        return node
    if len(node) == 1:
        name, argument = next(iter(node.items()))
        if name == "Fn::If":
            return _resolve(argument[1] if conditions[argument[0]] else argument[2], values, conditions)
        if name in _FUNCTIONS:
            return _FUNCTIONS[name](_resolve(argument, values, conditions), values)
    pairs = {name: _resolve(value, values, conditions) for name, value in node.items()}
    return {name: value for name, value in pairs.items() if value is not None}


def _ref(name: str, values: Mapping[str, str]) -> str | None:
    return None if name == NO_VALUE else values.get(name, f"${{{name}}}")


def _sub(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\$\{([^}]+)\}", lambda found: str(_ref(found[1], values)), text)


_FUNCTIONS: dict[str, Callable[[Any, Mapping[str, str]], Any]] = {
    "Ref": _ref,
    "Fn::Sub": _sub,
    "Fn::GetAtt": lambda name, _: f"${{{name}}}",
    "Fn::Equals": lambda pair, _: str(pair[0]) == str(pair[1]),
    "Fn::Not": lambda terms, _: not terms[0],
}
