"""Where the stack lives: AWS, or the local cloud. The difference is an endpoint and credentials, nothing more.

Comes in: region, and for the local cloud its endpoint and throwaway keys. Goes out: boto3 clients, and
refusals turned into `StackError`. Called by everything that talks to a control plane.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, overload

from gistline.errors import StackError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

# Short, because somebody is waiting at a terminal; boto3's own defaults are a minute for each attempt.
CONNECT_SECONDS = 5
READ_SECONDS = 30
ATTEMPTS = 4
CLIENTS = 32  # kept; a command needs less than ten

SIGN_IN = "sign in to AWS (aws sso login, or aws configure), or name the profile in AWS_PROFILE"
REMEDIES = {
    "AccessDenied": "your own credentials lack the permission that is named",
    "AccessDeniedException": "your own credentials lack the permission that is named",
    "ExpiredToken": SIGN_IN,
    "ExpiredTokenException": SIGN_IN,
    "InvalidClientTokenId": SIGN_IN,
}
# CloudFormation has one code, ValidationError, for all that it refuses; of these words only is it known what to do.
NOT_READY = "state and can not be "


@dataclass(frozen=True, slots=True)
class Credentials:
    """Access key and secret of the local cloud. For AWS there are none here: boto3 finds them by itself."""

    access_key: str
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """One place in which the stack can live; an empty `endpoint` is AWS, an empty `profile` AWS's own choice."""

    region: str
    endpoint: str = ""
    credentials: Credentials | None = None
    profile: str = ""

    @property
    def is_local(self) -> bool:
        """Whether this is the local cloud, whose keys we make ourselves."""
        return self.credentials is not None

    @overload
    def client(self, service: Literal["cloudformation"]) -> "CloudFormationClient": ...
    @overload
    def client(self, service: Literal["iam"]) -> "IAMClient": ...
    @overload
    def client(self, service: Literal["lambda"]) -> "LambdaClient": ...
    @overload
    def client(self, service: Literal["logs"]) -> "CloudWatchLogsClient": ...
    @overload
    def client(self, service: Literal["s3"]) -> "S3Client": ...
    @overload
    def client(self, service: Literal["sqs"]) -> "SQSClient": ...
    @overload
    def client(self, service: Literal["cloudwatch", "events", "kms", "sts"]) -> Any: ...

    def client(self, service: str) -> Any:
        """Give the boto3 client for `service`, the same one each time."""
        return _client(self, service)


@lru_cache(CLIENTS)
def _client(target: Target, service: str) -> Any:
    """Make a client: that takes 50 ms and more, and a client is thread-safe (Boto3 guide, "Multithreading with clients").

    A session is not, and so each client has one of its own.
    """
    from botocore.config import Config  # noqa: PLC0415 - 0.2 s that a command without AWS shall not pay

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        # A bucket as part of the host name needs DNS that 127.0.0.1 does not have.
        s3={"addressing_style": "path"} if target.endpoint else None,
        proxies={} if target.is_local else None,  # the loopback needs none
    )
    make: Any = _session(target).client
    return make(service, endpoint_url=target.endpoint or None, config=config)


def _session(target: Target) -> Any:
    """Make a session: for AWS as every AWS tool does, for the local cloud without a look at the host's files."""
    import boto3  # noqa: PLC0415 - as in `_client`
    from botocore.session import Session  # noqa: PLC0415 - the same

    keys = target.credentials
    if keys is None:
        return boto3.Session(profile_name=target.profile or None, region_name=target.region)
    unread: Any = dict.fromkeys(("config_file", "credentials_file"), (None, None, os.devnull, None))
    return boto3.Session(
        botocore_session=Session({**unread, "profile": (None, None, None, None)}),
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret_key,
        region_name=target.region,
    )


@contextmanager
def explained(doing: str) -> Iterator[None]:
    """Turn what boto3 raises while `doing` something into one `StackError`.

    Raises:
        StackError: the service refused (with its code and words), or could not be reached.
    """
    from boto3.exceptions import Boto3Error  # noqa: PLC0415 - as in `client`
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - the same

    try:
        yield
    except ClientError as refusal:
        code, message = refusal_of(refusal)
        raise StackError(f"{doing}: {code}: {message}", _remedy(code, message)) from refusal
    except (BotoCoreError, Boto3Error) as failure:
        remedy = SIGN_IN if "credentials" in str(failure).lower() else "check that the endpoint answers"
        raise StackError(f"{doing}: {failure}", remedy) from failure


def _remedy(code: str, message: str) -> str:
    if NOT_READY in message:
        return "a stack that is still changing must first be ready, one that failed halfway be deleted"
    return REMEDIES.get(code, "")


def refusal_of(error: Any) -> tuple[str, str]:
    """Give code and message of a botocore `ClientError`; a HEAD has no body, so its code is the HTTP status."""
    detail = error.response.get("Error", {})
    return str(detail.get("Code", "")), str(detail.get("Message", ""))
