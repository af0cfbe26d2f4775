"""The lineage: by what Lambda sees that a chain of invocations has come round to where it began.

Comes in: the environment, in which Lambda sets `_X_AMZN_TRACE_ID` anew for each invocation. Goes out: the header to
send with whatever is written or invoked, so that what comes of it has it too. Called by `objects` and `wire`.

AWS's own SDKs send it (botocore: handlers.py, add_recursion_detection_header); obstore and http.client do not, and
Lambda would see no loop of ours. The value is Lambda's and is handed on as it came:
`Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=1:a87bd80c:0`. Source: Lambda
Developer Guide, "Use Lambda recursive loop detection to prevent infinite loops".
"""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

HEADER = "X-Amzn-Trace-Id"
_SAFE = "-=;:+&[]{}\"',"  # what botocore leaves as it is; a line break in particular is none of it


class Trace(NamedTuple):
    """The trace header of one invocation; empty outside Lambda."""

    header: str = ""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Trace":
        """Read it as botocore does: only in a function, and quoted."""
        in_lambda = "AWS_LAMBDA_FUNCTION_NAME" in environ
        return cls(quote(environ.get("_X_AMZN_TRACE_ID", ""), _SAFE, errors="replace") if in_lambda else "")

    @property
    def headers(self) -> dict[str, str]:
        """What to send beside the request's own headers."""
        return {HEADER: self.header} if self.header else {}

    @property
    def lineage(self) -> str:
        """The part in which Lambda counts the rounds, as it stands; empty where there is none."""
        parts = (part.strip().partition("=") for part in self.header.split(";"))
        return next((value for name, _, value in parts if name.lower() == "lineage"), "")


NO_TRACE = Trace()
