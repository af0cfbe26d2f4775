"""The stack that a verb works on: which target, which stack, and how to reach it.

Comes in: settings, and the options that every such verb has. Goes out: a `Site`. Called by the verbs that need a
deployed stack; to them the local cloud and AWS are the same.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from gistline.config import DEFAULT_REGION, Settings
from gistline.errors import LocalCloudError, SettingsError
from gistline.localcloud import lifecycle
from gistline.localcloud.up import target_of
from gistline.site.site import Site, open_site
from gistline.stack.target import Target

LOCAL, AWS = "local", "aws"

Verb = TypeVar("Verb", bound=Callable[..., Any])


def stack_options(verb: Verb) -> Verb:
    """Add the options that say which stack: `--target`, `--stack`, `--profile`, `--region`.

    The verb gets them as keyword arguments; `choose` puts them over the settings.
    """
    for option in (
        click.option("--region", help="AWS's region. Default: as every AWS tool finds it."),
        click.option("--profile", help="A profile of AWS's configuration files. Default: as every AWS tool."),
        click.option("--stack", help="The stack's name. Default: gistline."),
        click.option("--target", type=click.Choice([LOCAL, AWS]), help="Where the stack is. Default: local."),
    ):
        verb = option(verb)
    return verb


def choose(settings: Settings, **options: str | None) -> Settings:
    """Put what was given on the command line over the settings."""
    given: dict[str, Any] = {name: value for name, value in options.items() if value}
    return settings._replace(**given)


def find_target(settings: Settings) -> Target:
    """Say how to reach the target that the settings name.

    Raises:
        LocalCloudError: it is the local cloud, and none runs.
        SettingsError: there is no such target.
    """
    if settings.target == AWS:
        return Target(aws_region(settings), settings.endpoint, profile=settings.profile)
    if settings.target != LOCAL:
        raise SettingsError(f"no target is called {settings.target!r}", "take 'local' or 'aws'")
    server = lifecycle.find(settings)
    if server is None:
        raise LocalCloudError("no local cloud is running", "start one: gistline up; or say --target aws")
    return target_of(server.state)


def site_of(settings: Settings) -> Site:
    """Find the target and read the stack's outputs.

    Raises:
        LocalCloudError: see `find_target`.
        StackError: there is no such stack, or the target does not answer.
    """
    return open_site(find_target(settings), settings.stack)


def aws_region(settings: Settings) -> str:
    """Find the region as AWS's tools do: said, in the environment, in the profile; else us-east-1."""
    if settings.region:
        return settings.region
    import boto3  # noqa: PLC0415 - only for AWS, and slow to import

    return boto3.Session(profile_name=settings.profile or None).region_name or DEFAULT_REGION
