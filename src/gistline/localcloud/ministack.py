"""The first of four files that touch MiniStack's private names (of version 1.5.33, pinned exactly).

Comes in: the rooms beside this one, built. Goes out: nothing; afterwards MiniStack asks the gate, hands
events to our queue and runs functions in our environments. Called once by `server`, before the first request.

What is replaced, and why (seen in MiniStack 1.5.33):
    s3._validate_notification_configs   accepted a function that S3 may not invoke, and overlapping rules
    s3._deliver_event_to_lambda         invoked a function whatever its resource-based policy said, with an
                                        event whose request id was not that of the upload
    s3._fire_s3_event_async             told of an event in a thread of its own: by when rule and permission were
                                        looked at, was chance
    s3._key_matches_filter              compared a filter's URL-encoded characters as they stand
    lambda_svc.invoke_async_with_retry  an unbounded thread an event; a throttle used up an attempt
    lambda_svc._execute_function_warm   functions saw the host's environment and packages
    lambda_svc._emit_lambda_logs        lines reached CloudWatch Logs only when the function had ended
    lambda_svc._recursive_loop_drop     counted by a header that only MiniStack's own processes send
Lambda's side is `lambdaservice`; what IAM is not asked there stands in `enforcement`; how a log line is kept, in
`loggroups`.
tests/local/test_contract.py states what AWS does in each case; it fails loudly when the pin moves.
"""

import contextvars
from collections.abc import Callable
from typing import Any

from ministack.core import responses
from ministack.services import lambda_svc, s3

from gistline.localcloud import enforcement
from gistline.localcloud.attempts import Pace
from gistline.localcloud.delivery import DeliveryQueue, Doors
from gistline.localcloud.disorder import Times, at_once
from gistline.localcloud.gate import NOT_VALIDATED, matches, overlap, rule
from gistline.localcloud.lambdaservice import LambdaService, by_lineage, config_of, find, in_scope_of
from gistline.localcloud.ledger import Fate, Ledger
from gistline.localcloud.lineage import trace_header
from gistline.localcloud.request_id import current


def install(
    lambda_: LambdaService, ledger: Ledger, *, workers: int, pace: Pace, times: Times
) -> DeliveryQueue:
    """Hang our rooms into MiniStack and return the queue, so that the server can close it."""
    doors = Doors(invoke=lambda_.invoke, settings=lambda_.settings, give_up=lambda_.give_up)
    queue = DeliveryQueue(doors, ledger, workers=workers, pace=pace)
    notifications = Notifications(queue, ledger, s3._validate_notification_configs, times)
    s3._validate_notification_configs = notifications.validate
    s3._deliver_event_to_lambda = notifications.deliver
    s3._fire_s3_event_async = tell
    s3._key_matches_filter = matches
    lambda_svc.invoke_async_with_retry = lambda func, event: queue.put(
        config_of(func)["FunctionArn"], event, trace=trace_header.get()
    )
    lambda_svc._recursive_loop_drop = by_lineage(lambda_svc._recursive_loop_drop)
    lambda_svc._execute_function_warm = lambda_.execute
    lambda_svc._emit_lambda_logs = lambda *_, **__: None  # `write_log` has written them
    enforcement.install()
    return queue


class Notifications:
    """S3's side: what it checks when notifications are configured, and at each event."""

    def __init__(
        self, queue: DeliveryQueue, ledger: Ledger, validate: Callable[..., Any], times: Times = at_once
    ) -> None:
        self._queue = queue
        self._ledger = ledger
        self._validate = validate
        self._times = times

    def validate(
        self, configs: list[dict[str, Any]], region: str, bucket: str = "", skip: bool = False
    ) -> Any:
        """Refuse what S3 refuses, in its words; None when the configuration may be stored.

        `skip` is the header x-amz-skip-destination-validation.
        """
        refused = self._validate(configs, region, bucket, skip)
        if refused:
            return refused
        conflict = overlap([rule(config) for config in configs])
        if conflict:
            return s3._error("InvalidArgument", conflict, 400)
        functions = [] if skip else [config["arn"] for config in configs if config["type"] == "lambda"]
        closed = [arn for arn in functions if not may_invoke(arn, bucket)]
        if closed:
            where = {
                "ArgumentName1": f"{closed[0]}, null",
                "ArgumentValue1": f"Not authorized to invoke function [{closed[0]}]",
            }
            return s3._error("InvalidArgument", NOT_VALIDATED, 400, extra=where)
        return None

    def deliver(self, function: str, event: dict[str, Any], _region: str) -> None:
        """Queue an event for a function, if its resource-based policy lets S3 invoke it; else drop it.

        Called in a copy of the context of the request that caused the event.
        """
        (record,) = event["Records"]
        bucket = record["s3"]["bucket"]["name"]
        record["responseElements"] = {**record["responseElements"], "x-amz-request-id": current.get()}
        if may_invoke(function, bucket):
            self._ledger.count(Fate.ACCEPTED, function, bucket)
            self._hand_out(function, bucket, event)
        else:
            self._ledger.count(Fate.REFUSED, function, bucket)

    def _hand_out(self, function: str, bucket: str, event: dict[str, Any]) -> None:
        times = self._times()
        for number, after in enumerate(times):
            if number:
                self._ledger.count(Fate.DUPLICATED, function, bucket)
            self._queue.put(function, event, after, trace_header.get())
        if not times:
            self._ledger.count(Fate.DROPPED, function, bucket)


def tell(bucket: str, key: str, event: str, *facts: Any, **more: Any) -> None:
    """Tell of an event before its request is answered: by the rules and permissions of that moment, and counted."""
    sequencer = s3._next_event_sequencer(event)
    context = contextvars.copy_context()
    context.run(s3._fire_s3_event, bucket, key, event, *facts, sequencer=sequencer, **more)


def may_invoke(function: str, bucket: str) -> bool:
    """Tell whether the function's resource-based policy lets S3 invoke it for this bucket and its account."""
    account = s3._bucket_owner_account(bucket) or responses.get_account_id()
    source = f"arn:aws:s3:::{bucket}"

    def asked() -> bool:
        known, _, _ = find(function)
        return known is not None and enforcement.lets_in(function, "s3.amazonaws.com", source, account)

    return in_scope_of(function, asked)
