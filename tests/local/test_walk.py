"""One CSV's walk through the deployed stack, without any hand between upload and summary."""

import csv
import io
import json
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gistline.localcloud.up import up
from support.cloud import Stack, unique, until
from support.layers import role_without, without_permission

CSV = b"id,colour\n1,red\n2,blue\n3,\n"
WORDS = ["S3 event received", "CSV downloaded", "JSON uploaded"]


def expected(key: str) -> str:
    """The summary's key, worked out here anew."""
    folder, _, name = key.removeprefix("synthetic-data/").rpartition("/")
    return f"summaries/{folder}{'/' if '/' in key.removeprefix('synthetic-data/') else ''}summary_{name[: -len('.csv')]}.json"


def test_an_upload_turns_into_a_summary_by_itself(stack: Stack) -> None:
    key = f"synthetic-data/{unique('orders')}.csv"
    stack.upload(key, CSV)
    summary = stack.summary(expected(key))
    assert summary["status"] == "complete"
    assert summary["table"]["rowCount"] == 3
    assert [column["name"] for column in summary["columns"]] == ["id", "colour"]
    assert summary["columns"][1]["nullCount"] == 1


def test_the_summary_carries_the_token_of_its_source_and_is_json(stack: Stack) -> None:
    key = f"synthetic-data/{unique('token')}.csv"
    stack.upload(key, CSV)
    source = stack.summary(expected(key))["source"]
    uploaded = stack.object(key)
    assert source["etag"] == uploaded["ETag"].strip('"')
    assert (source["bucket"], source["key"], source["bytes"]) == (stack.outputs.bucket_name, key, len(CSV))
    assert stack.object(expected(key))["ContentType"] == "application/json"


def test_the_log_tells_the_three_steps_in_order(stack: Stack) -> None:
    key = f"synthetic-data/{unique('log')}.csv"
    stack.upload(key, CSV)
    lines = until(lambda: found if len(found := stack.lines_about(key)) >= 3 else [])
    assert [line["message"] for line in lines] == WORDS
    assert len({line["requestId"] for line in lines}) == 1
    for line in lines:
        assert {"requestId", "bucket", "key", "token", "milliseconds"} <= set(line)
        assert line["token"]["etag"] == stack.object(key)["ETag"].strip('"')


def test_nothing_of_a_cell_is_logged(stack: Stack) -> None:
    key = f"synthetic-data/{unique('secret')}.csv"
    stack.upload(key, b'id,name\n1,MarkerOfACell\n2,"MarkerOfACell\n')
    stack.summary(expected(key))
    until(lambda: len(stack.lines_about(key)) >= 3)
    assert "MarkerOfACell" not in json.dumps(stack.lines())


@pytest.mark.parametrize(
    "name",
    [
        "with space",
        "plus+plus",
        "per%cent and %20",
        "é",
        "smile-\N{GRINNING FACE}",
        "../up",
        "a/../b",
        "./here",
        "a//b",
        "/leading",
        "question?hash#amp&equals=",
        "quo'te\"d",
        "line\nbreak",
        "tab\tbetween",
        "errors with status code: 404",
        "<Code>NoSuchBucket",
        "a.csv",
        "",
    ],
)
def test_awkward_keys_get_their_summary(stack: Stack, name: str) -> None:
    key = f"synthetic-data/{unique('keys')}/{name}.csv"
    stack.upload(key, CSV)
    assert stack.summary(expected(key))["source"]["key"] == key


def test_a_key_of_a_thousand_bytes_gets_its_summary(stack: Stack) -> None:
    start = f"synthetic-data/{unique('long')}/"
    key = f"{start}{'x' * (1000 - len(start) - 4)}.csv"
    assert len(key.encode()) == 1000
    stack.upload(key, CSV)
    assert stack.summary(expected(key))["source"]["key"] == key


def test_a_file_whose_headers_are_not_ascii_gets_its_summary(stack: Stack) -> None:
    key = f"synthetic-data/{unique('headers')}.csv"
    stack.cloud.client("s3").put_object(
        Bucket=stack.outputs.bucket_name,
        Key=key,
        Body=CSV,
        ContentDisposition="attachment; filename=Umsätze.csv",
    )
    assert stack.summary(expected(key))["table"]["rowCount"] == 3


def test_two_files_of_one_name_in_two_folders_are_both_kept(stack: Stack) -> None:
    folder = f"synthetic-data/{unique('same')}"
    stack.upload(f"{folder}/a/x.csv", b"n\n1\n")
    stack.upload(f"{folder}/b/x.csv", b"n\n1\n2\n")
    assert stack.summary(expected(f"{folder}/a/x.csv"))["table"]["rowCount"] == 1
    assert stack.summary(expected(f"{folder}/b/x.csv"))["table"]["rowCount"] == 2


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("summaries/{}.csv", id="the output prefix"),
        pytest.param("summaries/summary_{}.json", id="a summary"),
        pytest.param("other/{}.csv", id="another prefix"),
        pytest.param("synthetic-data/{}.txt", id="another suffix"),
        pytest.param("synthetic-data/{}.CSV", id="the suffix in other case"),
    ],
)
def test_what_the_trigger_does_not_match_invokes_nothing(stack: Stack, key: str) -> None:
    before = stack.counted("accepted")
    stack.upload(key.format(unique("silent")), CSV)
    stack.cloud.rest()
    assert stack.counted("accepted") == before


def test_writing_a_summary_invokes_nothing(stack: Stack) -> None:
    """No loop: as many events as uploads."""
    accepted, delivered = stack.counted("accepted"), stack.counted("delivered")
    for number in range(5):
        stack.upload(f"synthetic-data/{unique('loop')}-{number}.csv", CSV)
    stack.cloud.rest()
    assert (stack.counted("accepted"), stack.counted("delivered")) == (accepted + 5, delivered + 5)


def test_several_records_in_one_event_are_all_summarised(stack: Stack) -> None:
    """S3 may put several records in one event; a test sends one, as S3 would through the asynchronous queue."""
    keys = [f"synthetic-data/{unique('many')} {n}.csv" for n in range(3)]
    for key in keys:
        stack.upload(key, CSV)
        stack.summary(expected(key))
        stack.cloud.client("s3").delete_object(Bucket=stack.outputs.bucket_name, Key=expected(key))
    records = [_record(stack, key) for key in keys]
    payload = json.dumps({"Records": records}).encode()
    stack.cloud.client("lambda").invoke(
        FunctionName=stack.outputs.summarizer_name, InvocationType="Event", Payload=payload
    )
    for key in keys:
        assert stack.summary(expected(key))["source"]["key"] == key


def _record(stack: Stack, key: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(
        (Path(__file__).parents[1] / "events" / "put.json").read_text(encoding="utf-8")
    )
    record: dict[str, Any] = event["Records"][0]
    record["s3"]["bucket"]["name"] = stack.outputs.bucket_name
    record["s3"]["object"]["key"] = key.replace(" ", "+")
    return record


def test_from_producer_to_summary_without_a_hand_in_between(stack: Stack) -> None:
    invoke = stack.cloud.client("lambda").invoke
    answer = invoke(FunctionName=stack.outputs.producer_name, Payload=b'{"rows": 250, "seed": 3}')
    made = json.load(answer["Payload"])
    summary = stack.summary(expected(made["key"]))
    assert summary["table"]["rowCount"] == 250
    body = stack.object(made["key"])["Body"].read().decode()
    rows = list(csv.DictReader(io.StringIO(body, newline="")))
    by_name = {column["name"]: column for column in summary["columns"]}
    assert list(by_name) == list(rows[0])
    quantities = [int(row["quantity"]) for row in rows if row["quantity"]]
    assert by_name["quantity"]["max"] == max(quantities)
    assert math.isclose(by_name["quantity"]["mean"], sum(quantities) / len(quantities), rel_tol=1e-12)
    assert by_name["ship_date"]["nullCount"] == sum(not row["ship_date"] for row in rows)


def test_three_hundred_uploads_at_once_are_all_summarised(stack: Stack) -> None:
    folder = unique("burst")
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda n: stack.upload(f"synthetic-data/{folder}/{n}.csv", CSV), range(300)))
    wanted = {f"summaries/{folder}/summary_{n}.json" for n in range(300)}
    until(lambda: stack.keys(f"summaries/{folder}/") == wanted, seconds=600)


@pytest.mark.parametrize("instead", ["", "another-bucket"], ids=["removed", "names another bucket"])
def test_without_the_invoke_permission_an_upload_ends_in_silence(stack: Stack, instead: str) -> None:
    refused = stack.counted("refused")
    key = f"synthetic-data/{unique('silence')}.csv"
    with without_permission(stack, instead=instead):
        stack.upload(key, CSV)
        until(lambda: stack.counted("refused") == refused + 1)
    assert stack.lines_about(key) == []
    assert stack.object(expected(key)) is None


def test_the_notification_cannot_be_put_without_the_invoke_permission(stack: Stack) -> None:
    s3, bucket = stack.cloud.client("s3"), stack.outputs.bucket_name
    stored = s3.get_bucket_notification_configuration(Bucket=bucket)
    rules = {"LambdaFunctionConfigurations": stored["LambdaFunctionConfigurations"]}
    with (
        without_permission(stack),
        pytest.raises(s3.exceptions.ClientError, match="Unable to validate the following"),
    ):
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=rules)


@pytest.mark.parametrize("sid", ["ReadCsvs", "WriteSummaries"])
def test_a_role_that_lost_a_right_fails_with_403_in_log_and_verdict(stack: Stack, sid: str) -> None:
    key = f"synthetic-data/{unique('forbidden')}.csv"
    with role_without(stack, sid):
        stack.upload(key, CSV)
        verdict = stack.failure(key)
    assert verdict["error"]["code"] == "retries-exhausted"
    assert "object-forbidden" in verdict["error"]["message"]
    failed = [line for line in stack.lines_about(key) if line["message"] == "record failed"]
    assert len(failed) == 3
    assert {line["error"]["code"] for line in failed} == {"object-forbidden"}


@pytest.mark.parametrize(
    ("body", "code", "word"),
    [
        pytest.param(b"", "empty-file", "", id="an empty file"),
        pytest.param(b"PK\x03\x04" + b"\x00" * 100, "not-a-csv", "zip", id="a zip called .csv"),
        pytest.param(
            b"PAR1" + b"\x15\x04" * 50 + b"PAR1", "not-a-csv", "Parquet", id="a Parquet file called .csv"
        ),
    ],
)
def test_a_file_that_is_no_csv_gets_its_reason_at_once_and_no_second_attempt(
    stack: Stack, body: bytes, code: str, word: str
) -> None:
    key = f"synthetic-data/{unique('bad')}.csv"
    retried, given_up = stack.counted("retried"), stack.counted("given-up")
    stack.upload(key, body)
    summary = stack.summary(expected(key))
    assert (summary["status"], summary["error"]["code"]) == ("rejected", code)
    assert word.lower() in summary["error"]["message"].lower()
    assert stack.object(key)["Body"].read() == body
    lines = until(lambda: found if len(found := stack.lines_about(key)) == 4 else [])
    assert [line["message"] for line in lines] == [*WORDS, "CSV rejected"]
    assert lines[-1]["outcome"] == "rejected"
    assert (stack.counted("retried"), stack.counted("given-up")) == (retried, given_up)


def test_an_event_about_another_bucket_is_refused_by_the_role_and_writes_nothing(stack: Stack) -> None:
    s3, foreign, key = stack.cloud.client("s3"), unique("foreign"), f"synthetic-data/{unique('theirs')}.csv"
    s3.create_bucket(Bucket=foreign)
    s3.put_object(Bucket=foreign, Key=key, Body=CSV)
    record = _record(stack, key)
    record["s3"]["bucket"]["name"] = foreign
    answer = stack.cloud.client("lambda").invoke(
        FunctionName=stack.outputs.summarizer_name, Payload=json.dumps({"Records": [record]}).encode()
    )
    assert "[object-forbidden]" in answer["Payload"].read().decode()
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=foreign)["Contents"]] == [key]
    assert stack.object(expected(key)) is None


def test_a_header_only_is_a_table_without_rows(stack: Stack) -> None:
    key = f"synthetic-data/{unique('header')}.csv"
    stack.upload(key, b"id,colour\n")
    table = stack.summary(expected(key))["table"]
    assert (table["rowCount"], table["columnCount"]) == (0, 2)


def test_one_damaged_row_is_counted_and_named_and_changes_nothing_else(stack: Stack) -> None:
    key = f"synthetic-data/{unique('damaged')}.csv"
    rows = [f"{n},{n * 2}" for n in range(50)]
    rows[20] = "20,40,one too many"
    stack.upload(key, ("a,b\n" + "\n".join(rows) + "\n").encode())
    summary = stack.summary(expected(key))
    assert summary["table"]["rowCount"] == 50
    assert summary["table"]["errors"]["byCode"] == {"extra-cell": 1}
    assert summary["table"]["errors"]["examples"][0]["line"] == 22
    assert [column["type"] for column in summary["columns"]] == ["integer", "integer"]


def test_nothing_stays_in_the_functions_temporary_folder(stack: Stack) -> None:
    key = f"synthetic-data/{unique('tmp')}.csv"
    stack.upload(key, CSV)
    stack.summary(expected(key))
    environments = stack.cloud.settings.home / "cloud" / "environments"
    until(lambda: not [path for path in environments.rglob("*") if path.name.startswith("gistline-")])


def test_the_functions_hold_no_key_of_the_host_and_share_no_role(stack: Stack) -> None:
    lambda_: Any = stack.cloud.client("lambda").get_function_configuration
    names = (stack.outputs.summarizer_name, stack.outputs.producer_name)
    configurations = [lambda_(FunctionName=name) for name in names]
    assert len({configuration["Role"] for configuration in configurations}) == 2
    for configuration in configurations:
        variables = configuration["Environment"]["Variables"]
        assert not [name for name in variables if "KEY" in name or "SECRET" in name or "TOKEN" in name]


def test_deploying_again_changes_nothing(stack: Stack) -> None:
    told: list[str] = []
    again = up(stack.cloud.settings, told.append)
    assert again.outputs == stack.outputs
    assert not again.fresh
    assert not [words for words in told if "deploying" in words]
