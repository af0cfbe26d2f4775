"""One local cloud for the whole session, in a private folder, stopped at its end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gistline.config import Settings
from gistline.localcloud import lifecycle
from gistline.localcloud.up import up
from support.cloud import Cloud, Stack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whatever lies in this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.local)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A local cloud without a stack, on a free port, whose retries take next to no time."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), port=0, delivery_workers=2, retry_seconds=0.05)
    started, _ = lifecycle.start(settings)
    yield Cloud(settings, started.state)
    lifecycle.stop(settings)


@pytest.fixture(autouse=True)
def rested(request: pytest.FixtureRequest) -> None:
    """Let a test begin when all is done that the one before it has set off: it could come in between, and be counted."""
    if "server" in request.fixturenames:
        request.getfixturevalue("server").rest()


@pytest.fixture(scope="session")
def stack(server: Cloud) -> Stack:
    """The stack, deployed there by the very template that AWS gets."""
    return Stack(server, up(server.settings, lambda _: None).outputs)
