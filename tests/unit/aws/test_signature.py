"""Signature Version 4: AWS's examples, and the same signatures as botocore's."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from hypothesis import given
from hypothesis import strategies as st

from gistline.aws.s3 import Credentials
from gistline.aws.signature import Request, encode_path, sign

# The examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
EXAMPLE_KEYS = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
EXAMPLE_TIME = datetime(2013, 5, 24, tzinfo=UTC)
EXAMPLE_HOST = "examplebucket.s3.amazonaws.com"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
WELCOME = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"


@pytest.mark.parametrize(
    ("request_", "signed_headers", "signature"),
    [
        pytest.param(
            Request("GET", EXAMPLE_HOST, "/test.txt", EMPTY, {"Range": "bytes=0-9"}),
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            id="GET Object",
        ),
        pytest.param(
            Request(
                "PUT",
                EXAMPLE_HOST,
                encode_path("/test$file.text"),
                WELCOME,
                {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"},
            ),
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
            id="PUT Object",
        ),
    ],
)
def test_the_published_examples_come_out(request_: Request, signed_headers: str, signature: str) -> None:
    signed = sign(request_, credentials=EXAMPLE_KEYS, region="us-east-1", now=EXAMPLE_TIME)
    assert signed.headers["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        f"SignedHeaders={signed_headers},Signature={signature}"
    )


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    st.sampled_from(["GET", "PUT"]),
    st.text("abc/+=", max_size=20),
)
def test_any_path_is_signed_as_botocore_signs_it(key: str, method: str, session_token: str) -> None:
    path = encode_path(f"/bucket/{key}")
    keys = Credentials("AKID", "secret/+", session_token)
    request = Request(method, "s3.eu-west-1.amazonaws.com", path, EMPTY, {"content-type": "text/csv"})
    ours = sign(request, credentials=keys, region="eu-west-1", now=EXAMPLE_TIME)
    assert ours.headers["authorization"].endswith(f"Signature={_botocore_signature(request, keys)}")


@given(
    st.dictionaries(st.sampled_from(["prefix", "start-after", "list-type"]), st.text("a b/é+&=", max_size=9))
)
def test_a_query_is_signed_as_botocore_signs_it(names: dict[str, str]) -> None:
    query = "&".join(f"{name}={quote(value, safe='-_.~')}" for name, value in sorted(names.items()))
    keys = Credentials("AKID", "secret")
    request = Request("GET", "s3.eu-west-1.amazonaws.com", "/bucket/", EMPTY, query=query)
    ours = sign(request, credentials=keys, region="eu-west-1", now=EXAMPLE_TIME)
    assert ours.path == (f"/bucket/?{query}" if query else "/bucket/")
    assert ours.headers["authorization"].endswith(f"Signature={_botocore_signature(request, keys)}")


def test_another_service_is_signed_for_by_its_name() -> None:
    keys = Credentials("AKID", "secret")
    request = Request("POST", "lambda.eu-west-1.amazonaws.com", "/2015-03-31/functions/f/invocations", EMPTY)
    ours = sign(request, credentials=keys, region="eu-west-1", now=EXAMPLE_TIME, service="lambda")
    assert "/20130524/eu-west-1/lambda/aws4_request" in ours.headers["authorization"]
    assert ours.headers["authorization"].endswith(f"Signature={_botocore_signature(request, keys, 'lambda')}")


def _botocore_signature(request: Request, keys: Credentials, service: str = "s3") -> str:
    theirs = AWSRequest(
        method=request.method,
        url=f"https://{request.host}{request.path}?{request.query}",
        headers=dict(request.headers),
    )
    theirs.headers["x-amz-content-sha256"] = request.payload_hash
    theirs.headers["x-amz-date"] = theirs.context["timestamp"] = "20130524T000000Z"
    if keys.session_token:
        theirs.headers["x-amz-security-token"] = keys.session_token
    credentials = BotocoreCredentials(keys.access_key_id, keys.secret_access_key)
    auth = (S3SigV4Auth if service == "s3" else SigV4Auth)(credentials, service, "eu-west-1")
    signature: str = auth.signature(auth.string_to_sign(theirs, auth.canonical_request(theirs)), theirs)
    return signature


@pytest.mark.parametrize(
    ("path", "encoded"),
    [
        ("/b/a//c/../d/./e", "/b/a//c/../d/./e"),
        ("/b/a b+%25", "/b/a%20b%2B%2525"),
        ("/b/-_.~!*'()é🌹\n", "/b/-_.~%21%2A%27%28%29%C3%A9%F0%9F%8C%B9%0A"),
    ],
)
def test_a_path_is_encoded_once_and_never_normalised(path: str, encoded: str) -> None:
    assert encode_path(path) == encoded


def test_secrets_are_not_shown() -> None:
    keys = Credentials("AKID", "hush", "hush-token")
    signed = sign(Request("GET", "h", "/", EMPTY), credentials=keys, region="r", now=EXAMPLE_TIME)
    assert "hush" not in repr(keys) + repr(signed)
