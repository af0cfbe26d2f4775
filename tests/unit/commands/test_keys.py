"""Keys as a person writes them, and as the bucket has them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.commands.keys import check_key, key_for, typed_key, typed_prefix
from gistline.errors import SettingsError
from gistline.pipeline.keys import KeyLayout
from gistline.stack.outputs import parse_outputs
from unit.stack.fake_aws import OUTPUTS

SITE = parse_outputs(OUTPUTS)
LAYOUT = KeyLayout("synthetic-data/", ".csv", "summaries/")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("orders.csv", "synthetic-data/orders.csv"),
        ("Orders.CSV", "synthetic-data/Orders.csv"),
        ("orders.2026.txt", "synthetic-data/orders.2026.csv"),
        ("orders", "synthetic-data/orders.csv"),
        ("a b+c.csv", "synthetic-data/a b+c.csv"),
    ],
)
def test_a_file_gets_a_key_that_the_trigger_matches(name: str, key: str) -> None:
    assert key_for(Path("folder") / name, SITE) == key
    check_key(LAYOUT, key)


def test_a_prefix_comes_between_input_prefix_and_name_as_it_is() -> None:
    assert key_for(Path("a.csv"), SITE, "2026/") == "synthetic-data/2026/a.csv"
    assert key_for(Path("a.csv"), SITE, "2026-") == "synthetic-data/2026-a.csv"
    assert key_for(Path("a.csv"), SITE, "synthetic-data/2026/") == "synthetic-data/2026/a.csv"


@given(st.text(min_size=1, max_size=20).filter(lambda name: "/" not in name and "\0" not in name))
def test_whatever_a_file_is_called_its_key_is_accepted_or_refused_in_words(name: str) -> None:
    key = key_for(Path(name), SITE)
    check_key(LAYOUT, key)
    assert LAYOUT.accepts(key)


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("synthetic-data/orders.txt", "synthetic-data/orders.csv"),
        ("synthetic-data/orders.CSV", "synthetic-data/orders.csv"),
        ("synthetic-data/a/orders", "synthetic-data/a/orders.csv"),
        ("synthetic-data/a/", "synthetic-data/a.csv"),
        ("synthetic-data/", "synthetic-data/NAME.csv"),
        ("other/a.csv", "synthetic-data/other/a.csv"),
    ],
)
def test_a_key_that_the_trigger_would_not_notice_is_refused_with_one_that_it_would(
    key: str, meant: str
) -> None:
    with pytest.raises(SettingsError, match="would not be noticed") as caught:
        check_key(LAYOUT, key)
    assert caught.value.remedy == f"did you mean {meant!r}?"
    check_key(LAYOUT, meant)


def test_a_key_whose_summary_cannot_be_named_is_refused() -> None:
    with pytest.raises(SettingsError) as caught:
        check_key(LAYOUT, f"synthetic-data/{'x' * 1003}.csv")
    assert caught.value.code == "key-too-long"


def test_a_file_name_of_other_bytes_than_utf8_is_refused() -> None:
    with pytest.raises(SettingsError, match="not Unicode") as caught:
        check_key(LAYOUT, "synthetic-data/caf\udce9.csv")
    assert "--key" in caught.value.remedy


def test_the_address_that_we_print_can_be_typed() -> None:
    assert typed_key(SITE, "s3://csvs/synthetic-data/a.csv") == "synthetic-data/a.csv"
    assert typed_key(SITE, "a.csv") == "a.csv"
    assert typed_prefix(SITE, "s3://csvs/synthetic-data/2026/") == "2026/"
    assert typed_prefix(SITE, "synthetic-data/2026/") == "2026/"
    assert typed_prefix(SITE, "2026/") == "2026/"


def test_an_address_in_another_bucket_is_refused() -> None:
    with pytest.raises(SettingsError, match="another bucket") as caught:
        typed_key(SITE, "s3://mine/a.csv")
    assert "s3://csvs/" in caught.value.remedy


def test_what_was_typed_must_be_unicode() -> None:
    with pytest.raises(SettingsError, match="not Unicode"):
        typed_key(SITE, "caf\udce9.csv")
