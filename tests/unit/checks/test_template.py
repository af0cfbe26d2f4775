from typing import Any

import pytest

from gistline.checks.template import Resolver, Resource
from gistline.errors import StackError
from gistline.stack.reading import load

TEMPLATE = """
Conditions:
  Holds: !Equals [!Ref Switch, "on"]
  Fails: !Not [!Condition Holds]
  Both: !And [!Condition Holds, !Condition Fails]
  Either: !Or [!Condition Holds, !Condition Fails]
Resources:
  Thing:
    Properties:
      Value: VALUE
"""
PARAMETERS = {"Switch": "on", "AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "1"}
RESOURCES = {
    "Role": Resource("AWS::IAM::Role", "role-1"),
    "Queue": Resource("AWS::SQS::Queue", "https://sqs/1/queue-1"),
    "Group": Resource("AWS::Logs::LogGroup", "/aws/lambda/f"),
    "Odd": Resource("AWS::Odd::Thing", "odd"),
}


def value(written: str) -> Any:
    resolver = Resolver(load(TEMPLATE.replace("VALUE", written)), PARAMETERS, RESOURCES)
    return resolver.properties("Thing").get("Value", "left out")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("plain", "plain"),
        ("7", 7),
        ("!Ref Switch", "on"),
        ("!Ref Role", "role-1"),
        ("!Ref AWS::NoValue", "left out"),
        ("[1, !Ref AWS::NoValue]", [1]),
        ("!GetAtt Role.Arn", "arn:aws:iam::1:role/role-1"),
        ("!GetAtt Queue.Arn", "arn:aws:sqs:eu-west-1:1:queue-1"),
        ("!GetAtt Group.Arn", "arn:aws:logs:eu-west-1:1:log-group:/aws/lambda/f:*"),
        ('{"Fn::GetAtt": [Role, Arn]}', "arn:aws:iam::1:role/role-1"),
        (
            '!Sub "${AWS::Region}-${Switch}-${Role}-${Role.Arn}"',
            "eu-west-1-on-role-1-arn:aws:iam::1:role/role-1",
        ),
        ("!If [Holds, 1, 2]", 1),
        ("!If [Fails, 1, 2]", 2),
        ("!If [Both, 1, 2]", 2),
        ("!If [Either, 1, !Ref Missing]", 1),
        ("{a: !If [Fails, 1, !Ref AWS::NoValue], b: [{c: !Ref Switch}]}", {"b": [{"c": "on"}]}),
    ],
)
def test_value(written: str, expected: Any) -> None:
    assert value(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "!Ref Missing",
        "!GetAtt Odd.Arn",
        "!GetAtt Role.Name",
        "!GetAtt Missing.Arn",
        "!Select [0, [1]]",
        "!Sub [x, {}]",
    ],
)
def test_what_is_not_known_is_said_and_not_guessed(written: str) -> None:
    with pytest.raises(StackError):
        value(written)


def test_a_condition_that_is_not_known_is_said() -> None:
    template: dict[str, Any] = {"Conditions": {"Odd": {"Fn::Odd": []}}, "Resources": {}}
    with pytest.raises(StackError, match="Fn::Odd"):
        Resolver(template, {}, {}).value({"Fn::If": ["Odd", 1, 2]})


def test_a_resource_that_the_template_does_not_have_is_said() -> None:
    with pytest.raises(StackError, match="Absent"):
        Resolver({"Resources": {}}, {}, {}).properties("Absent")
