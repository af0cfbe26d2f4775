from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile import semantic
from gistline.profile.semantic import add, decide, is_card, kind_of, place
from unit.profile.oracle import column_of

EXAMPLES = {
    "email": ["ada@example.com", "a.b+c@mail.example.co.uk", "ada@müller.example", " x@y.io "],
    "url": [
        "https://example.com",
        "http://x/y?z=1#a",
        "ftp://example.com/a b".replace(" ", "_"),
        "s3://bucket/key",
    ],
    "uuid": ["123e4567-e89b-12d3-a456-426614174000", "00000000-0000-0000-0000-000000000000"],
    "ipv4": ["192.168.0.1", "255.255.255.255", "8.8.8.8"],
    "ipv6": ["::1", "2001:db8::8a2e:370:7334", "fe80:0:0:0:0:0:0:1", "::ffff:192.0.2.1"],
    "mac": ["00:1A:2b:3c:4d:5e", "00-1a-2b-3c-4d-5e"],
    "phone": [
        "+49 151 123 45 67",
        "+14155550100",
        "(555) 123-4567",
        "555-123-4567",
        "030 12345678",
        "01 23 45 67 89",
    ],
    "iban": ["DE89370400440532013000", "GB82 WEST 1234 5698 7654 32", "NO9386011117947"],
    "card-number": ["4111 1111 1111 1111", "5500-0000-0000-0004", "3782 822463 10005"],
    "hex-colour": ["#1a2b3c", "#FFF", "#11223344"],
}
NONE = [
    "",
    "ada@",
    "@example.com",
    "ada@example",
    "a b@example.com",
    "ada@@example.com",
    "example.com",
    "http://",
    "mailto:ada@",
    "256.1.1.1",
    "1.2.3",
    "1.2.3.4.5",
    ":::",
    "12:34",
    "g::1",
    "DE89370400440532013001",
    "DE00 0000",
    "4111 1111 1111 1112",
    "9999 9999 9999 9999",
    "#12345",
    "#ggg",
    "+49",
    "0-306-40615-2",
    "order 4711",
    "ORD-0042",
    "2026-01-01",
    "123e4567-e89b-12d3-a456-42661417400",
    "00:1A:2b-3c:4d:5e",
    "IN",
]


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in EXAMPLES.items() for text in texts]
)
def test_text_is_of_its_kind(kind: str, text: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize("text", NONE)
def test_text_of_no_precise_form_has_no_kind(text: str) -> None:
    assert kind_of(text) is None


@given(st.ip_addresses(v=4).map(str), st.ip_addresses(v=6).map(str), st.uuids().map(str))
def test_every_address_and_uuid_is_known(four: str, six: str, uuid: str) -> None:
    assert (kind_of(four), kind_of(six), kind_of(uuid)) == ("ipv4", "ipv6", "uuid")


@given(st.emails(domains=st.sampled_from(["example.com", "a-b.example.org"])))
def test_every_address_that_a_browser_takes_is_an_email(text: str) -> None:
    assert kind_of(text) == "email"


@given(st.text("0123456789", min_size=14, max_size=14), st.integers(0, 9))
def test_one_check_digit_of_ten_makes_a_card_number(digits: str, wrong: int) -> None:
    cards = [f"4{digits}{check}" for check in range(10) if is_card(f"4{digits}{check}")]
    assert len(cards) == 1
    total = 0
    for place_, digit in enumerate(
        map(int, reversed(cards[0]))
    ):  # Luhn's own words: double every second from the right
        total += sum(divmod(2 * digit, 10)) if place_ % 2 else digit
    assert total % 10 == 0


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=11, max_size=28))
def test_iban_is_told_by_its_check_digits(account: str) -> None:
    rest = int("".join(str(int(letter, 36)) for letter in f"{account}DE00")) % 97
    assert kind_of(f"DE{98 - rest:02}{account}") == "iban"
    assert kind_of(f"DE{(98 - rest) % 97 + 1:02}{account}") in {None, "iban"} - ({"iban"} if rest else set())


@given(st.text(max_size=60) | st.text("0123456789abcdef:.-@/# +()", max_size=50))
def test_no_text_makes_it_fail(text: str) -> None:
    assert kind_of(text) in {None, *semantic.KINDS}


def test_hostile_texts_take_bounded_time() -> None:
    size = 10**6
    hostile = [
        "a@" * (size // 2),
        "a" * size + "@",
        "@" + "a." * (size // 2),
        "://" + "/" * size,
        "http://" + "?" * size,
    ]
    hostile += [":" * size, "1." * (size // 2), "+1" + " " * size, "A" * size, "0 " * (size // 2), "é" * size]
    begin = process_time()
    assert {kind_of(text) for text in hostile} == {None}
    # and as long as a text may be that is looked at
    for text in hostile:
        for length in (45, 2048):
            kind_of(text[:length])
            kind_of("x" + text[: length - 2] + "!")
    assert process_time() - begin < 2


def test_column_has_the_kind_of_nine_tenths_of_its_values() -> None:
    assert decide({"email": 9, "url": 1}, 10) == ("email", 0.9)
    assert decide({"email": 8, "url": 2}, 10) is None
    assert decide({}, 0) is None
    column = column_of([f"user{index}@example.com" for index in range(9)] + ["none of it"])
    assert column["semantic"] == {"value": "email", "ratio": 0.9}


def test_frequencies_count_not_distinct_texts() -> None:
    tally: dict[str, int] = {}
    add(tally, "text", ["ada@example.com", "::1", "x"], [3, 2, 1])
    add(tally, "integer", ["4111111111111111", "4111111111111112", "7"], [5, 1, 1])
    add(tally, "plus-sign", ["+14155550100"], [4])
    add(tally, "date ymd %Y-%m-%d", ["2026-01-01"], [1])
    assert tally == {"email": 3, "ipv6": 2, "card-number": 5, "phone": 4}


def test_tokens_for_no_value_are_values_of_no_kind_in_a_column_of_text() -> None:
    column = column_of([f"user{index}@example.com" for index in range(18)] + ["NA"])
    assert column["semantic"] == {"value": "email", "ratio": 18 / 19}


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("lat", "latitude"),
        ("Latitude", "latitude"),
        ("stop_lon", "longitude"),
        ("geoLng", "longitude"),
        ("Long", "longitude"),
    ],
)
def test_places_are_told_by_label_and_range(label: str, kind: str) -> None:
    assert place(label, (-89.5, 90)) == (kind, 1.0)
    assert column_of(["52.5", "-13.4"], label=label)["semantic"] == {"value": kind, "ratio": 1.0}


def test_number_beyond_the_poles_is_no_latitude() -> None:
    assert place("lat", (-89.5, 90.1)) is None
    assert place("longitude", (-180.1, 0)) is None
    assert place("plate", (0, 1)) is None
    assert place("long_term_rate", (0, 1)) is None
    assert place("lat", None) is None
