"""`gistline break` without a cloud: the list, the guard, the ways out."""

import json

import pytest
from click.testing import CliRunner

from gistline.checks.faults.catalogue import ALL, NAMES
from gistline.checks.faults.probe import Probe, Sighting
from gistline.commands.break_ import break_, left_behind, refuse_aws, seen, ways_out
from gistline.config import Settings
from gistline.errors import SettingsError
from gistline.site.site import Site
from gistline.stack.target import Credentials, Target
from support.fake_pipeline import OUTPUTS


def test_the_list_names_every_fault_and_its_check_without_a_cloud() -> None:
    listed = CliRunner(env={"COLUMNS": "200"}).invoke(break_, ["--list"], obj=Settings())
    assert listed.exit_code == 0
    for fault in ALL:
        assert fault.name in listed.output
        assert fault.check in listed.output


def test_the_list_as_json_has_the_paragraph_on_one_line() -> None:
    listed = CliRunner().invoke(break_, ["--list", "--json"], obj=Settings())
    faults = json.loads(listed.output)
    assert [one["fault"] for one in faults] == list(NAMES)
    assert all("\n" not in one["teaches"] for one in faults)


def test_without_a_fault_one_is_told_where_they_are_listed() -> None:
    answer = CliRunner().invoke(break_, [], obj=Settings())
    assert answer.exit_code == 2
    assert "gistline break --list" in answer.output


def test_a_fault_that_does_not_exist_is_wrong_usage_and_the_others_are_named() -> None:
    answer = CliRunner().invoke(break_, ["no-such-fault"], obj=Settings())
    assert answer.exit_code == 2
    assert "wrong-case-suffix" in answer.output


@pytest.mark.parametrize(
    ("target", "typed", "really"),
    [("aws", "aws", False), ("aws", None, True), ("aws", None, False)],
    ids=["said once", "the environment says aws", "the environment alone"],
)
def test_aws_is_not_broken_unless_that_is_said_twice(target: str, typed: str | None, *, really: bool) -> None:
    with pytest.raises(SettingsError, match="on AWS") as refused:
        refuse_aws(Settings(target=target), typed=typed, really=really)
    assert refused.value.code == "break-aws"
    assert "--target aws --really-break-aws" in refused.value.remedy


def test_aws_is_broken_when_it_was_said_twice_and_the_local_cloud_whenever_asked() -> None:
    refuse_aws(Settings(target="aws"), typed="aws", really=True)
    refuse_aws(Settings(), typed=None, really=False)
    refuse_aws(Settings(), typed="local", really=False)


def test_the_verb_itself_refuses_aws_before_it_asks_anybody() -> None:
    answer = CliRunner().invoke(break_, [NAMES[0], "--target", "aws"], obj=Settings())
    assert isinstance(answer.exception, SettingsError)


def test_the_ways_out_lead_to_the_same_stack() -> None:
    local = Site(Target("us-east-1", "http://fake", Credentials("key", "secret")), "gistline", OUTPUTS)
    aws = Site(Target("us-east-1"), "mine", OUTPUTS)
    assert ways_out(ALL[0], local)[-1].endswith(f"gistline break {ALL[0].name} --repair")
    for line in ways_out(ALL[0], aws):
        assert line.endswith(" --target aws --stack mine")


def test_after_a_repair_it_is_said_how_what_was_uploaded_meanwhile_gets_its_summary() -> None:
    left = "\n".join(left_behind(Site(Target("us-east-1"), "mine", OUTPUTS)))
    for verb in ("gistline reconcile", "gistline failures redrive --all"):
        assert f"{verb} --region us-east-1 --target aws --stack mine" in left


def test_a_sighting_as_json_says_all_that_was_seen() -> None:
    sighting = Sighting(
        Probe("key", 1, 0, 0), 5, summarised=True, invocations=2, ignored=1, errors=("one",), given_up=0
    )
    assert seen(sighting) == {
        "key": "key",
        "milliseconds": 5,
        "summarised": True,
        "invocations": 2,
        "ignored": 1,
        "errors": ["one"],
        "givenUp": 0,
    }
