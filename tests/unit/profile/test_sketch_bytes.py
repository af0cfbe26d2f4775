import pytest

from gistline.profile.reference.sketches import new_sketch, union
from gistline.profile.sketch_bytes import sketch_of


@pytest.mark.parametrize("size", [1, 50, 5_000])
@pytest.mark.parametrize("budget", [100, 50_000])
def test_sketch_is_read_as_it_was_written(size: int, budget: int) -> None:
    sketch = new_sketch(budget)
    for number in range(size):
        sketch.update(str(number))
    for one in (sketch, union(budget, sketch)):
        again = sketch_of(one.serialize_compact(), budget)
        assert again.serialize_compact() == one.serialize_compact()
        assert again.get_estimate() == one.get_estimate()


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xff" * 1064, new_sketch(50_000).serialize_compact()])
def test_anything_else_never_gets_to_the_native_module(content: bytes) -> None:
    with pytest.raises(ValueError, match="no such sketch"):
        sketch_of(content, 100)
