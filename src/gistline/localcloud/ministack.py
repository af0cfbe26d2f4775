"""One of three files that touch MiniStack's private names (of version 1.5.33, pinned exactly).

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
What IAM is not asked there stands in `enforcement`; how a log line is kept, in `loggroups`.
tests/local/test_contract.py states what AWS does in each case; it fails loudly when the pin moves.
"""

import contextvars
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from ministack.core import lambda_runtime, responses
from ministack.services import lambda_svc, s3

from gistline.localcloud import enforcement
from gistline.localcloud.attempts import AsyncSettings, Attempt, Condition, Invocation, Kind, Pace
from gistline.localcloud.delivery import DeliveryQueue, Doors
from gistline.localcloud.destination import invocation_record, send
from gistline.localcloud.disorder import Times, at_once
from gistline.localcloud.environment import Answer, Function
from gistline.localcloud.gate import NOT_VALIDATED, matches, overlap, rule
from gistline.localcloud.ledger import Fate, Ledger
from gistline.localcloud.lineage import Trace, trace_header
from gistline.localcloud.loggroups import append
from gistline.localcloud.pool import Pool
from gistline.localcloud.request_id import current

T = TypeVar("T")


def install(
    lambda_: "LambdaService", ledger: Ledger, *, workers: int, pace: Pace, times: Times
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
        _config(func)["FunctionArn"], event, trace=trace_header.get()
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
        known, _, _ = _find(function)
        return known is not None and enforcement.lets_in(function, "s3.amazonaws.com", source, account)

    return _in_scope_of(function, asked)


class LambdaService:
    """Lambda's side: runs invocations in our environments, within MiniStack's concurrency limits."""

    def __init__(self, pool: Pool, endpoint: str) -> None:
        self._pool = pool
        self._endpoint = endpoint

    def invoke(self, invocation: Invocation) -> Attempt:
        """Make one attempt at an asynchronous invocation."""
        return _in_scope_of(invocation.function, lambda: self._attempt(invocation))

    def settings(self, function: str) -> AsyncSettings:
        """Read the function's EventInvokeConfig; where it has none, Lambda's defaults."""
        return _in_scope_of(function, lambda: self._settings(function))

    def give_up(
        self, invocation: Invocation, attempt: Attempt, condition: Condition, settings: AsyncSettings
    ) -> bool:
        """Send the event to the on-failure destination; False when there is none or it did not take it."""
        if not settings.destination:
            return False
        credentials = _in_scope_of(invocation.function, lambda: self._credentials(invocation.function))
        record = invocation_record(invocation, attempt, condition, datetime.now(UTC))
        return send(record, settings.destination, credentials, self._endpoint)

    def execute(self, func: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        """Run one invocation for MiniStack's synchronous `Invoke`, which wants a dict of its own shape."""
        answer = self._run(func, _config(func), event, request_id)
        if answer.error is not None:
            return {"body": answer.error, "error": True, "function_error": "Unhandled", "log": ""}
        return {"body": answer.result, "log": ""}

    def _attempt(self, invocation: Invocation) -> Attempt:
        trace_header.set(invocation.trace)
        func, config, name = _find(invocation.function)
        if func is None:
            return Attempt(Kind.GONE)
        if lambda_svc._recursive_loop_drop(name, func, 0):
            return Attempt(Kind.RECURSIVE)
        if lambda_svc._reserved_concurrency(func, config) == 0:
            return Attempt(Kind.SHUT)
        slot, _ = lambda_svc._acquire_execution_slot(func, config)
        if slot is None:
            lambda_svc._emit_lambda_metrics(name, 0.0, error=False, throttle=True)
            return Attempt(Kind.THROTTLED)
        try:
            answer = self._run(func, config, invocation.payload, invocation.request_id)
        finally:
            lambda_svc._release_execution_slot(slot)
        failed = answer.error is not None
        lambda_svc._emit_lambda_metrics(name, answer.milliseconds, error=failed, throttle=False)
        return Attempt(Kind.ERROR, answer.error) if failed else Attempt(Kind.OK, answer.result)

    def _run(self, func: dict[str, Any], config: dict[str, Any], event: Any, request_id: str) -> Answer:
        function = self._function(func, config)
        trace = Trace.parse(trace_header.get()).through(function.arn)
        return self._pool.invoke(function, event, request_id, str(trace))

    def _credentials(self, function: str) -> dict[str, str]:
        _, config, _ = _find(function)
        credentials: dict[str, str] = lambda_runtime.execution_credentials(config)
        return credentials

    def _settings(self, function: str) -> AsyncSettings:
        func, _, _ = _find(function)
        configs = (func or {}).get("event_invoke_configs") or {}
        config = configs.get("$LATEST") or configs.get("") or {}
        default = AsyncSettings()
        return AsyncSettings(
            max_retries=config.get("MaximumRetryAttempts", default.max_retries),
            max_age=config.get("MaximumEventAgeInSeconds", default.max_age),
            destination=(config.get("DestinationConfig") or {}).get("OnFailure", {}).get("Destination", ""),
        )

    def _function(self, func: dict[str, Any], config: dict[str, Any]) -> Function:
        variables = (config.get("Environment") or {}).get("Variables") or {}
        return Function(
            name=config["FunctionName"],
            arn=_unqualified(config["FunctionArn"]),
            handler=config["Handler"],
            code=func["code_zip"],
            code_sha256=config.get("CodeSha256", ""),
            variables={"AWS_ENDPOINT_URL": self._endpoint, **variables},
            credentials=lambda_runtime.execution_credentials(config),
            region=config["FunctionArn"].split(":")[3],
            log_group=(config.get("LoggingConfig") or {}).get("LogGroup")
            or f"/aws/lambda/{config['FunctionName']}",
            timeout=float(config.get("Timeout", 3)),
            memory=int(config.get("MemorySize", 128)),
        )


def by_lineage(drop: Callable[..., Any]) -> Callable[..., Any]:
    """Count by the lineage of the request or event that is served; MiniStack knows the limit, and who may go on."""

    def counted(name: str, func: dict[str, Any], _depth: int) -> Any:
        runs = Trace.parse(trace_header.get()).runs(_unqualified(_config(func)["FunctionArn"]))
        return drop(name, func, runs + 1)

    return counted


def write_log(function: Function, stream: str, milliseconds: int, line: str) -> None:
    """Write one line to CloudWatch Logs, at once; a group or stream that is missing is made, as Lambda does."""

    def exists() -> bool:
        return _find(function.arn)[0] is not None

    _in_scope_of(function.arn, lambda: append(function.log_group, stream, milliseconds, line, exists))


def _config(func: dict[str, Any]) -> dict[str, Any]:
    config: dict[str, Any] = func.get("config") or func
    return config


def _find(function: str) -> tuple[dict[str, Any] | None, dict[str, Any], str]:
    func, config, name = lambda_svc._get_func_record_for_ref(function)
    return func, config or {}, name


def _unqualified(function: str) -> str:
    return ":".join(function.split(":")[:7])


def _in_scope_of(function: str, call: Callable[[], T]) -> T:
    """Call with MiniStack's request scope set to the account and region of the function."""
    region, account = function.split(":")[3:5]

    def scoped() -> T:
        responses._request_account_id.set(account)
        responses._request_region.set(region)
        return call()

    return contextvars.copy_context().run(scoped)
