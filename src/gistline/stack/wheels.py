"""The third-party part of the Lambda package, fetched by pip and checked against its hashes.

Comes in: a platform and `requirements-lambda.txt`. Goes out: the files that the functions need, as bytes by
name. Called by `package`.
"""

import platform as machine
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from gistline.errors import PackageError

PIP = (sys.executable, "-m", "pip")
PIP_SECONDS = 300
# Lambda's Python since 3.12 runs on Amazon Linux 2023, which has glibc 2.34: any wheel built for that or older.
LAMBDA_PYTHON = "3.13"
GLIBC_MINORS = range(17, 35)
# What pip says, and what to do about it; the first that fits.
REMEDIES = (
    ("No module named pip", "give this Python its pip: python -m ensurepip"),
    ("DO NOT MATCH THE HASHES", "somebody changed a published file: do not use it, and tell us"),
    (
        "No matching distribution",
        "pip found no such wheel: check the network, and the index that pip is set to",
    ),
)


class Platform(StrEnum):
    """For which machine a package is built."""

    LOCAL = "local"  # this one, with this interpreter
    X86_64 = "x86_64"  # Lambda on Intel and AMD
    ARM64 = "arm64"  # Lambda on Graviton

    @property
    def architecture(self) -> str:
        """What the template's parameter `Architecture` has to say."""
        if self is not Platform.LOCAL:
            return self.value
        return "arm64" if machine.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def third_party(platform: Platform, requirements: Path, pip: Sequence[str] = PIP) -> dict[str, bytes]:
    """Fetch the wheels in `requirements` and give the files that ship, by their names in the package.

    Raises:
        PackageError: pip is missing, finds no such wheel, or a hash differs.
    """
    with tempfile.TemporaryDirectory(prefix="gistline-wheels-") as folder:
        _install(platform, requirements, Path(folder), pip)
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in Path(folder).rglob("*")
            if path.is_file() and ships(path.relative_to(folder))
        }


def ships(path: Path) -> bool:
    """Say whether the functions need this file of a wheel: code and licences yes, the rest no."""
    top = path.parts[0]
    if top.endswith(".dist-info"):
        # The version, the licences, and the list of what is compiled in; the rest is pip's own bookkeeping.
        return not top.startswith("typing_extensions") and (
            path.name in {"METADATA", "LICENSE", "NOTICE"} or path.parts[1] in {"licenses", "sboms"}
        )
    # obstore asks for typing_extensions for the sake of type checkers; it never imports it when it runs. The package
    # `datasketches` imports numpy; the functions use the native module `_datasketches` beside it, which need not.
    needless = {"__pycache__", "bin", "tests", "typing_extensions.py", "datasketches"} & set(path.parts)
    return not needless and path.name != "py.typed" and path.suffix not in {".pyi", ".pyc"}


def _install(platform: Platform, requirements: Path, folder: Path, pip: Sequence[str]) -> None:
    command = [
        *pip,
        *("install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-compile"),
        *("--require-hashes", "--no-deps", "--only-binary=:all:"),
        *_platform_options(platform),
        *("--target", str(folder), "--requirement", str(requirements)),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PIP_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise PackageError(f"pip did not run: {failure}", "check the network, and try again") from failure
    if done.returncode:
        raise PackageError(f"pip failed: {_gist(done.stderr)}", _remedy(done.stderr))


def _platform_options(platform: Platform) -> list[str]:
    if platform is Platform.LOCAL:
        return []
    arch = {Platform.X86_64: "x86_64", Platform.ARM64: "aarch64"}[platform]
    tags = [f"manylinux_2_{minor}_{arch}" for minor in GLIBC_MINORS] + [f"manylinux2014_{arch}"]
    return [
        *("--implementation", "cp", "--python-version", LAMBDA_PYTHON),
        *(option for tag in tags for option in ("--platform", tag)),
    ]


def _gist(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")] or lines
    return errors[-1] if errors else "it said nothing"


def _remedy(stderr: str) -> str:
    found = (remedy for words, remedy in REMEDIES if words in stderr)
    return next(found, "check the network, and the index that pip is set to")
