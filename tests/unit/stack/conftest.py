"""What the tests of the stack share: a small tree of sources, a pip that needs no network, a finished package."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gistline.stack.package import Package

# A pip that notes its arguments and "installs" one module with all the needless things around it.
PIP = """
import pathlib, sys
arguments = sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(" ".join(arguments) + "\\n")
target = pathlib.Path(arguments[arguments.index("--target") + 1])
for name in {names!r}:
    (target / name).parent.mkdir(parents=True, exist_ok=True)
    (target / name).write_text(name)
"""
INSTALLED = (
    "wheel/__init__.py",
    "wheel/__init__.pyi",
    "wheel/py.typed",
    "wheel/__pycache__/__init__.cpython-313.pyc",
    "wheel/tests/test_it.py",
    "wheel/native.abi3.so",
    "wheel-1.dist-info/METADATA",
    "wheel-1.dist-info/RECORD",
    "wheel-1.dist-info/INSTALLER",
    "wheel-1.dist-info/licenses/LICENSE",
    "bin/wheel",
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Make a tree like `src/gistline`, with things in it that must not ship."""
    root = tmp_path / "gistline"
    for name in (
        *("__init__.py", "config.py", "errors.py", "cli.py", "py.typed"),
        *("functions/__init__.py", "functions/summarizer.py", "functions/__pycache__/summarizer.pyc"),
        *("pipeline/process.py", "pipeline/.process.py.swp", "profile/reference/mean.py"),
        *("profile/schema/summary-1.json", "profile/README.md"),
        *("stack/apply.py", "stack/requirements-lambda.txt", "commands/deploy.py", "localcloud/gate.py"),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return root


@pytest.fixture
def pip_log(tmp_path: Path) -> Callable[[], list[str]]:
    """Give the arguments of each run of the fake pip so far."""
    log = tmp_path / "pip.log"
    return lambda: log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def pip(tmp_path: Path) -> list[str]:
    """Make a pip that needs no network."""
    script = tmp_path / "pip.py"
    script.write_text(PIP.format(log=str(tmp_path / "pip.log"), names=INSTALLED))
    return [sys.executable, str(script)]


@pytest.fixture
def package(tmp_path: Path) -> Package:
    """Make a package that is no zip at all; nothing on the way to the account looks inside."""
    path = tmp_path / "package.zip"
    path.write_bytes(b"code")
    return Package(path, "5694d08a2e53ffcae0c3103e5ad6f6076abd960eb1f8a56577040bc1028f702b", 4, "arm64")
