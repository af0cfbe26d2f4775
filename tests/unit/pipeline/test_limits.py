"""Time and memory that run out, noticed in time."""

import io
import subprocess
import sys

import pytest

from gistline.errors import OutOfTimeError, RejectedError
from gistline.pipeline.limits import Deadline, TimedFile, out_of_memory
from gistline.profile import summarize

HUNGRY = """
import mmap, sys
from gistline.pipeline.limits import guard_memory
reserved = [mmap.mmap(-1, int(size) << 20, mmap.MAP_PRIVATE) for size in sys.argv[3:]]
guard_memory(int(sys.argv[1]))
try:
    eaten = [bytearray(1 << 20) for _ in range(int(sys.argv[2]))]
except MemoryError:
    eaten = None
print("hungry" if eaten is None else "fed")
"""
# As many threads as Lambda has processors at most; by itself the client starts one for each that is here.
CLIENT = """
import os, sys
os.environ["TOKIO_WORKER_THREADS"] = "6"
from obstore.store import S3Store
from gistline.pipeline.limits import guard_memory
guard_memory(128)
store = S3Store("b", endpoint="http://127.0.0.1:1", region="r", access_key_id="a", secret_access_key="s",
                client_options={"allow_http": True}, retry_config={"max_retries": 0})
try:
    store.get("k")
except Exception as error:
    print(type(error).__name__)
"""


def test_before_the_deadline_a_file_is_read_as_it_is() -> None:
    file = TimedFile(io.BytesIO(b"a,b\n1,2\n"), Deadline(lambda: 60.0))
    assert summarize(file).to_dict()["table"]["rowCount"] == 1


def test_after_the_deadline_nothing_more_is_read() -> None:
    times = iter([60.0, 60.0, 60.0, 10.1, 9.9])
    file = TimedFile(io.BytesIO(b"0123456789"), Deadline(lambda: next(times)))
    assert (file.read(4), file.read(4)) == (b"0123", b"4567")
    with pytest.raises(RejectedError, match="after 8 bytes") as caught:
        file.read(4)
    assert caught.value.code == "too-slow"
    assert "timeout" in caught.value.remedy


@pytest.mark.parametrize(("has", "kept"), [(900.0, 10.0), (60.0, 10.0), (10.0, 2.0), (3.0, 0.6)])
def test_a_fifth_of_the_time_is_kept_but_never_more_than_ten_seconds(has: float, kept: float) -> None:
    times = iter([has, kept + 0.01, kept - 0.01])
    deadline = Deadline(lambda: next(times))
    deadline.check(0, fair=True)
    with pytest.raises(RejectedError):
        deadline.check(0, fair=True)


@pytest.mark.parametrize(("begun", "verdict"), [(30.0, RejectedError), (29.9, OutOfTimeError)])
def test_who_begins_with_less_than_half_of_the_time_is_not_called_slow(
    begun: float, verdict: type[Exception]
) -> None:
    times = iter([60.0, begun, 9.9])
    file = TimedFile(io.BytesIO(b"0123456789"), Deadline(lambda: next(times)))
    with pytest.raises(verdict, match="time ran out"):
        file.read(4)


def test_too_little_memory_is_a_matter_of_the_function() -> None:
    assert out_of_memory().code == "out-of-memory"
    assert "memory" in out_of_memory().remedy


def _printed(program: str, *arguments: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="what RLIMIT_DATA counts, and Lambda's system")
class TestMemory:
    """In a process of its own, as a limit cannot be taken back."""

    def test_who_asks_for_more_than_the_function_has_is_told_so(self) -> None:
        assert _printed(HUNGRY, "128", "128") == "hungry"

    def test_who_asks_for_less_gets_it(self) -> None:
        assert _printed(HUNGRY, "128", "64") == "fed"

    @pytest.mark.parametrize(("wanted", "verdict"), [("64", "fed"), ("128", "hungry")])
    def test_what_is_reserved_and_not_in_use_neither_takes_from_it_nor_adds_to_it(
        self, wanted: str, verdict: str
    ) -> None:
        assert _printed(HUNGRY, "128", wanted, "256") == verdict

    def test_the_smallest_function_has_room_for_the_client_and_its_threads(self) -> None:
        assert _printed(CLIENT) == "GenericError"
