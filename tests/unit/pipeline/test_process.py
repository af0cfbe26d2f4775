"""The story of one record."""

import json
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import (
    PROFILER,
    FakeLog,
    FakeObjects,
    WatchedSummarize,
    desk,
    etag_of,
    object_event,
    plenty,
    reconciler,
)
from gistline.aws.objects import Download
from gistline.aws.s3 import Token
from gistline.errors import (
    ContendedError,
    ObjectForbiddenError,
    ObjectStoreUnavailableError,
    OutOfTimeError,
)
from gistline.pipeline.keys import KeyLayout
from gistline.pipeline.limits import BinaryFile
from gistline.pipeline.mark import Profiler
from gistline.pipeline.notification import ObjectEvent
from gistline.pipeline.process import Processed, Processor, remove_leftovers
from gistline.pipeline.reconcile import OnSourceDelete
from gistline.profile import Source, Summary

KEY, SUMMARY_KEY = "synthetic-data/orders.csv", "summaries/summary_orders.json"
LAYOUT = KeyLayout("synthetic-data/", ".csv", "summaries/")
BODY = b"a,b\n1,2\n"


@dataclass
class WatchedObjects(FakeObjects):
    """A bucket that keeps where downloads were saved."""

    paths: list[Path] = field(default_factory=list)

    def open(self, key: str) -> Download | None:
        found = super().open(key)
        return found and Noted(key, found.token, self.chunks(key), self.paths)

    def chunks(self, key: str) -> Iterator[bytes]:
        yield self.content[key]


class Noted(Download):
    """A download that notes where it is saved."""

    def __new__(cls, name: str, token: Token, chunks: Iterator[bytes], paths: list[Path]) -> Self:
        made = super().__new__(cls, name, token, chunks)
        made.paths = paths
        return made

    paths: list[Path]

    def save(self, path: Path) -> None:
        self.paths.append(path)
        super().save(path)


class Story:
    """One record's way with fakes at every step."""

    def __init__(
        self, objects: WatchedObjects | None = None, summarize: WatchedSummarize | None = None
    ) -> None:
        self.objects = objects or WatchedObjects({KEY: BODY})
        self.summarize = summarize or WatchedSummarize()
        self.log = FakeLog()

    def tell(
        self,
        record: ObjectEvent,
        left: Callable[[], float] = plenty,
        on_delete: OnSourceDelete = "tombstone",
        by: Profiler = PROFILER,
    ) -> Processed:
        """Walk it."""
        processor = Processor(LAYOUT, self.summarize, reconciler(on_delete, by))
        return processor.process(record, desk(self.objects, self.log, left))

    @property
    def summary(self) -> dict[str, Any]:
        """The summary that was stored."""
        document: dict[str, Any] = json.loads(self.objects.content[SUMMARY_KEY])
        return document


def test_a_csv_becomes_a_summary() -> None:
    story = Story()
    outcome = story.tell(object_event(KEY))
    assert outcome == Processed("written", "bucket", KEY, SUMMARY_KEY)
    assert set(story.objects.content) == {KEY, SUMMARY_KEY}
    assert story.summary["status"] == "complete"
    assert story.summary["table"]["rowCount"] == 1


@pytest.mark.parametrize("on_delete", ["tombstone", "delete", "keep"])
def test_the_log_tells_the_three_steps_in_order_and_nothing_else(on_delete: OnSourceDelete) -> None:
    story = Story()
    story.tell(object_event(KEY), on_delete=on_delete)
    assert story.log.messages == ["S3 event received", "CSV downloaded", "JSON uploaded"]
    assert {line["key"] for line in story.log.lines} == {KEY}
    assert story.log.lines[2]["summaryKey"] == SUMMARY_KEY


@given(st.text(st.characters(categories=["L", "N"]), max_size=20).map("SECRET".__add__), st.booleans())
def test_the_log_never_shows_what_a_cell_holds(secret: str, damaged: bool) -> None:  # noqa: FBT001 - drawn
    body = f"{secret},b\n{secret},{secret}\n".encode() + (b"\x00" * 99 if damaged else b"")
    story = Story(WatchedObjects({KEY: body}))
    story.tell(object_event(KEY))
    assert secret not in story.log.stream.getvalue()
    assert json.dumps(secret)[1:-1] not in story.log.stream.getvalue()


@pytest.mark.parametrize(
    "key", ["summaries/summary_orders.json", "synthetic-data/notes.txt", "synthetic-data/"]
)
def test_a_key_that_is_not_ours_is_ignored_before_anything_is_read(key: str) -> None:
    story = Story()
    assert story.tell(object_event(key)) == Processed("ignored", "bucket", key)
    assert story.log.messages == ["S3 event ignored"]
    assert story.log.lines[0]["reason"] == "other-key"
    assert not story.objects.calls


def test_the_summary_carries_what_was_read_and_who_caused_it() -> None:
    story = Story()
    story.tell(object_event(KEY, etag=etag_of(BODY), size=8, sequencer="0A", request_id="REQUEST"))
    assert story.summarize.sources == [
        Source(
            bucket="bucket",
            key=KEY,
            version_id=None,
            etag=etag_of(BODY),
            size=8,
            sequencer="0A",
            request_id="REQUEST",
        )
    ]


@pytest.mark.parametrize("claimed", [{"etag": "older", "size": 3}, {"etag": None}, {"version_id": "v0"}])
def test_an_upload_that_was_replaced_meanwhile_leaves_no_trace_in_the_summary(
    claimed: dict[str, str],
) -> None:
    story = Story()
    about = {"etag": etag_of(BODY), "sequencer": "0A", "request_id": "REQUEST"} | claimed
    story.tell(object_event(KEY, **about))
    (source,) = story.summarize.sources
    assert (source.etag, source.size, source.version_id) == (etag_of(BODY), 8, None)
    assert (source.sequencer, source.request_id) == (None, None)


def test_equal_names_in_two_folders_are_both_kept() -> None:
    keys = ["synthetic-data/a/x.csv", "synthetic-data/b/x.csv"]
    story = Story(WatchedObjects(dict.fromkeys(keys, BODY)))
    for key in keys:
        story.tell(object_event(key))
    assert {"summaries/a/summary_x.json", "summaries/b/summary_x.json"} <= set(story.objects.content)


@pytest.mark.parametrize(
    "name", ["a b", "a+b", "50%", "é", "🌹", "../../etc/passwd", "a//b", "a\nb", "\x00", "x" * 1000]
)
def test_the_file_is_never_named_after_the_key(name: str) -> None:
    key = f"synthetic-data/{name}.csv"
    story = Story(WatchedObjects({key: BODY}))
    assert story.tell(object_event(key)).outcome == "written"
    assert [path.name for path in story.objects.paths] == ["source.csv"]


def test_the_file_lies_in_a_directory_of_its_own_that_nobody_else_may_enter() -> None:
    modes: list[int] = []

    class Look(WatchedSummarize):
        """Look around while the file is there."""

        def __call__(self, file: BinaryFile, /, *, source: Source) -> Summary:
            path = story.objects.paths[-1]
            modes.append(stat.S_IMODE(path.parent.stat().st_mode))
            assert [file.name for file in path.parent.iterdir()] == ["source.csv"]
            return super().__call__(file, source=source)

    other = KEY.replace("orders", "others")
    story = Story(WatchedObjects(dict.fromkeys([KEY, other], BODY)), Look())
    story.tell(object_event(KEY))
    story.tell(object_event(other))
    assert modes == [0o700, 0o700]
    one, two = story.objects.paths
    assert one.parent != two.parent


def test_a_file_that_is_no_csv_gets_a_summary_that_says_so_and_no_second_attempt() -> None:
    story = Story(WatchedObjects({KEY: b"PK\x03\x04 an archive"}))
    assert story.tell(object_event(KEY)).outcome == "rejected"
    assert story.summary["status"] == "rejected"
    assert story.summary["error"]["code"] == "not-a-csv"
    assert story.summary["error"]["remedy"]
    assert story.summary["source"]["etag"] == etag_of(b"PK\x03\x04 an archive")
    assert story.summary["generatedAt"] == "2026-11-23T12:00:00Z"
    assert story.log.messages == ["S3 event received", "CSV downloaded", "JSON uploaded", "CSV rejected"]
    assert story.log.lines[-1]["outcome"] == "rejected"
    assert story.log.lines[-1]["error"]["code"] == "not-a-csv"


def test_a_rejected_file_stays_rejected_when_its_event_comes_again() -> None:
    story = Story(WatchedObjects({KEY: b"PK\x03\x04 an archive"}))
    story.tell(object_event(KEY))
    assert story.tell(object_event(KEY)).outcome == "already"
    assert len(story.summarize.sources) == 1


def test_a_file_for_which_memory_is_too_small_is_rejected() -> None:
    story = Story(summarize=WatchedSummarize(MemoryError()))
    assert story.tell(object_event(KEY)).outcome == "rejected"
    assert story.summary["error"]["code"] == "out-of-memory"


def test_a_file_for_which_time_is_too_short_is_rejected_while_there_is_time_to_say_so() -> None:
    times = iter([60.0, 55.0, 9.0])
    story = Story()
    assert story.tell(object_event(KEY), left=lambda: next(times)).outcome == "rejected"
    assert story.summary["error"] == {
        "code": "too-slow",
        "message": "time ran out after 0 bytes were read",
        "remedy": story.summary["error"]["remedy"],
    }


def test_a_file_that_was_begun_late_is_no_slow_one() -> None:
    """Something else has taken the time; another attempt has all of it, and nothing is written till then."""
    times = iter([60.0, 29.0, 9.0])
    story = Story()
    with pytest.raises(OutOfTimeError) as caught:
        story.tell(object_event(KEY), left=lambda: next(times))
    assert caught.value.retryable
    assert SUMMARY_KEY not in story.objects.content


def wish(anew: int | None) -> ObjectEvent:
    """A hint of ours, about the verdict of this generation."""
    return object_event(KEY)._replace(event_name="ObjectCreated:Reconcile", anew=anew)


def rejected(by: Profiler = PROFILER) -> Story:
    story = Story(summarize=WatchedSummarize(MemoryError()))
    story.tell(object_event(KEY), by=by)
    return story


def test_a_rejected_file_is_looked_at_anew_if_somebody_wants_it() -> None:
    """As its remedy says: the function has more memory by now."""
    story = rejected()
    story.summarize = WatchedSummarize()
    assert story.tell(wish(anew=1)).outcome == "written"
    assert (story.summary["status"], story.summary["generation"]) == ("complete", 2)


def test_a_wish_has_its_effect_once_however_often_it_comes() -> None:
    story = rejected()
    assert [story.tell(wish(anew=1)).outcome for _ in range(3)] == ["rejected", "already", "already"]
    assert story.summary["generation"] == 2


@pytest.mark.parametrize("anew", [None, 0, 2])
def test_a_wish_about_another_verdict_or_none_changes_nothing(anew: int | None) -> None:
    assert rejected().tell(wish(anew)).outcome == "already"


def test_a_wish_lets_no_older_profiler_replace_a_newer_ones_rejection() -> None:
    assert rejected(by=Profiler("9.0.0")).tell(wish(anew=1)).outcome == "already"


@pytest.mark.parametrize("times", [2, 10])
def test_an_event_that_comes_twice_or_ten_times_is_worked_on_once(times: int) -> None:
    story = Story()
    assert story.tell(object_event(KEY)).outcome == "written"
    before = story.summary
    story.objects.calls.clear()
    for _ in range(times - 1):
        assert story.tell(object_event(KEY)).outcome == "already"
    assert story.summary == before
    assert story.objects.calls == [f"HEAD {SUMMARY_KEY}", f"GET {KEY}"] * (times - 1)
    assert story.log.messages[3:] == ["S3 event received", "nothing to do"] * (times - 1)
    assert story.log.lines[-1]["outcome"] == "already"


def test_a_summary_costs_four_requests() -> None:
    story = Story()
    story.tell(object_event(KEY))
    assert story.objects.calls == [f"HEAD {SUMMARY_KEY}", f"GET {KEY}", f"PUT {SUMMARY_KEY}", f"HEAD {KEY}"]


@pytest.mark.parametrize(
    ("version", "status"),
    [("1.1.9", "already"), ("1.2.0", "already"), ("1.10.0", "written"), ("1.2.0-other", "already")],
)
def test_a_newer_profiler_writes_anew_and_an_older_one_never(version: str, status: str) -> None:
    story = Story()
    story.tell(object_event(KEY))
    assert story.tell(object_event(KEY), by=Profiler(version, "options")).outcome == status


def test_a_failed_summary_is_tried_again() -> None:
    story = Story()
    story.tell(object_event(KEY))
    mark = story.objects.metadata[SUMMARY_KEY]["gistline"]
    story.objects.metadata[SUMMARY_KEY] = {"gistline": mark.replace("complete", "failed")}
    assert story.tell(object_event(KEY)).outcome == "written"
    assert story.summary["generation"] == 2


@pytest.mark.parametrize(
    ("on_delete", "outcome", "message"),
    [
        ("tombstone", "deleted", "JSON uploaded"),
        ("delete", "deleted", "JSON removed"),
        ("keep", "nothing", "nothing to do"),
    ],
)
def test_what_becomes_of_the_summary_of_a_removed_csv_is_as_set(
    on_delete: OnSourceDelete, outcome: str, message: str
) -> None:
    story = Story()
    story.tell(object_event(KEY))
    del story.objects.content[KEY]
    assert story.tell(object_event(KEY), on_delete=on_delete).outcome == outcome
    left = json.loads(story.objects.content.get(SUMMARY_KEY, b"{}")).get("status")
    assert left == {"tombstone": "deleted", "delete": None, "keep": "complete"}[on_delete]
    assert (story.log.messages[-1], story.log.lines[-1]["outcome"]) == (message, outcome)
    again = story.tell(object_event(KEY), on_delete=on_delete).outcome
    assert again == {"tombstone": "already", "delete": "nothing", "keep": "nothing"}[on_delete]


@pytest.mark.parametrize("error", [RuntimeError(), KeyboardInterrupt()])
def test_the_file_is_gone_when_the_engine_fails(error: BaseException) -> None:
    story = Story(summarize=WatchedSummarize(error))
    with pytest.raises(type(error)):
        story.tell(object_event(KEY))
    assert not story.objects.paths[0].parent.exists()


def test_the_file_is_gone_when_all_is_done() -> None:
    story = Story()
    story.tell(object_event(KEY))
    assert not story.objects.paths[0].parent.exists()


def test_a_download_that_always_breaks_off_leaves_nothing_behind() -> None:
    class BreakingOff(WatchedObjects):
        """Send half a file, then fail."""

        def chunks(self, key: str) -> Iterator[bytes]:
            yield b"half"
            raise ObjectStoreUnavailableError("broke off")

    story = Story(BreakingOff({KEY: BODY}))
    with pytest.raises(ContendedError):
        story.tell(object_event(KEY))
    assert not story.objects.paths[0].parent.exists()
    assert set(story.objects.content) == {KEY}
    assert story.log.messages == ["S3 event received"]


def test_a_summary_that_may_not_be_stored_is_an_error() -> None:
    story = Story(WatchedObjects({KEY: BODY}, errors={SUMMARY_KEY: ObjectForbiddenError("no")}))
    with pytest.raises(ObjectForbiddenError):
        story.tell(object_event(KEY))
    assert story.log.messages == ["S3 event received"]


def test_a_csv_that_may_not_be_read_is_no_removed_one() -> None:
    story = Story()
    story.tell(object_event(KEY))
    story.objects.errors = {KEY: ObjectForbiddenError("no")}
    with pytest.raises(ObjectForbiddenError):
        story.tell(object_event(KEY))
    assert story.summary["status"] == "complete"


def test_a_key_too_long_for_a_summary_is_rejected_before_it_is_read() -> None:
    key = "synthetic-data/" + "x" * 1005 + ".csv"
    story = Story(WatchedObjects({key: BODY}))
    assert story.tell(object_event(key)) == Processed("rejected", "bucket", key)
    assert story.log.messages == ["S3 event received", "CSV rejected"]
    assert story.log.lines[-1]["error"]["code"] == "key-too-long"
    assert story.log.lines[-1]["outcome"] == "rejected"
    assert not story.objects.calls


def test_what_a_killed_invocation_has_left_is_swept(tmp_path: Path) -> None:
    left, foreign = tmp_path / "gistline-record-x" / "source.csv", tmp_path / "gistline-other"
    left.parent.mkdir()
    left.touch()
    foreign.mkdir()
    remove_leftovers(tmp_path)
    assert not left.parent.exists()
    assert foreign.exists()
