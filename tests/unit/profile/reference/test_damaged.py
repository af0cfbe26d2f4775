import pytest

from unit.profile.oracle import summary_of

SOUND = "id,name,amount\n" + "".join(f"{number},Ada,{number}.5\n" for number in range(9))


@pytest.mark.parametrize(
    "row",
    ["10,Doe, John,3.5", "10,3.5", "", "10", ",,", "a,b,c,d,e,f,g", '10,Doe,"3.5', "Doe;John;1"],
)
def test_one_damaged_row_never_changes_what_is_said_of_the_others(row: str) -> None:
    sound, damaged = summary_of(SOUND), summary_of(SOUND + row + "\n")
    assert damaged["table"]["rowCount"] == 10
    assert damaged["table"]["errors"]["count"] == 1
    assert damaged["resource"]["dialect"] == sound["resource"]["dialect"]
    assert damaged["resource"]["schema"] == sound["resource"]["schema"]
    assert damaged["columns"][2]["max"] == sound["columns"][2]["max"]


def test_cell_that_does_not_fit_is_null_and_a_warning_says_so() -> None:
    document = summary_of(SOUND + "10,Doe, John,3.5\n")
    amount = document["columns"][2]
    assert (amount["type"], amount["count"], amount["nullCount"]) == ("number", 9, 1)
    assert [(one["code"], one["column"], one["count"]) for one in document["warnings"]] == [
        ("unfit-cell", 2, 1)
    ]


def test_cells_of_damaged_rows_that_fit_are_values() -> None:
    document = summary_of(SOUND + "10,Bob,99.5,extra\n11,Bob\n")
    number, name, amount = document["columns"]
    assert (number["count"], name["count"], amount["count"]) == (11, 11, 10)
    assert (number["distinct"]["value"], name["distinct"]["value"], amount["max"]) == (11, 2, 99.5)


def test_value_of_a_damaged_row_that_others_have_too_is_not_distinct() -> None:
    name = summary_of(SOUND + "10,Ada\n")["columns"][1]
    assert (name["count"], name["distinct"]["value"]) == (10, 1)


def test_comma_at_the_end_of_every_row_is_how_the_file_is() -> None:
    document = summary_of("a,b\n1,x,\n2,y,\n3.5,z,\n")
    assert document["table"]["errors"]["byCode"] == {}
    assert [column["type"] for column in document["columns"][:2]] == ["number", "string"]
    assert [warning["code"] for warning in document["warnings"]] == ["blank-label"]


def test_where_most_rows_are_damaged_their_cells_are_believed() -> None:
    document = summary_of("a,b\n1,x\ntwo,y,\nthree,z,\n")
    assert document["columns"][0]["type"] == "string"
    assert document["columns"][0]["nullCount"] == 0


def test_column_that_sound_rows_leave_empty_takes_what_damaged_ones_have() -> None:
    document = summary_of("a,b\n,x\n,y\n,z\n5,w,\n")
    assert (document["columns"][0]["type"], document["columns"][0]["count"]) == ("integer", 1)


@pytest.mark.parametrize(
    ("cells", "doubtful"), [("01/02/2026", "13/02/2026"), ('"1,234"', '"12,5"'), ("5 €", "5")]
)
def test_damaged_row_decides_nothing_about_how_the_others_are_read(cells: str, doubtful: str) -> None:
    sound = "x,y\n" + f"{cells},-\n" * 9
    before, after = summary_of(sound), summary_of(sound + f"{doubtful},-,-\n")
    assert after["resource"]["schema"] == before["resource"]["schema"]
    assert after["columns"][0]["format"] == before["columns"][0]["format"]
    assert (after["columns"][0]["count"], after["columns"][0]["nullCount"]) == (9, 1)
