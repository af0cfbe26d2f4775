"""Whether the bytes that came are those that S3 has: nothing else verifies the body of a GET.

Comes in: the token of a download, then its MD5. Goes out: whether to believe it. Called by `objects`.

The ETag of an object that was stored in one part is the MD5 of its bytes, unless it is encrypted with a key of KMS
or of the customer (S3 API reference, "Object", ETag). Which it is, a client cannot tell by looking at it. So bytes
with another MD5 are downloaded again; the same MD5 three times for one ETag is no accident, and from then on no ETag
of this bucket is taken for an MD5.
"""

from typing import TYPE_CHECKING

from gistline.aws.s3 import Token

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

_TIMES = 3
_DIGITS = 32  # of an MD5 in hexadecimal; the ETag of an object stored in several parts is longer


class Digests:
    """What is known of the ETags of one bucket."""

    def __init__(self) -> None:
        self._others: list[tuple[str | None, str]] = []  # the last ETags that differed, with the MD5s
        self._are_md5 = True

    def begin(self, token: Token) -> "Hash | None":
        """Return what the bytes are to be fed to; None if the ETag is no MD5."""
        if not self._are_md5 or len(token.etag or "") != _DIGITS:
            return None
        from hashlib import md5  # noqa: PLC0415 - the engine needs it anyway, but later

        return md5(usedforsecurity=False)

    def agree(self, token: Token, digest: str) -> bool:
        """Tell whether the bytes are to be believed."""
        if digest == token.etag:
            return True
        self._others = [*self._others, (token.etag, digest)][-_TIMES:]
        self._are_md5 = self._others != [(token.etag, digest)] * _TIMES
        return not self._are_md5
