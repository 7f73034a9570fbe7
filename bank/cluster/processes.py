"""The processes of a node: found by what is written down, held still, let go, ended at once."""

import contextlib
import signal
from collections.abc import Iterable
from pathlib import Path

import psutil

from bank.process_records import read_records

END_TIMEOUT_S = 1.0


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
    left = families(record.process() for record in read_records(file))
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
