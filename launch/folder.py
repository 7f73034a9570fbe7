"""The data folder: where it is, whose it is just now, and what was started from it."""

import contextlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import filelock
import platformdirs
import psutil

from bank.process_records import ProcessRecord, read_records, write_records
from bank.store.postgres import home_for
from launch.errors import FolderInUse, LaunchError

CONTENTS = ("bank", "demo", "kiosk", "postgres", "run", "terminals")
END_TIMEOUT_S = 3.0


def default_path() -> Path:
    """The platform's folder for a user's data."""
    return platformdirs.user_data_path("fortress-atm")


def default_cluster_path() -> Path:
    """The same for a bank whose database is a cluster: apart from the other one's."""
    single = default_path()
    return single.with_name(f"{single.name}-cluster")


@dataclass(frozen=True)
class Ports:
    """Where this folder's bank servers listen on 127.0.0.1."""

    primary: int
    backup: int


class DataFolder:
    """A data folder that this process holds until `close`. Its methods may be called by threads."""

    def __init__(self, path: Path) -> None:
        """Make it if need be and lock it. Errors: FolderInUse, LaunchError."""
        self.path = path.expanduser().resolve()
        self._make()
        self._run = self.path / "run"
        self._mutex = Lock()
        self._lock = filelock.FileLock(self._run / "lock", thread_local=False)
        try:
            self._lock.acquire(timeout=0)
        except filelock.Timeout:
            raise FolderInUse(_who_holds(self.path)) from None
        write_records(_launcher(self.path), (ProcessRecord.of("launcher", os.getpid()),))
        self._records: tuple[ProcessRecord, ...] = ()

    def close(self) -> None:
        """Let the next one have it."""
        self._lock.release()

    def end_left_behind(self) -> None:
        """End what an earlier launcher, killed in the middle, left running. Nothing else."""
        file = self._run / "processes.json"
        _end(read_records(file), END_TIMEOUT_S)
        write_records(file, ())

    def record(self, name: str, pid: int) -> None:
        """Write down that `pid` is our `name`, in the place of an earlier one."""
        with self._mutex:
            kept = tuple(record for record in self._records if record.name != name)
            self._records = (*kept, ProcessRecord.of(name, pid))
            write_records(self._run / "processes.json", self._records)

    def write_ports(self, ports: Ports, device: int) -> None:
        """Tell other processes where the servers and the cash devices are."""
        facts = {"bank": {"A": ports.primary, "B": ports.backup}, "device": device}
        unfinished = self._run / "ports.new"
        unfinished.write_text(json.dumps(facts), "utf-8")
        unfinished.replace(self._run / "ports.json")

    def log(self, name: str) -> Path:
        """The file for what the child `name` says."""
        return self._run / f"{name}.log"

    def wipe(self) -> None:
        """Remove everything of ours, the database included; foreign files stay. Errors: OSError."""
        self.end_left_behind()
        database = home_for(self.path)
        self.close()
        for place in (*(self.path / name for name in CONTENTS), database):
            _remove(place)

    def _make(self) -> None:
        try:
            if not self.path.exists():
                self.path.mkdir(parents=True)
                # Under root the database runs as another account, which must get through.
                self.path.chmod(0o711 if _is_root() else 0o700)
            (self.path / "run").mkdir(mode=0o700, exist_ok=True)
        except OSError as problem:
            raise LaunchError(
                f"Nothing can be kept in {self.path}: {problem.strerror}. "
                "Choose another folder with --data DIR."
            ) from problem


def read_ports(path: Path) -> Ports | None:
    """The ports that the folder's launcher has written down, or None."""
    try:
        bank = json.loads((path / "run" / "ports.json").read_text("utf-8"))["bank"]
        return Ports(int(bank["A"]), int(bank["B"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def launcher_of(path: Path) -> ProcessRecord | None:
    """The process that holds the folder, if one does."""
    for record in read_records(_launcher(path.expanduser().resolve())):
        return record if record.process() is not None else None
    return None


def _end(records: Iterable[ProcessRecord], timeout_s: float) -> None:
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


def _launcher(path: Path) -> Path:
    return path / "run" / "launcher.json"


def _remove(place: Path) -> None:
    deadline_s = time.monotonic() + END_TIMEOUT_S
    while place.exists():
        try:
            shutil.rmtree(place)
        except FileNotFoundError:
            # A part that is still ending removed a file of its own in the meantime: once more.
            if time.monotonic() > deadline_s:
                raise


def _who_holds(path: Path) -> str:
    ports = read_ports(path)
    where = f" with its bank servers on ports {ports.primary} and {ports.backup}" if ports else ""
    return f"It is already running{where} (data in {path})."


def _is_root() -> bool:
    return os.name == "posix" and os.geteuid() == 0
