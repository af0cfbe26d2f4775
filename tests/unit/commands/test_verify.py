"""How verify tells what it proved."""

from collections.abc import Iterable

from gistline.checks.check import Finding, Remedy, Verdict
from gistline.checks.verify import Step
from gistline.commands.verify import Report, as_object, as_text, conclusion, run
from gistline.pipeline.log import RECEIVED, UPLOADED
from gistline.site.site import Site
from support.fake_pipeline import World, healthy

REMEDY = Remedy("let S3 in", "gistline doctor --fix")
FINDINGS = (
    Finding("bucket", Verdict.OK, "the bucket", "it is there"),
    Finding("invoke-permission", Verdict.FAIL, "the policy", "nobody may invoke", REMEDY),
)


def ignore(_step: Step) -> None:
    """Print nothing."""


def unasked(_site: Site) -> Iterable[Finding]:
    raise AssertionError("the doctor was called")


def examined(world: World) -> Report:
    return run(world.site, world.patience, lambda _: FINDINGS, ignore)


def test_no_doctor_is_called_to_a_healthy_stack() -> None:
    world = healthy()
    report = run(world.site, world.patience, unasked, ignore)
    assert report.failed is None
    (line,) = conclusion(report)
    assert (
        line.plain
        == "It works by itself: 0 ms from the upload to the summary, and S3 alone invoked the function."
    )


def test_a_step_that_did_not_happen_is_named_with_what_the_doctor_found() -> None:
    report = examined(World())
    assert report.failed is not None
    assert [line.plain for line in conclusion(report)] == [
        f"This step did not happen: {RECEIVED}",
        "fail  invoke-permission: nobody may invoke",
        "      what to do: let S3 in",
        "      gistline doctor --fix",
    ]


def test_a_doctor_who_finds_nothing_says_so() -> None:
    world = World()
    report = run(world.site, world.patience, lambda _: FINDINGS[:1], ignore)
    assert conclusion(report)[-1].plain == "The doctor found nothing wrong."


def test_the_same_stands_in_the_json() -> None:
    world = World()
    document = as_object(examined(world), world.patience)
    assert (document["passed"], document["failedStep"], document["limitSeconds"]) == (False, RECEIVED, 5.0)
    assert [step["name"] for step in document["steps"]] == ["canary uploaded", RECEIVED, "canary removed"]
    assert document["findings"][1] == {
        "check": "invoke-permission",
        "verdict": "fail",
        "lookedAt": "the policy",
        "evidence": "nobody may invoke",
        "remedy": {"words": "let S3 in", "command": "gistline doctor --fix"},
    }


def test_the_json_of_a_healthy_stack_has_no_failed_step() -> None:
    world = healthy()
    document = as_object(examined(world), world.patience)
    assert (document["passed"], document["failedStep"], document["findings"]) == (True, None, [])


def test_a_step_is_one_line() -> None:
    fine = as_text(Step(UPLOADED, passed=True, milliseconds=1234, evidence="summaries/[a].json")).plain
    assert fine == "  1,234 ms  ok  JSON uploaded           summaries/[a].json"
    wrong = as_text(
        Step("numbers right", passed=False, milliseconds=None, evidence="table: rowCount is 3, not 4")
    )
    assert wrong.plain == "            NO  numbers right           table: rowCount is 3, not 4"
