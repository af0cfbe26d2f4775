import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        "agent",
        "sales_rep",
        "Mitarbeiter",
        "负责人",
        "客户姓名",
        "contact_no",
        "cell",
        "Rufnummer",
        "Kundentelefon",
        "kontakt",
        "accountNumber",
        "account_no",
        "taxId",
        "TAX_ID",
        "bsn",
        "birthdate",
        "Geburtsdatum",
        "Nom",
        "Prénom",
        "Pre\u0301nom",
        "correo electrónico",
        "Фамилия",
        "氏名",
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
        "nom_produit",
        "cell_type",
        "account_type",
        "agent_count",
        "tax_rate",
        "order number",
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


@pytest.mark.parametrize(
    "name",
    [
        *(
            "MARIA GARCIA",
            "maria garcia",
            "Maria",
            "Ludwig van Beethoven",
            "Maria de la Cruz",
            "J. Smith",
            "J.R.R. Tolkien",
        ),
        *(
            "Smith, John",
            "SMITH, JOHN",
            "Martin King Jr.",
            "Dr. Who",
            "Frau Schmidt",
            "Seán O'Casey",
            "Anne-Laure Petit",
        ),
        *("Иван Петров", "محمد علي", "דוד כהן", "王伟", "田中 太郎", "김철수", "Lovelace, Ada K."),
    ],
)
def test_names_as_they_are_written_look_personal(name: str) -> None:
    assert looks_personal([name])
    assert looks_personal([name, "Unknown"])


@pytest.mark.parametrize(
    "value",
    [
        *(
            "New York",
            "United Kingdom",
            "dark blue",
            "IN STOCK",
            "Not Available",
            "Very Good",
            "Credit Card",
            "red",
        ),
        *(
            "A",
            "NA",
            "DE",
            "Level 1",
            "Vitamin C",
            "中国",
            "红色",
            "北京市",
            "A+",
            "Q1 2026",
            "sold out",
            "Science Fiction",
        ),
    ],
)
def test_things_do_not_look_personal(value: str) -> None:
    assert not looks_personal([value])


@pytest.mark.parametrize(
    "address",
    [
        "12 Main Street",
        "7b, Oak Ave",
        "1600 Pennsylvania Avenue NW",
        "Hauptstr. 5",
        "Lindenallee 12 b",
        "12 rue de Rivoli",
        "Via Roma 1",
    ],
)
def test_one_street_and_number_is_enough(address: str) -> None:
    assert looks_personal(["red", "blue", "green", address])


def test_less_than_half_of_names_are_no_names() -> None:
    assert looks_personal(["Ada Lovelace", "red"])
    assert not looks_personal(["Ada Lovelace", "red", "blue"])


def test_words_that_stand_for_nobody_do_not_outnumber_names() -> None:
    assert looks_personal(["Ada Lovelace", "Unknown", "Other", "unassigned", "NA"])
    assert not looks_personal(["Unknown", "Other"])


def test_label_of_things_tells_that_values_are_no_names() -> None:
    assert not looks_personal(["Santiago Bernabeu", "Wembley Park"], "venue")
    assert looks_personal(["Santiago Bernabeu", "Ada King"], "who")
    assert looks_personal(["ada@example.com"], "venue")


@given(st.text(max_size=60), st.text(max_size=20))
def test_every_text_and_label_can_be_judged(text: str, label: str) -> None:
    assert looks_personal([text], label) in (True, False)
    assert is_personal_label(label) in (True, False)
