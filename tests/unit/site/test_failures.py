"""What failed for good, found in summaries and in messages."""

import json
from dataclasses import replace
from typing import Any

import pytest

from fakes import s3_record
from gistline.errors import StackError
from gistline.pipeline.underway import PATIENCE
from gistline.site.deadletters import MOST, dead_letters, held_elsewhere, remove, waiting
from gistline.site.failures import FAILED, REJECTED, in_letters, in_summaries, in_summary
from gistline.site.site import Site
from unit.site.simulated import NOON, mark_of, simulated
from unit.stack.fake_aws import OUTPUTS, refusal

IN = "synthetic-data/"
ERROR = {"code": "killed", "message": "the function was killed", "remedy": "raise its memory"}


class SimulatedQueue:
    """A queue that hands out at most ten messages at a time, and hides them until they are given back."""

    def __init__(self, *bodies: str) -> None:
        self.messages = {f"m{number}": body for number, body in enumerate(bodies)}
        self.hidden: set[str] = set()
        self.held = 0  # seconds
        self.asked = ""  # the URL of the last question
        self.refused: Exception | None = None

    def receive_message(self, **request: Any) -> dict[str, Any]:
        if self.refused:
            raise self.refused
        free = [name for name in self.messages if name not in self.hidden][: request["MaxNumberOfMessages"]]
        self.hidden.update(free)
        self.held = request["VisibilityTimeout"]
        return {
            "Messages": [
                {
                    "MessageId": name,
                    "ReceiptHandle": name,
                    "Body": self.messages[name],
                    "Attributes": {"SentTimestamp": str(int(NOON.timestamp() * 1000))},
                }
                for name in free
            ]
        }

    def change_message_visibility(self, **request: Any) -> None:
        if request["ReceiptHandle"] not in self.messages:
            raise refusal("InvalidParameterValue")
        assert request["VisibilityTimeout"] == 0
        self.hidden.discard(request["ReceiptHandle"])

    def delete_message(self, **request: Any) -> None:
        del self.messages[request["ReceiptHandle"]]

    def get_queue_attributes(self, **request: Any) -> dict[str, Any]:
        self.asked = request["QueueUrl"]
        counts = {"": len(self.messages) - len(self.hidden), "NotVisible": len(self.hidden)}
        known = {f"ApproximateNumberOfMessages{name}": str(count) for name, count in counts.items()}
        return {"Attributes": {name: known[name] for name in request["AttributeNames"]}}


def record(*keys: str, **context: Any) -> str:
    """An invocation record of Lambda's, about CSVs of the simulated site."""
    records = [s3_record(key, bucket=OUTPUTS["BucketName"]) for key in keys]
    return json.dumps({"requestContext": context, "requestPayload": {"Records": records}})


def with_summary(site: Site, name: str, status: str, error: dict[str, str] | None = ERROR) -> str:
    """Store a CSV and a summary with this status; return the CSV's key."""
    s3: Any = site.target.client("s3")
    key = f"{IN}{name}.csv"
    document = {
        "schemaVersion": "1.0",
        "status": status,
        "generator": {"name": "gistline"},
        "source": {"key": key},
        **({"error": error} if error else {}),
    }
    token = s3.put(key)
    mark = mark_of(site, token, status)._replace(code=error["code"] if error else None)
    s3.put(site.layout.summary_key(key), "s", mark, json.dumps(document).encode())
    return key


@pytest.fixture
def site() -> Site:
    return simulated()[0]


def test_only_what_failed_is_found_unless_rejections_are_asked_for(site: Site) -> None:
    failed, rejected = with_summary(site, "a", "failed"), with_summary(site, "b", "rejected")
    with_summary(site, "c", "complete", None)
    simulated_s3: Any = site.target.client("s3")
    simulated_s3.put("summaries/summary_foreign.json")
    assert [each.name for each in in_summaries(site)] == [failed]
    both = list(in_summaries(site, statuses=(FAILED, REJECTED)))
    assert [(each.name, each.status) for each in both] == [(failed, "failed"), (rejected, "rejected")]
    assert (both[0].error, both[0].at) == (ERROR, NOON)


def test_what_is_no_verdict_yet_is_not_among_them_but_may_be_asked_for(site: Site) -> None:
    key = with_summary(site, "untried", "failed", {**ERROR, "code": "overtaken"})
    assert list(in_summaries(site)) == []
    assert in_summary(site, key) is not None


def test_a_prefix_narrows_it_down(site: Site) -> None:
    for name in ("x/a", "x/ab", "y/a"):
        with_summary(site, name, "failed")
    assert [each.name for each in in_summaries(site, "x/a")] == [f"{IN}x/a.csv", f"{IN}x/ab.csv"]
    assert [each.name for each in in_summaries(site, "x/ab")] == [f"{IN}x/ab.csv"]


def test_one_csv_is_asked_by_its_key(site: Site) -> None:
    complete = with_summary(site, "a", "complete", None)
    for key, status in ((with_summary(site, status, status), status) for status in (FAILED, REJECTED)):
        found = in_summary(site, key)
        assert found is not None
        assert (found.name, found.status) == (key, status)
    for key in (complete, f"{IN}none.csv", "elsewhere/a.csv", f"{IN}{'x' * 1005}.csv"):
        assert in_summary(site, key) is None


def test_a_failure_is_redone_where_its_summary_is_replaced(site: Site) -> None:
    failed = with_summary(site, "a", "failed")
    (failure,) = in_summaries(site)
    (job,) = failure.jobs(site)
    assert (job.key, job.why, job.before) == (failed, "failed", failure.mark)


def with_queue(*bodies: str) -> tuple[Site, SimulatedQueue]:
    queue = SimulatedQueue(*bodies)
    return simulated(services={"sqs": queue})[0], queue


def test_messages_are_held_and_given_back_unless_they_were_removed() -> None:
    site, queue = with_queue(*(record(f"{IN}{number}.csv") for number in range(25)))
    with dead_letters(site) as letters:
        assert len(letters) == len(queue.hidden) == 25
        with dead_letters(site) as others:
            assert others == ()
        remove(site, letters[3])
    assert not queue.hidden - {"m3"}
    assert set(queue.messages) == {f"m{number}" for number in range(25)} - {"m3"}


def test_messages_are_held_for_longer_than_a_redrive_waits_for_a_verdict() -> None:
    site, queue = with_queue(record(f"{IN}a.csv"))
    with dead_letters(site):
        assert queue.held > PATIENCE


def test_no_more_messages_are_taken_than_can_be_held() -> None:
    site, _ = with_queue(*["no record"] * (MOST + 15))
    with dead_letters(site) as letters:
        assert len(letters) == MOST


def test_a_message_says_which_keys_and_why() -> None:
    site, _ = with_queue(record(f"{IN}a b.csv", f"{IN}a b.csv", f"{IN}c.csv", condition="EventAgeExceeded"))
    with dead_letters(site) as letters:
        (failure,) = in_letters(letters)
    assert failure.keys == (f"{IN}a b.csv", f"{IN}c.csv")
    assert (failure.error["code"], failure.at) == ("event-too-old", NOON)
    assert [job.key for job in failure.jobs(site)] == list(failure.keys)
    assert failure.is_called(f"{IN}c.csv")
    assert failure.is_called("m0")
    assert not failure.is_called(f"{IN}d.csv")


@pytest.mark.parametrize("body", ["", "no JSON", "[]", "{}", '{"requestContext": 3}'])
def test_a_message_that_is_no_record_is_called_by_its_id(body: str) -> None:
    site, _ = with_queue(body)
    with dead_letters(site) as letters:
        (failure,) = in_letters(letters)
    assert (failure.keys, failure.name, failure.error["code"]) == ((), "m0", "notification")
    assert "discard m0" in failure.error["remedy"]
    assert list(failure.jobs(site)) == []


def test_messages_about_other_prefixes_are_left_out() -> None:
    site, _ = with_queue(record(f"{IN}x/a.csv"), record(f"{IN}y/a.csv"), "no record")
    with dead_letters(site) as letters:
        assert [each.name for each in in_letters(letters, f"{IN}x/")] == [f"{IN}x/a.csv"]
        assert len(list(in_letters(letters))) == 3


def test_a_key_that_is_none_of_ours_is_not_redone(site: Site) -> None:
    with_summary(site, "a", "failed")
    (failure,) = in_summaries(site)
    assert list(replace(failure, keys=("elsewhere/a.csv",)).jobs(site)) == []


def test_what_waits_is_counted_and_not_taken() -> None:
    site, queue = with_queue(*[record(f"{IN}a.csv")] * 3)
    queue.hidden = {"m1"}
    assert waiting(site) == 3
    assert (queue.hidden, queue.asked) == ({"m1"}, site.outputs.failure_queue_url)


def test_what_another_call_holds_is_counted() -> None:
    site, queue = with_queue(*[record(f"{IN}a.csv")] * 3)
    assert held_elsewhere(site) == 0
    with dead_letters(site):
        assert held_elsewhere(site) == 3
    assert held_elsewhere(site) == 0
    assert queue.asked == site.outputs.dead_letter_queue_url


def test_a_refusal_is_explained() -> None:
    site, queue = with_queue()
    queue.refused = refusal("AccessDenied")
    with pytest.raises(StackError, match="reading the dead-letter queue"), dead_letters(site):
        pass
