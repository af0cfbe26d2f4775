"""What only a real account can show: that AWS deploys the template, and that S3 then invokes the function by itself."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from gistline.stack.existing import Backups, S3Notifications, attach, detach, rule_of
from gistline.stack.identity import whoami
from support.cloud import unique, until

if TYPE_CHECKING:
    from pathlib import Path

    from aws.conftest import Account

CSV = b"id,colour\n1,red\n2,blue\n3,\n"
PATIENCE = (
    360.0  # seconds; "it usually takes about five minutes for the changes to take effect" (S3 User Guide)
)


def upload(account: "Account", key: str) -> None:
    account.target.client("s3").put_object(Bucket=account.outputs.bucket_name, Key=key, Body=CSV)


def summary(account: "Account", key: str) -> dict[str, Any]:
    """Wait for the summary under this key."""
    s3, bucket = account.target.client("s3"), account.outputs.bucket_name

    def ask() -> bytes:
        try:
            return s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except s3.exceptions.NoSuchKey:
            return b""

    found: dict[str, Any] = json.loads(until(ask, PATIENCE))
    return found


@pytest.mark.parametrize("name", ["orders", "plus+plus and space", "per%cent é"])
def test_an_upload_turns_into_a_summary_by_itself(account: "Account", name: str) -> None:
    stem = f"{unique(name)}"
    upload(account, f"synthetic-data/{stem}.csv")
    found = summary(account, f"summaries/summary_{stem}.json")
    assert found["source"]["key"] == f"synthetic-data/{stem}.csv"
    assert (found["status"], found["table"]["rowCount"]) == ("complete", 3)


def test_a_removed_csv_leaves_a_tombstone(account: "Account") -> None:
    """What is missing is told from what is forbidden, as the right to list holds for a GET and a HEAD too."""
    stem = unique("removed")
    upload(account, f"synthetic-data/{stem}.csv")
    summary(account, f"summaries/summary_{stem}.json")
    s3, bucket = account.target.client("s3"), account.outputs.bucket_name
    s3.delete_object(Bucket=bucket, Key=f"synthetic-data/{stem}.csv")
    until(lambda: summary(account, f"summaries/summary_{stem}.json")["status"] == "deleted", PATIENCE)


def test_a_second_deploy_changes_nothing(account: "Account") -> None:
    assert "Nothing to change." in account.deploy()


def test_a_plan_shows_one_changed_property_and_changes_nothing(account: "Account") -> None:
    planned = json.loads(account.deploy("--plan", "--timeout", "61", "--json").splitlines()[-1])
    summarizer = next(change for change in planned["changes"] if change["resource"] == "Summarizer")
    assert (summarizer["replacement"], summarizer["properties"]) == ("False", ["Timeout"])
    assert "Nothing to change." in account.deploy()


def test_the_summarizer_may_not_write_where_the_trigger_listens(account: "Account") -> None:
    """IAM itself says so, bucket policy and all: what no emulator proves."""
    function = account.target.client("lambda").get_function_configuration(
        FunctionName=account.outputs.summarizer_name
    )
    asked = account.target.client("iam").simulate_principal_policy(
        PolicySourceArn=function["Role"],
        ActionNames=["s3:PutObject"],
        ResourceArns=[f"arn:aws:s3:::{account.outputs.bucket_name}/synthetic-data/loop.csv"],
    )
    assert asked["EvaluationResults"][0]["EvalDecision"] == "implicitDeny"


def test_s3_stores_a_merged_configuration_as_it_was_written(account: "Account", tmp_path: "Path") -> None:
    """S3 may spell what it was given in another way; our comparison must see through that."""
    who, bucket = whoami(account.target), account.outputs.bucket_name
    store = S3Notifications(account.target.client("s3"), bucket, who.account)
    before = store.read()
    other = rule_of("other", account.outputs.summarizer_arn)
    elsewhere = type(other)(other.id, other.destination, other.events, "elsewhere/", other.suffix)
    backups = Backups(tmp_path, bucket)
    assert attach(store, elsewhere, backups) is not None
    assert attach(store, elsewhere, backups) is None
    assert detach(store, "other", backups) is not None
    assert store.read() == before
