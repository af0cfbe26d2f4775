import pytest

from gistline.profile.personal import is_categorical, is_long_number, is_personal_label, looks_personal


@pytest.mark.parametrize(
    "label",
    [
        "email",
        "customer_email",
        "E-Mail",
        "phone",
        "PhoneNumber",
        "MOBILE",
        "firstName",
        "last name",
        "Name",
        "user_name",
        "customer.name",
        "date_of_birth",
        "IBAN",
        "ssn",
        "street",
        "home-address",
        "api_token",
        "customer",
        "Sales Manager",
    ],
)
def test_label_that_promises_people_is_personal(label: str) -> None:
    assert is_personal_label(label)


@pytest.mark.parametrize(
    "label",
    [
        "product_name",
        "file name",
        "country",
        "city",
        "status",
        "amount",
        "customer_country",
        "contact type",
        "addressee_count",
        "phonetic",
        "",
        "id",
        "2026",
    ],
)
def test_label_of_things_is_not_personal(label: str) -> None:
    assert not is_personal_label(label)


@pytest.mark.parametrize(
    "value", ["ada@example.com", "+49 151 123 45 67", "DE89370400440532013000", "4111 1111"]
)
def test_address_phone_and_account_look_personal(value: str) -> None:
    assert looks_personal(["red", value])


def test_categories_do_not_look_personal() -> None:
    assert not looks_personal(["red", "blue", "order 4711", "80331"])


def test_values_that_could_all_be_names_of_people_look_personal() -> None:
    assert looks_personal(["Ada Lovelace", "Grace Brewster Hopper", "", " ", "NA"])
    assert not looks_personal(["", "NA"])
    assert not looks_personal(["New York", "Paris"])
    assert not looks_personal(["in stock", "sold out"])
    assert not looks_personal(["DE FR", "IT GB"])


def test_few_values_that_occur_often_are_categories() -> None:
    assert is_categorical(50, 200)
    assert not is_categorical(51, 100_000)
    assert not is_categorical(50, 199)


def test_number_with_seven_digits_may_be_a_phone_number() -> None:
    assert is_long_number(1_000_000)
    assert is_long_number(-1_000_000)
    assert not is_long_number(999_999)
