"""Which keys have no right summary: the whole bucket, looked at without an event.

Comes in: a site, and how much of it. Goes out: one `Found` per key that was looked at, as a stream. Called by the
command `reconcile`; it decides what is to be done, and does nothing.

Two walks. The first lists the CSVs and asks for the summary of each. The second lists the summaries and looks for those
whose CSV is gone; a page of summaries is held against a stretch of the list of CSVs, as both are in nearly the same
order. So what is held in memory is never more than a page, and no list is read more than about twice.

What it costs: a HEAD for each CSV (0.4 dollars a million on AWS) and a list request for every 1,000 objects.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from gistline.errors import RejectedError
from gistline.pipeline.mark import Mark
from gistline.pipeline.s3 import Token
from gistline.stack.inputs import CHUNK, READERS, Listed, folder_of, list_csvs, list_objects
from gistline.stack.site import Site
from gistline.stack.summaries import source_key
from gistline.stack.verdicts import Lack, Rules, lack_of, look

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PAGE = 1000  # summaries, held against the CSVs at once
STRETCH = (
    4 * PAGE
)  # CSVs, listed for one page of summaries; for what is then still not found S3 is asked one by one

One = TypeVar("One")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class Found:
    """One key that was looked at: what is wrong, if anything is, and what its summary says of itself."""

    key: str
    lack: Lack | None
    mark: Mark | None


def sweep(
    site: Site, rules: Rules, prefix: str = "", since: datetime | None = None, *, page: int = PAGE
) -> Iterator[Found]:
    """Look at each CSV under input prefix and `prefix`, then at each summary whose CSV is gone.

    With `since`, only at CSVs uploaded from then on, as S3's clock has it; when a CSV was removed nobody knows, so
    that those are looked at in any case.

    Raises:
        StackError: S3 refused.
    """
    s3 = site.target.client("s3")

    def judge(key: str, source: Token | None = None) -> Found | None:
        try:
            seen = look(s3, site, key, source)
        except RejectedError:  # its summary could not even be named, and the log says so
            return None
        return Found(key, lack_of(seen, rules), seen.mark)

    csvs = (each for each in list_csvs(s3, site, prefix) if since is None or each.modified >= since)
    yield from _some(mapped(lambda each: judge(each.key, _token(each)), csvs))
    if rules.on_delete != "keep":
        yield from _some(mapped(judge, _gone(s3, site, prefix, page)))


def mapped(work: Callable[[One], Other], items: Iterable[One]) -> Iterator[Other]:
    """Do the work on some items at the same time, and give the results in order; no more than a chunk is under way."""
    rest = iter(items)
    with ThreadPoolExecutor(READERS) as pool:
        while chunk := list(islice(rest, CHUNK)):
            yield from pool.map(work, chunk)


def _some(found: Iterable[Found | None]) -> Iterator[Found]:
    return (each for each in found if each)


def _token(listed: Listed) -> Token:
    return Token(listed.etag, listed.size, None, listed.modified)


def _gone(s3: "S3Client", site: Site, prefix: str, page: int) -> Iterator[str]:
    """Give the keys of CSVs that have a summary and were not found in the list; whoever looks again finds some."""
    layout = site.layout
    summaries = list_objects(s3, site, layout.output_prefix + folder_of(prefix))
    while some := list(islice(summaries, page)):
        keys = {key for each in some if (key := source_key(layout, each.key))}
        wanted = {key for key in keys if key.startswith(layout.input_prefix + prefix)}
        if wanted:
            wanted -= _present(s3, site, wanted, STRETCH * page)
        yield from sorted(wanted)


def _present(s3: "S3Client", site: Site, wanted: set[str], most: int) -> set[str]:
    """Find those of the keys that lie in the bucket, by a list that begins just before the first of them.

    It ends behind the last of them, or after `most` entries: where folders and files alternate, much may lie between.
    """
    first, last = min(wanted), max(wanted)
    listed = list_objects(s3, site, site.layout.input_prefix, after=first[:-1])
    present: set[str] = set()
    for each in islice(listed, most):
        if each.key > last or len(present) == len(wanted):
            break
        present |= {each.key} & wanted
    return present
