"""Warm latency: from the upload of a CSV with 100 rows until its summary can be read.

Ours and the tutorials' handler are deployed beside each other on one local cloud, each with a bucket of its
own, and get the same bytes in turn.
"""

import csv
import io
import json
import re
import statistics
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

from benchmarks import tutorial
from gistline.functions.synthetic import HEADER, orders
from gistline.localcloud.up import LocalCloud

ROWS, RUNS, WARM_UP = 100, 60, 8
AIM = 0.7
PATIENCE = 30.0
NAME = "tutorial"


def measure(cloud: LocalCloud, scratch: Path) -> str:
    """Upload in turns, and compare the medians."""
    _deploy_tutorial(cloud, scratch)
    s3, body = cloud.target.client("s3"), sample(ROWS)
    ours, theirs = [], []
    for number in range(RUNS + WARM_UP):
        ours.append(_milliseconds(s3, cloud.outputs.bucket_name, f"warm-{number}", body))
        theirs.append(_milliseconds(s3, NAME, f"warm-{number}", body))
    mine, other = statistics.median(ours[WARM_UP:]), statistics.median(theirs[WARM_UP:])
    return (
        f"(b) warm, upload to summary, {ROWS} rows: gistline {mine:.1f} ms, the tutorials' handler {other:.1f} ms, "
        f"ratio {mine / other:.2f} (aim <= {AIM}); it profiles every column, the tutorials' counts rows"
    )


def sample(rows: int) -> bytes:
    """Return a CSV as the producer writes it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(orders(rows, seed=1))
    return text.getvalue().encode()


def _milliseconds(s3: Any, bucket: str, name: str, body: bytes) -> float:
    began = time.perf_counter()
    s3.put_object(Bucket=bucket, Key=f"synthetic-data/{name}.csv", Body=body)
    while time.perf_counter() - began < PATIENCE:
        if s3.list_objects_v2(Bucket=bucket, Prefix=f"summaries/summary_{name}.json").get("KeyCount"):
            return (time.perf_counter() - began) * 1000
        time.sleep(0.001)
    raise TimeoutError(f"no summary of {name} in {bucket}")


def _deploy_tutorial(cloud: LocalCloud, scratch: Path) -> None:
    """Make bucket, role, function, permission and notification, as the tutorials do by hand."""
    s3, iam, lambda_ = cloud.target.client("s3"), cloud.target.client("iam"), cloud.target.client("lambda")
    trust = _policy({"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    everything = _policy({"Action": "s3:*", "Resource": [f"arn:aws:s3:::{NAME}", f"arn:aws:s3:::{NAME}/*"]})
    iam.put_role_policy(RoleName=NAME, PolicyName="s3", PolicyDocument=everything)
    s3.create_bucket(Bucket=NAME)
    s3.put_object(Bucket=NAME, Key="code.zip", Body=_package(scratch))
    function = lambda_.create_function(
        FunctionName=NAME,
        Runtime="python3.13",
        Role=role,
        Handler="tutorial.handler",
        Code={"S3Bucket": NAME, "S3Key": "code.zip"},
        Timeout=30,
    )["FunctionArn"]
    lambda_.add_permission(
        FunctionName=NAME,
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{NAME}",
        SourceAccount=function.split(":")[4],
    )
    rules = [{"Name": "prefix", "Value": "synthetic-data/"}, {"Name": "suffix", "Value": ".csv"}]
    rule: Any = {
        "LambdaFunctionArn": function,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": rules}},
    }
    s3.put_bucket_notification_configuration(
        Bucket=NAME, NotificationConfiguration={"LambdaFunctionConfigurations": [rule]}
    )


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def _package(scratch: Path) -> bytes:
    """Zip the handler with boto3, of the version and the hashes that the project pins."""
    target, pins = scratch / "tutorial", scratch / "boto3.txt"
    wanted = {"boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"}
    blocks = re.split(r"\n(?=\S)", Path("requirements/run.txt").read_text(encoding="utf-8"))
    pins.write_text("\n".join(block for block in blocks if block.split("==")[0] in wanted), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
    subprocess.run([*pip, "--target", str(target), "-r", str(pins)], check=True)
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tutorial.__file__, "tutorial.py")
        for path in sorted(target.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(target))
    return package.getvalue()
