"""Functions run in processes of their own, that know nothing of the host."""

import io
import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gistline.localcloud.environment import Function
from gistline.localcloud.pool import Pool

CODE = """
import os, sys, time
warm = []
def environ(event, context): return dict(os.environ)
def modules(event, context):
    found = {}
    for name in event:
        try: __import__(name); found[name] = True
        except ImportError: found[name] = False
    return found
def prints(event, context): print(event["line"]); return context.aws_request_id
def counts(event, context): warm.append(1); return len(warm)
def raises(event, context): raise ValueError("no such colour")
def exits(event, context): os._exit(3)
def sleeps(event, context): time.sleep(60)
def remaining(event, context): return context.get_remaining_time_in_millis()
def unserializable(event, context): return object()
def leaves_a_file(event, context):
    path = os.path.join(os.environ["TMPDIR"], "left"); open(path, "w").close(); return path
"""


class Log(list[tuple[str, str]]):
    """Keeps the lines with their stream."""

    def __call__(self, _: Function, stream: str, milliseconds: int, line: str) -> None:
        assert milliseconds > 0
        self.append((stream, line))

    @property
    def lines(self) -> list[str]:
        return [line for _, line in self]


def function(name: str, code: str = CODE) -> Function:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("app.py", code)
    return Function(
        name=name,
        arn=f"arn:aws:lambda:us-east-1:000000000000:function:{name}",
        handler=f"app.{name}",
        code=package.getvalue(),
        code_sha256=str(hash(code)),
        variables={"SETTING": "1"},
        credentials={"AWS_ACCESS_KEY_ID": "session"},
        region="us-east-1",
        log_group=f"/aws/lambda/{name}",
    )


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def pool(tmp_path: Path, log: Log) -> Iterator[Pool]:
    made = Pool(tmp_path / "cloud", log)
    yield made
    made.close()


def test_a_function_sees_its_own_variables_and_none_of_the_hosts(pool: Pool) -> None:
    seen = pool.invoke(function("environ"), {}, "r").result
    assert seen["SETTING"] == "1"
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == "environ"
    own = {"SETTING", "LANG", "LC_CTYPE", "TZ", "PATH", "HOME", "TMPDIR", "_HANDLER", "LAMBDA_TASK_ROOT"}
    assert {name for name in seen if not name.startswith("AWS_")} <= own
    assert seen["HOME"] != os.environ.get("HOME")
    assert seen["AWS_ACCESS_KEY_ID"] == "session"


def test_a_function_can_import_the_standard_library_and_its_package_but_nothing_of_the_hosts(
    pool: Pool,
) -> None:
    found = pool.invoke(
        function("modules"), ["json", "app", "boto3", "click", "gistline", "pytest"], "r"
    ).result
    assert found == {
        "json": True,
        "app": True,
        "boto3": False,
        "click": False,
        "gistline": False,
        "pytest": False,
    }


def test_log_lines_stand_between_start_and_report_under_the_request_id(pool: Pool, log: Log) -> None:
    answer = pool.invoke(function("prints"), {"line": "a line"}, "request-1")
    assert answer.result == "request-1"
    assert [line.split("\t")[0] for line in log.lines] == [
        "START RequestId: request-1 Version: $LATEST",
        "a line",
        "END RequestId: request-1",
        "REPORT RequestId: request-1",
    ]


def test_an_environment_is_kept_warm_and_reports_its_init_once(pool: Pool, log: Log) -> None:
    counts = function("counts")
    assert [pool.invoke(counts, {}, f"r{n}").result for n in range(3)] == [1, 2, 3]
    assert sum("Init Duration" in line for line in log.lines) == 1
    assert len({stream for stream, _ in log}) == 1


def test_changed_code_gets_a_fresh_environment(pool: Pool) -> None:
    pool.invoke(function("counts"), {}, "r1")
    changed = function("counts", CODE + "\n# changed")
    assert pool.invoke(changed, {}, "r2").result == 1


def test_a_raised_error_is_told_in_lambdas_words(pool: Pool, log: Log) -> None:
    error = pool.invoke(function("raises"), {}, "r").error
    assert error is not None
    assert (error["errorType"], error["errorMessage"], error["requestId"]) == (
        "ValueError",
        "no such colour",
        "r",
    )
    assert "bootstrap.py" not in str(error["stackTrace"])
    assert any(line.startswith("[ERROR]") and "no such colour" in line for line in log.lines)


def test_a_result_that_is_no_json_is_an_error_of_the_function(pool: Pool) -> None:
    error = pool.invoke(function("unserializable"), {}, "r").error
    assert error is not None
    assert error["errorType"] == "TypeError"


def test_a_crash_is_told_and_the_next_invocation_gets_a_new_process(pool: Pool) -> None:
    exits = function("exits")
    for _ in range(2):
        error = pool.invoke(exits, {}, "r").error
        assert error is not None
        assert error["errorType"] == "Runtime.ExitError"
        assert "exit status 3" in error["errorMessage"]


def test_a_function_is_killed_at_its_timeout(pool: Pool, tmp_path: Path) -> None:
    error = pool.invoke(replace(function("sleeps"), timeout=0.2), {}, "r").error
    assert error is not None
    assert error["errorMessage"] == "RequestId: r Error: Task timed out after 0.20 seconds"
    assert list((tmp_path / "cloud" / "environments").iterdir()) == []


def test_the_context_knows_the_time_that_is_left(pool: Pool) -> None:
    left = pool.invoke(replace(function("remaining"), timeout=5), {}, "r").result
    assert 4000 < left <= 5000


def test_a_handler_that_cannot_be_loaded_is_an_init_error(pool: Pool) -> None:
    error = pool.invoke(function("prints", "import no_such_module"), {}, "r").error
    assert error is not None
    assert error["errorType"] == "Runtime.ImportModuleError"
    assert "no_such_module" in error["errorMessage"]


def test_a_large_event_arrives_whole(pool: Pool) -> None:
    line = "x" * 500_000
    assert pool.invoke(function("prints"), {"line": line}, "r").error is None


def test_closing_the_pool_removes_every_private_directory(pool: Pool) -> None:
    left = Path(pool.invoke(function("leaves_a_file"), {}, "r").result)
    assert left.exists()
    assert left.parent.stat().st_mode & 0o777 == 0o700
    pool.close()
    assert not left.parent.exists()
