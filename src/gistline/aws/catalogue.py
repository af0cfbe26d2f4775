"""What lies in the bucket, asked by a function with lists and HEADs alone: no bytes of any object.

Comes in: the settings and the environment. Goes out: a `Catalogue`. Called by the function `sweeper`, once per
execution environment; the command line has its own, through boto3.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

from gistline.aws.lineage import Trace
from gistline.aws.listing import Lister
from gistline.aws.objects import Objects
from gistline.aws.s3 import Address, Credentials, Listed, Stored
from gistline.aws.wire import Wire
from gistline.config import DEFAULT_REGION, Settings
from gistline.errors import ObjectForbiddenError


class FunctionCatalogue(NamedTuple):
    """One bucket; both methods raise an ObjectStoreError if S3 refuses."""

    lister: Lister
    objects: Objects

    def list(self, prefix: str, after: str = "") -> Iterator[Listed]:
        """Give the objects whose key begins with `prefix` and comes behind `after`, in S3's order."""
        return self.lister.list(prefix, after)

    def head(self, key: str) -> Stored | None:
        """Ask what lies under `key`; None if nothing does."""
        return self.objects.head(key)


def catalogue_of(settings: Settings, environ: Mapping[str, str]) -> FunctionCatalogue:
    """Make the catalogue of the bucket that the settings name; raises what `wire_of` raises."""
    address = Address.of(settings.bucket, settings)
    wire = wire_of("s3", settings, environ, address.endpoint)
    return FunctionCatalogue(Lister(wire, address), Objects(settings.bucket, settings, environ))


def wire_of(service: str, settings: Settings, environ: Mapping[str, str], endpoint: str = "") -> Wire:
    """Make a wire to a service: at this endpoint, else at the settings', else at AWS's own.

    Raises:
        ObjectForbiddenError: there are no credentials to sign with.
    """
    credentials = Credentials.from_environ(environ)
    if credentials is None:
        raise ObjectForbiddenError(
            f"no credentials to sign requests to {service} with",
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, as Lambda does for the execution role",
        )
    region = settings.region or DEFAULT_REGION
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    place = endpoint or settings.endpoint or f"https://{service}.{region}.{domain}"
    return Wire(service, region, place.rstrip("/"), credentials, partial(Trace.from_environ, environ))
