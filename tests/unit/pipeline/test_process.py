"""The story of one record."""

import json
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import NOON, FakeLog, FakeObjects, WatchedSummarize, etag_of, object_event
from gistline.errors import ObjectForbiddenError, ObjectStoreUnavailableError, RejectedError
from gistline.pipeline.keys import KeyLayout
from gistline.pipeline.notification import ObjectEvent
from gistline.pipeline.process import Outcome, Processor, sweep
from gistline.pipeline.s3 import Token
from gistline.profile import Source, Summary

KEY, SUMMARY_KEY = "synthetic-data/orders.csv", "summaries/summary_orders.json"
LAYOUT = KeyLayout("synthetic-data/", ".csv", "summaries/")
BODY = b"a,b\n1,2\n"


class Story:
    """One record's way with fakes at every step."""

    def __init__(self, objects: FakeObjects | None = None, summarize: WatchedSummarize | None = None) -> None:
        self.objects = objects or FakeObjects({KEY: BODY})
        self.summarize = summarize or WatchedSummarize()
        self.log = FakeLog()

    def tell(self, record: ObjectEvent) -> Outcome:
        """Walk it."""
        processor = Processor(LAYOUT, self.summarize, lambda: NOON)
        return processor.process(record, objects=self.objects, log=self.log.log)

    @property
    def summary(self) -> dict[str, Any]:
        """The summary that was stored."""
        document: dict[str, Any] = json.loads(self.objects.content[SUMMARY_KEY])
        return document


def test_a_csv_becomes_a_summary() -> None:
    story = Story()
    outcome = story.tell(object_event(KEY))
    assert outcome == Outcome("written", "bucket", KEY, SUMMARY_KEY)
    assert set(story.objects.content) == {KEY, SUMMARY_KEY}
    assert story.summary["status"] == "complete"
    assert story.summary["table"]["rowCount"] == 1


def test_the_log_tells_the_three_steps_in_order_and_nothing_else() -> None:
    story = Story()
    story.tell(object_event(KEY))
    assert story.log.messages == ["S3 event received", "CSV downloaded", "JSON uploaded"]
    assert {line["key"] for line in story.log.lines} == {KEY}
    assert story.log.lines[2]["summaryKey"] == SUMMARY_KEY


@given(st.text(st.characters(categories=["L", "N"]), max_size=20).map("SECRET".__add__), st.booleans())
def test_the_log_never_shows_what_a_cell_holds(secret: str, damaged: bool) -> None:  # noqa: FBT001 - drawn
    body = f"{secret},b\n{secret},{secret}\n".encode() + (b"\x00" * 99 if damaged else b"")
    story = Story(FakeObjects({KEY: body}))
    with suppress(RejectedError):
        story.tell(object_event(KEY))
    assert secret not in story.log.stream.getvalue()
    assert json.dumps(secret)[1:-1] not in story.log.stream.getvalue()


@pytest.mark.parametrize(
    "key", ["summaries/summary_orders.json", "synthetic-data/notes.txt", "synthetic-data/"]
)
def test_a_key_that_is_not_ours_is_ignored_before_anything_is_read(key: str) -> None:
    story = Story()
    assert story.tell(object_event(key)) == Outcome("ignored", "bucket", key)
    assert story.log.messages == ["S3 event ignored"]
    assert story.log.lines[0]["reason"] == "other-key"
    assert not story.summarize.paths


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
    story = Story(FakeObjects(dict.fromkeys(keys, BODY)))
    for key in keys:
        story.tell(object_event(key))
    assert {"summaries/a/summary_x.json", "summaries/b/summary_x.json"} <= set(story.objects.content)


@pytest.mark.parametrize(
    "name", ["a b", "a+b", "50%", "é", "🌹", "../../etc/passwd", "a//b", "a\nb", "\x00", "x" * 1000]
)
def test_the_file_is_never_named_after_the_key(name: str) -> None:
    key = f"synthetic-data/{name}.csv"
    story = Story(FakeObjects({key: BODY}))
    assert story.tell(object_event(key)).status == "written"
    assert story.summarize.paths[0].name == "source.csv"


def test_the_file_lies_in_a_directory_of_its_own_that_nobody_else_may_enter() -> None:
    modes = []

    class Look(WatchedSummarize):
        """Look around while the file is there."""

        def __call__(self, path: Path, *, source: Source) -> Summary:
            modes.append(stat.S_IMODE(path.parent.stat().st_mode))
            assert [file.name for file in path.parent.iterdir()] == ["source.csv"]
            return super().__call__(path, source=source)

    story = Story(summarize=Look())
    story.tell(object_event(KEY))
    story.tell(object_event(KEY))
    assert modes == [0o700, 0o700]
    one, other = story.summarize.paths
    assert one.parent != other.parent


def test_a_file_that_is_no_csv_gets_a_summary_that_says_so_and_fails() -> None:
    story = Story(FakeObjects({KEY: b"PK\x03\x04 an archive"}))
    with pytest.raises(RejectedError, match="not-a-csv"):
        story.tell(object_event(KEY))
    assert story.summary["status"] == "rejected"
    assert story.summary["error"]["code"] == "not-a-csv"
    assert story.summary["error"]["remedy"]
    assert story.summary["source"]["etag"] == etag_of(b"PK\x03\x04 an archive")
    assert story.summary["generatedAt"] == "2026-11-23T12:00:00Z"
    assert story.log.messages == ["S3 event received", "CSV downloaded", "JSON uploaded"]


@pytest.mark.parametrize("error", [RuntimeError(), MemoryError(), KeyboardInterrupt()])
def test_the_file_is_gone_when_the_engine_fails(error: BaseException) -> None:
    story = Story(summarize=WatchedSummarize(error))
    with pytest.raises(type(error)):
        story.tell(object_event(KEY))
    assert not story.summarize.paths[0].parent.exists()


def test_the_file_is_gone_when_all_is_done() -> None:
    story = Story()
    story.tell(object_event(KEY))
    assert not story.summarize.paths[0].parent.exists()


def test_a_download_that_breaks_off_leaves_nothing_behind() -> None:
    paths = []

    class BreakingOff(FakeObjects):
        """Write half a file, then fail."""

        def download(self, key: str, path: Path) -> Token:
            paths.append(path)
            path.write_bytes(b"half")
            raise ObjectStoreUnavailableError("broke off")

    story = Story(BreakingOff())
    with pytest.raises(ObjectStoreUnavailableError):
        story.tell(object_event(KEY))
    assert not paths[0].parent.exists()
    assert story.log.messages == ["S3 event received"]


def test_a_summary_that_may_not_be_stored_is_an_error() -> None:
    story = Story(FakeObjects({KEY: BODY}, errors={SUMMARY_KEY: ObjectForbiddenError("no")}))
    with pytest.raises(ObjectForbiddenError):
        story.tell(object_event(KEY))
    assert story.log.messages == ["S3 event received", "CSV downloaded"]


def test_a_key_whose_summary_cannot_be_named_is_refused_before_it_is_read() -> None:
    key = "synthetic-data/" + "x" * 1005 + ".csv"
    story = Story(FakeObjects({key: BODY}))
    with pytest.raises(RejectedError) as caught:
        story.tell(object_event(key))
    assert caught.value.code == "key-too-long"
    assert not story.summarize.paths


def test_what_a_killed_invocation_has_left_is_swept(tmp_path: Path) -> None:
    left, foreign = tmp_path / "gistline-record-x" / "source.csv", tmp_path / "gistline-other"
    left.parent.mkdir()
    left.touch()
    foreign.mkdir()
    sweep(tmp_path)
    assert not left.parent.exists()
    assert foreign.exists()
