"""The story of one key, as far as S3 and the log still know it.

Comes in: a `Site` and a key. Goes out: a `Story`: the object, the invocations it caused with what the recorder said of
them, its summary. Called by the command `trace`. Only looks; changes nothing.
"""

import itertools
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from gistline.aws.s3 import Token
from gistline.errors import NotASummaryError, OvertakenError, RejectedError
from gistline.pipeline.log import FAILED, IGNORED
from gistline.site.catalogue import head
from gistline.site.logs import LogEvent, about_invocation, about_key, follow, if_readable, read
from gistline.site.site import Site
from gistline.site.summaries import read_summary
from gistline.site.timeline import Invocation, invocation, request_id_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Ending(StrEnum):
    """What became of the key, as far as it is known."""

    WRITTEN = "written"
    ALREADY = "already"  # an event delivered again: the summary was right
    REJECTED = "rejected"
    DELETED = "deleted"
    NOTHING = "nothing"  # neither source nor summary
    FAILED = "failed"  # the last attempt; Lambda makes up to three
    IGNORED = "ignored"
    RUNNING = "running"
    WAITING = "waiting"  # there is no verdict on this upload yet; another one's event was given up
    UNNOTICED = "unnoticed"  # no invocation, no summary of this upload


ENDINGS = {FAILED: Ending.FAILED, IGNORED: Ending.IGNORED}  # the last words that tell no outcome
STATUSES = {"failed": Ending.FAILED, "rejected": Ending.REJECTED, "deleted": Ending.DELETED}


@dataclass(frozen=True, slots=True)
class SummaryFacts:
    """What the summary says of itself; None where it does not say it."""

    key: str
    status: str
    generation: int | None
    rows: int | None
    request_id: str | None  # S3's, of the upload that was summarised
    current: bool  # of the object as it lies there now, if it is not gone
    code: str | None = None  # of the error, where it was rejected or has failed

    @property
    def is_untried(self) -> bool:
        """Whether it is no verdict on what lies there, as only the event of another upload was given up."""
        return self.current and self.code == OvertakenError.code


@dataclass(frozen=True, slots=True)
class Story:
    """One key from its latest upload to its summary."""

    key: str
    object: Token | None  # as it lies there now; when it was uploaded is known
    invocations: tuple[Invocation, ...]
    summary: SummaryFacts | None

    @property
    def ending(self) -> Ending:
        """What became of it."""
        ending = _ending(self.invocations[-1]) if self.invocations else None
        if self.summary and self.summary.is_untried and ending in {None, Ending.FAILED}:
            return Ending.WAITING
        if ending:
            return ending
        if self.summary is None or not self.summary.current:
            return Ending.UNNOTICED
        return STATUSES.get(self.summary.status, Ending.WRITTEN)

    @property
    def known(self) -> bool:
        """Whether anything was ever seen of the key."""
        return bool(self.object or self.invocations or self.summary)


def tell(site: Site, key: str) -> Story:
    """Gather what is known of the key since its latest upload, or, where there is no object, since ever.

    Raises:
        StackError: S3 or CloudWatch Logs refused; only the recorder's log is not needed.
    """
    s3 = site.target.client("s3")
    found = head(s3, site, key)
    token = found.token if found else None
    since = int(token.last_modified.timestamp() * 1000) if token and token.last_modified else 0
    return Story(key, token, _invocations(site, key, since), _summary(s3, site, key, token))


def _invocations(site: Site, key: str, since: int) -> tuple[Invocation, ...]:
    """Gather the invocations that name the key, and those that were killed before they could, as the recorder does."""
    said = read(site.target, site.outputs.summarizer_log_group_name, since, about_key(key))
    lines = [line for line in (*said, *_recorded(site, key, since)) if line.fields.get("key") == key]
    lines.sort(key=lambda line: line.timestamp)
    recorded = [line for line in lines if "failedRequestId" in line.fields]
    return tuple(
        replace(
            _invocation(site, key, since, request_id),
            recorded=tuple(line for line in recorded if _about(line) == request_id),
        )
        for request_id in dict.fromkeys(_about(line) for line in lines)
    )


def _recorded(site: Site, key: str, since: int) -> list[LogEvent]:
    """Read what the recorder said of the key; nothing where its log may not be read."""
    group, once = site.outputs.recorder_log_group_name, itertools.repeat(None, 1)
    lines = if_readable(follow(site.target, group, since, once, about_key(key)))
    return [line for line in lines if line.fields.get("failedRequestId")]


def _about(line: LogEvent) -> str:
    """Return the id of the summarizer's invocation that a line is about, whoever wrote it."""
    return str(line.fields.get("failedRequestId") or request_id_of(line))


def _invocation(site: Site, key: str, since: int, request_id: str) -> Invocation:
    said = read(site.target, site.outputs.summarizer_log_group_name, since, about_invocation(request_id))
    return invocation(request_id, (line for line in said if request_id_of(line) == request_id), key)


def _ending(one: Invocation) -> Ending:
    attempt = one.attempts[-1] if one.attempts else None
    for line in reversed((*(attempt.lines if attempt else ()), *one.recorded)):
        if "outcome" in line.fields:
            return Ending(line.fields["outcome"])
        if line.fields["message"] in ENDINGS:
            return ENDINGS[line.fields["message"]]
    return Ending.FAILED if attempt and (attempt.report or attempt.trouble) else Ending.RUNNING


def _summary(s3: "S3Client", site: Site, key: str, source: Token | None) -> SummaryFacts | None:
    if not site.layout.accepts(key):
        return None
    try:
        summary_key = site.layout.summary_key(key)
    except RejectedError:
        return None
    try:
        summary = read_summary(s3, site, summary_key)
    except NotASummaryError:
        return SummaryFacts(summary_key, "unknown", None, None, None, current=source is None)
    if summary is None:
        return None
    return SummaryFacts(
        summary_key,
        summary.status,
        summary.document.get("generation"),
        summary.rows,
        request_id=summary.document["source"].get("requestId"),
        current=source is None or summary.is_of(source),
        code=summary.code,
    )
