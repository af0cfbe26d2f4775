"""What the demo works out by itself."""

import json
from pathlib import Path

import pytest

from gistline.commands.demo import key_for, milliseconds
from gistline.stack.logs import LogEvent
from gistline.stack.outputs import StackOutputs

OUTPUTS = StackOutputs(
    bucket_name="bucket",
    input_prefix="synthetic-data/",
    suffix=".csv",
    output_prefix="summaries/",
    summarizer_name="summarizer",
    summarizer_arn="arn",
    summarizer_log_group_name="group",
    producer_name="producer",
    producer_log_group_name="group",
    failure_queue_url="url",
)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("orders.csv", "synthetic-data/orders.csv"),
        ("Orders.CSV", "synthetic-data/Orders.csv"),
        ("orders.2026.txt", "synthetic-data/orders.2026.csv"),
        ("orders", "synthetic-data/orders.csv"),
        ("a b+c.csv", "synthetic-data/a b+c.csv"),
    ],
)
def test_a_file_gets_a_key_that_the_trigger_matches(name: str, key: str) -> None:
    assert key_for(Path("folder") / name, OUTPUTS) == key


def test_the_time_runs_from_the_upload_as_s3_states_it_to_the_last_line() -> None:
    received = json.dumps({"message": "S3 event received", "eventTime": "2026-11-23T12:00:00.250Z"})
    noon = 1795435200000
    assert milliseconds([LogEvent(noon + 260, received), LogEvent(noon + 300, "{}")]) == 50
