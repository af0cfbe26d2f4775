"""Taking all of a stack away, and nothing else.

Comes in: a target and a stack's name. Goes out: an `Estate`, which says what is there; then, if somebody wants it,
nothing is there, and each thing was asked again. Called by the command `destroy`.

What is ours: the stack, whatever CloudFormation made for it, log groups under the names of its functions, the bucket
with its code, and one notification rule on a bucket that was there before. Of such a bucket no object is touched, not
even a summary: whoever owns the bucket owns what is in it.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from gistline.errors import StackError
from gistline.stack.emptying import Content, count, empty
from gistline.stack.existing import Backups, detach, notifications_of, rule_id
from gistline.stack.identity import Identity
from gistline.stack.present import Present, look_for_ours
from gistline.stack.probes import BUCKET, KINDS, LOGS, RULE, STACK, Clients, Thing, is_there
from gistline.stack.progress import Diary, StackEvent, follow, pauses
from gistline.stack.spec import FUNCTIONS
from gistline.stack.target import Target, explained
from gistline.stack.upload import code_bucket_name

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

NOT_EMPTY = "not empty"
ROUNDS = 3  # what is still running may write while we empty
GONE_SECONDS = 90.0  # SQS: "When you delete a queue, the deletion process takes up to 60 seconds."


@dataclass(frozen=True, slots=True)
class Estate:
    """All that is there of one stack, in the order in which it goes; and what its buckets hold."""

    stack: str
    account: str
    present: Present | None
    code: Thing  # the bucket with the code
    things: tuple[Thing, ...]
    contents: dict[str, Content]

    @property
    def kept_bucket(self) -> str:
        """The bucket that was there before and stays, with all its objects; empty if there is none."""
        return self.present.bucket if self.present and self.present.existing_bucket else ""

    def of_kind(self, kind: str) -> list[Thing]:
        """Give the things of one kind."""
        return [thing for thing in self.things if thing.kind == kind]


def survey(target: Target, stack: str, who: Identity) -> Estate:
    """Look what there is of the stack, without touching anything.

    Raises:
        StackError: the stack is not ours, or the target refused.
    """
    with explained(f"looking what there is of the stack {stack}"):
        cloudformation = target.client("cloudformation")
        present = look_for_ours(cloudformation, stack)
        code = Thing(BUCKET, code_bucket_name(stack, who.account, target.region))
        candidates = dict.fromkeys([*_of_stack(cloudformation, stack, present), *_besides(stack), code])
        client = cache(target.client)
        things = tuple(thing for thing in candidates if is_there(client, thing, who.account))
        s3 = target.client("s3")
        contents = {t.name: count(s3, t.name, who.account) for t in things if t.kind == BUCKET}
        return Estate(stack, who.account, present, code, things, contents)


def _of_stack(cloudformation: "CloudFormationClient", stack: str, present: Present | None) -> Iterator[Thing]:
    if present is None:
        return
    if present.existing_bucket:
        yield Thing(RULE, rule_id(stack), inside=present.bucket)
    yield Thing(STACK, present.id)
    for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=present.id):
        for resource in page["StackResourceSummaries"]:
            kind = KINDS.get(resource["ResourceType"])
            if kind and resource.get("PhysicalResourceId"):
                yield Thing(kind, resource["PhysicalResourceId"])


def _besides(stack: str) -> Iterator[Thing]:
    """Name what no stack lists any more once it is gone."""
    yield from (Thing(LOGS, f"/aws/lambda/{stack}-{name}") for name in FUNCTIONS)


def destroy(
    target: Target,
    estate: Estate,
    backups: Path,
    *,
    on_event: Callable[[StackEvent], None],
    sleep: Callable[[float], None] = time.sleep,
) -> Path | None:
    """Take all of the estate away; give the copy of an existing bucket's notification configuration.

    Broken off, it can be done again: each step looks first.

    Raises:
        StackError: the target refused, or something wrote into the bucket again and again.
    """
    copy: Path | None = None
    client: Clients = cache(target.client)
    for rule in estate.of_kind(RULE):
        store = notifications_of(target, rule.inside, estate.account)
        copy = detach(store, estate.stack, Backups(backups, rule.inside))
    for stack in estate.of_kind(STACK):
        _delete_stack(client, estate, stack, on_event, sleep)
    with explained(f"taking away what the stack {estate.stack} left"):
        for group in estate.of_kind(LOGS):
            if is_there(client, group, estate.account):  # CloudFormation has taken those that it made
                client("logs").delete_log_group(logGroupName=group.name)
        if estate.code in estate.things:
            s3 = client("s3")
            empty(s3, estate.code.name, estate.account)
            s3.delete_bucket(Bucket=estate.code.name, ExpectedBucketOwner=estate.account)
    return copy


def left(
    target: Target, estate: Estate, *, sleep: Callable[[float], None] = time.sleep
) -> Iterator[tuple[Thing, bool]]:
    """Ask for each thing again, and say whether it is still there; what goes slowly is given a minute and a half.

    Raises:
        StackError: a service does not say.
    """
    with explained(f"looking whether anything of the stack {estate.stack} is left"):
        client = cache(target.client)
        for thing in estate.things:
            yield thing, _stays(client, thing, estate.account, sleep)


def _stays(client: Clients, thing: Thing, account: str, sleep: Callable[[float], None]) -> bool:
    waited = 0.0
    for pause in pauses():
        if not is_there(client, thing, account):
            return False
        if waited >= GONE_SECONDS:
            break
        sleep(pause)
        waited += pause
    return True


def _delete_stack(
    client: Clients,
    estate: Estate,
    stack: Thing,
    on_event: Callable[[StackEvent], None],
    sleep: Callable[[float], None],
) -> None:
    """Empty the stack's bucket and have CloudFormation delete the stack; again, if somebody wrote meanwhile."""
    for attempt in range(1, ROUNDS + 1):
        with explained(f"deleting the stack {estate.stack}"):
            _empty_buckets(client, estate)
            try:
                _delete_once(client("cloudformation"), stack.name, on_event, sleep)
            except StackError as failure:
                if attempt == ROUNDS or NOT_EMPTY not in failure.message:
                    raise
            else:
                return


def _empty_buckets(client: Clients, estate: Estate) -> None:
    for bucket in estate.of_kind(BUCKET):
        if bucket != estate.code and is_there(client, bucket, estate.account):
            empty(client("s3"), bucket.name, estate.account)


def _delete_once(
    cloudformation: "CloudFormationClient",
    stack_id: str,
    on_event: Callable[[StackEvent], None],
    sleep: Callable[[float], None],
) -> None:
    diary = Diary(cloudformation, stack_id, set())
    diary.news()  # what happened before is read and not told again
    cloudformation.delete_stack(StackName=stack_id)
    follow(diary, on_event, sleep, good_ends=("DELETE_COMPLETE",))
