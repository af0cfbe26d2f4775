"""The tutorial and the how-tos, typed as a reader types them, each page in a folder of its own.

A page that stops its local cloud has one to itself; the others share one, and leave its stack as they found it.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.pages import DOCS, TYPED, Command, commands

HERE = [page for page in TYPED if any(not command.aws for command in commands(page))]
UP, DOWN = "gistline up", "gistline down"


def _environ(home: Path) -> dict[str, str]:
    """Nothing of the tester's own environment."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.defpath])
    ours = {"GISTLINE_PORT": "0", "GISTLINE_RETRY_SECONDS": "0.05"}
    return {"PATH": path, "HOME": str(home), "COLUMNS": "100", "LC_ALL": "C.UTF-8", **ours}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The directory of a local cloud that the first page starts."""
    folder = tmp_path_factory.mktemp("shared")
    yield folder / "home"
    _type(Command(DOWN, 0, aws=False, shown=("...",)), folder, _environ(folder) | _at(folder / "home"))


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[dict[str, str]]:
    environ = _environ(tmp_path)
    yield environ
    _type(Command(DOWN, 0, aws=False, shown=("...",)), tmp_path, environ)


def _at(home: Path) -> dict[str, str]:
    return {"GISTLINE_HOME": str(home)}


@pytest.mark.parametrize("page", HERE, ids=lambda page: str(page.relative_to(DOCS)))
def test_each_command_of_a_page_prints_what_the_page_says(
    page: Path, tmp_path: Path, alone: dict[str, str], shared: Path
) -> None:
    typed = [command for command in commands(page) if not command.aws]
    lines = {command.line for command in typed}
    environ = alone | _at(shared) if UP in lines and DOWN not in lines else alone
    for command in typed:
        _type(command, tmp_path, environ)


def _type(command: Command, directory: Path, environ: dict[str, str]) -> None:
    done = subprocess.run(
        ["/bin/bash", "-c", command.line],
        cwd=directory,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        timeout=600,  # for what hangs
    )
    assert done.returncode == command.exit_code, f"$ {command.line}\n{done.stdout}"
    assert command.missing(done.stdout) is None, f"$ {command.line}\n{done.stdout}"
