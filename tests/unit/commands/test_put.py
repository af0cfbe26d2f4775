"""Which file gets which key, before anything is uploaded."""

from pathlib import Path

import pytest

from gistline.cli import main
from gistline.commands.put import plan
from gistline.errors import SettingsError
from unit.site.fake_bucket import site_with

SITE, _ = site_with()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a/x.csv", "b/x.csv", "b/x.txt", "b/y.CSV"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"a\n1\n")
    return tmp_path


def test_each_file_gets_its_name_under_the_prefix(folder: Path) -> None:
    made = plan(SITE, [folder / "a/x.csv", folder / "b/y.CSV"], key=None, prefix="2026/")
    assert [(each.key, each.size) for each in made] == [
        ("synthetic-data/2026/x.csv", 4),
        ("synthetic-data/2026/y.csv", 4),
    ]


@pytest.mark.parametrize("key", ["k.csv", "synthetic-data/k.csv", "s3://csvs/synthetic-data/k.csv"])
def test_a_key_is_taken_with_or_without_the_input_prefix(folder: Path, key: str) -> None:
    (made,) = plan(SITE, [folder / "a/x.csv"], key=key, prefix="")
    assert made.key == "synthetic-data/k.csv"


@pytest.mark.parametrize("names", [("a/x.csv", "b/x.csv"), ("b/x.csv", "b/x.txt"), ("a/x.csv", "a/x.csv")])
def test_two_files_that_would_become_one_key_are_refused(folder: Path, names: tuple[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"would both become 'synthetic-data/x\.csv'") as caught:
        plan(SITE, [folder / name for name in names], key=None, prefix="")
    assert "--prefix" in caught.value.remedy


def test_a_key_of_ones_own_is_for_one_file(folder: Path) -> None:
    with pytest.raises(SettingsError, match="one file"):
        plan(SITE, [folder / "a/x.csv", folder / "b/y.CSV"], key="k.csv", prefix="")
    with pytest.raises(SettingsError, match="one file"):
        plan(SITE, [folder / "a/x.csv"], key="k.csv", prefix="2026/")


@pytest.mark.parametrize("key", ["k.txt", "k.CSV", "folder/", ""])
def test_a_key_that_the_trigger_would_not_notice_is_refused(folder: Path, key: str) -> None:
    with pytest.raises(SettingsError, match="would not be noticed"):
        plan(SITE, [folder / "a/x.csv"], key=key, prefix="")


@pytest.mark.parametrize(
    ("name", "words"),
    [("nowhere.csv", "does not exist"), ("*.csv", "does not exist"), ("a", "/a/*.csv")],
)
def test_what_is_no_file_is_wrong_usage(
    folder: Path, name: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["put", str(folder / name)]) == 2
    assert words in capsys.readouterr().err


def test_no_file_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["put"]) == 2
    assert "FILE..." in capsys.readouterr().err
