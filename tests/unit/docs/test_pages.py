"""What the written pages say exists: verbs, options, files, functions, tests."""

import ast
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from gistline.checks import doctor
from gistline.cli import VERBS, gistline_command
from support.pages import DOCS, ROOT, TYPED, Command, commands

WRITTEN = sorted(DOCS.rglob("*.md"))
SOURCE = ROOT / "src/gistline"
INLINE = re.compile(r"`gistline ([a-z][^`]*)`")


def name_of(page: Path) -> str:
    return str(page.relative_to(DOCS))


def accept(line: str) -> None:
    """Let click read a command line of ours, without running it."""
    verb, *arguments = shlex.split(line, comments=True)
    with click.Context(gistline_command) as root:
        command = gistline_command.get_command(root, verb)
        assert command is not None, f"no verb {verb}"
        words = [word for word in arguments if word not in {">>", ">"} and not word.startswith("~")]
        command.make_context(verb, words, parent=root)


@pytest.mark.parametrize("page", TYPED, ids=name_of)
def test_a_page_of_commands_has_commands_and_no_prompt_outside_of_them(page: Path) -> None:
    found = list(commands(page))
    prompts = re.findall(r"^\$ ", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(found) == len(prompts)
    assert found or page.name == "existing-bucket.md"


@pytest.mark.parametrize("page", TYPED, ids=name_of)
def test_commands_for_aws_have_verbs_and_options_that_exist(page: Path) -> None:
    for command in commands(page):
        if command.aws:
            program, _, rest = command.line.partition(" ")
            assert program in {"gistline", "aws"}
            if program == "gistline":
                accept(rest)


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_commands_within_a_sentence_begin_with_a_verb_and_have_its_options(page: Path) -> None:
    for line in INLINE.findall(page.read_text(encoding="utf-8")):
        verb, *words = line.split()
        assert verb in VERBS, line
        with click.Context(gistline_command) as root:
            command = gistline_command.get_command(root, verb)
        assert command is not None
        options = {name for parameter in command.params for name in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, line


def test_every_verb_is_used_in_the_tutorial_or_a_how_to() -> None:
    texts = "\n".join(page.read_text(encoding="utf-8") for page in TYPED)
    assert {verb for verb in VERBS if f"gistline {verb}" not in texts} == set()


def test_every_page_stands_in_the_navigation() -> None:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = re.findall(r": ([\w/-]+\.md)$", text, re.MULTILINE)
    assert {name_of(page) for page in WRITTEN} <= set(listed)
    assert yaml.safe_load(text)["strict"] is True


def test_nothing_is_fetched_from_elsewhere() -> None:
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    assert site["theme"]["font"] is False
    assert "extra_javascript" not in site
    assert "extra_css" not in site
    for page in WRITTEN:
        assert "](http" not in page.read_text(encoding="utf-8")


def _defined(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".yaml":
        return set(re.findall(r"^  (\w+):$", text, re.MULTILINE))
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)}


def test_the_way_of_one_csv_names_files_and_functions_that_exist() -> None:
    text = (DOCS / "one-csv.md").read_text(encoding="utf-8")
    links = re.findall(r"\[`([^`]+)`\]\(\.\./src/gistline/([^)]+)\)", text)
    assert len(links) > 15
    for label, path in links:
        assert label == path
        assert (SOURCE / path).is_file(), path
    places = re.findall(r"((?:`\w+`, )*`\w+`) in \[`([^`]+)`\]", text)
    assert len(places) > 15
    for names, path in places:
        assert set(re.findall(r"`(\w+)`", names)) <= _defined(SOURCE / path), path


def test_what_happens_when_things_go_wrong_names_tests_that_exist() -> None:
    text = (DOCS / "when-things-go-wrong.md").read_text(encoding="utf-8")
    named = re.findall(r"((?:`test_\w+`,\s)*`test_\w+`) in `([\w/]+\.py)`", text)
    for names, path in named:
        assert set(re.findall(r"`(\w+)`", names)) <= _defined(ROOT / "tests" / path), path
    assert sum(names.count("test_") for names, _ in named) == text.count("`test_") > 50
    rows = [line for line in text.partition("## All at once")[0].splitlines() if line.startswith("| ")]
    assert all("`test_" in row or "shown by" in row for row in rows)


def test_what_only_aws_can_show_lists_the_tests_for_a_real_account() -> None:
    named = set(re.findall(r"`(test_\w+)`", (DOCS / "real-aws.md").read_text(encoding="utf-8")))
    written = {
        name
        for path in (ROOT / "tests/aws").glob("test_*.py")
        for name in _defined(path)
        if name.startswith("test_")
    }
    assert named == written


def test_pages_name_no_check_that_is_not_the_doctors() -> None:
    shown = re.findall(
        r"^([a-z-]+) +(?:ok|warn|fail|skip) ", "\n".join(p.read_text("utf-8") for p in TYPED), re.MULTILINE
    )
    assert shown
    assert set(shown) <= {check.id for check in doctor.ALL}


def test_a_line_that_was_not_printed_is_missed_and_figures_may_differ() -> None:
    command = Command("x", 0, aws=False, shown=("up in 1.0 s", "...", "key … of 12"))
    assert command.missing("up in 2.5 s\nnoise\nkey abc of 7\n") is None
    assert command.missing("down in 2.5 s\nkey abc of 7\n") == "up in 1.0 s"
    assert command.missing("noise\nup in 2.5 s\nkey abc of 7\n") == "up in 1.0 s"
    assert command.missing("up in 2.5 s\nkey abc\n") == "key … of 12"


def test_lines_that_a_page_keeps_to_itself_are_noticed() -> None:
    command = Command("x", 0, aws=False, shown=("one",))
    assert command.missing(f"one{os.linesep}") is None
    assert command.missing("one\ntwo\n") is not None


def test_the_site_builds_strictly_and_a_reader_of_it_fetches_nothing(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "mkdocs", "--quiet", "build", "--strict", "--site-dir", str(tmp_path)]
    environ = {"NO_MKDOCS_2_WARNING": "1", "PATH": os.defpath}
    done = subprocess.run(arguments, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pages = {
        page.relative_to(tmp_path).as_posix(): page.read_text("utf-8") for page in tmp_path.rglob("*.html")
    }
    assert {"reference/checks.html", "source/pipeline/keys.py.html"} <= set(pages)
    for name, text in pages.items():
        assert not re.findall(r"<(?:script|img|iframe|link)[^>]+(?:src|href)=\"?(?:https?:)?//", text), name
        assert "mermaid" not in text.partition("<body")[2].partition("<script")[0], (
            name
        )  # its program lies elsewhere
