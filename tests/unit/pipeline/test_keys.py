"""Which keys are ours, and where their summaries lie."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gistline.errors import OverlapError, RejectedError, SettingsError
from gistline.pipeline.keys import LONGEST_KEY, KeyLayout, folder_of

LAYOUT = KeyLayout("synthetic-data/", ".csv", "summaries/")
# Few letters, so that names, folders and affixes often look alike.
PIECES = st.lists(
    st.sampled_from(
        ["summary_", "summaries/", "synthetic-data/", ".csv", ".json", "/", ".", "a", "é", "🌹", "\n"]
    ),
    max_size=6,
).map("".join)
PREFIXES = st.sampled_from([("in/", ".csv", "out/"), ("a", "", "b"), ("in/", "x/data.csv", "out/s_")])
KEYS = PIECES | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@st.composite
def layouts(draw: st.DrawFn) -> KeyLayout:
    """Any layout that can be built."""
    try:
        return KeyLayout(draw(KEYS), draw(PIECES), draw(KEYS))
    except SettingsError:
        assume(False)  # noqa: FBT003 - hypothesis's own word
        raise


@st.composite
def accepted(draw: st.DrawFn, layout: KeyLayout) -> str:
    """Any key that the layout accepts."""
    key = layout.input_prefix + draw(KEYS) + layout.suffix
    assume(layout.accepts(key))
    return key


@pytest.mark.parametrize(
    ("key", "summary_key"),
    [
        ("synthetic-data/orders.csv", "summaries/summary_orders.json"),
        ("synthetic-data/a/b/orders.csv", "summaries/a/b/summary_orders.json"),
        ("synthetic-data/a.csv.csv", "summaries/summary_a.csv.json"),
        ("synthetic-data/.csv", "summaries/summary_.json"),
        ("synthetic-data/a//b.csv", "summaries/a//summary_b.json"),
        ("synthetic-data//b.csv", "summaries//summary_b.json"),
        ("synthetic-data/../b.csv", "summaries/../summary_b.json"),
        ("synthetic-data/two\nlines.csv", "summaries/summary_two\nlines.json"),
        ("synthetic-data/50% + é 🌹.csv", "summaries/summary_50% + é 🌹.json"),
        ("synthetic-data/synthetic-data/x.csv", "summaries/synthetic-data/summary_x.json"),
    ],
)
def test_the_summary_lies_in_the_same_folder_under_the_output_prefix(key: str, summary_key: str) -> None:
    assert LAYOUT.accepts(key)
    assert LAYOUT.summary_key(key) == summary_key


@pytest.mark.parametrize(
    "key",
    [
        "synthetic-data/orders.CSV",
        "synthetic-data/orders.csv.gz",
        "synthetic-data/",
        "synthetic-data/folder.csv/",
        "synthetic-data.csv",
        "other/orders.csv",
        "/synthetic-data/orders.csv",
        "summaries/summary_orders.json",
        "summaries/orders.csv",
        "",
    ],
)
def test_other_keys_are_not_ours(key: str) -> None:
    assert not LAYOUT.accepts(key)


def test_a_folder_marker_is_not_ours_even_without_a_suffix() -> None:
    layout = KeyLayout("in/", "", "out/")
    assert layout.accepts("in/anything")
    assert not layout.accepts("in/folder/")


def test_prefix_and_suffix_do_not_share_letters() -> None:
    assert not KeyLayout("in.csv", ".csv", "out/").accepts("in.csv")


def test_equal_names_in_two_folders_keep_two_summaries() -> None:
    one, other = LAYOUT.summary_key("synthetic-data/a/x.csv"), LAYOUT.summary_key("synthetic-data/b/x.csv")
    assert one != other


@given(st.data(), layouts())
def test_no_two_keys_share_a_summary(data: st.DataObject, layout: KeyLayout) -> None:
    one, other = data.draw(accepted(layout)), data.draw(accepted(layout))
    assert (one == other) == (layout.summary_key(one) == layout.summary_key(other))


@given(st.data(), layouts())
def test_a_summary_is_never_taken_for_a_csv(data: st.DataObject, layout: KeyLayout) -> None:
    assert not layout.accepts(layout.summary_key(data.draw(accepted(layout))))


@given(st.integers(0, 40), st.sampled_from(["x", "é", "🌹"]), st.booleans())
def test_a_summary_key_fits_into_s3_or_is_refused(spare: int, letter: str, in_folder: bool) -> None:  # noqa: FBT001 - drawn
    room = LONGEST_KEY - spare - len("synthetic-data/.csv")
    filler = letter * (room // len(letter.encode()))
    key = f"synthetic-data/{filler[:9]}/{filler[10:]}.csv" if in_folder else f"synthetic-data/{filler}.csv"
    fits = len(key.encode()) + len("summaries/summary_.json") - len("synthetic-data/.csv") <= LONGEST_KEY
    try:
        summary_key = LAYOUT.summary_key(key)
    except RejectedError:
        assert not fits
    else:
        assert fits
        assert len(summary_key.encode()) <= LONGEST_KEY


def test_a_key_whose_summary_cannot_be_named_is_refused_with_the_bytes_to_save() -> None:
    longest = "synthetic-data/" + "x" * (1024 - 19) + ".csv"
    with pytest.raises(RejectedError) as caught:
        LAYOUT.summary_key(longest)
    assert caught.value.code == "key-too-long"
    assert caught.value.remedy == "shorten the key by 4 bytes"
    assert len(LAYOUT.summary_key("synthetic-data/" + "x" * (1020 - 19) + ".csv")) == 1024


@pytest.mark.parametrize(
    ("input_prefix", "output_prefix"),
    [
        ("data/", "data/"),
        ("data/", "data/summaries/"),
        ("data/in/", "data/"),
        ("data", "data-summaries/"),
        ("", "summaries/"),
        ("data/", ""),
        ("", ""),
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".json", "n", ""])
def test_prefixes_that_overlap_are_refused(input_prefix: str, output_prefix: str, suffix: str) -> None:
    with pytest.raises(OverlapError) as caught:
        KeyLayout(input_prefix, suffix, output_prefix)
    assert caught.value.code == "overlap"
    assert caught.value.remedy


@pytest.mark.parametrize("suffix", [".json", "", "n"])
def test_a_suffix_that_summaries_have_too_does_no_harm_behind_another_prefix(suffix: str) -> None:
    layout = KeyLayout("in/", suffix, "out/")
    assert not layout.accepts(layout.summary_key("in/x" + suffix))


def test_a_suffix_that_only_folders_have_is_refused() -> None:
    with pytest.raises(SettingsError, match="folder"):
        KeyLayout("in/", "/", "out/")


@given(PREFIXES, st.text(max_size=30))
def test_every_summary_leads_back_to_its_csv(parts: tuple[str, str, str], middle: str) -> None:
    layout = KeyLayout(*parts)
    key = f"{layout.input_prefix}{middle}{layout.suffix}"
    if layout.accepts(key):
        assert layout.source_key(layout.summary_key(key)) == key


@given(PREFIXES, st.text(max_size=30))
def test_whatever_leads_to_a_csv_is_the_summary_of_that_very_csv(
    parts: tuple[str, str, str], rest: str
) -> None:
    layout = KeyLayout(*parts)
    for found in (rest, f"{layout.output_prefix}{rest}", f"{layout.output_prefix}summary_{rest}.json"):
        key = layout.source_key(found)
        if key is not None:
            assert layout.accepts(key)
            assert layout.summary_key(key) == found


@pytest.mark.parametrize(
    "key",
    [
        "summaries/orders.json",
        "summaries/summary_orders.csv",
        "summaries/summary_.js",
        "summaries/summary_json",
        "summaries/summary_a/orders.json",
        "other/summary_orders.json",
        "synthetic-data/orders.csv",
        "",
    ],
)
def test_what_no_summarizer_would_write_belongs_to_no_csv(key: str) -> None:
    assert LAYOUT.source_key(key) is None


@pytest.mark.parametrize("key", ["out/summary_.json", "out/a/summary_.json"])
def test_without_a_suffix_what_would_be_the_summary_of_a_folder_belongs_to_no_csv(key: str) -> None:
    assert KeyLayout("in/", "", "out/").source_key(key) is None


@pytest.mark.parametrize(
    ("prefix", "folder"), [("", ""), ("a", ""), ("a/", "a/"), ("a/b", "a/"), ("a//b", "a//")]
)
def test_the_folder_of_a_prefix_ends_with_its_last_slash(prefix: str, folder: str) -> None:
    assert folder_of(prefix) == folder
