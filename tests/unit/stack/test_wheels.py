import shutil
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from gistline.errors import PackageError
from gistline.stack.wheels import PIP, Platform, ships, third_party


@pytest.mark.parametrize(
    ("name", "shipped"),
    [
        ("obstore/__init__.py", True),
        ("obstore/_obstore.abi3.so", True),
        ("obstore/_obstore.pyi", False),
        ("obstore/py.typed", False),
        ("obstore/__pycache__/store.cpython-313.pyc", False),
        ("obstore/tests/test_store.py", False),
        ("obstore-0.12.1.dist-info/METADATA", True),
        ("obstore-0.12.1.dist-info/licenses/LICENSE", True),
        ("obstore-0.12.1.dist-info/sboms/obstore.cyclonedx.json", True),
        ("obstore-0.12.1.dist-info/RECORD", False),
        ("obstore-0.12.1.dist-info/INSTALLER", False),
        ("obstore-0.12.1.dist-info/REQUESTED", False),
        ("_datasketches.cpython-313-x86_64-linux-gnu.so", True),
        ("datasketches/__init__.py", False),
        ("datasketches-5.2.0.dist-info/LICENSE", True),
        ("datasketches-5.2.0.dist-info/NOTICE", True),
        ("datasketches-5.2.0.dist-info/top_level.txt", False),
        ("typing_extensions.py", False),
        ("typing_extensions-4.16.0.dist-info/METADATA", False),
        ("typing_extensions-4.16.0.dist-info/licenses/LICENSE", False),
        ("bin/tool", False),
    ],
)
def test_ships(name: str, *, shipped: bool) -> None:
    assert ships(Path(PurePosixPath(name))) is shipped


def test_only_what_the_functions_need_is_given(
    pip: list[str], source: Path, pip_log: Callable[[], list[str]]
) -> None:
    files = third_party(Platform.LOCAL, source / "stack/requirements-lambda.txt", pip)
    assert files == {
        name: name.encode()
        for name in (
            "wheel/__init__.py",
            "wheel/native.abi3.so",
            "wheel-1.dist-info/METADATA",
            "wheel-1.dist-info/licenses/LICENSE",
        )
    }
    assert len(pip_log()) == 1


@pytest.mark.parametrize("platform", Platform)
def test_pip_checks_hashes_builds_nothing_and_follows_no_dependency(
    pip: list[str], source: Path, pip_log: Callable[[], list[str]], platform: Platform
) -> None:
    third_party(platform, source / "stack/requirements-lambda.txt", pip)
    (arguments,) = pip_log()
    for option in ("--require-hashes", "--no-deps", "--only-binary=:all:", "--requirement"):
        assert option in arguments.split()


@pytest.mark.parametrize(
    ("platform", "tags"),
    [
        (Platform.LOCAL, []),
        (Platform.X86_64, ["manylinux_2_17_x86_64", "manylinux_2_34_x86_64", "manylinux2014_x86_64"]),
        (Platform.ARM64, ["manylinux_2_17_aarch64", "manylinux_2_34_aarch64", "manylinux2014_aarch64"]),
    ],
)
def test_pip_is_asked_for_wheels_that_lambda_can_load(
    pip: list[str], source: Path, pip_log: Callable[[], list[str]], platform: Platform, tags: list[str]
) -> None:
    third_party(platform, source / "stack/requirements-lambda.txt", pip)
    (arguments,) = pip_log()
    assert ("--python-version 3.13" in arguments) is bool(tags)
    assert ("--platform" in arguments) is bool(tags)
    assert set(tags) <= set(arguments.split())
    assert "manylinux_2_35" not in arguments


def test_architecture_of_a_lambda_platform_is_its_name() -> None:
    assert [p.architecture for p in (Platform.ARM64, Platform.X86_64)] == ["arm64", "x86_64"]
    assert Platform.LOCAL.architecture in {"arm64", "x86_64"}


def test_a_missing_pip_is_said_to_be_missing(source: Path) -> None:
    without_site_packages = (sys.executable, "-S", "-m", "pip")
    with pytest.raises(PackageError, match="No module named pip") as caught:
        third_party(Platform.LOCAL, source / "stack/requirements-lambda.txt", without_site_packages)
    assert "ensurepip" in caught.value.remedy


def test_a_pip_that_cannot_be_started_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="pip did not run"):
        third_party(Platform.LOCAL, tmp_path / "r.txt", [str(tmp_path / "nowhere")])


def test_without_an_index_the_network_is_suspected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"obstore==0.12.1 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(PackageError, match="No matching distribution") as caught:
        third_party(Platform.LOCAL, requirements, PIP)
    assert "network" in caught.value.remedy


def test_a_file_with_another_hash_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = tmp_path / "tiny-1-py3-none-any.whl"
    shutil.make_archive(str(wheel), "zip", Path(__file__).parent, "conftest.py")
    Path(f"{wheel}.zip").rename(wheel)
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"tiny==1 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(PackageError) as caught:
        third_party(Platform.LOCAL, requirements, PIP)
    assert "do not use it" in caught.value.remedy
