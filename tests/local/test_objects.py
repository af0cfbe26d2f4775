"""put, show, ls and clean, as a person types them, against the stack on the local cloud."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gistline.localcloud.up import up
from support.cloud import Cloud, Stack, unique, until
from support.layers import role_without, without_permission

Done = subprocess.CompletedProcess
Run = Callable[..., "Done[str]"]
CSV = "id,colour\n1,red\n2,blue\n3,\n"
IN, OUT = "synthetic-data/", "summaries/"


@pytest.fixture
def run(stack: Stack, tmp_path: Path) -> Run:
    """Run one verb in a folder whose settings file leads to the session's local cloud."""
    (tmp_path / "gistline.toml").write_text(f'home = "{stack.cloud.settings.home}"\n')
    environ = {"PATH": os.defpath, "HOME": str(tmp_path), "COLUMNS": "100"}

    def run(*arguments: str, answer: str = "") -> "Done[str]":
        return subprocess.run(
            [sys.executable, "-m", "gistline", *arguments],
            cwd=tmp_path,
            env=environ,
            input=answer,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture
def folder(stack: Stack) -> Iterator[str]:
    """A folder in the bucket of the test's own; nothing of it is left afterwards."""
    name = f"{unique('objects')}/"
    yield name
    s3 = stack.cloud.client("s3")
    for key in stack.keys(IN + name) | stack.keys(OUT + name):
        s3.delete_object(Bucket=stack.outputs.bucket_name, Key=key)


def write(tmp_path: Path, name: str, text: str = CSV) -> str:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return name


def listed(run: Run, folder: str, *options: str) -> dict[str, Any]:
    done = run("ls", "--prefix", folder, "--json", *options)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def outcomes(run: Run, folder: str) -> dict[str, str]:
    found = listed(run, folder)["inputs"]
    return {each["key"].removeprefix(IN + folder): each["outcome"] for each in found}


def test_put_follows_a_file_to_its_summary_and_shows_it(
    run: Run, stack: Stack, folder: str, tmp_path: Path
) -> None:
    done = run("put", write(tmp_path, "My Orders.CSV"), "--prefix", folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"complete  {IN}{folder}My Orders.csv\n")
    assert "3 rows, 2 columns" in done.stdout
    assert stack.object(f"{IN}{folder}My Orders.csv")["ContentType"] == "text/csv"
    assert stack.object(f"{OUT}{folder}summary_My Orders.json")


def test_put_tells_each_of_several_files_apart_and_exits_with_1_if_one_is_bad(
    run: Run, folder: str, tmp_path: Path
) -> None:
    write(tmp_path, "good.csv")
    (tmp_path / "bad.csv").write_bytes(b"PK\x03\x04" + bytes(100))
    done = run("put", "good.csv", "bad.csv", "--prefix", folder, "--json")
    assert done.returncode == 1
    good, bad = json.loads(done.stdout)["files"]
    assert (good["outcome"], good["rows"], good["error"]) == ("complete", 3, None)
    assert good["summaryKey"] == f"{OUT}{folder}summary_good.json"
    assert (bad["outcome"], bad["error"]["code"]) == ("rejected", "not-a-csv")
    words = run("put", "bad.csv", "--prefix", folder)
    assert words.returncode == 1
    assert words.stdout.startswith("rejected  ")
    assert "[not-a-csv]" in words.stdout
    assert "what to do:" in words.stdout


def test_put_of_a_file_in_parts_is_followed_by_the_token_of_the_whole(
    run: Run, folder: str, tmp_path: Path
) -> None:
    row = "1,some text that makes the file long enough for an upload in parts\n"
    write(tmp_path, "large.csv", "id,text\n" + row * 150_000)
    done = run("put", "large.csv", "--prefix", folder, "--json")
    assert done.returncode == 0, done.stdout
    (large,) = json.loads(done.stdout)["files"]
    assert (large["outcome"], large["rows"]) == ("complete", 150_000)
    assert large["bytes"] > 8 * 1024**2


def test_put_the_same_file_twice_is_complete_twice(run: Run, folder: str, tmp_path: Path) -> None:
    write(tmp_path, "a.csv")
    for _ in range(2):
        assert run("put", "a.csv", "--prefix", folder).returncode == 0


def test_put_does_not_take_an_old_summary_for_that_of_new_bytes(
    run: Run, folder: str, tmp_path: Path
) -> None:
    for rows in (1, 2, 3):
        write(tmp_path, "a.csv", "n\n" + "7\n" * rows)
        done = run("put", "a.csv", "--prefix", folder, "--json")
        assert json.loads(done.stdout)["files"][0]["rows"] == rows


def test_put_of_two_files_of_one_name_uploads_neither(
    run: Run, stack: Stack, folder: str, tmp_path: Path
) -> None:
    write(tmp_path, "a/x.csv")
    write(tmp_path, "b/x.csv")
    done = run("put", "a/x.csv", "b/x.csv", "--prefix", folder)
    assert done.returncode == 2
    assert "would both become" in done.stderr
    assert stack.keys(IN + folder) == set()


def test_put_can_name_the_key_and_need_not_wait(run: Run, stack: Stack, folder: str, tmp_path: Path) -> None:
    done = run("put", write(tmp_path, "a.csv"), "--key", f"{folder}other.csv", "--no-wait")
    assert (done.returncode, done.stdout) == (0, f"uploaded  {IN}{folder}other.csv\n")
    stack.summary(f"{OUT}{folder}summary_other.json")


def test_put_gives_up_in_time_where_nothing_happens(
    run: Run, stack: Stack, folder: str, tmp_path: Path
) -> None:
    with without_permission(stack):
        done = run("put", write(tmp_path, "a.csv"), "--prefix", folder, "--timeout", "1")
    assert done.returncode == 1
    assert done.stdout.startswith(f"timed out  {IN}{folder}a.csv\n")
    assert "no summary within 1 s" in done.stdout
    assert "gistline doctor" in done.stdout
    assert outcomes(run, folder) == {"a.csv": "waiting"}
    shown = run("show", f"{folder}a.csv")
    assert shown.returncode == 1
    assert "is in the bucket, its summary is not" in shown.stderr


def test_put_tells_a_failure_with_its_remedy_and_ls_shows_it(
    run: Run, stack: Stack, folder: str, tmp_path: Path
) -> None:
    with role_without(stack, "ReadCsvs"):
        done = run("put", write(tmp_path, "a.csv"), "--prefix", folder)
        assert done.returncode == 1
        assert done.stdout.startswith("failed  ")
        assert "[object-forbidden]" in done.stdout
        stack.failure(f"{IN}{folder}a.csv")
        (found,) = listed(run, folder)["inputs"]
        assert (found["outcome"], found["error"]) == ("failed", "retries-exhausted")
    assert run("put", "a.csv", "--prefix", folder).returncode == 0
    assert outcomes(run, folder) == {"a.csv": "complete"}


def test_put_without_a_stack_says_so(run: Run, tmp_path: Path) -> None:
    done = run("put", write(tmp_path, "a.csv"), "--stack", "no-such-stack")
    assert done.returncode == 1
    assert "no-such-stack" in done.stderr


def test_put_without_a_local_cloud_says_how_to_start_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "gistline.toml").unlink()
    done = run("put", write(tmp_path, "a.csv"))
    assert done.returncode == 1
    assert "gistline up" in done.stderr


def test_show_takes_all_three_forms_of_a_key(run: Run, stack: Stack, folder: str) -> None:
    key = f"{folder}a b+é.csv"
    stack.upload(IN + key, CSV.encode())
    summary = f"{OUT}{folder}summary_a b+é.json"
    stack.summary(summary)
    for form in (key, IN + key, summary, f"s3://{stack.outputs.bucket_name}/{IN}{key}"):
        done = run("show", form)
        assert (done.returncode, done.stderr) == (0, "")
        assert "3 rows, 2 columns" in done.stdout
    as_json = run("show", key, "--json")
    assert as_json.stdout.encode() == stack.object(summary)["Body"].read()


def test_show_says_when_the_summary_is_out_of_date_or_its_csv_gone(
    run: Run, stack: Stack, folder: str
) -> None:
    key = f"{IN}{folder}a.csv"
    stack.upload(key, CSV.encode())
    stack.summary(f"{OUT}{folder}summary_a.json")
    with without_permission(stack):
        stack.upload(key, b"n\n1\n")
        done = run("show", key, "--json")
        assert json.loads(done.stdout)["table"]["rowCount"] == 3
        assert done.stderr.startswith("out of date: ")
        assert outcomes(run, folder) == {"a.csv": "out of date"}
    stack.cloud.client("s3").delete_object(Bucket=stack.outputs.bucket_name, Key=key)
    done = run("show", key)
    assert done.returncode == 0
    assert done.stderr.startswith("deleted: ")
    assert outcomes(run, folder) == {"a.csv": "deleted"}


def test_show_of_a_near_miss_says_what_was_meant(run: Run, stack: Stack, folder: str) -> None:
    stack.upload(f"{IN}{folder}orders-november.csv", CSV.encode())
    stack.summary(f"{OUT}{folder}summary_orders-november.json")
    for typed in ("orders-november", "Orders-November.CSV", "orders-novmber.csv", "orders-november.csv"):
        done = run("show", folder + typed if typed != "orders-november.csv" else typed)
        assert done.returncode == 1
        assert f"did you mean '{folder}orders-november.csv'" in done.stderr
    nothing = run("show", "\N{SNOWMAN}" * 40)
    assert nothing.returncode == 1
    assert "gistline ls" in nothing.stderr


def test_show_of_something_else_than_a_summary_says_so(run: Run, stack: Stack, folder: str) -> None:
    stack.upload(f"{OUT}{folder}summary_a.json", b'{"total": 1}')
    done = run("show", f"{folder}a.csv")
    assert done.returncode == 1
    assert "[not-a-summary]" in done.stderr


def test_ls_of_nothing_says_how_to_begin(run: Run) -> None:
    done = run("ls", "--prefix", "no-such-folder/")
    assert (done.returncode, done.stdout) == (0, "")
    assert "gistline put" in done.stderr


def test_ls_lists_a_thousand_keys_as_far_as_asked_for(run: Run, stack: Stack, folder: str) -> None:
    s3 = stack.cloud.client("s3")
    with without_permission(stack):
        for number in range(1001):
            s3.put_object(
                Bucket=stack.outputs.bucket_name, Key=f"{IN}{folder}{number:04}.csv", Body=b"n\n1\n"
            )
    few = listed(run, folder, "--limit", "3")
    assert [each["key"][-8:] for each in few["inputs"]] == ["0000.csv", "0001.csv", "0002.csv"]
    assert few["truncated"]
    all_ = listed(run, folder, "--limit", "2000")
    assert (len(all_["inputs"]), all_["truncated"]) == (1001, False)
    assert {each["outcome"] for each in all_["inputs"]} == {"waiting"}
    words = run("ls", "--prefix", folder, "--limit", "2")
    assert len(words.stdout.splitlines()) == 3
    assert "There are more" in words.stderr


def test_clean_shows_its_plan_asks_removes_and_does_nothing_twice(
    run: Run, stack: Stack, folder: str, tmp_path: Path
) -> None:
    write(tmp_path, "a.csv")
    assert run("put", "a.csv", "--prefix", folder).returncode == 0
    kept = {f"{IN}{folder}readme.txt", f"{OUT}{folder}index.json"}
    for key in kept:
        stack.upload(key, b"kept")
    ours = {f"{IN}{folder}a.csv", f"{OUT}{folder}summary_a.json"}

    plan = run("clean", "--prefix", folder, "--plan")
    assert plan.returncode == 0
    assert all(key in plan.stdout for key in ours)
    assert not any(key in plan.stdout for key in kept)
    assert stack.keys(IN + folder) | stack.keys(OUT + folder) == ours | kept

    nobody = run("clean", "--prefix", folder)
    assert (nobody.returncode, "say --yes" in nobody.stderr) == (2, True)
    refused = run("clean", "--prefix", folder, answer="n\n")
    assert refused.returncode == 1
    assert "Nothing was removed." in refused.stderr
    assert stack.keys(IN + folder) | stack.keys(OUT + folder) == ours | kept

    done = run("clean", "--prefix", folder, answer="y\n")
    assert done.returncode == 0, done.stderr
    assert "Removed 1 CSV and 1 summary" in done.stdout
    assert stack.keys(IN + folder) | stack.keys(OUT + folder) == kept

    again = run("clean", "--prefix", folder, "--yes")
    assert again.returncode == 0
    assert "nothing to remove" in again.stdout


def versions(s3: Any, bucket: str, key: str) -> list[Any]:
    found: list[Any] = s3.list_object_versions(Bucket=bucket, Prefix=key).get("Versions", [])
    return found


def test_clean_takes_versions_and_delete_markers_too(run: Run, server: Cloud) -> None:
    settings = server.settings._replace(stack="objects", bucket="objects-versioned")
    stack = Stack(server, up(settings, lambda _: None).outputs)
    s3, bucket = server.client("s3"), stack.outputs.bucket_name
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    key, summary = f"{IN}a.csv", f"{OUT}summary_a.json"
    stack.upload(key, CSV.encode())
    until(lambda: len(versions(s3, bucket, summary)) == 1)
    stack.upload(key, CSV.encode())
    until(lambda: len(versions(s3, bucket, summary)) == 2)
    s3.delete_object(Bucket=bucket, Key=key)
    until(lambda: len(versions(s3, bucket, summary)) == 3)  # the last is a tombstone
    plan = json.loads(run("clean", "--stack", "objects", "--plan", "--json").stdout)
    assert [each["deleteMarker"] for each in plan["csvs"]].count(True) == 1
    assert (len(plan["csvs"]), len(plan["summaries"])) == (3, 3)
    done = run("clean", "--stack", "objects", "--yes")
    assert done.returncode == 0, done.stderr
    left = s3.list_object_versions(Bucket=bucket)
    assert not left.get("Versions")
    assert not left.get("DeleteMarkers")


def test_a_wrong_settings_file_is_named_before_anything_happens(run: Run, tmp_path: Path) -> None:
    (tmp_path / "gistline.toml").write_text('bukcet = "b"\n')
    done = run("ls")
    assert done.returncode == 2
    assert "gistline.toml:1: no setting is called 'bukcet'" in done.stderr
    assert "did you mean 'bucket'?" in done.stderr
