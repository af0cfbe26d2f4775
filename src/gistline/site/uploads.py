"""CSVs on their way: put into the bucket, then followed until each has its outcome.

Comes in: a site and files, then what summarizer and recorder say. Goes out: an `Upload` per file, then a `Result` per
upload. Called by `put`.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gistline.aws.s3 import Token
from gistline.pipeline.log import FAILED, SETTLED, UPLOADED
from gistline.site.inputs import Outcome, outcome_of
from gistline.site.logs import LogEvent, Tail, if_readable
from gistline.site.site import Site
from gistline.site.summaries import StoredSummary, read_summary
from gistline.stack.target import explained

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONTENT_TYPE = "text/csv"
COMPLETING = ("PutObject", "CompleteMultipartUpload")
# LastModified has no fractions of a second, and the log's clock is another machine's.
MARGIN = 2000  # milliseconds


@dataclass(frozen=True, slots=True)
class Upload:
    """A CSV that lies in the bucket; `began` is S3's time, in milliseconds since 1970, and not later than true."""

    key: str
    token: Token  # the state whose summary is waited for
    began: int
    request_id: str | None  # of S3's answer to the upload, as the event repeats it


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an upload; `error` has code, message and remedy; WAITING if nothing did in time."""

    upload: Upload
    outcome: Outcome
    summary: StoredSummary | None = None
    error: dict[str, Any] | None = None


def upload(s3: "S3Client", site: Site, file: Path, key: str, tell: Callable[[int], None]) -> Upload:
    """Store `file` under `key`, in parts if it is large; `tell` gets the bytes of each step, from any thread.

    Raises:
        StackError: S3 refused or did not answer.
    """
    bucket, owner = site.outputs.bucket_name, site.account
    with file.open("rb") as body, explained(f"uploading {str(file)!r} as {key!r} to bucket {bucket}"):
        extra = {"ContentType": CONTENT_TYPE, "ExpectedBucketOwner": owner}
        with _answers(s3) as answers:
            s3.upload_fileobj(body, bucket, key, ExtraArgs=extra, Callback=tell)
        stored = s3.head_object(Bucket=bucket, Key=key, ExpectedBucketOwner=owner)
    began = int(stored["LastModified"].timestamp() * 1000)
    request_id = answers[-1]["ResponseMetadata"]["HTTPHeaders"].get("x-amz-request-id") if answers else None
    etag, version = stored["ETag"].strip('"'), stored.get("VersionId")
    token = Token(etag, stored["ContentLength"], version, stored["LastModified"])
    return Upload(key, token, began, request_id)


@contextmanager
def _answers(s3: "S3Client") -> Iterator[list[dict[str, Any]]]:
    """Collect S3's answers to what completes an upload; `upload_fileobj` keeps them to itself.

    Source: boto3, guide "Extensibility", event after-call.
    """
    answers: list[dict[str, Any]] = []

    def keep(parsed: dict[str, Any], **_: object) -> None:
        answers.append(parsed)

    for operation in COMPLETING:
        s3.meta.events.register(f"after-call.s3.{operation}", keep)
    try:
        yield answers
    finally:
        for operation in COMPLETING:
            s3.meta.events.unregister(f"after-call.s3.{operation}", keep)


def told(site: Site, since: int, moments: Iterable[object]) -> Iterator[LogEvent]:
    """Yield what the summarizer says, and the recorder where Lambda has given up, from `since` on, at each moment.

    Raises:
        StackError: the summarizer's log cannot be read; without the recorder's one hears of the verdict later.
    """
    logs, outputs = site.target.client("logs"), site.outputs
    summarizer = Tail(logs, outputs.summarizer_log_group_name, since)
    recorder = Tail(logs, outputs.recorder_log_group_name, since)
    for _ in moments:
        yield from summarizer.news()
        yield from if_readable(recorder.news())


def results(
    s3: "S3Client", site: Site, uploads: Iterable[Upload], events: Iterable[LogEvent]
) -> Iterator[Result]:
    """Give the result of each upload as the logs tell it; when `events` ends, that of those they did not tell.

    A failure counts only for the event that this very upload caused, and so does all that the recorder says. Lambda
    tries a failed event twice more, after minutes; the first failure is told nevertheless, as the person at the
    terminal waits.
    """
    pending = {each.key: each for each in uploads}
    for event in events if pending else ():
        line = event.fields
        known = pending.get(line.get("key", ""))
        if known is None:
            continue
        message, ours = line.get("message"), line.get("s3RequestId") == known.request_id
        # What the recorder writes down of another upload of the same bytes is no verdict on this one.
        foreign = "failedRequestId" in line and not ours
        if message in {UPLOADED, SETTLED} and _etag(line) == known.token.etag and not foreign:
            result = _result(s3, site, known)
            if result.outcome is Outcome.WAITING:  # the line is about an earlier upload of the same bytes
                continue
            del pending[known.key]
            yield result
        elif message == FAILED and ours:
            yield Result(pending.pop(known.key), Outcome.FAILED, error=line.get("error"))
        if not pending:
            return
    for each in pending.values():
        yield _result(s3, site, each)


def _etag(line: dict[str, Any]) -> object:
    token = line.get("token")
    return token.get("etag") if isinstance(token, dict) else None


def _result(s3: "S3Client", site: Site, known: Upload) -> Result:
    """Read the summary; one of an earlier state is none of this upload's."""
    summary = read_summary(s3, site, site.layout.summary_key(known.key))
    outcome = outcome_of(summary, known.token) if summary else Outcome.WAITING
    if summary is None or outcome is Outcome.OUT_OF_DATE:
        return Result(known, Outcome.WAITING)
    return Result(known, outcome, summary, summary.error)
