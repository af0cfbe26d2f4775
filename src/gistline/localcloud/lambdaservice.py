"""Lambda's side of what is hung into MiniStack: one of four files that touch its private names.

Comes in: the pool of environments. Goes out: a `LambdaService`, which makes attempts, reads functions' settings and
gives events up; and lines in functions' logs. Called by `ministack`, which says what is replaced and why.
"""

import contextvars
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from ministack.core import lambda_runtime, responses
from ministack.services import lambda_svc

from gistline.localcloud.attempts import AsyncSettings, Attempt, Condition, Invocation, Kind
from gistline.localcloud.destination import invocation_record, send
from gistline.localcloud.environment import Answer, Function
from gistline.localcloud.lineage import Trace, trace_header
from gistline.localcloud.loggroups import append
from gistline.localcloud.pool import Pool

T = TypeVar("T")


class LambdaService:
    """Lambda's side: runs invocations in our environments, within MiniStack's concurrency limits."""

    def __init__(self, pool: Pool, endpoint: str) -> None:
        self._pool = pool
        self._endpoint = endpoint

    def invoke(self, invocation: Invocation) -> Attempt:
        """Make one attempt at an asynchronous invocation."""
        return in_scope_of(invocation.function, lambda: self._attempt(invocation))

    def settings(self, function: str) -> AsyncSettings:
        """Read the function's EventInvokeConfig; where it has none, Lambda's defaults."""
        return in_scope_of(function, lambda: self._settings(function))

    def give_up(
        self, invocation: Invocation, attempt: Attempt, condition: Condition, settings: AsyncSettings
    ) -> bool:
        """Send the event to the on-failure destination; False when there is none or it did not take it."""
        if not settings.destination:
            return False
        credentials = in_scope_of(invocation.function, lambda: self._credentials(invocation.function))
        record = invocation_record(invocation, attempt, condition, datetime.now(UTC))
        return send(record, settings.destination, credentials, self._endpoint)

    def execute(self, func: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        """Run one invocation for MiniStack's synchronous `Invoke`, which wants a dict of its own shape."""
        answer = self._run(func, config_of(func), event, request_id)
        if answer.error is not None:
            return {"body": answer.error, "error": True, "function_error": "Unhandled", "log": ""}
        return {"body": answer.result, "log": ""}

    def _attempt(self, invocation: Invocation) -> Attempt:
        trace_header.set(invocation.trace)
        func, config, name = find(invocation.function)
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
        _, config, _ = find(function)
        credentials: dict[str, str] = lambda_runtime.execution_credentials(config)
        return credentials

    def _settings(self, function: str) -> AsyncSettings:
        func, _, _ = find(function)
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
        runs = Trace.parse(trace_header.get()).runs(_unqualified(config_of(func)["FunctionArn"]))
        return drop(name, func, runs + 1)

    return counted


def write_log(function: Function, stream: str, milliseconds: int, line: str) -> None:
    """Write one line to CloudWatch Logs, at once; a group or stream that is missing is made, as Lambda does."""

    def exists() -> bool:
        return find(function.arn)[0] is not None

    in_scope_of(function.arn, lambda: append(function.log_group, stream, milliseconds, line, exists))


def config_of(func: dict[str, Any]) -> dict[str, Any]:
    """Give a function's configuration; a version's record is one itself."""
    config: dict[str, Any] = func.get("config") or func
    return config


def find(function: str) -> tuple[dict[str, Any] | None, dict[str, Any], str]:
    """Give a function's record, None if there is none; its configuration; its name."""
    func, config, name = lambda_svc._get_func_record_for_ref(function)
    return func, config or {}, name


def _unqualified(function: str) -> str:
    return ":".join(function.split(":")[:7])


def in_scope_of(function: str, call: Callable[[], T]) -> T:
    """Call with MiniStack's request scope set to the account and region of the function."""
    region, account = function.split(":")[3:5]

    def scoped() -> T:
        responses._request_account_id.set(account)
        responses._request_region.set(region)
        return call()

    return contextvars.copy_context().run(scoped)
