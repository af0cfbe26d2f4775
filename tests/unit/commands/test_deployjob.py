import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from gistline.commands.deployjob import Job, check, spec_of
from gistline.config import Settings
from gistline.errors import SettingsError, StackError
from gistline.stack.identity import Identity
from gistline.stack.present import Present
from gistline.stack.spec import StackSpec
from gistline.stack.target import Credentials, Target
from unit.stack.fake_aws import ACCOUNT, EXCEPTIONS, PARAMETERS

WHO = Identity(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/dev")
AWS = Target("eu-west-1")
LOCAL = Target("us-east-1", "http://127.0.0.1:1", Credentials("key", "hidden"))
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1a-2b"
SWEPT = {**PARAMETERS, "SweepSchedule": "rate(1 day)"}
NOTHING_SAID: dict[str, Any] = dict.fromkeys(
    (
        *("bucket", "existing_bucket", "memory", "timeout", "on_source_delete", "break_glass"),
        *("sweep_schedule", "kms_key"),
    )
)


def spec(
    said: dict[str, Any] | None = None,
    *,
    target: Target = AWS,
    present: Present | None = None,
    settings: Settings | None = None,
) -> StackSpec:
    options = {**NOTHING_SAID, **(said or {})}
    return spec_of(settings or Settings(stack="gist"), target, WHO, options, present)


def test_the_bucket_is_named_after_stack_account_and_region() -> None:
    assert spec() == StackSpec("gist", f"gist-{ACCOUNT}-eu-west-1")


def test_on_the_local_cloud_it_is_the_bucket_of_up() -> None:
    assert spec(target=LOCAL) == StackSpec("gist", "gist-local")


@pytest.mark.parametrize("kind", ["bucket", "existing_bucket"])
def test_a_bucket_that_is_said_is_taken(kind: str) -> None:
    assert spec({kind: "mine"}) == StackSpec("gist", "mine", existing_bucket=kind == "existing_bucket")


def test_a_bucket_that_is_set_is_taken() -> None:
    assert spec(settings=Settings(stack="gist", bucket="set")).bucket == "set"


def test_two_buckets_are_refused() -> None:
    with pytest.raises(SettingsError, match="either created or existing"):
        spec({"bucket": "one", "existing_bucket": "two"})


@pytest.mark.parametrize("existing", [False, True])
def test_a_stack_that_is_there_keeps_its_bucket(*, existing: bool) -> None:
    parameters = {**PARAMETERS, "CreateBucket": "false" if existing else "true"}
    kept = spec(present=Present("arn", "CREATE_COMPLETE", parameters))
    assert (kept.bucket, kept.existing_bucket) == ("csvs", existing)


@pytest.mark.parametrize(
    ("said", "bucket", "existing"),
    [
        ({"bucket": "csvs"}, "csvs", True),
        ({"bucket": "other"}, "other", False),
        ({"existing_bucket": "other"}, "other", True),
    ],
)
def test_what_is_said_of_a_stack_that_is_there_is_heard(
    said: dict[str, str], bucket: str, *, existing: bool
) -> None:
    present = Present("arn", "CREATE_COMPLETE", {**PARAMETERS, "CreateBucket": "false"})
    wanted = spec(said, present=present)
    assert (wanted.bucket, wanted.existing_bucket) == (bucket, existing)


def test_memory_and_timeout_are_passed_on() -> None:
    wanted = spec({"memory": 512, "timeout": 60})
    assert (wanted.memory, wanted.timeout) == (512, 60)


def test_what_becomes_of_summaries_and_who_may_write_them_is_passed_on() -> None:
    wanted = spec({"on_source_delete": "keep", "break_glass": "arn:me"})
    assert (wanted.on_source_delete, wanted.break_glass_arn) == ("keep", "arn:me")
    assert spec({}).on_source_delete is None


@pytest.mark.parametrize("schedule", ["rate(1 day)", ""])
def test_a_schedule_is_passed_on_and_so_is_the_end_of_one(schedule: str) -> None:
    assert spec({"sweep_schedule": schedule}).sweep_schedule == schedule


def test_of_a_schedule_that_is_not_said_the_stack_keeps_what_it_has() -> None:
    assert spec({}, present=Present("arn", "CREATE_COMPLETE", SWEPT)).sweep_schedule is None


def test_a_schedule_that_is_none_is_refused_before_aws_is_asked() -> None:
    with pytest.raises(SettingsError, match="'every day' is no schedule"):
        spec({"sweep_schedule": "every day"})


@pytest.mark.parametrize("key", [KEY, ""])
def test_a_key_is_passed_on_and_so_is_the_end_of_one(key: str) -> None:
    assert spec({"kms_key": key}).kms_key_arn == key


@pytest.mark.parametrize(
    ("said", "before", "has"),
    [(None, "", ""), (None, KEY, KEY), ("", KEY, ""), (KEY, "", KEY)],
    ids=["none", "kept", "taken away", "given"],
)
def test_the_key_that_the_stack_will_have_is_the_one_that_is_said_or_else_the_one_it_had(
    said: str | None, before: str, has: str
) -> None:
    assert job(key=said, key_before=before).kms_key == has


@dataclass
class FakeIam:
    """A simulator that denies these actions."""

    denied: set[str]
    exceptions: ClassVar[Any] = EXCEPTIONS

    def get_paginator(self, _operation: str) -> Any:
        return SimpleNamespace(paginate=self._simulate)

    def _simulate(self, **request: Any) -> list[dict[str, Any]]:
        decisions = {a: "implicitDeny" if a in self.denied else "allowed" for a in request["ActionNames"]}
        results = [{"EvalActionName": a, "EvalDecision": decision} for a, decision in decisions.items()]
        return [{"EvaluationResults": results}]


@dataclass(frozen=True, slots=True)
class IamTarget(Target):
    """A target of which only IAM is asked."""

    iam: FakeIam = field(default_factory=lambda: FakeIam(set()))

    def client(self, service: str) -> Any:
        return {"iam": self.iam}[service]


def job(
    *denied: str,
    schedule: str | None = None,
    swept: bool = False,
    key: str | None = None,
    key_before: str = "",
) -> Job:
    target = IamTarget("eu-west-1", iam=FakeIam(set(denied)))
    wanted = StackSpec("gist", "csvs", sweep_schedule=schedule, kms_key_arn=key)
    return Job(Settings(stack="gist"), target, WHO, wanted, quiet=False, swept=swept, key_before=key_before)


def test_it_says_who_deploys_what_where(capsys: pytest.CaptureFixture[str]) -> None:
    check(job())
    said = capsys.readouterr().out
    for words in ("AWS, eu-west-1", WHO.arn, "csvs (the stack's own)", "you have all that deploying needs"):
        assert words in said


def test_what_is_denied_stops_it_and_the_policy_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StackError, match="iam:CreateRole on arn:aws:iam"):
        check(job("iam:CreateRole"))
    said = capsys.readouterr().out
    policy = json.loads(said[said.index("{") :])
    assert any("iam:CreateRole" in statement["Action"] for statement in policy["Statement"])


def test_what_is_only_read_back_stops_nothing() -> None:
    check(job("s3:GetBucketAbac"))


@pytest.mark.parametrize(
    ("schedule", "swept", "needed"),
    [
        pytest.param(None, False, False, id="never"),
        pytest.param("", False, False, id="never, and said so"),
        pytest.param("rate(1 day)", False, True, id="from now on"),
        pytest.param(None, True, True, id="as before"),
        pytest.param("", True, True, id="no longer"),
    ],
)
def test_rights_on_the_schedule_are_asked_for_where_one_comes_stays_or_goes(
    schedule: str | None, *, swept: bool, needed: bool
) -> None:
    policy = json.dumps(job(schedule=schedule, swept=swept).policy)
    assert ("events:PutRule" in policy) is needed
    assert ("function:gist-sweeper" in policy) is needed


def test_a_missing_right_on_the_schedule_stops_it_only_where_there_is_one() -> None:
    check(job("events:PutRule"))
    with pytest.raises(StackError, match="events:PutRule on arn:aws:events"):
        check(job("events:PutRule", schedule="rate(1 day)"))


@pytest.mark.parametrize(
    ("key", "before", "needed"),
    [
        pytest.param(None, "", False, id="never"),
        pytest.param("", "", False, id="never, and said so"),
        pytest.param(KEY, "", True, id="from now on"),
        pytest.param(None, KEY, True, id="as before"),
        pytest.param("", KEY, True, id="no longer"),
    ],
)
def test_the_right_to_give_log_groups_a_key_is_asked_for_where_one_comes_stays_or_goes(
    key: str | None, before: str, *, needed: bool
) -> None:
    policy = json.dumps(job(key=key, key_before=before).policy)
    assert ("logs:AssociateKmsKey" in policy) is needed
    assert ("logs:DisassociateKmsKey" in policy) is needed
