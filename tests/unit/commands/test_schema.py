"""The contract, printed."""

import json

from click.testing import CliRunner
from jsonschema import Draft202012Validator

from gistline.commands.schema import schema
from gistline.profile import summary


def test_what_is_printed_is_the_schema_and_nothing_else() -> None:
    result = CliRunner().invoke(schema)
    assert result.exit_code == 0
    printed = json.loads(result.stdout)
    assert printed == summary.schema()
    assert result.stderr == ""
    Draft202012Validator.check_schema(printed)
