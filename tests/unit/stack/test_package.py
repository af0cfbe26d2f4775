import hashlib
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.errors import PackageError
from gistline.stack.package import (
    FLOORS,
    LIMIT,
    REQUIREMENTS,
    SOURCE,
    SUFFIXES,
    Package,
    build,
    own_files,
    write_zip,
)
from gistline.stack.template import template_body
from gistline.stack.wheels import Platform
from infrastructure.cfn import Template

UNZIPPED_LIMIT = 250 * 1024**2  # bytes (AWS: Lambda quotas)
ELF_MACHINE = {"x86_64": 62, "arm64": 183}  # e_machine in the ELF specification
OUR_FILES = (
    r"gistline/(__init__|config|errors)\.py|gistline/(functions|pipeline|aws|profile)/[\w/.-]+\.(py|json)"
)
THEIR_FILES = (
    r"obstore/[\w/]+(\.py|\.abi3\.so)|obstore-[\d.]+\.dist-info/(METADATA|(licenses|sboms)/.+)"
    r"|_datasketches\.[\w-]+\.so|datasketches-[\d.]+\.dist-info/(METADATA|LICENSE|NOTICE)"
)


def listing(package: Package) -> list[str]:
    return zipfile.ZipFile(package.path).namelist()


def test_our_part_is_the_functions_and_the_floors_below(source: Path) -> None:
    assert sorted(own_files(source)) == [
        "gistline/__init__.py",
        "gistline/config.py",
        "gistline/errors.py",
        "gistline/functions/__init__.py",
        "gistline/functions/summarizer.py",
        "gistline/pipeline/process.py",
        "gistline/profile/reference/mean.py",
        "gistline/profile/schema/summary-1.json",
    ]


def test_a_package_says_what_it_is(source: Path, tmp_path: Path, pip: list[str]) -> None:
    package = build(Platform.ARM64, tmp_path / "cache", source=source, pip=pip)
    content = package.path.read_bytes()
    assert package.size == len(content)
    assert package.sha256 == hashlib.sha256(content).hexdigest()
    assert package.architecture == "arm64"
    assert {"gistline/functions/summarizer.py", "wheel/native.abi3.so"} <= set(listing(package))


def test_a_second_build_finds_the_first(
    source: Path, tmp_path: Path, pip: list[str], pip_log: Callable[[], list[str]]
) -> None:
    first = build(Platform.ARM64, tmp_path / "cache", source=source, pip=pip)
    assert build(Platform.ARM64, tmp_path / "cache", source=source, pip=pip) == first
    assert len(pip_log()) == 1


@pytest.mark.parametrize(
    "edited", ["functions/summarizer.py", "profile/schema/summary-1.json", "errors.py", REQUIREMENTS]
)
def test_an_edit_makes_a_new_package(source: Path, tmp_path: Path, pip: list[str], edited: str) -> None:
    first = build(Platform.ARM64, tmp_path / "cache", source=source, pip=pip)
    (source / edited).write_text("edited")
    assert build(Platform.ARM64, tmp_path / "cache", source=source, pip=pip).path != first.path


@pytest.mark.parametrize("edited", ["cli.py", "stack/apply.py", "profile/README.md", "functions/x.pyc"])
def test_an_edit_of_what_does_not_ship_changes_nothing(
    source: Path, tmp_path: Path, pip: list[str], edited: str
) -> None:
    first = build(Platform.ARM64, tmp_path / "cache", source=source, pip=pip)
    (source / edited).write_text("edited")
    assert build(Platform.ARM64, tmp_path / "cache", source=source, pip=pip) == first


def test_an_edit_that_is_taken_back_finds_the_first_package(
    source: Path, tmp_path: Path, pip: list[str], pip_log: Callable[[], list[str]]
) -> None:
    first = build(Platform.ARM64, tmp_path / "cache", source=source, pip=pip)
    (source / "errors.py").write_text("edited")
    build(Platform.ARM64, tmp_path / "cache", source=source, pip=pip)
    (source / "errors.py").write_text("errors.py")
    assert build(Platform.ARM64, tmp_path / "cache", source=source, pip=pip) == first
    assert len(pip_log()) == 2


def test_a_file_that_moves_makes_a_new_package(source: Path, tmp_path: Path, pip: list[str]) -> None:
    first = build(Platform.ARM64, tmp_path / "cache", source=source, pip=pip)
    (source / "pipeline/process.py").rename(source / "pipeline/reconcile.py")
    assert build(Platform.ARM64, tmp_path / "cache", source=source, pip=pip).sha256 != first.sha256


def test_platforms_do_not_share_a_package(source: Path, tmp_path: Path, pip: list[str]) -> None:
    paths = {build(platform, tmp_path / "cache", source=source, pip=pip).path for platform in Platform}
    assert len(paths) == len(Platform)


def test_a_package_that_lambda_would_refuse_is_refused_here(
    source: Path, tmp_path: Path, pip: list[str]
) -> None:
    with pytest.raises(PackageError, match="Lambda takes 100"):
        build(Platform.ARM64, tmp_path / "cache", source=source, pip=pip, limit=100)
    assert list((tmp_path / "cache").iterdir()) == []


def test_times_and_permissions_of_the_sources_do_not_matter(
    source: Path, tmp_path: Path, pip: list[str]
) -> None:
    first = build(Platform.ARM64, tmp_path / "one", source=source, pip=pip)
    os.utime(source / "errors.py", (1, 1))
    (source / "errors.py").chmod(0o700)
    assert build(Platform.ARM64, tmp_path / "two", source=source, pip=pip).sha256 == first.sha256


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,2}\.py", fullmatch=True), st.binary(max_size=64)
    )
)
def test_the_same_files_in_any_order_are_the_same_bytes(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one, two = Path(folder, "one"), Path(folder, "two")
        write_zip(files, one)
        write_zip(dict(reversed(files.items())), two)
        assert one.read_bytes() == two.read_bytes()
        archive = zipfile.ZipFile(one)
        assert {name: archive.read(name) for name in archive.namelist()} == files


@pytest.fixture(scope="module")
def frozen_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what ships, so that nobody edits it while it is built twice."""
    copy = tmp_path_factory.mktemp("source") / "gistline"
    for name, content in own_files(SOURCE).items():
        path = copy.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (copy / REQUIREMENTS).parent.mkdir()
    shutil.copy(SOURCE / REQUIREMENTS, copy / REQUIREMENTS)
    return copy


@pytest.fixture(scope="module", params=Platform)
def real(
    request: pytest.FixtureRequest, frozen_source: Path, tmp_path_factory: pytest.TempPathFactory
) -> Package:
    """Build the package that ships, with the real pip."""
    return build(request.param, tmp_path_factory.mktemp("cache"), source=frozen_source)


def test_two_builds_from_scratch_are_the_same_bytes(
    real: Package, frozen_source: Path, tmp_path: Path
) -> None:
    platform = Platform(real.path.name.split("-")[1])
    again = build(platform, tmp_path, source=frozen_source)
    assert again.path.read_bytes() == real.path.read_bytes()


def test_nothing_is_in_it_but_what_may_be(real: Package) -> None:
    allowed = re.compile(f"{OUR_FILES}|{THEIR_FILES}")
    assert [name for name in listing(real) if not allowed.fullmatch(name)] == []


def test_no_data_file_of_ours_is_left_behind() -> None:
    kept_back = {".pyc", ".pyi", ".md", ".typed"}
    files = [path for floor in FLOORS for path in (SOURCE / floor).rglob("*") if path.is_file()]
    assert [path.name for path in files if path.suffix not in {*SUFFIXES, *kept_back}] == []


def test_it_is_small_enough_for_lambda(real: Package) -> None:
    entries = zipfile.ZipFile(real.path).infolist()
    assert real.size < LIMIT
    assert sum(entry.file_size for entry in entries) < UNZIPPED_LIMIT


def test_its_machine_code_is_for_the_right_processor(real: Package) -> None:
    archive = zipfile.ZipFile(real.path)
    libraries = [name for name in archive.namelist() if name.endswith(".so")]
    assert libraries
    for name in libraries:
        head = archive.read(name)[:20]
        assert head[:4] == b"\x7fELF"
        assert struct.unpack("<H", head[18:20])[0] == ELF_MACHINE[real.architecture]


def test_lambda_may_read_it_and_it_has_no_dates(real: Package) -> None:
    entries = zipfile.ZipFile(real.path).infolist()
    assert {entry.external_attr >> 16 for entry in entries} == {0o100444}
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}


def test_the_functions_start_from_the_package_alone(frozen_source: Path, tmp_path: Path) -> None:
    package = build(Platform.LOCAL, tmp_path / "cache", source=frozen_source)
    zipfile.ZipFile(package.path).extractall(tmp_path / "task")
    functions = Template.parse(template_body()).of_type("AWS::Lambda::Function").values()
    handlers = [str(function["Handler"]).rpartition(".") for function in functions]
    script = (
        "import importlib, sys; sys.path.insert(0, sys.argv[1])\n"
        "import obstore.store\n"
        "from gistline.profile.reference.sketches import new_sketch; new_sketch(100).update('x')\n"
        "for module in sys.argv[2:]: assert callable(importlib.import_module(module).handler)\n"
        "assert not {'boto3', 'click', 'numpy', 'typing_extensions'} & set(sys.modules)\n"
    )
    # -I -S: neither this folder nor site-packages, as in Lambda.
    command = [sys.executable, "-I", "-S", "-c", script, str(tmp_path / "task")]
    command += [module for module, _, name in handlers if name == "handler"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
