"""The Lambda package: one zip with both functions, the same bytes for the same input.

Comes in: a platform and a directory for finished packages. Goes out: a frozen `Package`. Called by the
commands and the local cloud, before `apply`. What ships is a set of floors: the functions and the rooms below
them. Nothing above them, and no tests, can get in.
"""

import hashlib
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gistline.errors import PackageError
from gistline.stack.wheels import PIP, Platform, third_party

SOURCE = Path(__file__).parents[1]
FLOORS = ("functions", "pipeline", "aws", "profile")
FILES = ("__init__.py", "config.py", "errors.py")
SUFFIXES = (".py", ".json")  # code, and data such as the summary's JSON Schema
REQUIREMENTS = "stack/requirements-lambda.txt"
LIMIT = 50 * 1024**2  # bytes of a zip that Lambda takes (AWS: Lambda quotas)
# A zip has no time zone and begins in 1980; the permissions let Lambda's own user read, and nobody write.
MTIME = (1980, 1, 1, 0, 0, 0)
MODE = 0o100444 << 16
UNIX = 3
LEVEL = 6  # 9 takes three times as long and saves 1 %


@dataclass(frozen=True, slots=True)
class Package:
    """A finished zip: where it lies, SHA-256 (hex) and size (bytes) of it, and for which processor it is."""

    path: Path
    sha256: str
    size: int
    architecture: str


def build(
    platform: Platform, cache: Path, *, source: Path = SOURCE, pip: Sequence[str] = PIP, limit: int = LIMIT
) -> Package:
    """Build the package for `platform`, or find it in `cache`, where it lies under a hash of all its inputs.

    Raises:
        PackageError: pip could not fetch the third-party part, or the zip is larger than `limit` bytes.
    """
    own = own_files(source)
    requirements = source / REQUIREMENTS
    path = cache / f"gistline-{platform}-{_recipe(platform, own, requirements)}.zip"
    if not path.exists():
        files = {**third_party(platform, requirements, pip), **own}
        _write(files, path, limit)
    content = path.read_bytes()
    return Package(path, hashlib.sha256(content).hexdigest(), len(content), platform.architecture)


def own_files(source: Path) -> dict[str, bytes]:
    """Give our own files that ship, by their names in the package; `source` is the folder `gistline`."""
    floors = [path for floor in FLOORS for path in (source / floor).rglob("*")]
    paths = [source / name for name in FILES] + [path for path in floors if path.suffix in SUFFIXES]
    return {f"gistline/{path.relative_to(source).as_posix()}": path.read_bytes() for path in paths}


def _recipe(platform: Platform, own: Mapping[str, bytes], requirements: Path) -> str:
    """Hash everything on which the zip depends, this builder included."""
    interpreter = (
        f"{platform.architecture} {sys.implementation.cache_tag}" if platform is Platform.LOCAL else ""
    )
    builder = [Path(__file__).with_name(name) for name in ("package.py", "wheels.py")]
    parts = [
        platform.encode(),
        interpreter.encode(),
        *(path.read_bytes() for path in (requirements, *builder)),
    ]
    for name in sorted(own):
        parts += [name.encode(), own[name]]
    # A hash of hashes: each part has the same length, so that no two lists of parts look alike.
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:16]


def _write(files: Mapping[str, bytes], path: Path, limit: int) -> None:
    """Write the zip beside its place and move it there whole, so that nobody ever finds half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as draft:
        try:
            write_zip(files, Path(draft.name))
            _check_size(Path(draft.name), limit)
            Path(draft.name).replace(path)
        except BaseException:
            Path(draft.name).unlink()
            raise


def write_zip(files: Mapping[str, bytes], path: Path) -> None:
    """Write `files` to a zip whose bytes depend on their names and content alone (and on the zlib in use)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, MTIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = UNIX
            entry.external_attr = MODE
            archive.writestr(entry, files[name])


def _check_size(path: Path, limit: int) -> None:
    size = path.stat().st_size
    if size > limit:
        raise PackageError(
            f"the package has {size:,} bytes, Lambda takes {limit:,}",
            "take out of requirements-lambda.in what the functions can do without",
        )
