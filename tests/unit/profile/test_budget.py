import pytest

from gistline.profile.budget import Budget, frequent_values, registers


@pytest.mark.parametrize(
    ("columns", "texts"), [(0, 50_000), (1, 50_000), (20, 50_000), (21, 47_619), (2_000, 500), (16_384, 100)]
)
def test_columns_share_what_all_may_hold(columns: int, texts: int) -> None:
    assert Budget().texts_of_each(columns) == texts
    assert Budget().characters_of_each(columns) == (1 << 26) // max(1, columns)


def test_small_budget_stays_small() -> None:
    assert Budget(texts=8, all_texts=24).texts_of_each(2) == 8
    assert Budget(texts=8, all_texts=24).texts_of_each(100) == 8


@pytest.mark.parametrize(("texts", "logarithm"), [(8, 10), (100, 10), (1_000, 10), (4_096, 13), (50_000, 14)])
def test_sketch_of_distinct_values_has_1_to_16_kilobytes(texts: int, logarithm: int) -> None:
    assert registers(texts) == logarithm


@pytest.mark.parametrize(("texts", "values"), [(8, 24), (100, 24), (1_000, 62), (50_000, 3_125)])
def test_frequent_values_are_a_sixteenth_of_the_texts(texts: int, values: int) -> None:
    assert frequent_values(texts) == values


def test_sketches_of_many_columns_end_somewhere() -> None:
    for columns in (1, 20, 1_000, 16_384):
        texts = Budget().texts_of_each(columns)
        assert columns * 2 ** registers(texts) <= 1 << 24
