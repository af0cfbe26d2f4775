"""Times decide nothing: whatever the functions' clocks say, the summary is that of what lies there."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from fakes import NOON, PROFILER, FakeObjects, etag_of
from gistline.aws.objects import Download
from gistline.pipeline.mark import Mark
from gistline.pipeline.reconcile import Case, Reconciler
from gistline.profile import Source, Summary

KEY, SUMMARY_KEY = "in/k.csv", "out/k.json"


def judge(found: Download) -> Summary:
    return Summary("complete", NOON, Source("b", KEY, None, found.token.etag, found.token.size))


CASE = Case("b", KEY, SUMMARY_KEY, judge, stands=lambda _: True)


@given(st.lists(st.tuples(st.sampled_from([b"a", b"b", None]), st.integers(-(10**6), 10**6)), min_size=1))
def test_no_clock_decides_anything(steps: list[tuple[bytes | None, int]]) -> None:
    """The same steps by right clocks leave the same states, one after the other."""
    right, wrong = FakeObjects({}), FakeObjects({})
    for content, minutes in steps:
        for objects, skew in ((right, 0), (wrong, minutes)):
            _lay(objects, content)
            clock = lambda skew=skew: NOON + timedelta(minutes=skew)  # noqa: E731
            Reconciler(PROFILER, clock, lambda _: None, lambda: 0.5).reconcile(CASE, objects)
        assert _mark(wrong) == _mark(right)
        assert _token(wrong) == (etag_of(content) if content else None)


def _lay(objects: FakeObjects, content: bytes | None) -> None:
    objects.content.pop(KEY, None)
    if content is not None:
        objects.content[KEY] = content


def _mark(objects: FakeObjects) -> Mark | None:
    return Mark.parse(objects.metadata.get(SUMMARY_KEY, {}))


def _token(objects: FakeObjects) -> str | None:
    mark = _mark(objects)
    return mark.token.etag if mark and mark.token else None
