from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from gistline.checks.asking import acquainted, command, found, verb
from gistline.stack.target import Credentials
from support.fake_aws import refused, site_where


def test_a_client_is_made_once() -> None:
    target = acquainted(site_where()).target
    assert target.client("s3") is target.client("s3")
    services: list[Any] = [target.client("s3"), target.client("iam")]
    assert services[0] is not services[1]


def test_what_is_not_there_is_none() -> None:
    def gone() -> str:
        raise refused("NoSuchThing")

    assert found(gone, "NoSuchThing") is None
    assert found(lambda: "here", "NoSuchThing") == "here"
    with pytest.raises(ClientError):
        found(gone, "AnotherThing")


def test_a_command_says_where_and_survives_a_shell() -> None:
    site = site_where()
    assert command(site, "s3", "ls", "a b") == "aws s3 ls 'a b' --region eu-central-1"
    elsewhere = replace(site, target=replace(site.target, endpoint="http://127.0.0.1:1", profile="work"))
    assert command(elsewhere, "s3", "ls").endswith("--endpoint-url http://127.0.0.1:1 --profile work")


def test_a_verb_names_the_stack_unless_it_is_where_everybody_looks_first() -> None:
    site = site_where()
    assert verb(site, "failures list") == (
        "gistline failures list --region eu-central-1 --target aws --stack gist"
    )
    target = replace(site.target, endpoint="http://127.0.0.1:1", credentials=Credentials("key", "secret"))
    assert verb(replace(site, target=target, stack="gistline"), "reconcile") == "gistline reconcile"
    profiled = replace(site, target=replace(site.target, profile="work"))
    assert "--profile work" in verb(profiled, "reconcile")
