import subprocess
import sys

from gistline.profile.reference.sketches import new_sketch, union

USE = """
import sys
import gistline.profile
assert not {"_datasketches", "datasketches", "numpy"} & set(sys.modules)
sys.modules["numpy"] = None  # is not installed
from gistline.profile.reference.sketches import new_sketch
sketch = new_sketch(100)
for number in range(1000):
    sketch.update(str(number))
print(sketch.serialize_compact().hex())
"""

MISSING = """
import io, sys
from gistline.errors import LibraryError
from gistline.profile import profile_part
from gistline.profile.budget import Budget
sys.modules["_datasketches"] = None  # is not installed
content = b"a,b\\n" + b"".join(b"%d,x\\n" % number for number in range(9))
profile_part(io.BytesIO(content))
try:
    profile_part(io.BytesIO(content), budget=Budget(texts=8))
except LibraryError as error:
    print(error.code, error.remedy)
"""


def used() -> tuple[str, str]:
    done = subprocess.run([sys.executable, "-c", USE], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout, done.stderr


def test_library_is_loaded_late_without_numpy_and_without_a_word() -> None:
    assert used()[1] == ""


def test_where_it_is_missing_small_tables_do_without_and_others_say_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-c", MISSING], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "library install it: pip install datasketches\n"


def test_same_values_are_the_same_sketch_in_every_process() -> None:
    assert used()[0] == used()[0]


def test_union_depends_on_the_values_alone() -> None:
    one, other, both = (new_sketch(100) for _ in range(3))
    for number in range(3000):
        both.update(str(number))
        one.update(str(number))
        other.update(str(2999 - number if number < 2000 else number))
    merged = union(100, one, other)
    alone = union(100, both)
    assert merged.get_estimate() == alone.get_estimate()
    assert merged.get_upper_bound(3) == alone.get_upper_bound(3)


def test_sketches_that_are_united_stay_as_they_are() -> None:
    one, other = new_sketch(100), new_sketch(100)
    one.update("x")
    before = one.serialize_compact()
    union(100, one, other).update("y")
    assert one.serialize_compact() == before
