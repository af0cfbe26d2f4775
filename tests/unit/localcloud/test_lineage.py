"""How often a chain has come through a function, read from a trace header and written into the next one."""

import asyncio
import contextvars
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.localcloud.lineage import Trace, trace_header, with_lineage

ONE, OTHER = (f"arn:aws:lambda:us-east-1:000000000000:function:{name}" for name in ("one", "other"))
FORM = re.compile(
    r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;"
    r"Lineage=\d+:[0-9a-f]{8}:\d+(\|[0-9a-f]{8}:\d+)*"
)


def seen(*headers: tuple[bytes, bytes]) -> str:
    """Serve one request; give what its context holds."""
    found: list[str] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        found.append(contextvars.copy_context()[trace_header])

    asyncio.run(with_lineage(application)({"type": "http", "headers": headers}, None, None))  # type: ignore[arg-type]
    return found[0]


def test_what_a_request_sets_off_knows_its_trace_header() -> None:
    assert seen((b"host", b"h"), (b"x-amzn-trace-id", b"Lineage=1:a87bd80c:0")) == "Lineage=1:a87bd80c:0"


def test_percent_signs_of_an_sdk_are_undone() -> None:
    assert seen((b"x-amzn-trace-id", b"Lineage=2:a87bd80c:0%7C68fd508a:0")).endswith("a87bd80c:0|68fd508a:0")


def test_a_request_without_a_trace_header_begins_a_chain() -> None:
    assert seen() == ""
    assert Trace.parse("").runs(ONE) == 0


def test_each_round_counts_for_its_function_alone() -> None:
    trace = Trace.parse("").through(ONE).through(OTHER).through(ONE)
    assert (trace.runs(ONE), trace.runs(OTHER), trace.invocations) == (2, 1, 3)


@given(st.lists(st.sampled_from([ONE, OTHER]), min_size=1))
def test_what_is_written_is_read_again(chain: list[str]) -> None:
    trace = Trace.parse("")
    for function in chain:
        trace = Trace.parse(str(trace)).through(function)
    assert FORM.fullmatch(str(trace))
    assert [trace.runs(ONE), trace.runs(OTHER)] == [chain.count(ONE), chain.count(OTHER)]


def test_a_chain_keeps_its_root_and_each_invocation_is_another_parent() -> None:
    trace = Trace.parse("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8").through(ONE)
    one, other = str(trace), str(trace)
    assert one.startswith("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=")
    assert one != other


@pytest.mark.parametrize("lineage", ["Lineage=25:a87bd80c:0|68fd508a:5", "lineage=a87bd80c:0,68fd508a:5"])
def test_both_ways_of_writing_a_lineage_are_read(lineage: str) -> None:
    assert Trace.parse(f"Sampled=0; {lineage}").rounds == {"a87bd80c": 0, "68fd508a": 5}


@given(st.text())
def test_a_header_that_makes_no_sense_is_a_chain_that_begins(header: str) -> None:
    assert FORM.fullmatch(str(Trace.parse("Sampled=" + header.replace(";", "")).through(ONE)))
