"""The processes of a node: found by what is written down, held still, let go, ended at once."""

import contextlib
import json
import signal
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

SAME_START_S = 1.0
END_TIMEOUT_S = 1.0


@dataclass(frozen=True)
class Started:
    """A process as it was started: its id alone could be a stranger's by now."""

    name: str
    pid: int
    started_s: float

    @classmethod
    def of(cls, name: str, pid: int) -> "Started":
        """The live process `pid`. Errors: psutil.Error."""
        return cls(name, pid, psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """The process if it still runs."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started_s) < SAME_START_S
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None


def write_started(file: Path, started: Iterable[Started]) -> None:
    """Keep them. Errors: OSError."""
    unfinished = file.with_suffix(".new")
    unfinished.write_text(json.dumps([asdict(each) for each in started]), "utf-8")
    unfinished.replace(file)


def read_started(file: Path) -> tuple[Started, ...]:
    """What `write_started` kept; none where the file is absent or broken."""
    try:
        return tuple(Started(**facts) for facts in json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return ()


def postmaster(data: Path) -> psutil.Process | None:
    """The PostgreSQL that runs in the folder `data`, whoever started it."""
    try:
        pid = int((data / "postmaster.pid").read_text("utf-8").split("\n", 1)[0])
        process = psutil.Process(pid)
        ours = str(data) in process.cmdline()
        return process if ours and process.status() != psutil.STATUS_ZOMBIE else None
    except (OSError, ValueError, psutil.Error):
        return None


def families(roots: Iterable[psutil.Process | None]) -> list[psutil.Process]:
    """The processes and all that they started, each parent before its children."""
    found: list[psutil.Process] = []
    for root in roots:
        if root is not None:
            with contextlib.suppress(psutil.Error):
                found += [root, *root.children(recursive=True)]
    return found


def hold(processes: Iterable[psutil.Process]) -> None:
    """Hold them still without their knowing."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.suspend()


def let_go(processes: Iterable[psutil.Process]) -> None:
    """Let held ones run on."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.resume()


def kill(processes: Iterable[psutil.Process]) -> None:
    """End them at once, as a power cut would."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()


def kill_started(file: Path) -> None:
    """End what `file` says was started and still runs, with all that it started."""
    left = families(started.process() for started in read_started(file))
    kill(left)
    psutil.wait_procs(left, timeout=END_TIMEOUT_S)


def end_postgres(data: Path, timeout_s: float) -> None:
    """Let PostgreSQL disconnect everyone, write everything and end; by force after `timeout_s`."""
    postgres = postmaster(data)
    if postgres is None:
        return
    everyone = families([postgres])
    let_go(everyone)
    with contextlib.suppress(psutil.Error):
        # Its "fast" shutdown. SIGTERM would wait for clients that never leave.
        postgres.send_signal(signal.SIGINT)
    _, stubborn = psutil.wait_procs([postgres], timeout=timeout_s)
    if stubborn:
        kill(everyone)
        psutil.wait_procs(everyone, timeout=END_TIMEOUT_S)
