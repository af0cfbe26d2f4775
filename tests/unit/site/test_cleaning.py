"""What is removed: the CSVs and their summaries, every version of them, and nothing else."""

from dataclasses import dataclass, field

import pytest

from gistline.errors import StackError
from gistline.site.cleaning import carry_out, plan_cleaning
from unit.site.fake_bucket import FakeBucket, site_with

CSV = b"a,b\n1,2\n"
IN, OUT = "synthetic-data/", "summaries/"
FOREIGN = [
    "other/a.csv",
    f"{IN}readme.txt",
    f"{IN}a.CSV",
    f"{OUT}index.json",
    f"{OUT}summary_a.csv",
    f"{OUT}a.json",
    "synthetic-data.csv",
    "a.csv",
]


def bucket_with(*names: str, versioned: bool = False) -> FakeBucket:
    bucket = FakeBucket(versioned=versioned, page_size=1000)
    _, pipeline = site_with(bucket)
    for name in names:
        bucket.store(IN + name, CSV)
        pipeline.summarise(IN + name)
    for key in FOREIGN:
        bucket.store(key, b"kept")
    return bucket


def cleaned(bucket: FakeBucket, prefix: str = "") -> set[str]:
    """Clean, and give the keys that are left besides the foreign ones."""
    site, _ = site_with(bucket)
    carry_out(site.target.client("s3"), plan_cleaning(site, prefix))
    assert bucket.keys >= set(FOREIGN)
    return bucket.keys - set(FOREIGN)


def test_a_plan_names_keys_and_bytes_and_removes_nothing() -> None:
    bucket = bucket_with("a.csv", "b/c.csv")
    before = list(bucket.versions)
    site, _ = site_with(bucket)
    plan = plan_cleaning(site)
    assert {version.key for version in plan.csvs} == {f"{IN}a.csv", f"{IN}b/c.csv"}
    assert {version.key for version in plan.summaries} == {f"{OUT}summary_a.json", f"{OUT}b/summary_c.json"}
    ours = [each for each in before if each.key not in FOREIGN]
    assert plan.bytes == sum(len(each.body or b"") for each in ours)
    assert bucket.versions == before
    assert not [call for call in bucket.calls if call.startswith("delete")]


def test_csvs_and_summaries_go_and_all_else_stays() -> None:
    assert cleaned(bucket_with("a.csv", "b/c.csv")) == set()


def test_every_version_and_delete_marker_goes() -> None:
    bucket = bucket_with("a.csv", versioned=True)
    bucket.store(f"{IN}a.csv", b"a\n1\n")
    bucket.store(f"{IN}a.csv", None)
    bucket.store(f"{OUT}summary_a.json", None)
    site, _ = site_with(bucket)
    assert {version.size for version in plan_cleaning(site).csvs} == {None, 4, len(CSV)}
    assert cleaned(bucket) == set()


def test_an_empty_bucket_has_an_empty_plan_and_twice_is_harmless() -> None:
    site, _ = site_with(FakeBucket())
    assert plan_cleaning(site).versions == ()
    bucket = bucket_with("a.csv")
    assert cleaned(bucket) == set()
    bucket.calls.clear()
    assert cleaned(bucket) == set()
    assert not [call for call in bucket.calls if call.startswith("delete")]


def test_a_prefix_spares_the_others() -> None:
    bucket = bucket_with("2026/or-1.csv", "2026/or-2.csv", "2026/x.csv", "2027/or.csv")
    assert cleaned(bucket, "2026/or") == {
        f"{IN}2026/x.csv",
        f"{OUT}2026/summary_x.json",
        f"{IN}2027/or.csv",
        f"{OUT}2027/summary_or.json",
    }


def test_the_summary_of_a_csv_that_is_gone_goes_too() -> None:
    bucket = bucket_with("a.csv")
    bucket.remove(f"{IN}a.csv", "null")
    assert cleaned(bucket) == set()


@pytest.mark.parametrize("body", [b"{}", b"", b"\xff"])
def test_a_foreign_file_called_like_a_summary_stays_unless_its_csv_is_ours(body: bytes) -> None:
    bucket = bucket_with()
    bucket.store(f"{OUT}summary_report.json", body)
    assert cleaned(bucket) == {f"{OUT}summary_report.json"}
    bucket.store(f"{IN}report.csv", CSV)
    assert cleaned(bucket) == set()


def test_a_copy_of_a_summary_under_another_name_stays() -> None:
    bucket = bucket_with("a.csv")
    original = bucket.current(f"{OUT}summary_a.json")
    assert original is not None
    bucket.store(f"{OUT}summary_copy.json", original.body)
    assert cleaned(bucket) == {f"{OUT}summary_copy.json"}


def test_a_csv_whose_summary_could_not_be_named_goes() -> None:
    bucket = bucket_with()
    bucket.store(IN + "x" * 1003 + ".csv", CSV)
    assert cleaned(bucket) == set()


@dataclass
class WatchedBucket(FakeBucket):
    """A bucket that notes, whenever a version goes, whether its key can be read then."""

    lights: list[bool] = field(default_factory=list)

    def remove(self, key: str, version: str) -> None:
        super().remove(key, version)
        self.lights.append(self.current(key) is not None)


def test_no_older_version_of_a_csv_comes_to_light_while_it_is_removed() -> None:
    """Who heard of it would summarise it again."""
    bucket = FakeBucket(versioned=True, page_size=1000)
    for _ in range(3):
        bucket.store(f"{IN}a.csv", CSV)
    watching = WatchedBucket(versioned=True, page_size=1000, versions=bucket.versions)
    site, _ = site_with(watching)
    carry_out(site.target.client("s3"), plan_cleaning(site))
    assert watching.versions == []
    assert watching.lights == [False] * 4  # three versions, and the marker before them


def test_thousands_go_in_batches_summaries_first() -> None:
    bucket = FakeBucket(page_size=1000)
    for number in range(1201):
        bucket.store(f"{IN}{number}.csv", CSV)
        bucket.store(f"{OUT}summary_{number}.json", b"{}")
    site, _ = site_with(bucket)
    carry_out(site.target.client("s3"), plan_cleaning(site))
    assert [call for call in bucket.calls if call.startswith("delete")] == [
        "delete 1000",
        "delete 201",
        "delete 1000",
        "delete 201",
    ]
    assert not bucket.keys


def test_a_key_that_xml_cannot_hold_is_removed_by_itself() -> None:
    bucket = bucket_with()
    key = f"{IN}a\x01b.csv"
    bucket.store(key, CSV)
    assert cleaned(bucket) == set()
    assert f"delete {key!r}" in bucket.calls


def test_what_s3_keeps_is_named() -> None:
    bucket = bucket_with("a.csv", "b.csv")
    bucket.kept = {f"{IN}b.csv"}
    with pytest.raises(
        StackError, match=r"kept 1 objects; of the first, 'synthetic-data/b\.csv', it says Acc"
    ):
        cleaned(bucket)
