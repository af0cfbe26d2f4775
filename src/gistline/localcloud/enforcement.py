"""What AWS asks IAM and MiniStack 1.5.33 does not: one of four files that touch its private names.

Comes in: nothing. Goes out: nothing; afterwards MiniStack asks as AWS does. Called once by `ministack`.

What is replaced, and why (seen in MiniStack 1.5.33):
    iam_actions.s3_service_context   knew no s3:if-match and s3:if-none-match, so that a policy which demands
                                     conditional writes refused every write
    iam_evaluator._fnmatch_compile   let a wildcard end at a line break, which a key may have
    iam_evaluator._resolve_condition_key  took aws:PrincipalArn for the ARN of a role's session, not of the role
    s3._get_object, s3._head_object  told whoever asked that a key does not exist, also those who may not list
    lambda_svc._sqs_esm_concurrency  took messages off a queue for a function whose role may not receive them
    eventbridge._invoke_target       invoked a function whatever its resource-based policy said
    eventbridge._dispatch_to_lambda  invoked it once, in a thread of its own, and forgot how that ended
tests/local/test_enforcement.py states what AWS does in each case; it fails loudly when the pin moves.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.router import extract_access_key_id
from ministack.services import eventbridge, iam, lambda_svc, s3, sqs

Json = dict[str, Any]
Reply = tuple[int, Json, bytes]

CONDITIONS = ("if-match", "if-none-match")
# "s3:if-match" is a key of both (Service Authorization Reference, Amazon S3).
CONDITIONAL = ("s3:PutObject", "s3:DeleteObject")
# "Lambda needs" these "to manage messages in your Amazon SQS queue" (Lambda Developer Guide, "Using Lambda with
# Amazon SQS", execution role permissions).
POLLING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


def install() -> None:
    """Put the missing questions in."""
    iam_actions.s3_service_context = with_conditions(iam_actions.s3_service_context)
    iam_evaluator._fnmatch_compile = compiled
    iam_evaluator._resolve_condition_key = naming_roles(iam_evaluator._resolve_condition_key)
    s3._get_object = hiding(s3._get_object)
    s3._head_object = hiding(s3._head_object)
    lambda_svc._sqs_esm_concurrency = polling(lambda_svc._sqs_esm_concurrency)
    eventbridge._invoke_target = asking(eventbridge._invoke_target)
    eventbridge._dispatch_to_lambda = queued


def with_conditions(context_of: Callable[..., Json]) -> Callable[..., Json]:
    """Let a write's condition keys say whether it is conditional.

    Source: S3 User Guide, "Enforce conditional writes on Amazon S3 buckets".
    """

    def context(
        action: str, query: Mapping[str, Any] | None, path: str = "", headers: Mapping[str, str] | None = None
    ) -> Json:
        found = context_of(action, query, path, headers)
        if action in CONDITIONAL:
            found |= {f"s3:{name}": value for name in CONDITIONS if (value := (headers or {}).get(name))}
        return found

    return context


@lru_cache(4096)
def compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:  # noqa: FBT001 - as it is called there
    """Let `*` be any characters and `?` any one, a line break too.

    Source: IAM User Guide, "IAM JSON policy elements: Resource", wildcards.
    """
    wild = {"*": ".*", "?": "."}
    parts = (wild.get(letter) or re.escape(letter) for letter in pattern)
    return re.compile(rf"{''.join(parts)}\Z", re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def naming_roles(value_of: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    """Let aws:PrincipalArn be the ARN of the role that a caller has assumed.

    Source: IAM User Guide, "AWS global condition context keys", aws:PrincipalArn.
    """

    def value(key: str, context: Any) -> Any:
        found = value_of(key, context)
        if key.lower() != "aws:principalarn" or ":assumed-role/" not in found:
            return found
        role = iam._roles.get_scoped(context.principal_account, None, found.split("/")[1])
        return role["Arn"] if role else found

    return value


def hiding(read: Callable[..., Reply]) -> Callable[..., Reply]:
    """Let a missing key look forbidden to whoever may not list the bucket.

    Source: S3 API Reference, GetObject and HeadObject, "Permissions".
    """

    def answer(bucket: str, key: str, headers: Json | None = None, query: Json | None = None) -> Reply:
        reply = read(bucket, key, headers or {}, query or {})
        status, _, body = reply
        if status == 404 and b"NoSuchKey" in body and not _may_list(bucket, headers or {}, query or {}):  # noqa: PLR2004 - as S3 says it
            refusal: Reply = s3._error("AccessDenied", "Access Denied", 403, f"/{bucket}/{key}")
            return refusal
        return reply

    return answer


def polling(concurrency_of: Callable[..., int]) -> Callable[..., int]:
    """Let no batch of a queue be taken for a function whose role may not take it.

    AWS asks when the mapping is made and at each poll; here it stands still until the role may.
    """

    def concurrency(mapping: Json, function: Json, config: Json, queue: Json | None = None) -> int:
        arn = mapping["EventSourceArn"]
        if all(role_may(config["Role"], action, arn) for action in POLLING):
            return concurrency_of(mapping, function, config, queue)
        return 0

    return concurrency


def asking(invoke: Callable[..., None]) -> Callable[..., None]:
    """Let a rule of EventBridge invoke a function only if the function's resource-based policy lets it; else drop it.

    Source: EventBridge User Guide, "Using resource-based policies for Amazon EventBridge".
    """

    def ask(target: Json, event: Json, rule: Json, view: Any = None) -> None:
        function, account = target["Arn"], rule["Arn"].split(":")[4]
        if ":lambda:" not in function or lets_in(function, "events.amazonaws.com", rule["Arn"], account):
            invoke(target, event, rule, view)

    return ask


def queued(function: str, payload: str) -> None:
    """Invoke a function asynchronously, with all that comes with it: attempts, and an on-failure destination."""
    func, _, _ = lambda_svc._get_func_record_for_ref(function)
    if func:
        lambda_svc.invoke_async_with_retry(func, json.loads(payload))


def lets_in(function: str, service: str, source: str, account: str) -> bool:
    """Tell whether a function's resource-based policy lets a service invoke it for this source, both by their ARNs."""
    found = lambda_svc.function_policy_for_arn(function)
    if found is None:
        return False
    context = iam_evaluator.EvalContext(
        principal_arn="",
        principal_type="Service",
        principal_account=account,
        action="lambda:InvokeFunction",
        resource_arn=function,  # a permission for an alias is no permission for the function, and vice versa
        region=function.split(":")[3],
        service_context={"aws:sourcearn": source, "aws:sourceaccount": account},
    )
    return bool(
        iam_evaluator.evaluate_resource_policy(found[0], context, service=service).decision == "Allow"
    )


def role_may(role: str, action: str, resource: str) -> bool:
    """Tell whether a role may do something to a queue, by its own policies and the queue's."""
    account, name = role.split(":")[4], role.rpartition("/")[2]
    context = iam_evaluator.EvalContext(
        principal_arn=role,
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=resource.split(":")[3],
        secure_transport=True,  # Lambda's poller talks TLS
    )
    own = iam_evaluator.evaluate(context, iam_evaluator._gather_role_policies(name, account))
    queue = sqs.queue_policy_for_arn(resource)
    decided = iam_evaluator.combine_resource_policy(own, context, *queue) if queue else own
    return bool(decided.decision == "Allow")


def _may_list(bucket: str, headers: Json, query: Json) -> bool:
    caller = extract_access_key_id(headers, query)
    arn = f"arn:aws:s3:::{bucket}"
    return iam_evaluator.enforce(caller, "s3:ListBucket", "s3", "", resource_arn=arn) is None
