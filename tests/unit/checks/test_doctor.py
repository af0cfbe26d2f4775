import pytest

from gistline.checks.check import Check, Finding, Remedy, Verdict
from gistline.checks.doctor import ALL, examine, reference, repair, repairable
from gistline.errors import StackError
from gistline.site.site import Site
from support.fake_aws import healthy, refused, site_where, swept, swept_site_where

IDS = [
    "identity",
    "bucket",
    "bucket-policy",
    "notification",
    "invoke-permission",
    "function",
    "execution-role",
    "role-sharing",
    "iam-actions",
    "loops",
    "logs",
    "failure-queue",
    "errors",
    "sweep-schedule",
    "missing-summaries",
    "credentials",
]


def test_the_checks_come_in_the_order_in_which_the_event_travels() -> None:
    assert [check.id for check in ALL] == IDS


def test_a_healthy_stack_on_aws_is_found_healthy() -> None:
    assert [f for f in examine(site_where()) if f.verdict is not Verdict.OK] == []


def test_a_healthy_stack_that_sweeps_is_found_healthy() -> None:
    assert [f for f in examine(swept_site_where()) if f.verdict is not Verdict.OK] == []


@pytest.mark.parametrize("operation", ["sts.get_caller_identity", "s3.head_bucket", "lambda.get_policy"])
def test_a_check_that_may_not_look_is_skipped_with_the_reason_and_the_others_go_on(operation: str) -> None:
    findings = examine(site_where(**{operation: refused("AccessDenied", "not for you")}))
    (skipped,) = [finding for finding in findings if finding.verdict is Verdict.SKIP]
    assert "AccessDenied" in skipped.evidence
    assert [f.verdict for f in findings if f is not skipped] == [Verdict.OK] * 15


def test_whoever_may_look_at_nothing_gets_nothing_but_skips() -> None:
    denied = dict.fromkeys({**healthy(), **swept()}, refused("AccessDenied"))
    assert {finding.verdict for finding in examine(swept_site_where(**denied))} == {Verdict.SKIP}


def finding(verdict: Verdict, remedy: Remedy | None) -> Finding:
    return Finding("some", verdict, "a thing", "seen", remedy)


def test_only_safe_remedies_of_what_is_not_well_are_repairable() -> None:
    safe, unsafe = Remedy("do", "aws do", lambda _: None), Remedy("do", "aws do")
    broken = [finding(Verdict.FAIL, safe), finding(Verdict.WARN, safe)]
    others = [finding(Verdict.FAIL, unsafe), finding(Verdict.FAIL, None), finding(Verdict.OK, safe)]
    assert repairable([*others, *broken]) == tuple(broken)


def test_a_repair_that_needs_another_first_is_tried_again_after_it() -> None:
    done: list[str] = []

    def second(_: Site) -> None:
        if "first" not in done:
            raise StackError("too early")
        done.append("second")

    findings = [
        Finding("b", Verdict.FAIL, "", "", Remedy("", "", second)),
        Finding("a", Verdict.FAIL, "", "", Remedy("", "", lambda _: done.append("first"))),
    ]
    assert repair(site_where(), findings) == ()
    assert done == ["first", "second"]


def test_a_repair_that_is_refused_for_good_is_reported() -> None:
    def refuse(_: Site) -> None:
        raise refused("AccessDenied", "not for you")

    (words,) = repair(site_where(), [finding(Verdict.FAIL, Remedy("", "", refuse))])
    assert "some: " in words
    assert "AccessDenied" in words


def test_a_finding_of_a_check_that_crashes_is_a_bug_and_not_hidden() -> None:
    def look(_: Site) -> Finding:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        examine(site_where(), [Check("x", "X", "", look)])


def test_the_reference_has_a_row_and_a_section_for_each_check() -> None:
    page = reference()
    for check in ALL:
        assert f"(#{check.id})" in page
        assert f"## {check.id}\n" in page
        assert check.why in page
