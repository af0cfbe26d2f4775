"""What the recorder could not write down: the messages in the dead-letter queue.

Comes in: a site. Goes out: `DeadLetter`s, held for a while so that nobody else gets them, then given back unless they
were removed. Called by the command `failures`.

Only this queue is read. To read a message of the on-failure queue is to take it from the recorder, and counts as one of
the five attempts after which it is put aside; so of that one no more than the length is asked. Reading the dead-letter
queue does a message no harm.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from gistline.errors import NotificationError
from gistline.pipeline.record import Defeat
from gistline.site.site import Site
from gistline.stack.target import explained

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType

HELD = 900  # seconds; longer than a redrive waits for one verdict
MOST = 1000  # messages taken at once; the next call finds the others
BATCH = 10  # messages that one ReceiveMessage gives at most
HIDDEN: Final = "ApproximateNumberOfMessagesNotVisible"
ASK_AWS = 1  # second; to wait at all makes SQS ask all of its servers, of which the local cloud has one


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message: its id, when it was sent, its body, and, if it can be read, what it is about."""

    id: str
    handle: str
    sent: datetime
    body: str
    defeat: Defeat | None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that its event names, each once."""
        return (
            tuple(dict.fromkeys(each.key for each in self.defeat.notification.records)) if self.defeat else ()
        )

    def keys_in(self, bucket: str) -> tuple[str, ...]:
        """Give the keys that its event names in this bucket, each once."""
        records = self.defeat.notification.records if self.defeat else ()
        return tuple(dict.fromkeys(each.key for each in records if each.bucket == bucket))

    def is_all_in(self, bucket: str) -> bool:
        """Tell whether all of it is about keys of this bucket; else more than these is to be seen to."""
        if self.defeat is None or self.defeat.notification.broken:
            return False
        return all(each.bucket == bucket for each in self.defeat.notification.records)

    @property
    def record(self) -> dict[str, Any]:
        """The invocation record, or nothing if it is none."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


class Awaited:
    """Messages by the keys that they are about, each until the last of its keys is settled.

    A key without a message, as nearly all are, costs one look.
    """

    def __init__(self, letters: Iterable[tuple[DeadLetter, Iterable[str]]]) -> None:
        """Take messages, each with the keys that it waits for."""
        self._by_key: dict[str, list[tuple[DeadLetter, set[str]]]] = defaultdict(list)
        for letter, keys in letters:
            missing = set(keys)
            for key in missing:
                self._by_key[key].append((letter, missing))

    def settle(self, key: str) -> Iterator[DeadLetter]:
        """Give the messages that wait for no other key any more."""
        for letter, missing in self._by_key.pop(key, ()):
            missing.discard(key)
            if not missing:
                yield letter


@contextmanager
def dead_letters(site: Site) -> Iterator[tuple[DeadLetter, ...]]:
    """Take the messages, and give them back at the end of the block; of one that was removed nothing is left.

    Raises:
        StackError: SQS refused.
    """
    sqs, url = site.target.client("sqs"), site.outputs.dead_letter_queue_url
    with explained("reading the dead-letter queue"):
        letters = tuple(_receive(sqs, url, 0 if site.target.endpoint else ASK_AWS))
    try:
        yield letters
    finally:
        for each in letters:
            _give_back(sqs, url, each)


def remove(site: Site, letter: DeadLetter) -> None:
    """Remove a message for good.

    Raises:
        StackError: SQS refused.
    """
    with explained(f"removing the message {letter.id}"):
        url = site.outputs.dead_letter_queue_url
        site.target.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=letter.handle)


def waiting(site: Site) -> int:
    """Count the messages that the recorder has not handled yet, as nearly as SQS knows.

    Raises:
        StackError: SQS refused.
    """
    with explained("looking at the on-failure queue"):
        return _count(site, site.outputs.failure_queue_url, "ApproximateNumberOfMessages", HIDDEN)


def held_elsewhere(site: Site) -> int:
    """Count the dead letters that another call holds, or one that was killed, as nearly as SQS knows.

    Raises:
        StackError: SQS refused.
    """
    with explained("looking at the dead-letter queue"):
        return _count(site, site.outputs.dead_letter_queue_url, HIDDEN)


def _count(site: Site, url: str, *names: "QueueAttributeNameType") -> int:
    answer = site.target.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    return sum(int(number) for number in answer["Attributes"].values())


def _receive(sqs: "SQSClient", url: str, seconds: int) -> Iterator[DeadLetter]:
    seen: set[str] = set()
    while len(seen) < MOST:
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=HELD,
            WaitTimeSeconds=seconds,
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        fresh = [each for each in answer.get("Messages", []) if each["MessageId"] not in seen]
        if not fresh:
            return
        seen.update(each["MessageId"] for each in fresh)
        for each in fresh:
            sent = datetime.fromtimestamp(int(each["Attributes"]["SentTimestamp"]) / 1000, UTC)
            yield DeadLetter(
                each["MessageId"], each["ReceiptHandle"], sent, each["Body"], _defeat(each["Body"])
            )


def _defeat(body: str) -> Defeat | None:
    try:
        return Defeat.parse(json.loads(body))
    except (ValueError, RecursionError, NotificationError):
        return None


def _give_back(sqs: "SQSClient", url: str, letter: DeadLetter) -> None:
    """Let others have it at once; if that fails, it comes back by itself when the time is over."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - as in `target.client`

    try:
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=letter.handle, VisibilityTimeout=0)
    except (BotoCoreError, ClientError):
        return  # it was removed, or SQS does not answer
