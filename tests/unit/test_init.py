import io
import subprocess
import sys

import pytest

import gistline


def test_engine_is_at_hand_under_the_name_of_the_package() -> None:
    summary = gistline.summarize(io.BytesIO(b"a,b\n1,2\n"))
    assert isinstance(summary, gistline.Summary)
    assert summary.to_dict()["table"]["rowCount"] == 1


def test_every_promised_name_is_there() -> None:
    assert all(hasattr(gistline, name) for name in gistline.__all__)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _ = gistline.nothing


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import gistline", {"gistline.profile", "dataclasses", "json"}),
        (
            "import gistline.profile",
            {"boto3", "botocore", "click", "rich", "pathlib", "hashlib", "statistics"},
        ),
    ],
)
def test_import_loads_no_more_than_it_needs(statement: str, absent: set[str]) -> None:
    code = f"import sys; before = set(sys.modules); {statement}; print(*set(sys.modules) - before)"
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert absent.isdisjoint(run.stdout.split())
