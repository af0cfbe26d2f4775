"""What S3 says happened: a raw event becomes records.

Comes in: the event as Lambda hands it to the handler, of any shape. Goes out: a `Notification` with the
records to process, what was ignored and why, and the records that are broken. Called by
`functions.summarizer` and `record`. Here, and nowhere else, a key is decoded.

The shape is that of https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html,
which asks readers to compare the major version for equality, the minor one for "at least", and to ignore
fields they do not know.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from gistline.errors import NotificationError

MAJOR_VERSION = "2"
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
CHANGES = (
    "ObjectCreated:",
    "ObjectRemoved:",
    "LifecycleExpiration:",
)  # after which there is another object, or none
OURS = ":Reconcile"  # ends the name of an event that `hint` has made
ANEW = "gistlineAnew"  # names a field of it: the generation of the verdict that it is about
_REMEDY = "S3 sends records with eventVersion 2.x, s3.bucket.name and s3.object.key; compare with AWS's page"


class ObjectEvent(NamedTuple):
    """One record: an object was created or removed. A hint, not the truth: it may have changed since."""

    bucket: str
    key: str  # decoded
    event_name: str  # ObjectCreated:Put, :Post, :Copy, :CompleteMultipartUpload; ObjectRemoved:Delete, ...
    event_time: str | None = None  # ISO 8601, UTC
    size: int | None = None  # bytes
    etag: str | None = None  # without quotes
    version_id: str | None = None  # only where the bucket is versioned
    sequencer: str | None = None  # orders the events of one key, and of one key only
    request_id: str | None = None  # S3 gave the same id in its answer to whoever uploaded the object
    anew: int | None = None  # generation of the verdict that a `hint` wants looked at anew

    @property
    def is_ours(self) -> bool:
        """Whether it is not S3's but a `hint` of our own."""
        return self.event_name.endswith(OURS)

    @property
    def is_removal(self) -> bool:
        """Whether there was no object any more, rather than another one."""
        return not self.event_name.startswith("ObjectCreated:")


class Ignored(NamedTuple):
    """An event, or one record of it, that is not for us; `reason` is one of a few fixed words."""

    reason: str
    detail: str = ""


class Notification(NamedTuple):
    """One event, sorted. A broken record is kept apart as an error, so that it holds up no other."""

    records: tuple[ObjectEvent, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    broken: tuple[NotificationError, ...] = ()


def parse(event: object) -> Notification:
    """Sort an event of any shape into records, ignored parts and broken records; never raises."""
    if not isinstance(event, Mapping):
        return Notification(ignored=(Ignored("foreign-event", type(event).__name__),))
    if event.get("Event") == "s3:TestEvent":
        return Notification(ignored=(Ignored("test-event", _word(event.get("Bucket"))),))
    entries = event.get("Records", [])
    if not isinstance(entries, list) or not entries:
        reason = "foreign-event" if set(event) - {"Records"} else "empty-event"
        return Notification(ignored=(Ignored(reason, _word(event.get("source"))),))
    return _sort([_parse_or_explain(position, entry) for position, entry in enumerate(entries)])


def parse_record(entry: Mapping[str, Any]) -> ObjectEvent:
    """Turn one S3 record into an `ObjectEvent`.

    Raises:
        NotificationError: the version is not 2.x, or the bucket or the key is missing or unreadable.
    """
    _check_version(entry.get("eventVersion"))
    s3 = _object(entry, "s3")
    about = _object(s3, "object")
    key = _decode(_required(about, "key", "s3.object.key"))
    name = _required(entry, "eventName", "eventName")  # with a prefix where S3-compatible ones take it over
    return ObjectEvent(
        bucket=_required(_object(s3, "bucket"), "name", "s3.bucket.name"),
        key=key,
        event_name=name.removeprefix("s3:"),
        event_time=_text(entry, "eventTime"),
        size=_whole(about, "size"),
        etag=(_text(about, "eTag") or "").strip('"') or None,
        version_id=_text(about, "versionId"),
        sequencer=_text(about, "sequencer"),
        request_id=_text(_object(entry, "responseElements"), "x-amz-request-id"),
        anew=_whole(entry, ANEW),
    )


def _sort(parts: list[ObjectEvent | Ignored | NotificationError]) -> Notification:
    return Notification(
        records=tuple(part for part in parts if isinstance(part, ObjectEvent)),
        ignored=tuple(part for part in parts if isinstance(part, Ignored)),
        broken=tuple(part for part in parts if isinstance(part, NotificationError)),
    )


def _parse_or_explain(position: int, entry: object) -> ObjectEvent | Ignored | NotificationError:
    if not isinstance(entry, Mapping) or entry.get("eventSource") != "aws:s3":
        # SQS says eventSource, SNS says EventSource.
        source = entry.get("eventSource") or entry.get("EventSource") if isinstance(entry, Mapping) else None
        return Ignored("foreign-record", _word(source))
    try:
        record = parse_record(entry)
    except NotificationError as error:
        return NotificationError(f"record {position}: {error.message}", error.remedy)
    if not record.event_name.startswith(CHANGES):
        return Ignored("not-a-change", _word(record.event_name))
    return record


def _check_version(version: object) -> None:
    major, _, minor = version.partition(".") if isinstance(version, str) else ("", "", "")
    if major != MAJOR_VERSION or not minor.isdecimal():
        raise NotificationError(f"eventVersion is {_word(version)}, not {MAJOR_VERSION}.x", _REMEDY)


def _decode(raw_key: str) -> str:
    """Decode a key as S3 encodes it ("red flower.jpg" is sent as "red+flower.jpg"), once."""
    try:
        key = unquote_plus(raw_key, errors="strict")
        key.encode()
    except UnicodeError:
        raise NotificationError("s3.object.key is not URL-encoded UTF-8", _REMEDY) from None
    return key


def _object(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    return value if isinstance(value, Mapping) else {}


def _text(parent: Mapping[str, Any], name: str) -> str | None:
    value = parent.get(name)
    return value if isinstance(value, str) and value else None


def _required(parent: Mapping[str, Any], name: str, path: str) -> str:
    value = _text(parent, name)
    if value is None:
        raise NotificationError(f"{path} is missing", _REMEDY)
    return value


def _whole(parent: Mapping[str, Any], name: str) -> int | None:
    value = parent.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _word(value: object) -> str:
    """Show a foreign value in a log line: short, and nothing but what a name is made of."""
    text = value if isinstance(value, str) else type(value).__name__ if value is not None else ""
    return "".join(letter if letter.isalnum() or letter in ".:-_" else "?" for letter in text[:80])
