"""How trace tells the story of a key."""

import json

import pytest

from gistline.commands.trace import as_lines, as_object
from gistline.site.story import tell
from support.fake_pipeline import INVOCATION, World, healthy

KEY = "synthetic-data/a [b].csv"
REPORT = (
    f"REPORT RequestId: {INVOCATION(1)}\tDuration: 12.50 ms\tBilled Duration: 220 ms\tMemory Size: 1769 MB"
    "\tMax Memory Used: 42 MB\tInit Duration: 205.98 ms"
)


def uploaded(world: World) -> World:
    world.site.target.client("s3").put_object(Bucket="bucket", Key=KEY, Body=b"id\n1\n2\n")
    return world


def told(world: World, key: str = KEY) -> list[str]:
    return [line.plain for line in as_lines(tell(world.site, key), world.site.layout)]


def test_a_good_story_from_upload_to_summary() -> None:
    world = World()
    uploaded(world)
    world.write(f"START RequestId: {INVOCATION(1)} Version: $LATEST")
    world.summarise(KEY)
    world.write(REPORT)
    lines = told(world)
    assert lines[0] == KEY
    assert lines[1].startswith("2023-11-14T22:13:20.000Z  uploaded            7 bytes, etag ")
    assert lines[2].endswith("event               S3's request id REQUEST0")
    assert lines[3].endswith(f"attempt 1           invocation {INVOCATION(1)}")
    assert [line[28:].split("  ")[0] for line in lines[4:7]] == [
        "S3 event received",
        "CSV downloaded",
        "JSON uploaded",
    ]
    assert lines[7].strip() == "took 12 ms, 42 of 1769 MB, cold start 206 ms"
    assert lines[8].strip() == "summary             summaries/summary_a [b].json: complete, 2 rows"
    assert lines[9] == "outcome: written"


def test_a_key_has_no_power_over_the_terminal_and_forges_no_line() -> None:
    world, key = healthy(), "synthetic-data/\x1b[2J\u202ea\nFORGED.csv"
    world.site.target.client("s3").put_object(Bucket="bucket", Key=key, Body=b"id\n1\n")
    world.summarise(key)
    text = "\n".join(told(world, key))
    assert "\nFORGED" not in text
    assert {"\x1b", "\u202e"}.isdisjoint(text)
    assert text.count("\ufffd[2J\ufffda\ufffdFORGED") == 2


def test_trouble_is_shown_where_it_happened() -> None:
    world = World()
    world.on_put = world.fail
    uploaded(world).write(f"{INVOCATION(1)} Task timed out")
    lines = told(world)
    assert any("record failed" in line and "[object-forbidden] 403 - mend the role" in line for line in lines)
    assert any(line.endswith("Task timed out") for line in lines)
    assert lines[-1] == "outcome: failed"


def test_what_the_recorder_said_follows_the_attempts() -> None:
    world = uploaded(World())
    world.say(INVOCATION(1), lambda log: log.received(world.record(KEY)))
    world.write(f"{INVOCATION(1)} Task timed out")
    world.clock.tick(60)
    world.give_up(KEY)
    lines = told(world)
    given_up = next(number for number, line in enumerate(lines) if "given up" in line)
    assert lines[given_up].startswith("2023-11-14T22:14:20.000Z  given up ")
    assert lines[given_up - 1].endswith("Task timed out")
    assert lines[given_up + 2].endswith("record failed       0 ms  [killed] it was killed - split it")
    (one,) = as_object(tell(world.site, KEY))["invocations"]
    assert [line["message"] for line in one["recorder"]] == ["JSON uploaded", "record failed"]
    assert {line["failedRequestId"] for line in one["recorder"]} == {INVOCATION(1)}


@pytest.mark.parametrize(
    ("key", "there", "words"),
    [
        pytest.param(KEY, False, "this key was never seen", id="never seen"),
        pytest.param(KEY, True, "nobody noticed the upload", id="not noticed"),
    ],
)
def test_a_key_without_a_story_points_to_the_doctor(key: str, there: bool, words: str) -> None:  # noqa: FBT001 - a case
    world = uploaded(World()) if there else World()
    last = told(world, key)[-1]
    assert words in last
    assert "gistline doctor" in last


def test_an_upload_that_nobody_noticed_is_told_though_an_earlier_one_has_its_summary() -> None:
    world = uploaded(healthy())
    assert told(world)[-1] == "outcome: written"
    world.edit(KEY, lambda summary: summary["source"].update(lastModified="2023-11-14T22:13:19Z"))
    world.lines.clear()
    assert told(world)[-1].startswith("nobody noticed the upload")


@pytest.mark.parametrize("key", ["synthetic-data/a.CSV", "other/a.csv", "a"])
def test_a_key_that_the_trigger_does_not_match_is_told_so(key: str) -> None:
    assert told(World(), key)[-1] == (
        "nobody listens for this key: the trigger notices synthetic-data/NAME.csv, letter by letter"
    )


def test_the_json_tells_the_same() -> None:
    world = uploaded(healthy())
    document = json.loads(json.dumps(as_object(tell(world.site, KEY))))
    assert (document["key"], document["outcome"]) == (KEY, "written")
    assert document["object"]["uploaded"] == "2023-11-14T22:13:20.000Z"
    assert document["object"]["versionId"] is None
    (one,) = document["invocations"]
    assert (one["requestId"], one["s3RequestId"]) == (INVOCATION(1), "REQUEST0")
    assert [line["message"] for line in one["attempts"][0]["lines"]][-1] == "JSON uploaded"
    assert document["summary"]["requestId"] == "REQUEST0"


def test_the_json_of_a_key_never_seen_is_empty() -> None:
    document = as_object(tell(World().site, KEY))
    assert document == {
        "key": KEY,
        "outcome": "unnoticed",
        "object": None,
        "invocations": [],
        "summary": None,
    }


def test_the_json_has_lambdas_report() -> None:
    world = uploaded(healthy())
    world.write(REPORT)
    (one,) = as_object(tell(world.site, KEY))["invocations"]
    assert one["attempts"][0]["report"] == {
        "milliseconds": 12.5,
        "memory": 1769,
        "memoryUsed": 42,
        "initMilliseconds": 205.98,
    }
