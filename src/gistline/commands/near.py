"""What a person meant by a key that is not there.

Comes in: a site and the key. Goes out: a question, or nothing. Called by the verbs that look for one key.
"""

from difflib import get_close_matches
from itertools import chain, islice
from typing import TYPE_CHECKING

from gistline.pipeline.keys import folder_of
from gistline.site.inputs import list_csvs
from gistline.site.site import Site

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LISTED = 1000  # keys looked through for a near miss, in the folder and in all
NEAR = 3  # of them named


def did_you_mean(s3: "S3Client", site: Site, key: str) -> str:
    """Ask for keys that look alike; without any, an empty string.

    Raises:
        StackError: S3 refused.
    """
    prefix = site.layout.input_prefix
    # What begins as the input prefix does once more could not be told from a key that has it already.
    names = [
        prefix + name if name.startswith(prefix) else name
        for name in _near(s3, site, key.removeprefix(prefix))
    ]
    return f"did you mean {' or '.join(map(repr, names))}?" if names else ""


def _near(s3: "S3Client", site: Site, name: str) -> list[str]:
    """Look for similar names in the folder that was meant, then in all, as far as they are listed."""
    everywhere = [islice(list_csvs(s3, site, prefix), LISTED) for prefix in (folder_of(name), "")]
    start, suffix = len(site.layout.input_prefix), site.layout.suffix
    names = {listed.key[start:].lower(): listed.key[start:] for listed in chain(*everywhere)}
    wanted = (name if name.lower().endswith(suffix.lower()) else name + suffix).lower()
    same = [names[low] for low in names if low == wanted or low.endswith(f"/{wanted}")]
    return same[:NEAR] or [names[low] for low in get_close_matches(wanted, names, n=NEAR)]
