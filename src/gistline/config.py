"""Settings: every default on one screen, and the only reader of the environment.

Comes in: a mapping of environment variables. Goes out: one frozen `Settings`. Called by the doors: the
functions at cold start, the command line at its beginning.

Like every record of the rooms that ship in the Lambda package this is a NamedTuple: to define a frozen
dataclass takes ten times as long (0.5 ms against 0.05 ms), and each cold start pays for all of them.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from gistline.errors import SettingsError


class Settings(NamedTuple):
    """What can be set, and its default. The variable is the name in capitals after `GISTLINE_`.

    Two come from AWS's own variables instead: `region` (`AWS_REGION` before `AWS_DEFAULT_REGION`) and
    `endpoint` (`AWS_ENDPOINT_URL_S3` before `AWS_ENDPOINT_URL`).
    """

    # the pipeline
    bucket: str = ""  # the producer writes here; the summarizer takes the bucket from the event
    input_prefix: str = "synthetic-data/"
    suffix: str = ".csv"  # as S3 compares it: case-sensitive
    output_prefix: str = "summaries/"

    # AWS
    region: str = "us-east-1"
    endpoint: str = ""  # empty: AWS itself

    # the command line
    target: str = "local"  # or "aws"
    profile: str = ""  # of AWS's configuration files; empty: AWS_PROFILE, or the default one
    stack: str = "gistline"
    home: Path = Path(".gistline")  # the local cloud's private directory, and built packages

    # the local cloud
    port: int = 4566  # where it listens if that port is free
    delivery_workers: int = os.cpu_count() or 2  # events delivered to functions at the same time
    retry_seconds: float = 0.2  # before the first retry of a failed invocation; AWS: 60, then 120

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings from `environ`.

        Raises:
            SettingsError: a value is not of its setting's type.
        """
        default = cls()
        endpoint = environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL", "")
        region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or default.region
        return cls(
            bucket=environ.get("GISTLINE_BUCKET", default.bucket),
            input_prefix=environ.get("GISTLINE_INPUT_PREFIX", default.input_prefix),
            suffix=environ.get("GISTLINE_SUFFIX", default.suffix),
            output_prefix=environ.get("GISTLINE_OUTPUT_PREFIX", default.output_prefix),
            region=region,
            endpoint=endpoint,
            target=environ.get("GISTLINE_TARGET", default.target),
            profile=environ.get("GISTLINE_PROFILE", default.profile),
            stack=environ.get("GISTLINE_STACK", default.stack),
            home=Path(environ.get("GISTLINE_HOME", default.home)),
            port=int(_number(environ, "GISTLINE_PORT", default.port)),
            delivery_workers=int(_number(environ, "GISTLINE_DELIVERY_WORKERS", default.delivery_workers)),
            retry_seconds=_number(environ, "GISTLINE_RETRY_SECONDS", default.retry_seconds),
        )


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name, "")
    if not text:
        return default
    try:
        return float(text)
    except ValueError:
        raise SettingsError(
            f"{name}={text!r} is not a number", f"unset it, or set it to one like {default}"
        ) from None
