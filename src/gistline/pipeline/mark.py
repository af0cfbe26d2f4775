"""The mark on a summary: what it says of itself in its metadata, so that one HEAD request is enough to read it.

Comes in: what is to be stored, or an object's metadata. Goes out: metadata, or a `Mark`. Called by `reconcile`,
and by whoever compares sources with their summaries.

S3 takes ASCII only in metadata, so that the mark is one header in the form of a query string, as in
`x-amz-meta-gistline: status=complete&generation=1&etag=9a0364b9e99bb480dd25e1f0284c8555&bytes=3&...`. The same
facts stand in the body; that matters, as the ETag, on which all writing depends, covers the body alone.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple, cast, get_args
from urllib.parse import parse_qsl, urlencode

from gistline import __version__
from gistline.aws.s3 import Stored, Token
from gistline.errors import OvertakenError
from gistline.profile.summary import SCHEMA_VERSION, Status

HEADER = "gistline"
_RELEASE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})*")


class Profiler(NamedTuple):
    """Who has profiled: its version, and a digest of what it was asked to show."""

    version: str
    options: str = ""

    @classmethod
    def ours(cls) -> "Profiler":
        """Name this version of gistline: whoever writes summaries and whoever judges them must say the same."""
        return cls.of(__version__, schema=SCHEMA_VERSION)

    @classmethod
    def of(cls, version: str, **options: str) -> "Profiler":
        """Name the profiler of this version with these options."""
        listed = urlencode(sorted(options.items()))
        return cls(version, sha256(listed.encode()).hexdigest()[:12])

    def replaces(self, other: "Profiler") -> bool:
        """Tell whether this one's summary of the same bytes shall replace the other's: never an older one's.

        Of two whose versions have the same numbers (0.2.0 and a development version of it), only one that shows other
        things does; else each would replace the other's for ever.
        """
        mine, theirs = _order(self.version), _order(other.version)
        return mine > theirs or (mine == theirs and self.options != other.options)


class Mark(NamedTuple):
    """What a summary says of itself; `token` is None where the source was absent."""

    status: Status
    generation: int  # counts the states of this summary, from 1
    token: Token | None
    profiler: Profiler
    code: str | None = None  # of the error, where the source was rejected or has failed

    @property
    def is_untried(self) -> bool:
        """Whether it says no more than that the event of another state of the source was given up."""
        return self.code == OvertakenError.code

    def metadata(self) -> dict[str, str]:
        """Write it down."""
        facts: dict[str, object] = {"status": self.status, "code": self.code, "generation": self.generation}
        if self.token:
            facts |= {"etag": self.token.etag, "version": self.token.version_id, "bytes": self.token.size}
            modified = self.token.last_modified
            facts["modified"] = int(modified.timestamp()) if modified else None
        facts |= {"profiler": self.profiler.version, "options": self.profiler.options}
        return {HEADER: urlencode({name: value for name, value in facts.items() if value is not None})}

    def stands(self, profiler: Profiler, anew: int | None = None) -> bool:
        """Tell whether this verdict stays, if `profiler` meets the same state of the source again.

        All do but "failed", unless this profiler replaces the other's. And a rejection falls once if its generation is
        `anew`: a hint is about just this one, as the function may have more time or memory by now. Not one of a newer
        profiler's.
        """
        unwanted = self.status == "rejected" and self.generation == anew
        falls = self.status == "failed" or (unwanted and not self.profiler.replaces(profiler))
        return not falls and not profiler.replaces(self.profiler)

    @classmethod
    def of(cls, summary: Stored | None) -> "Mark | None":
        """Read what lies where a summary should; None if nothing does, or nothing of ours."""
        return cls.parse(summary.metadata) if summary else None

    @classmethod
    def parse(cls, metadata: Mapping[str, str]) -> "Mark | None":
        """Read it; None if there is none that can be read, as on what somebody else has put there."""
        said = dict(parse_qsl(metadata.get(HEADER, "")))
        try:
            if said["status"] not in get_args(Status):
                return None
            return cls(
                status=cast("Status", said["status"]),
                generation=int(said["generation"]),
                token=_token(said),
                profiler=Profiler(said["profiler"], said.get("options", "")),
                code=said.get("code"),
            )
        except (KeyError, ValueError, OverflowError, OSError):
            return None


def _token(said: Mapping[str, str]) -> Token | None:
    if "bytes" not in said:
        return None
    modified = datetime.fromtimestamp(int(said["modified"]), UTC) if "modified" in said else None
    return Token(said.get("etag"), int(said["bytes"]), said.get("version"), modified)


def _order(version: str) -> tuple[int, ...]:
    """Compare versions by their release alone: a pre-release (0.2.1rc1) or a local one (0.2.1+x) is as its release."""
    release = _RELEASE.match(version)
    return tuple(int(number) for number in release[0].split(".")) if release else ()
