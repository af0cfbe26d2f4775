from gistline.profile.reference.cells import by_shape


def test_texts_of_one_shape_lie_together_with_values_and_counts() -> None:
    groups = by_shape({"1": 2, "x": 1, "20": 3, "": 4})
    assert set(groups) == {"integer", "text", "blank"}
    integers = groups["integer"]
    assert (integers.texts, integers.plain, integers.counts) == (["1", "20"], [1, 20], [2, 3])
