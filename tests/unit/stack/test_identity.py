from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from gistline.errors import StackError
from gistline.stack.identity import Denial, Identity, denials, refuse, whoami
from gistline.stack.target import Target
from unit.stack.fake_aws import ACCOUNT, EXCEPTIONS, refusal

USER = Identity(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/dev")
POLICY = {
    "Statement": [
        {"Action": ["s3:CreateBucket", "s3:ListBucket"], "Resource": ["arn:aws:s3:::csvs"]},
        {"Action": ["logs:TagResource"], "Resource": ["arn:logs:group", "arn:logs:group:*"]},
    ]
}


@dataclass
class FakeIam:
    """IAM's simulator, of which each answer is in `says`: (action, resource) to decision."""

    says: dict[tuple[str, str], str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    error: Exception | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    exceptions: ClassVar[Any] = EXCEPTIONS

    def get_role(self, **request: Any) -> Any:
        return {"Role": {"Arn": f"arn:aws:iam::{ACCOUNT}:role/path/{request['RoleName']}"}}

    def get_paginator(self, operation: str) -> Any:
        assert operation == "simulate_principal_policy"
        return SimpleNamespace(paginate=self._simulate)

    def _simulate(self, **request: Any) -> list[dict[str, Any]]:
        self.asked.append(request)
        if self.error:
            raise self.error
        (resource,) = request["ResourceArns"]
        return [
            {
                "EvaluationResults": [
                    {
                        "EvalActionName": action,
                        "EvalDecision": self.says.get((action, resource), "allowed"),
                        "MissingContextValues": self.missing,
                    }
                ]
            }
            for action in request["ActionNames"]
        ]


@dataclass(frozen=True, slots=True)
class IamTarget(Target):
    """An account with an IAM, and somebody who is signed in."""

    iam: FakeIam = field(default_factory=FakeIam)

    def client(self, service: str) -> Any:
        return {"iam": self.iam, "sts": SimpleNamespace(get_caller_identity=_somebody)}[service]


def _somebody() -> dict[str, str]:
    return {"Account": ACCOUNT, "Arn": USER.arn, "UserId": "x"}


def asked(iam: FakeIam, who: Identity = USER) -> list[Denial] | None:
    return denials(IamTarget("eu-west-1", iam=iam), who, POLICY)


def test_who_is_signed_in_is_asked_of_sts() -> None:
    assert whoami(IamTarget("eu-west-1")) == USER


def test_the_partition_stands_in_the_arn() -> None:
    assert Identity(ACCOUNT, f"arn:aws-cn:iam::{ACCOUNT}:user/dev").partition == "aws-cn"


def test_who_may_do_all_is_denied_nothing() -> None:
    assert asked(FakeIam()) == []


def test_what_is_denied_is_named() -> None:
    iam = FakeIam({("s3:CreateBucket", "arn:aws:s3:::csvs"): "implicitDeny"})
    assert asked(iam) == [Denial("s3:CreateBucket", "arn:aws:s3:::csvs")]


def test_an_action_that_is_allowed_under_one_spelling_is_allowed() -> None:
    assert asked(FakeIam({("logs:TagResource", "arn:logs:group:x"): "implicitDeny"})) == []


def test_what_depends_on_an_unknown_condition_is_not_called_denied() -> None:
    iam = FakeIam({("s3:CreateBucket", "arn:aws:s3:::csvs"): "implicitDeny"}, missing=["aws:RequestTag/x"])
    assert asked(iam) == []


def test_the_account_itself_need_not_be_asked() -> None:
    iam = FakeIam()
    assert asked(iam, Identity(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")) == []
    assert iam.asked == []


def test_of_a_role_session_the_role_is_asked_with_its_path() -> None:
    iam = FakeIam()
    asked(iam, Identity(ACCOUNT, f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/me"))
    assert {request["PolicySourceArn"] for request in iam.asked} == {
        f"arn:aws:iam::{ACCOUNT}:role/path/deployer"
    }


def test_a_simulator_that_may_not_be_asked_tells_nothing() -> None:
    assert asked(FakeIam(error=refusal("AccessDenied"))) is None


def test_another_failure_is_an_error() -> None:
    with pytest.raises(StackError, match="asking IAM what you may do: ServiceFailure"):
        asked(FakeIam(error=refusal("ServiceFailure")))


def test_a_denial_stops_with_the_way_to_the_policy() -> None:
    with pytest.raises(StackError, match="s3:CreateBucket on arn:aws:s3:::csvs") as refused:
        refuse([Denial("s3:CreateBucket", "arn:aws:s3:::csvs")])
    assert "--print-policy" in refused.value.remedy
    assert refused.value.code == "deployer-permissions"


def test_no_denial_stops_nothing() -> None:
    refuse([])
