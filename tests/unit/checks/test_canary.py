"""What a canary is made of."""

from urllib.parse import quote_plus, unquote_plus

from hypothesis import given
from hypothesis import strategies as st

from gistline.checks.canary import canary_of, remove, stored, upload
from support.fake_pipeline import World

SITE = World().site


def test_the_key_is_another_one_when_decoded_not_at_all_or_twice() -> None:
    key = canary_of(SITE, "t").key
    once = unquote_plus(quote_plus(key))
    assert once == key
    assert unquote_plus(key) != key
    assert quote_plus(key) != key


def test_the_csv_is_one_that_the_trigger_notices_and_the_others_are_none() -> None:
    canary = canary_of(SITE, "t")
    assert SITE.layout.accepts(canary.key)
    assert [key for key in canary.others.values() if SITE.layout.accepts(key)] == []


@given(st.text("abcdef0123456789", min_size=1, max_size=12))
def test_two_canaries_share_no_key_and_no_bytes(token: str) -> None:
    one, other = canary_of(SITE, token), canary_of(SITE, f"{token}x")
    assert one.body != other.body
    assert not {one.key, *one.others.values()} & {other.key, *other.others.values()}
    assert [key for key in (other.key, *other.others.values()) if key.startswith(one.prefixes)] == []


def test_all_that_belongs_to_a_canary_lies_under_its_prefixes() -> None:
    canary = canary_of(SITE, "t")
    everything = [canary.key, *canary.others.values(), SITE.layout.summary_key(canary.key)]
    assert all(key.startswith(canary.prefixes) for key in everything)


def test_what_must_stay_unnoticed_is_uploaded_first() -> None:
    world = World()
    canary = canary_of(world.site, "t")
    upload(world.site, canary)
    assert list(world.requests) == [*canary.others.values(), canary.key]


def test_an_upload_gives_s3s_words_on_it() -> None:
    world = World()
    canary = canary_of(world.site, "t")
    uploaded = upload(world.site, canary)
    assert uploaded.request_id == world.requests[canary.key]
    assert uploaded.at == world.clock.now * 1000


def test_removing_takes_the_canary_and_nothing_else() -> None:
    world = World(objects={"synthetic-data/orders.csv": b"", "gistline-verify-t": b""})
    canary = canary_of(world.site, "t")
    upload(world.site, canary)
    assert sorted(stored(world.site, canary)) == sorted([canary.key, *canary.others.values()])
    assert remove(world.site, canary) == 4
    assert set(world.objects) == {"synthetic-data/orders.csv", "gistline-verify-t"}
