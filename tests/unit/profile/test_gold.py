import json
from pathlib import Path

import pytest

from gold.rewrite import csv_files, text_of
from unit.profile.oracle import validator


@pytest.mark.parametrize("path", csv_files(), ids=lambda path: path.stem)
def test_summary_is_the_one_that_was_read_and_found_right(path: Path) -> None:
    assert text_of(path) == path.with_suffix(".json").read_text("ascii")


@pytest.mark.parametrize("path", csv_files(), ids=lambda path: path.stem)
def test_gold_summary_keeps_to_the_schema(path: Path) -> None:
    validator().validate(json.loads(path.with_suffix(".json").read_text("ascii")))
