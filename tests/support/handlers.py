"""Functions for execution environments: their code, their log, and a line that tells whether they live."""

import io
import os
import threading
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from gistline.localcloud.environment import Function, Patience

LONG = 60.0  # seconds; how long a test waits for what should happen at once, however busy the machine is
UNHURRIED = Patience(init=LONG, end=LONG)

CODE = """
import io, os, subprocess, sys, time
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
def echoes(event, context): return event
def sleeps_for(event, context): time.sleep(event)
def pid(event, context): return os.getpid()
def raises(event, context): raise ValueError("no such colour")
def exits(event, context): os._exit(event)
def sleeps(event, context): time.sleep(600)
def remaining(event, context): return context.get_remaining_time_in_millis()
def unserializable(event, context): return object()
def leaves_a_file(event, context):
    path = os.path.join(os.environ["TMPDIR"], "left"); open(path, "w").close(); return path
def everywhere(data):
    for descriptor in range(3, 1000):
        try: os.write(descriptor, data)
        except OSError: pass
def writes_junk(event, context): everywhere(event.encode()); return "fine"
def dribbles(event, context):
    while True: everywhere(b" "); time.sleep(0.01)
def forks(event, context): os.fork(); return event
def leaves_a_fork(event, context):
    if os.fork(): os._exit(3)
    time.sleep(600)
def goes_deaf(event, context): os.closerange(3, 1000); time.sleep(600)
def ends_slowly(event, context): os.closerange(3, 1000); time.sleep(0.05); os._exit(4)
def prints_no_newline(event, context): print("no end", end="")
def is_long(event, context): return "x" * event
def closes_stdout(event, context): sys.stdout.close(); return "fine"
def replaces_stdout(event, context): sys.stdout = None; return "fine"
def closes_descriptor(event, context): os.close(1); return "fine"
def has_a_daemon(event, context):
    return subprocess.Popen(["sleep", "600"], start_new_session=True).pid
def family(event, context):
    line = os.open(event["line"], os.O_WRONLY)
    subprocess.Popen(["sleep", "600"], pass_fds=[line])
    os.write(line, b"up")
    if event["then"] == "crash": os._exit(1)
    if event["then"] == "stay": time.sleep(600)
"""


class Log(list[tuple[str, str]]):
    """Keeps the lines with their stream."""

    def __call__(self, _: Function, stream: str, milliseconds: int, line: str) -> None:
        assert milliseconds > 0
        self.append((stream, line))

    @property
    def lines(self) -> list[str]:
        return [line for _, line in self]


class Lifeline:
    """A named pipe that processes hold open; it tells when the last of them is dead."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)
        self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def held(self) -> bool:
        """Read "up", or that nobody has said it yet."""
        return self._read() == b"up"

    def cut(self) -> bool:
        """Whether nobody holds the other end."""
        return self._read() == b""

    def close(self) -> None:
        os.close(self._descriptor)

    def _read(self) -> bytes | None:
        try:
            return os.read(self._descriptor, 100)
        except BlockingIOError:
            return None


def function(name: str, code: str = CODE) -> Function:
    """Make a function of one file whose handler is `name`."""
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
        timeout=LONG,
    )


def until(condition: Callable[[], bool]) -> None:
    """Wait for what somebody else does; give up with a failure after a long time."""
    tick, waited = threading.Event(), 0.0
    while not condition():
        assert waited < LONG
        tick.wait(0.005)
        waited += 0.005


def descriptors() -> set[str]:
    """Name what is open in this process; a pipe has a name of its own."""
    found = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the one of this very list
            found.add(str(descriptor.readlink()))
    return found
