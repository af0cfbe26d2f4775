"""S3 gives the request id of its answer to the event that the request causes.

S3 User Guide, "Event message structure": the values of responseElements "are the same as those that Amazon S3
returns in the response to the request that initiates the events".
"""

import re
from typing import Any

import pytest

from support.cloud import Stack, unique, until

CSV = b"id\n1\n"


def logged_id(stack: Stack, key: str) -> str:
    """The request id that the event carried, as the summarizer logged it."""
    (line, *_) = until(lambda: stack.lines_about(key))
    found: str = line["s3RequestId"]
    return found


def answered_id(answer: dict[str, Any]) -> str:
    found: str = answer["ResponseMetadata"]["HTTPHeaders"]["x-amz-request-id"]
    return found


@pytest.fixture
def key() -> str:
    return f"synthetic-data/{unique('request id')}.csv"


def test_of_a_put(stack: Stack, key: str) -> None:
    s3 = stack.cloud.client("s3")
    answer = s3.put_object(Bucket=stack.outputs.bucket_name, Key=key, Body=CSV)
    assert logged_id(stack, key) == answered_id(answer)


def test_of_a_copy(stack: Stack, key: str) -> None:
    s3, bucket, source = stack.cloud.client("s3"), stack.outputs.bucket_name, unique("elsewhere")
    put = s3.put_object(Bucket=bucket, Key=source, Body=CSV)
    copy = s3.copy_object(Bucket=bucket, Key=key, CopySource={"Bucket": bucket, "Key": source})
    assert logged_id(stack, key) == answered_id(copy) != answered_id(put)


def test_of_the_completion_of_a_multipart_upload(stack: Stack, key: str) -> None:
    s3, where = stack.cloud.client("s3"), {"Bucket": stack.outputs.bucket_name, "Key": key}
    upload = s3.create_multipart_upload(**where)["UploadId"]
    part = s3.upload_part(**where, UploadId=upload, PartNumber=1, Body=CSV)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    answer = s3.complete_multipart_upload(**where, UploadId=upload, MultipartUpload=parts)
    assert logged_id(stack, key) == answered_id(answer)


def test_two_uploads_have_two_ids_in_the_form_of_s3s(stack: Stack) -> None:
    s3, bucket = stack.cloud.client("s3"), stack.outputs.bucket_name
    one, other = (answered_id(s3.put_object(Bucket=bucket, Key=unique("id"), Body=CSV)) for _ in range(2))
    assert one != other
    assert re.fullmatch("[0-9A-F]{16}", one)
