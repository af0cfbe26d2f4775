"""The verbs as a person types them, each a process of its own, in a folder of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def gistline(tmp_path: Path) -> Iterator[Run]:
    environ = {"PATH": os.defpath, "HOME": str(tmp_path), "GISTLINE_PORT": "0", "COLUMNS": "100"}

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "gistline", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False, timeout=120
        )

    yield run
    run("down")


def test_up_status_and_down_tell_what_they_did(gistline: Run, tmp_path: Path) -> None:
    assert gistline("status").returncode == 1
    up = gistline("up")
    assert up.returncode == 0, up.stderr
    assert "(started)" in up.stdout
    again = gistline("up")
    assert again.returncode == 0, again.stderr
    assert "already up" in again.stdout
    status = gistline("status", "--json")
    assert status.returncode == 0
    facts = json.loads(status.stdout)
    assert facts["running"]
    assert facts["endpoint"] in up.stdout
    assert "stopped" in gistline("down").stdout
    assert "No local cloud" in gistline("down").stdout
    assert gistline("status").returncode == 1
    assert not (tmp_path / ".gistline" / "cloud").exists()


def test_demo_shows_the_three_steps_and_the_summary_and_leaves_nothing_running(
    gistline: Run, tmp_path: Path
) -> None:
    demo = gistline("demo", "--rows", "200")
    assert demo.returncode == 0, demo.stderr
    places = [demo.stdout.index(words) for words in ("S3 event received", "CSV downloaded", "JSON uploaded")]
    assert places == sorted(places)
    assert "From upload to summary:" in demo.stdout
    (copy,) = (tmp_path / ".gistline" / "demo").glob("summary_orders-*.json")
    assert json.loads(copy.read_text(encoding="utf-8"))["table"]["rowCount"] == 200
    assert gistline("status").returncode == 1


def test_demo_takes_a_file_of_ones_own_and_keeps_a_running_cloud(gistline: Run, tmp_path: Path) -> None:
    (tmp_path / "My Data.CSV").write_text("a;b\n1;2\n3;4\n", encoding="utf-8")
    assert gistline("up").returncode == 0
    demo = gistline("demo", "--file", "My Data.CSV")
    assert demo.returncode == 0, demo.stderr
    assert "synthetic-data/My Data.csv" in demo.stdout
    assert gistline("status").returncode == 0


def test_demo_with_a_file_that_is_no_csv_says_so_and_stops_the_cloud(gistline: Run, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(b"PK\x03\x04" + bytes(100))
    demo = gistline("demo", "--file", "table.csv")
    assert demo.returncode == 1
    assert "[not-a-csv]" in demo.stderr
    assert "what to do:" in demo.stderr
    assert gistline("status").returncode == 1


def test_demo_with_a_file_that_is_not_there_is_wrong_usage(gistline: Run) -> None:
    demo = gistline("demo", "--file", "nowhere.csv")
    assert demo.returncode == 2
    assert "nowhere.csv" in demo.stderr


def test_demo_with_no_rows_to_make_names_the_option(gistline: Run) -> None:
    demo = gistline("demo", "--rows", "-1")
    assert demo.returncode == 2
    assert "--rows" in demo.stderr
