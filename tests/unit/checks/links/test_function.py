from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.links.function import look
from support.fake_aws import figures, function, refused, site_where, stack

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL


def are(**changes: Any) -> dict[str, Any]:
    return {"lambda.get_function": {"Configuration": function(**changes)}}


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "Active, as deployed", id="healthy"),
        pytest.param(
            {"lambda.get_function": refused("ResourceNotFoundException")},
            FAIL,
            "there is no function",
            id="gone",
        ),
        pytest.param(
            are(State="Pending", StateReason="being made"), FAIL, "it is Pending: being made", id="not active"
        ),
        pytest.param(
            are(LastUpdateStatus="Failed", LastUpdateStatusReason="no image"),
            FAIL,
            "Failed: no image",
            id="update failed",
        ),
        pytest.param(are(LastUpdateStatus="InProgress"), WARN, "InProgress", id="update under way"),
        pytest.param(are(Handler="x.y"), FAIL, "Handler is x.y", id="another handler"),
        pytest.param(are(Role="arn:aws:iam::111122223333:role/admin"), FAIL, "role/admin", id="another role"),
        pytest.param(
            are(Environment={"Variables": {"GISTLINE_INPUT_PREFIX": "SECRET"}}),
            FAIL,
            "GISTLINE_INPUT_PREFIX",
            id="variables changed",
        ),
        pytest.param(are(MemorySize=128), WARN, "128 MB", id="memory changed"),
        pytest.param(are(CodeSha256="abc="), FAIL, "not the deployed package", id="another code"),
        pytest.param(stack(CodeKey="my own.zip"), OK, "", id="a key that is no hash tells nothing"),
        pytest.param(
            {"lambda.get_function_concurrency": {"ReservedConcurrentExecutions": 0}},
            FAIL,
            "concurrency is 0",
            id="no concurrency",
        ),
        pytest.param(
            {"lambda.get_function_concurrency": {"ReservedConcurrentExecutions": 5}},
            OK,
            "",
            id="some concurrency",
        ),
        pytest.param(are(Timeout=29), FAIL, "29 s, too short", id="timeout too short"),
        pytest.param(figures(Duration=151_000), FAIL, "took 151 s", id="too little headroom"),
        pytest.param(figures(Duration=150_000), OK, "", id="just enough headroom"),
        pytest.param(
            {**figures(Duration=880_000), **are(Timeout=900)}, OK, "", id="there is no longer timeout"
        ),
        pytest.param(
            {"lambda.get_function_recursion_config": {"RecursiveLoop": "Allow"}},
            FAIL,
            "set to Allow",
            id="loops allowed",
        ),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)


def test_values_of_variables_are_never_shown() -> None:
    finding = look(site_where(**are(Environment={"Variables": {"GISTLINE_SUFFIX": "hunter2"}})))
    assert "hunter2" not in repr(finding)


def test_a_timeout_that_the_stack_itself_has_too_short_is_not_put_back() -> None:
    finding = look(site_where(**stack(SummarizerTimeout="10"), **are(Timeout=10)))
    assert finding.remedy is not None
    assert finding.remedy.apply is None
    assert "SummarizerTimeout=30" in finding.remedy.words
