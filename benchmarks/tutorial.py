"""The handler that the tutorials teach: boto3, a client made inside, a fixed name under /tmp.

Deployed as it stands, with boto3 beside it, to be measured against.
"""

import csv
import json
import os
import tempfile
import urllib.parse


def handler(event, context):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201, ARG001 - as the tutorials write it
    """Count the rows of a CSV and store the count."""
    import boto3  # noqa: PLC0415 - the package lies beside this file, not on the machine that checks it

    s3 = boto3.client("s3")
    record = event["Records"][0]["s3"]
    bucket, key = record["bucket"]["name"], urllib.parse.unquote_plus(record["object"]["key"])
    name = key.split("/")[-1]
    path = os.path.join(tempfile.gettempdir(), name)  # noqa: PTH118
    s3.download_file(bucket, key, path)
    with open(path, newline="") as file:  # noqa: PTH123
        reader = csv.reader(file)
        columns = next(reader)
        rows = sum(1 for _ in reader)
    with open(path + ".json", "w") as file:  # noqa: PTH123
        json.dump({"rows": rows, "columns": columns}, file)
    s3.upload_file(path + ".json", bucket, f"summaries/summary_{name.replace('.csv', '.json')}")
