"""Faults put into a running process from outside: strace for system calls, libfaketime."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

ATTACH_S = 20.0
DETACH_S = 5.0


@contextlib.contextmanager
def injected(
    pid: int, call: str, what: str, file: Path | None = None, log: Path = Path("/dev/null")
) -> Iterator[None]:
    """Let a system call of a process fail or kill it, as long as the block lasts.

    ``what`` is strace's: ``error=ENOSPC``, ``error=EIO:when=2+``, ``signal=KILL:when=3``; ``when``
    counts the calls of each thread. ``file``: only calls on this file. ``log`` has a line with
    INJECTED for each call that was made to fail.
    """
    command = ["strace", "-f", "-qq", "-o", str(log), "-p", str(pid)]
    command += ["-e", f"trace={call}", "-e", f"inject={call}:{what}"]
    if file is not None:
        command += ["-P", str(file)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        _wait_attached(pid, tracer)
        yield
    finally:
        _end(tracer)


def _end(tracer: subprocess.Popen[bytes]) -> None:
    # Asked kindly it detaches, and its process goes on. It can wait for ever for a thread that was
    # killed in the middle of a call; the kernel lets go of that one when the tracer is dead.
    tracer.terminate()
    try:
        tracer.communicate(timeout=DETACH_S)
    except subprocess.TimeoutExpired:
        tracer.kill()
        tracer.communicate()


def _wait_attached(pid: int, tracer: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + ATTACH_S
    while not all(_is_traced(task) for task in Path(f"/proc/{pid}/task").iterdir()):
        assert tracer.poll() is None, tracer.stderr.read()
        assert time.monotonic() < deadline, "strace did not attach"
        time.sleep(0.005)


def _is_traced(task: Path) -> bool:
    try:
        return "TracerPid:\t0\n" not in (task / "status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def fake_clock(moment: str) -> dict[str, str]:
    """Return the environment under which a program's wall clock is off: ``-1d``, ``+10y``.

    Its monotonic clock stays true. ``moment`` may be a file's path: what is written there counts
    from then on.
    """
    [library] = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
    said = "FAKETIME_TIMESTAMP_FILE" if moment.startswith("/") else "FAKETIME"
    return {
        "LD_PRELOAD": str(library),
        said: moment,
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_RESET": "1",
    }
