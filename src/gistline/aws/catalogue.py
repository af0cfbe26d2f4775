"""What lies in the bucket, asked by a function with lists and HEADs alone: no bytes of any object.

Comes in: the settings and the environment. Goes out: a `Catalogue`. Called by the function `sweeper`, once per
execution environment; the command line has its own, through boto3.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from gistline.aws.listing import Lister
from gistline.aws.objects import Objects
from gistline.aws.s3 import Address, Listed, Stored
from gistline.aws.wire import Wire
from gistline.config import Settings


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
    """Make the catalogue of the bucket that the settings name; raises what `Wire.of` raises."""
    address = Address.of(settings.bucket, settings)
    wire = Wire.of("s3", settings, environ)._replace(endpoint=address.endpoint)
    return FunctionCatalogue(Lister(wire, address), Objects(settings.bucket, settings, environ))
