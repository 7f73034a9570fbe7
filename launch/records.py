"""Which processes are ours: written down with their start times, so that ids can be trusted."""

import contextlib
import json
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

SAME_START_S = 1.0


@dataclass(frozen=True)
class ProcessRecord:
    """One process that this folder's launcher started: `started_s` in seconds since 1970."""

    name: str
    pid: int
    started_s: float

    @classmethod
    def of(cls, name: str, pid: int) -> "ProcessRecord":
        """The record of the live process `pid`. Errors: psutil.Error if it is gone."""
        return cls(name, pid, psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """The recorded process if it still runs; None if it ended or its id is a stranger's."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started_s) < SAME_START_S
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None


def read(file: Path) -> tuple[ProcessRecord, ...]:
    """The records in `file`; none where it is absent or broken: no record, no process of ours."""
    try:
        return tuple(ProcessRecord(**facts) for facts in json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return ()


def write(file: Path, records: tuple[ProcessRecord, ...]) -> None:
    """Replace `file` with `records`. Errors: OSError."""
    unfinished = file.with_suffix(".new")
    unfinished.write_text(json.dumps([asdict(record) for record in records]), "utf-8")
    unfinished.replace(file)


def end(records: tuple[ProcessRecord, ...], timeout_s: float) -> None:
    """End the recorded processes that still run: asked first, by force after `timeout_s`."""
    left = [process for record in records if (process := record.process()) is not None]
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.terminate()
            if sys.platform != "win32":
                process.send_signal(signal.SIGCONT)  # a frozen one hears it only awake
    _, stubborn = psutil.wait_procs(left, timeout=timeout_s)
    for process in stubborn:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(stubborn, timeout=timeout_s)
