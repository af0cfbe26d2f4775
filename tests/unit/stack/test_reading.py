"""Our reading of the template agrees with the one of the template's facts, which was written apart from it."""

import json
from typing import Any

import pytest

from gistline.errors import StackError
from gistline.stack.reading import Template, load
from gistline.stack.template import template_body
from infrastructure.cfn import KEY, PSEUDO, REQUIRED
from infrastructure.cfn import Template as Independent

KNOWN = {**{name: value for name, value in PSEUDO.items() if value}, **REQUIRED}


@pytest.mark.parametrize(
    "parameters",
    [{}, {"KmsKeyArn": KEY}, {"CreateBucket": "false"}, {"ReservedConcurrency": "5"}],
    ids=["defaults", "key", "existing bucket", "reservation"],
)
def test_it_reads_the_template_as_the_facts_do(parameters: dict[str, str]) -> None:
    read = Template.parse(template_body()).resources({**KNOWN, **parameters})
    expected = Independent.parse(template_body()).resources(**parameters)
    assert _as_text(read) == _as_text(expected)


def test_a_tag_with_a_mapping_is_refused() -> None:
    with pytest.raises(StackError, match="!Transform"):
        load("a: !Transform {Name: x}")


def _as_text(node: Any) -> Any:
    """Numbers of the template's defaults are text here, as CloudFormation gives them."""
    if isinstance(node, dict):
        return {key: _as_text(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_as_text(value) for value in node]
    return str(node)


def test_json_is_read_too() -> None:
    body = {"Parameters": {}, "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
    assert Template.parse(json.dumps(body)).resources({}) == body["Resources"]


def test_it_names_the_parameters() -> None:
    assert {"BucketName", "CreateBucket", "CodeKey"} <= Template.parse(template_body()).parameters
