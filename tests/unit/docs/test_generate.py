"""The reference pages name everything that the code has, and nothing else."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import error_codes
import generate
import pytest

from gistline.checks import doctor
from gistline.cli import VERBS
from gistline.config import Settings
from gistline.errors import GistlineError
from gistline.profile.summary import schema
from support.pages import ROOT


def below(error: type[GistlineError]) -> Iterator[type[GistlineError]]:
    for child in error.__subclasses__():
        yield child
        yield from below(child)


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_is_there_with_its_help_and_its_example(verb: str) -> None:
    section = re.split(r"^## ", generate.commands(), flags=re.MULTILINE)[1 + list(VERBS).index(verb)]
    assert section.startswith(f"{verb}\n\n{VERBS[verb]}\n")
    assert f"Usage: gistline {verb} " in section
    assert f"Example: gistline {verb}" in section


def test_each_check_is_there_in_the_doctors_order() -> None:
    headings = re.findall(r"^## (.+)$", generate.checks(), re.MULTILINE)
    assert headings == [*(check.id for check in doctor.ALL), "The faults of the lab"]


def test_each_setting_is_there_with_type_default_and_variable() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+?) \| (.+?) \|", generate.settings(), re.MULTILINE)
    assert [row[0] for row in rows] == list(Settings._fields)
    assert ("port", "int", "`4566`", "`GISTLINE_PORT`") in rows
    assert ("home", "path", "`.gistline`", "`GISTLINE_HOME`") in rows
    assert ("region", "str", "none", "`AWS_REGION`, `AWS_DEFAULT_REGION`") in rows


def test_what_config_says_of_a_setting_is_said_there_too() -> None:
    assert "| as S3 compares it: case-sensitive |" in generate.settings()
    assert "|  |" not in generate.settings()


def test_settings_stand_in_the_groups_of_config() -> None:
    groups = re.findall(r"^## For (.+)$", generate.settings(), re.MULTILINE)
    assert groups == ["the pipeline", "AWS", "the command line", "the local cloud"]


def _names(node: Any) -> Iterator[str]:
    """Every property's name, wherever it stands in the schema; not those of `if` and `then`."""
    if isinstance(node, dict):
        yield from node.get("properties", {})
        for name, child in node.items():
            if name != "allOf":
                yield from _names(child)
    elif isinstance(node, list):
        for child in node:
            yield from _names(child)


def test_each_field_of_the_schema_is_there() -> None:
    paths = re.findall(r"^\| `([^`]+)` \|", generate.summary(), re.MULTILINE)
    assert len(paths) == len(set(paths))
    last = {re.sub(r"^.*\.(?=[^.\d])", "", path.replace("quantiles.", "quantiles/")) for path in paths}
    wanted = {name for name in _names(schema()) if not name.startswith("0.")}
    assert wanted <= last
    assert {"columns[].distinct.upper", "columns[].quantiles.0.5", "table.errors.examples[].line"} <= set(
        paths
    )


def test_each_error_of_the_tree_has_its_code_there() -> None:
    from gistline.aws import obstores  # noqa: F401, PLC0415 - it grows the tree

    found = error_codes.codes()
    assert {error.code for error in below(GistlineError) if error.__module__.startswith("gistline")} <= set(
        found
    )
    assert "error" not in found


def test_codes_that_are_given_where_an_error_is_raised_are_there_with_the_place() -> None:
    meaning, where = error_codes.codes()["key-too-long"]
    assert "S3's" in meaning
    assert where == "`pipeline/keys.py`"
    assert error_codes.codes()["operating-system"][0].startswith("what to do: ")


def test_pages_are_the_same_whoever_makes_them() -> None:
    """No path, no number of processors, no width of a terminal of this machine."""
    script = (
        "import generate, json; print(json.dumps({name: write() for name, write in generate.PAGES.items()}))"
    )
    path = {"PYTHONPATH": str(ROOT / "docs")}
    environs = (path | {"COLUMNS": "40", "GISTLINE_PORT": "1", "PATH": ""}, path | {"COLUMNS": "150"})
    one, other = (
        subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, check=True).stdout
        for environ in environs
    )
    assert one == other
    pages = json.loads(one)
    assert set(pages) == set(generate.PAGES)
    assert not any(str(ROOT) in text for text in pages.values())
