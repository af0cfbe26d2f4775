"""The trace header is handed on as AWS's own SDK does it, and its lineage is found."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.aws.lineage import NO_TRACE, Trace

START = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0"
AS_BOTOCORE_DOES = """
import json
from botocore.handlers import add_recursion_detection_header
request = {"headers": {}}
add_recursion_detection_header(request)
print(json.dumps(request["headers"]))
"""


def trace(value: str) -> Trace:
    return Trace.from_environ({"AWS_LAMBDA_FUNCTION_NAME": "f", "_X_AMZN_TRACE_ID": value})


@pytest.mark.parametrize(
    "environ",
    [
        {"AWS_LAMBDA_FUNCTION_NAME": "f", "_X_AMZN_TRACE_ID": f"{START};Lineage=1:a87bd80c:0"},
        {"AWS_LAMBDA_FUNCTION_NAME": "f", "_X_AMZN_TRACE_ID": "Lineage=25:a87bd80c:0|68fd508a:5"},
        {"AWS_LAMBDA_FUNCTION_NAME": "f", "_X_AMZN_TRACE_ID": 'any "thing"\n else: é%'},
        {"AWS_LAMBDA_FUNCTION_NAME": "f", "_X_AMZN_TRACE_ID": ""},
        {"AWS_LAMBDA_FUNCTION_NAME": "f"},
        {"AWS_LAMBDA_FUNCTION_NAME": "", "_X_AMZN_TRACE_ID": START},
        {"_X_AMZN_TRACE_ID": START},
        {},
    ],
)
def test_the_header_is_the_one_that_botocore_sends(environ: dict[str, str]) -> None:
    """botocore: handlers.py, add_recursion_detection_header."""
    command = [sys.executable, "-X", "utf8", "-c", AS_BOTOCORE_DOES]
    botocore = subprocess.run(command, env=environ, capture_output=True, check=True)
    assert Trace.from_environ(environ).headers == json.loads(botocore.stdout)


@pytest.mark.parametrize(
    ("value", "lineage"),
    [
        (f"{START};Lineage=1:a87bd80c:0", "1:a87bd80c:0"),
        (f"Lineage=1:a87bd80c:0;{START}", "1:a87bd80c:0"),
        (f"{START};lineage=a87bd80c:0,68fd508a:5", "a87bd80c:0,68fd508a:5"),
        ("Lineage=25:a87bd80c:0|68fd508a:5", "25:a87bd80c:0%7C68fd508a:5"),
        (START, ""),
        ("Lineage", ""),
        (";;=;", ""),
    ],
)
def test_the_lineage_is_found_wherever_it_stands(value: str, lineage: str) -> None:
    assert trace(value).lineage == lineage


@given(st.text())
def test_whatever_stands_there_can_be_sent(value: str) -> None:
    """Also half a surrogate pair, which is what Python makes of bytes in the environment that are no UTF-8."""
    for sent in trace(value).headers.values():
        assert sent.isascii()
        assert sent.isprintable()
    assert isinstance(trace(value).lineage, str)


def test_outside_lambda_nothing_is_sent() -> None:
    assert Trace.from_environ({}) == NO_TRACE
    assert NO_TRACE.headers == {}
