"""The plan in words."""

from gistline.commands.clean import lines
from gistline.site.cleaning import CleanPlan, Version
from unit.site.fake_bucket import site_with

SITE, _ = site_with()


def plan(csvs: list[Version], summaries: list[Version]) -> CleanPlan:
    return CleanPlan("csvs", "111122223333", tuple(csvs), tuple(summaries))


def test_keys_counts_bytes_and_place_are_named() -> None:
    said = list(lines(SITE, plan([Version("in/a.csv", "null", 1500)], [Version("out/a.json", "null", 500)])))
    assert said == [
        "In s3://csvs (AWS account 111122223333):",
        "  in/a.csv",
        "  out/a.json",
        "1 CSV and 1 summary: 2.0 kB",
    ]


def test_a_key_with_several_versions_is_named_once() -> None:
    versions = [Version("in/a.csv", id_, size) for id_, size in (("2", None), ("1", 7))]
    said = list(lines(SITE, plan(versions, [])))
    assert said[1:] == ["  in/a.csv", "1 CSV (in 2 versions) and 0 summaries: 7 bytes"]


def test_of_many_the_first_are_named_and_the_rest_counted() -> None:
    said = list(lines(SITE, plan([Version(f"in/{n:04}.csv", "null", 1) for n in range(1234)], [])))
    assert len(said) == 23
    assert said[-2:] == ["  … and 1,214 more", "1,234 CSVs and 0 summaries: 1.2 kB"]


def test_an_empty_plan_says_so() -> None:
    assert list(lines(SITE, plan([], []))) == [
        "There is nothing to remove from s3://csvs (AWS account 111122223333)."
    ]


def test_a_control_sequence_in_a_key_has_no_effect() -> None:
    said = list(lines(SITE, plan([Version("in/\x1b[2J.csv", "null", 1)], [])))
    assert said[1] == "  in/\ufffd[2J.csv"
