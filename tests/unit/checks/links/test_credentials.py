import base64
import io
import zipfile
from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.links.credentials import look
from support.fake_aws import function, site_where

OK, WARN, FAIL, SKIP = Verdict.OK, Verdict.WARN, Verdict.FAIL, Verdict.SKIP
KEY = "AKIA" + "A1B2C3D4E5F6G7H8"  # in two parts, so that no scanner takes it for one


def code_at(location: str, **changes: Any) -> dict[str, Any]:
    return {"lambda.get_function": {"Configuration": function(**changes), "Code": {"Location": location}}}


def code(files: dict[str, str], **changes: Any) -> dict[str, Any]:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    encoded = base64.b64encode(package.getvalue()).decode()
    return code_at(f"data:application/zip;base64,{encoded}", **changes)


def variables(**values: str) -> dict[str, Any]:
    return code({}, Environment={"Variables": values})


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "no access key", id="healthy"),
        pytest.param(variables(AWS_SECRET_ACCESS_KEY="x"), FAIL, "AWS_SECRET_ACCESS_KEY", id="by name"),
        pytest.param(variables(HARMLESS=f"id={KEY};"), FAIL, "HARMLESS", id="by pattern"),
        pytest.param(variables(DATABASE_PASSWORD="x"), WARN, "DATABASE_PASSWORD", id="a suspicious name"),
        pytest.param(variables(WORD=f"x{KEY}"), FAIL, "WORD", id="after a small letter"),
        pytest.param(variables(WORD=f"{KEY}0"), OK, "", id="longer than a key"),
        pytest.param(code({"app.py": f"key = '{KEY}'"}), FAIL, "an access key in app.py", id="in the code"),
        pytest.param(code({"app.py": "key = None"}), OK, "", id="none in the code"),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)


def test_no_value_is_ever_shown() -> None:
    assert KEY not in repr(look(site_where(**variables(AWS_ACCESS_KEY_ID=KEY))))


def test_a_package_that_cannot_be_read_is_skipped() -> None:
    finding = look(site_where(**code_at("data:,no-zip")))
    assert finding.verdict is SKIP
    assert "BadZipFile" in finding.evidence
