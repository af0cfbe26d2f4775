"""A sighting in words: what a person would see, in the order in which they would look.

Comes in: a `Sighting`. Goes out: sentences. Called by the commands `break` and `lab`.
"""

from collections.abc import Iterator

from gistline.checks.faults.probe import Sighting


def tell(sighting: Sighting, bucket: str) -> Iterator[str]:
    """Say what was uploaded, what the log shows, whether there is a summary, and where the event is."""
    probe = sighting.probe
    yield f"A CSV of {probe.size:,} bytes was uploaded, and S3 took it: s3://{bucket}/{probe.key}"
    yield f"{sighting.milliseconds / 1000:.1f} s later: {_invocations(sighting)}"
    yield from sighting.errors
    if sighting.ignored:
        yield f"Of these, {sighting.ignored} saw that the object is no CSV of ours, and wrote nothing; no more came after."
    yield "The summary is there." if sighting.summarised else "There is no summary."
    if sighting.verdict:
        yield f"Where it should be, it is written why: {sighting.verdict}"
    elif sighting.given_up:
        yield "The event lies on the on-failure queue, from which the recorder takes it."
    elif not sighting.summarised and not sighting.invocations:
        yield "The on-failure queue has nothing either. Nothing at all; and nobody will try again."
    elif not sighting.summarised:
        yield "The event is still being tried; then it goes to the on-failure queue."


def _invocations(sighting: Sighting) -> str:
    times = sighting.invocations
    if not times:
        return "the summarizer's log has not one line about it."
    return f"the summarizer's log shows {times} invocation{'s' if times > 1 else ''}."
