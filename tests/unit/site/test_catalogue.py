"""What lies in the bucket of a site, asked through boto3."""

from datetime import timedelta

import pytest

from gistline.aws.s3 import Listed
from gistline.errors import StackError
from gistline.pipeline.lack import lack_of
from gistline.site.catalogue import SiteCatalogue, head, judging_rules, look
from unit.site.simulated import NOON, mark_of, simulated
from unit.stack.fake_aws import refusal

KEY, SUMMARY = "synthetic-data/a.csv", "summaries/summary_a.json"


def test_a_listing_gives_what_comes_behind_a_key_in_the_order_of_s3() -> None:
    site, s3 = simulated()
    for name in ("b", "a", "c", "d", "é"):
        s3.put(f"in/{name}")
    s3.put("out/b")
    catalogue = SiteCatalogue(s3, site)  # type: ignore[arg-type]
    assert [each.key for each in catalogue.list("in/", "in/b")] == ["in/c", "in/d", "in/é"]
    assert next(catalogue.list("in/")) == Listed("in/a", "e1", 3, NOON)


def test_a_head_gives_token_and_metadata_or_that_there_is_nothing() -> None:
    site, s3 = simulated()
    token = s3.put(SUMMARY, mark=mark_of(site, None, "deleted"))
    stored = SiteCatalogue(s3, site).head(SUMMARY)  # type: ignore[arg-type]
    assert stored is not None
    assert (stored.token, set(stored.metadata)) == (token, {"gistline"})
    assert SiteCatalogue(s3, site).head("other") is None  # type: ignore[arg-type]


def test_a_look_asks_for_the_summary_before_the_csv() -> None:
    site, s3 = simulated()
    token = s3.put(KEY)
    s3.put(SUMMARY, mark=mark_of(site, token))
    seen = look(s3, site, KEY)  # type: ignore[arg-type]
    assert lack_of(seen, judging_rules(site)) is None
    assert (seen.source, s3.heads) == (token, [SUMMARY, KEY])


def test_a_csv_written_after_the_listing_is_out_of_date_rather_than_right() -> None:
    site, s3 = simulated()
    token = s3.put(KEY)
    s3.put(SUMMARY, mark=mark_of(site, token._replace(last_modified=NOON - timedelta(seconds=2))))
    assert lack_of(look(s3, site, KEY), judging_rules(site)) is not None  # type: ignore[arg-type]


def test_a_refusal_is_not_taken_for_absence() -> None:
    site, s3 = simulated()
    s3.refused = refusal("403")
    with pytest.raises(StackError, match="looking at 'x'"):
        head(s3, site, "x")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "rule"), [("tombstone", "tombstone"), ("delete", "delete"), ("keep", "keep")]
)
def test_the_rules_are_those_of_the_stack(said: str, rule: str) -> None:
    site, _ = simulated(said)
    assert judging_rules(site).on_delete == rule
