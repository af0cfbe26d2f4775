import io

from gistline.profile.budget import Budget
from gistline.profile.detect import detect
from gistline.profile.encoding import Lines
from gistline.profile.engine import choose


def test_reference_engine_is_always_there() -> None:
    engine = choose()
    lines = Lines(io.BytesIO(b"a,b\n1,x\n2,y\n"))
    table = engine.profile(lines, detect(lines.sample()), Budget())
    assert engine.name == "reference"
    assert table.row_count == 2
    assert [column.label for column in table.columns] == ["a", "b"]
