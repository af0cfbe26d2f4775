"""Which keys have no right summary: the whole bucket, looked at without an event.

Comes in: a bucket's catalogue, and how much of it. Goes out: what was found, a stretch of keys at a time, each with the
place where to go on behind it. Called by the command `reconcile` and by the function `sweeper`; it decides what is to
be done, and does nothing. `mapped` also serves `stack`, where it asks for many keys.

Two walks. The first lists the CSVs and asks for the summary of each. The second lists the summaries and looks for those
whose CSV is gone; a page of summaries is held against a stretch of the list of CSVs, as both are in nearly the same
order. So what is held in memory is never more than a page, and no list is read more than about twice.

What it costs: a HEAD for each CSV (0.4 dollars a million on AWS) and a list request for every 1,000 objects.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import islice
from typing import Literal, NamedTuple, Protocol, TypeVar

from gistline.aws.s3 import Listed, Stored
from gistline.errors import GistlineError
from gistline.pipeline.keys import KeyLayout, folder_of
from gistline.pipeline.lack import Lack, Rules, Seen, lack_of
from gistline.pipeline.mark import Mark

READERS = 8  # looking at the same time; the command line's boto3 keeps ten connections
CHUNK = 64  # CSVs looked at before the first of them is told
PAGE = 1000  # summaries, held against the CSVs at once
STRETCH = 4  # times a page of CSVs is listed for it; for what is then not found S3 is asked one by one

One = TypeVar("One")
Other = TypeVar("Other")


class Catalogue(Protocol):
    """What is needed of the bucket: no bytes of any object."""

    def list(self, prefix: str, after: str = "") -> Iterator[Listed]:
        """Give the objects whose key begins with `prefix` and comes behind `after`, in S3's order."""

    def head(self, key: str) -> Stored | None:
        """Ask what lies under the key of a summary; None if nothing does."""


class Found(NamedTuple):
    """One key that was looked at: what is wrong, if anything is, and what its summary says of itself."""

    key: str
    lack: Lack | None
    mark: Mark | None
    error: GistlineError | None = None  # it could not be looked at; the others can


class Place(NamedTuple):
    """Where to go on: in which walk, and behind which of the keys that are listed there."""

    walk: Literal["csvs", "summaries"] = "csvs"
    after: str = ""


class Stretch(NamedTuple):
    """Some keys that lie side by side, looked at; the next ones come behind `end`."""

    end: Place
    found: tuple[Found, ...]


class Sweep(NamedTuple):
    """One bucket, and how much of it: what is under input prefix and `prefix`.

    With `since`, only CSVs uploaded from then on, as S3's clock has it; when a CSV was removed nobody knows, so that
    those are looked at in any case.
    """

    catalogue: Catalogue
    layout: KeyLayout
    rules: Rules
    prefix: str = ""
    since: datetime | None = None
    page: int = PAGE

    def found(self) -> Iterator[Found]:
        """Look at each CSV, then at each summary whose CSV is gone; raises what the lists of the catalogue raise."""
        return (found for stretch in self.stretches() for found in stretch.found)

    def stretches(self, begin: Place = Place()) -> Iterator[Stretch]:  # noqa: B008 - it never changes
        """Do the same from a place on, a stretch at a time."""
        if begin.walk == "csvs":
            yield from self._csvs(begin.after)
            begin = Place("summaries")
        if self.rules.on_delete != "keep":
            yield from self._summaries(begin.after)

    def _csvs(self, after: str) -> Iterator[Stretch]:
        listed = self.catalogue.list(self.layout.input_prefix + self.prefix, after)
        while chunk := list(islice(listed, CHUNK)):
            meant = (each for each in chunk if self._is_meant(each))
            yield Stretch(Place("csvs", chunk[-1].key), tuple(mapped(self._judge, meant)))

    def _is_meant(self, csv: Listed) -> bool:
        recent = self.since is None or csv.modified >= self.since
        return recent and self.layout.accepts(csv.key)

    def _judge(self, csv: Listed) -> Found:
        try:
            summary = self.catalogue.head(self.layout.summary_key(csv.key))
        except GistlineError as error:  # also if its summary could not even be named
            return Found(csv.key, None, None, error)
        seen = Seen(csv.key, csv.token, summary)
        lack = lack_of(seen, self.rules)
        needless = (
            lack is Lack.OLDER and csv.archived
        )  # it has its verdict, and cannot be read for a better one
        return Found(csv.key, None if needless else lack, seen.mark)

    def _summaries(self, after: str) -> Iterator[Stretch]:
        listed = self.catalogue.list(self.layout.output_prefix + folder_of(self.prefix), after)
        while page := list(islice(listed, self.page)):
            gone = sorted(self._gone(each.key for each in page))
            yield Stretch(Place("summaries", page[-1].key), tuple(mapped(self._judge_gone, gone)))

    def _gone(self, summary_keys: Iterable[str]) -> set[str]:
        """Give the keys of the CSVs that were not found in the list; whoever looks again finds some."""
        keys = {key for each in summary_keys if (key := self.layout.source_key(each))}
        wanted = {key for key in keys if key.startswith(self.layout.input_prefix + self.prefix)}
        return wanted - self._present(wanted) if wanted else wanted

    def _present(self, wanted: set[str]) -> set[str]:
        """Find those of the keys that lie in the bucket, by a list that begins just before the first of them.

        It ends behind the last of them, or after some entries: where folders and files alternate, much may lie between.
        """
        first, last = min(wanted), max(wanted)
        listed = self.catalogue.list(self.layout.input_prefix, first[:-1])
        present: set[str] = set()
        for each in islice(listed, STRETCH * self.page):
            if each.key > last or len(present) == len(wanted):
                break
            present |= {each.key} & wanted
        return present

    def _judge_gone(self, key: str) -> Found:
        """Judge a summary without a CSV; only if something lacks then, see whether there is none indeed."""
        try:
            seen = Seen(key, None, self.catalogue.head(self.layout.summary_key(key)))
            if not lack_of(seen, self.rules):
                return Found(key, None, seen.mark)
            first = next(self.catalogue.list(key), None)  # a key comes before all that begin with it
        except GistlineError as error:
            return Found(key, None, None, error)
        return self._judge(first) if first and first.key == key else Found(key, Lack.ORPHANED, seen.mark)


def mapped(work: Callable[[One], Other], items: Iterable[One]) -> Iterator[Other]:
    """Do the work on some items at the same time, and give the results in order; no more than a chunk is under way."""
    rest = iter(items)
    with ThreadPoolExecutor(READERS) as pool:
        while chunk := list(islice(rest, CHUNK)):
            yield from pool.map(work, chunk)
