"""From nothing to a local cloud with the stack in it.

Comes in: settings. Goes out: a `LocalCloud`: where it is, and what is deployed there. Called by the commands
`up` and `demo`. Deploys by the same template, package and code as for AWS; only the target differs.
"""

from collections.abc import Callable
from dataclasses import dataclass

from gistline.config import Settings
from gistline.localcloud import lifecycle
from gistline.localcloud.state import State
from gistline.stack.apply import deploy
from gistline.stack.outputs import StackOutputs
from gistline.stack.package import build
from gistline.stack.progress import StackEvent
from gistline.stack.spec import StackSpec
from gistline.stack.target import Credentials, Target
from gistline.stack.wheels import Platform


@dataclass(frozen=True, slots=True)
class LocalCloud:
    """A running local cloud with the stack deployed; `fresh` when this call has started it."""

    target: Target
    outputs: StackOutputs
    fresh: bool


def up(settings: Settings, tell: Callable[[str], None]) -> LocalCloud:
    """Start the local cloud if it does not run, and deploy the stack if it is not as it should be.

    `tell` gets a few words at each step. One at a time does this; a second one waits for the first.

    Raises:
        SettingsError: stack or bucket cannot be named so, or the schedule is none.
        PackageError: the Lambda package could not be built.
        LocalCloudError: the server did not start.
        StackError: the stack could not be deployed; a server that this call has started is stopped again.
    """
    spec = StackSpec(
        settings.stack,
        bucket_name(settings),
        on_source_delete=settings.on_source_delete or None,  # what is not said stays
        sweep_schedule=settings.sweep_schedule or None,
    )
    tell("building the Lambda package")
    package = build(Platform.LOCAL, settings.home / "packages")
    with lifecycle.alone(settings, "deploy.lock"):
        tell("starting the local cloud")
        server, fresh = lifecycle.start(settings)
        try:
            target = target_of(server.state)
            outputs = deploy(target, spec, package, on_event=lambda event: tell(_words(event)))
        except BaseException:
            if fresh:
                lifecycle.stop(settings)
            raise
    return LocalCloud(target, outputs, fresh)


def target_of(state: State) -> Target:
    """Say how to reach a running server as a target."""
    return Target(state.region, state.endpoint, Credentials(state.access_key, state.secret_key))


def bucket_name(settings: Settings) -> str:
    """Name the local bucket: the one that is set, or one after the stack."""
    return settings.bucket or f"{settings.stack}-local"


def _words(event: StackEvent) -> str:
    return f"deploying the stack: {event.resource} {event.status.lower().replace('_', ' ')}"
