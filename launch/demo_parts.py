"""What the demo and its tour run behind the kiosk: database, two bank servers, cash devices."""

import hashlib
import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bank.ports import any_free
from bank.store.postgres import configured_urls, home_for, write_urls
from launch import ports
from launch.child import Child
from launch.doors import ROOT
from launch.errors import LaunchError
from launch.folder import DataFolder, Ports
from launch.supervisor import ChildFailed, Plan, Supervisor

if TYPE_CHECKING:
    from launch.cluster_parts import LocalCluster

DATABASE = "database"
SERVERS = ("A", "B")
DEVICE = "device"
READY_TIMEOUT_S = 60.0


class DemoParts:
    """Started by `start`, ended by `close`; both block. `supervisor` steers the single parts."""

    def __init__(self, folder: DataFolder, wanted: Ports, replicated: bool = False) -> None:
        """Choose the ports; nothing is started yet.

        `replicated`: the database is a cluster of three in the place of a single one.
        Errors: PortTaken; LaunchError where the folder's bank has the other kind of database.
        """
        self.folder = folder
        self.cluster: LocalCluster | None = None
        self._replicated = replicated
        # First of all: what a killed launcher left running may hold the ports.
        folder.end_left_behind()
        self.ports = ports.free_pair(wanted)
        self.device_port = any_free()
        self.supervisor = Supervisor(folder)
        self._made_with = folder.path / "run" / "made.json"
        _check_kind(folder.path, replicated, self._made_with.exists())
        self._making: Child | None = None
        self._closed = False

    def port(self, server: str) -> int:
        """The port of a bank server, "A" or "B"."""
        return self.ports.primary if server == SERVERS[0] else self.ports.backup

    def start(self) -> None:
        """Start all parts, making the demo's bank at the first time. Errors: ChildFailed."""
        self.folder.write_ports(self.ports, self.device_port)
        data = str(self.folder.path)
        given = None if self._replicated else configured_urls()
        # The cash devices need nobody: they start beside the database.
        device = ("device-sim", "--data", data, "--port", str(self.device_port))
        if self._replicated:
            self._start_cluster()
        elif given is None:
            database = _command("database", "--data", data)
            self.supervisor.keep(Plan(DATABASE, database, ends_last=True))
        else:
            write_urls(self.folder.path, given)
        self.supervisor.keep(Plan(DEVICE, _command(*device)))
        if not self._bank_is_made():
            if given is None and not self._replicated:
                self.supervisor.wait_ready(DATABASE, READY_TIMEOUT_S)
            self._make_bank()
        # The kiosk can serve with one server: the second must not slow the first one down.
        for server in SERVERS:
            where = ("--data", data, "--server", server, "--port", str(self.port(server)))
            self.supervisor.keep(Plan(server, _command("bank", "serve", *where)))
            self.supervisor.wait_ready(server, READY_TIMEOUT_S)
        self.supervisor.wait_ready(DEVICE, READY_TIMEOUT_S)

    def begin(self, on_failure: Callable[[LaunchError], None]) -> None:
        """Do `start` on a thread; `on_failure` is called there if a part does not start."""

        def work() -> None:
            try:
                self.start()
            except LaunchError as problem:
                if not self._closed:
                    on_failure(problem)
            except OSError as problem:  # a full disk, say: nobody shall wait for a bank for ever
                if not self._closed:
                    on_failure(LaunchError(f"The demo could not be started: {problem}"))

        threading.Thread(target=work, name="starting", daemon=True).start()

    def close(self) -> None:
        """End all parts within 5 s."""
        self._closed = True
        if self._making is not None:
            self._making.kill()
        self.supervisor.close()

    def _start_cluster(self) -> None:
        # Only here: the demo with a single database starts without knowing of clusters.
        from bank.cluster import ClusterError
        from bank.store.postgres import PostgresError
        from launch.cluster_parts import ClusterFailed, LocalCluster

        try:
            cluster = LocalCluster(self.folder, self.supervisor)
            self.cluster = cluster
            cluster.start()
        except (ClusterError, PostgresError) as problem:
            raise ClusterFailed(str(problem)) from problem

    def _bank_is_made(self) -> bool:
        return _read(self._made_with) == _schema()

    def _make_bank(self) -> None:
        log = self.folder.log("init-demo")
        started_s = time.monotonic()
        command = _command("bank", "init-demo", "--data", str(self.folder.path))
        making = Child(command, log)
        self.folder.record("init-demo", making.pid)
        self._making = making
        status = making.wait()
        if self._closed:
            raise ChildFailed("The demo was ended while its bank was being made.")
        if status != 0:
            raise ChildFailed(f"The demo's bank could not be made:\n{making.last_words()}")
        print(f"The demo's bank was made in {time.monotonic() - started_s:.0f} s.", flush=True)
        self._made_with.write_text(json.dumps(_schema()), "utf-8")


def _check_kind(path: Path, replicated: bool, made: bool) -> None:
    is_cluster = (home_for(path) / "nodes" / "cluster.json").exists()
    if replicated and made and not is_cluster:
        raise LaunchError(
            f"The bank in {path} has a single database. Choose another folder with --data DIR."
        )
    if is_cluster and not replicated:
        raise LaunchError(f"The database of the bank in {path} is a cluster: add --cluster.")


def _command(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, str(ROOT / "main.py"), *arguments)


def _schema() -> str:
    # A newer version of the project brings migrations: then the bank is brought up to date.
    names = sorted(file.name for file in (ROOT / "bank" / "store").rglob("[0-9]*.py"))
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def _read(file: Path) -> object:
    try:
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
