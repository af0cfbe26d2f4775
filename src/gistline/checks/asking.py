"""How checks ask: with few clients, expecting that a thing may not be there, and showing the question to a person.

Comes in: a target, a call to a service, the words of a command. Goes out: answers. Called by `doctor` and the checks.
"""

import shlex
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from gistline.config import Settings
from gistline.site.site import Site
from gistline.stack.target import Target, refusal_of

T = TypeVar("T")
DOWNLOAD_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Acquainted(Target):
    """A target that keeps its clients: to make one takes 0.1 s, and sixteen checks ask for forty."""

    make: Callable[[Any], Any] = field(kw_only=True)
    known: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def client(self, service: Any) -> Any:
        """Make a client once; clients, unlike sessions, are safe for threads."""
        if service not in self.known:
            self.known[service] = self.make(service)
        return self.known[service]


def acquainted(site: Site) -> Site:
    """Give the same site with a target that keeps its clients."""
    target = site.target
    kept = Acquainted(target.region, target.endpoint, target.credentials, target.profile, make=target.client)
    return replace(site, target=kept)


def found(call: Callable[[], T], *codes: str) -> T | None:
    """Return what the call returns, or None where the service answers with one of `codes`: no such thing."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - as in `stack.target`

    try:
        return call()
    except ClientError as refusal:
        if refusal_of(refusal)[0] in codes:
            return None
        raise


def download(site: Site, url: str) -> bytes:
    """Fetch what a service has named a URL for; what is on the loopback is asked without a proxy.

    Raises:
        OSError: it cannot be fetched.
    """
    proxies = urllib.request.ProxyHandler({} if site.target.is_local else None)
    with urllib.request.build_opener(proxies).open(url, timeout=DOWNLOAD_SECONDS) as answer:
        body: bytes = answer.read()
    return body


def command(site: Site, *words: str) -> str:
    """Write an aws-cli command for the site's target, ready to be pasted into a shell."""
    target = site.target
    where = ["--region", target.region]
    where += ["--endpoint-url", target.endpoint] if target.endpoint else []
    where += ["--profile", target.profile] if target.profile else []
    return shlex.join(["aws", *words, *where])


def verb(site: Site, words: str) -> str:
    """Write a gistline command for the site's stack, ready to be pasted into a shell."""
    target, line = site.target, ["gistline", *words.split()]
    if not target.is_local:
        line += ["--profile", target.profile] if target.profile else []
        line += ["--region", target.region, "--target", "aws"]
    line += ["--stack", site.stack] if site.stack != Settings().stack else []
    return shlex.join(line)
