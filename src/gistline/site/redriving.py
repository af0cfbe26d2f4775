"""Failures as jobs for the pipeline, and the messages that go when these are done.

Comes in: the failures that were chosen, and what became of each job, as streams. Goes out: jobs, and the results again.
Called by `gistline failures redrive`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gistline.site.deadletters import Awaited, remove
from gistline.site.failures import Failure, in_summary
from gistline.site.redo import Done, Job
from gistline.site.site import Site


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a verb is about: summaries that say so, as a stream if they are many, and messages, which are few."""

    summaries: Iterable[Failure]
    letters: Sequence[Failure]


def jobs_of(site: Site, chosen: Chosen) -> Iterator[Job]:
    """Make one job of each key, as they come: those of messages first, as these are held for a while only.

    Of a key in both places it is the summary's, which is what is to be replaced.
    """
    of_letters = {job.key: job for each in chosen.letters for job in each.jobs(site)}
    for key, job in of_letters.items():
        summary = in_summary(site, key)
        yield from summary.jobs(site) if summary else (job,)
    yield from (job for each in chosen.summaries for job in each.jobs(site) if job.key not in of_letters)


def settled(site: Site, letters: Iterable[Failure], results: Iterable[Done]) -> Iterator[Done]:
    """Pass results on, and remove each message when the last of its keys is right.

    Raises:
        StackError: SQS refused.
    """
    whole = [each for each in letters if each.is_done_with_jobs(site)]
    awaited = Awaited((each.letter, [job.key for job in each.jobs(site)]) for each in whole if each.letter)
    for each in results:
        for letter in awaited.settle(each.job.key) if each.is_right else ():
            remove(site, letter)
        yield each
