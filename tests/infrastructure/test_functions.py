"""The functions: what they run, where they log, and that they carry no secrets."""

import re
from typing import Any

import pytest

from gistline.config import Settings
from infrastructure.cfn import SWEPT, Json, Template
from infrastructure.test_roles import FUNCTIONS

LAYOUT = {"GISTLINE_INPUT_PREFIX", "GISTLINE_SUFFIX", "GISTLINE_OUTPUT_PREFIX"}
ENVIRONMENT = {
    "Summarizer": {*LAYOUT, "GISTLINE_ON_SOURCE_DELETE"},
    "Recorder": {*LAYOUT, "GISTLINE_ON_SOURCE_DELETE"},
    "Producer": {"GISTLINE_BUCKET", "GISTLINE_INPUT_PREFIX", "GISTLINE_SUFFIX"},
    "Sweeper": {*LAYOUT, "GISTLINE_BUCKET", "GISTLINE_ON_SOURCE_DELETE", "GISTLINE_SUMMARIZER"},
}
# What only some functions need to know.
SAID: dict[str, Any] = {
    "Summarizer": {"on_source_delete": "tombstone"},
    "Recorder": {"on_source_delete": "tombstone"},
    "Producer": {"bucket": "bucket"},
    "Sweeper": {"bucket": "bucket", "summarizer": "${Summarizer}", "on_source_delete": "tombstone"},
}
SECRET = re.compile(r"secret|password|token|access_?key|credential|AKIA|ASIA", re.IGNORECASE)


def properties_of(template: Template, logical_id: str, **parameters: str | int) -> Json:
    """Give the properties of one resource, in a stack that has all functions."""
    return template.properties(logical_id, **SWEPT, **parameters)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_name_and_handler(template: Template, function: str) -> None:
    properties = properties_of(template, function)
    assert properties["FunctionName"] == f"gist-{function.lower()}"
    assert properties["Handler"] == f"gistline.functions.{function.lower()}.handler"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_code_runtime_and_processor_come_from_the_parameters(template: Template, function: str) -> None:
    properties = properties_of(template, function, Runtime="python3.14", Architecture="x86_64")
    assert properties["Code"] == {"S3Bucket": "code", "S3Key": "zip"}
    assert properties["Runtime"] == "python3.14"
    assert properties["Architectures"] == ["x86_64"]


def test_size_of_the_summarizer_comes_from_the_parameters(template: Template) -> None:
    properties = template.properties("Summarizer", SummarizerMemory=512, SummarizerTimeout=60)
    assert (properties["MemorySize"], properties["Timeout"]) == (512, 60)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_writes_text_lines_to_its_own_log_group(template: Template, function: str) -> None:
    assert properties_of(template, function)["LoggingConfig"] == {
        "LogFormat": "Text",
        "LogGroup": f"${{{function}LogGroup}}",
    }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_log_group_has_lambdas_name_and_a_retention(template: Template, function: str) -> None:
    name = properties_of(template, function)["FunctionName"]
    assert properties_of(template, f"{function}LogGroup", LogRetentionDays=7) == {
        "LogGroupName": f"/aws/lambda/{name}",
        "RetentionInDays": 7,
    }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_environment_says_what_the_settings_say(template: Template, function: str) -> None:
    variables = properties_of(template, function)["Environment"]["Variables"]
    assert set(variables) == ENVIRONMENT[function]
    assert Settings.from_environ(variables) == Settings(**SAID.get(function, {}))


@pytest.mark.parametrize("word", ["tombstone", "delete", "keep"])
@pytest.mark.parametrize("function", ["Summarizer", "Recorder", "Sweeper"])
def test_what_becomes_of_summaries_comes_from_the_parameter(
    template: Template, function: str, word: str
) -> None:
    variables = properties_of(template, function, OnSourceDelete=word)["Environment"]["Variables"]
    assert Settings.from_environ(variables).on_source_delete == word


@pytest.mark.parametrize("function", FUNCTIONS)
def test_there_are_no_credentials_in_the_environment(template: Template, function: str) -> None:
    variables = properties_of(template, function)["Environment"]["Variables"]
    assert not [name for name, value in variables.items() if SECRET.search(f"{name}={value}")]
    assert not [name for name in variables if name.startswith("AWS_")]
