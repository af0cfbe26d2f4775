"""Where an event goes that its function could not handle: the on-failure destination.

Comes in: the invocation, its last attempt, the reason. Goes out: one message on an SQS queue, sent with the
credentials of the function's own execution role, because that is whose `sqs:SendMessage` AWS asks for.
Called by `ministack` for `delivery`.
"""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from gistline.localcloud.attempts import Attempt, Condition, Invocation, Kind


def invocation_record(
    invocation: Invocation, attempt: Attempt, condition: Condition, now: datetime
) -> dict[str, Any]:
    """Build AWS's invocation record.

    Source: Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations".
    """
    ran = attempt.kind is Kind.ERROR
    return {
        "version": "1.0",
        "timestamp": now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": invocation.request_id,
            "functionArn": f"{invocation.function}:$LATEST",
            "condition": str(condition),
            "approximateInvokeCount": invocation.attempts,
        },
        "requestPayload": invocation.payload,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
        if ran
        else None,
        "responsePayload": attempt.body if ran else None,
    }


def send(record: Mapping[str, Any], queue_arn: str, credentials: Mapping[str, str], endpoint: str) -> bool:
    """Put the record on the queue; tell whether that was possible.

    `credentials` are a role session's, under the names of the environment variables that Lambda sets.
    """
    _, _, service, region, account, name = queue_arn.split(":", 5)
    if service != "sqs":
        return False
    client = _session(region, credentials).client(
        "sqs",
        endpoint_url=endpoint,
        config=Config(proxies={}),  # the loopback needs none
    )
    try:
        client.send_message(QueueUrl=f"{endpoint}/{account}/{name}", MessageBody=json.dumps(record))
    except (BotoCoreError, ClientError):
        return False
    return True


def _session(region: str, credentials: Mapping[str, str]) -> boto3.Session:
    """Make a session without a look at the host's profile and files; of one's own, as it is not thread-safe."""
    unread: Any = dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))
    return boto3.Session(
        botocore_session=Session({**unread, "profile": (None, None, None, None)}),
        aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=credentials["AWS_SESSION_TOKEN"],
        region_name=region,
    )
