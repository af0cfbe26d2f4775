"""One stack in a real account for the whole session, under a name of its own, and nothing of it left afterwards.

`pytest -m aws` chooses these tests; they use the credentials, the profile and the region that every AWS tool uses
(AWS_PROFILE, AWS_REGION). What a deployer must be allowed: `gistline deploy --target aws --print-policy`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gistline.commands.deploy import deploy
from gistline.commands.destroy import destroy
from gistline.commands.site import aws_region
from gistline.config import Settings
from gistline.errors import GistlineError
from gistline.stack.outputs import StackOutputs, read_outputs
from gistline.stack.target import Target
from support.cloud import unique


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark whatever lies in this folder, and skip it unless just this was asked for: `-m "not local"` is no yes."""
    chosen = config.getoption("markexpr") == "aws"
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.aws)
            if not chosen:
                item.add_marker(pytest.mark.skip(reason="a real account: only with pytest -m aws"))


@dataclass(frozen=True)
class Account:
    """A stack in a real account, as somebody sees it who types verbs about it."""

    settings: Settings
    target: Target

    @property
    def outputs(self) -> StackOutputs:
        return read_outputs(self.target, self.settings.stack)

    def deploy(self, *arguments: str) -> str:
        return self._typed(deploy, arguments)

    def destroy(self, *arguments: str) -> str:
        return self._typed(destroy, arguments)

    def _typed(self, verb: Any, arguments: tuple[str, ...]) -> str:
        result = CliRunner().invoke(verb, arguments, obj=self.settings)
        if isinstance(result.exception, GistlineError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output


@pytest.fixture(scope="session")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """Deploy under a name of its own; whatever happens, destroy."""
    plain = Settings(target="aws", stack=unique("gistline-test"), home=tmp_path_factory.mktemp("home"))
    settings = plain._replace(region=aws_region(plain))
    account = Account(settings, Target(settings.region))
    try:
        account.deploy()
        yield account
    finally:
        account.destroy("--yes")
