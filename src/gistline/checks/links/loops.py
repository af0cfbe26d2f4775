"""Could a summary be the reason for a summary?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`. Every rule on the bucket is looked at, not only the
template's: any of them that leads to the function can close the circle.
"""

from collections.abc import Iterator

from gistline.checks.check import Check, Finding, Trouble, Verdict, find
from gistline.checks.rules import leads_to_us, read_rules, remedy
from gistline.pipeline.keys import SUMMARY_SUFFIX
from gistline.site.site import Site
from gistline.stack.existing import CREATED, REMOVED
from gistline.stack.overlaps import Rule, overlapping

ID = "loops"


def look(site: Site) -> Finding:
    """Hold whatever we may write against every rule that leads to us."""
    written = f"{site.outputs.output_prefix}*{SUMMARY_SUFFIX}"
    rules = read_rules(site)
    looked_at = f"{written} against {len(rules)} rule(s) on {site.outputs.bucket_name}"
    healthy = "no summary can invoke the summarizer"
    return find(ID, looked_at, _troubles(site, rules, written), healthy=healthy)


def _troubles(site: Site, rules: tuple[Rule, ...], written: str) -> Iterator[Trouble]:
    # What is removed sets off events as well; summaries are, where the stack is to do so.
    events = (CREATED, REMOVED) if site.outputs.on_source_delete == "delete" else (CREATED,)
    summaries = Rule("", "", events, site.outputs.output_prefix, SUMMARY_SUFFIX)
    for rule in rules:
        if leads_to_us(rule, site) and overlapping(rule, summaries):
            scope = f"prefix {rule.prefix or 'none'}, suffix {rule.suffix or 'none'}"
            words = f"the rule {rule.id} ({scope}) matches {written} too: each summary invokes the summarizer again"
            yield Trouble(Verdict.FAIL, words, remedy(site))


CHECK = Check(
    ID,
    "Loops",
    "A function that is invoked by what it writes runs for ever, and is paid for. Our handler skips such events, role"
    " and bucket policy keep it from writing where the trigger listens, and Lambda stops such chains; this is the layer"
    " before those.",
    look,
)
