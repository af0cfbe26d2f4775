"""A bucket of tokens and marks, listed and asked as a sweep does.

Comes in: what lies there. Goes out: a `Catalogue`. Called by the tests of `sweep` and of the function `sweeper`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from gistline.aws.s3 import Listed, Stored, Token
from gistline.errors import ObjectForbiddenError
from gistline.pipeline.keys import KeyLayout
from gistline.pipeline.lack import Rules
from gistline.pipeline.mark import Mark, Profiler

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
IN, OUT = "synthetic-data/", "summaries/"
LAYOUT, RULES = KeyLayout(IN, ".csv", OUT), Rules.of("tombstone")
OTHER = Token("other", 9, "v0", NOON - timedelta(days=1))


class Bucket:
    """Objects by key; lists them in S3's order, and counts what it is asked."""

    def __init__(self) -> None:
        self.things: dict[str, Stored] = {}
        self.heads: list[str] = []
        self.refused: set[str] = set()
        self.archived: set[str] = set()
        self.taken = 0  # entries of lists

    def put(self, key: str, mark: Mark | None = None, at: datetime = NOON) -> Token:
        token = Token("e1", 3, "v1", at)
        self.things[key] = Stored(token, mark.metadata() if mark else {})
        return token

    def fill(self, key: str, *, there: bool, state: str) -> None:
        token = self.put(key)
        if not there:
            del self.things[key]
        if state != "none":
            self.put(LAYOUT.summary_key(key), mark_for(state, token))

    def list(self, prefix: str, after: str = "") -> Iterator[Listed]:
        for key in sorted(self.things, key=str.encode):
            if key.startswith(prefix) and key.encode() > after.encode():
                self.taken += 1
                token = self.things[key].token
                modified = token.last_modified or NOON
                yield Listed(key, str(token.etag), token.size, modified, key in self.archived)

    def head(self, key: str) -> Stored | None:
        self.heads.append(key)
        if key in self.refused:
            raise ObjectForbiddenError(f"HeadObject {key!r}: HTTP 403")
        return self.things.get(key)


def mark_for(state: str, token: Token) -> Mark | None:
    fresh = Mark("complete", 1, token, RULES.profiler)
    return {
        "fresh": fresh,
        "failed": fresh._replace(status="failed"),
        "rejected": fresh._replace(status="rejected"),
        "stale": fresh._replace(token=OTHER),
        "older": fresh._replace(profiler=Profiler("0.0.0")),
        "deleted": fresh._replace(status="deleted", token=None),
    }.get(state)


def filled(names: dict[str, tuple[bool, str]]) -> Bucket:
    bucket = Bucket()
    for name, (there, state) in names.items():
        bucket.fill(f"{IN}{name}.csv", there=there, state=state)
    return bucket
