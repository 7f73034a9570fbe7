"""Runs one node: keeps its etcd and its Patroni alive, and obeys its switch.

Patroni starts PostgreSQL and looks after it; it runs on if Patroni dies.
"""

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from bank.cluster import processes
from bank.cluster.doors import Doors
from bank.cluster.layout import Layout, Node
from bank.cluster.programs import Programs
from bank.cluster.settings import etcd_arguments, patroni_settings
from bank.cluster.switch import Power, read_power
from bank.log_files import keep_end
from bank.private_file import write_private
from bank.process_records import ProcessRecord, write_records
from bank.store.postgres.account import popen, stand_in

POLL_S = 0.1
READY_POLL_S = 0.5
PAUSE_S = 1.0
ETCD_WAIT_S = 5.0
END_S = 1.6
END_POSTGRES_S = 0.5
END_ETCD_S = 0.3
TRIM_S = 10.0
LOG_LIMIT_BYTES = 1 << 20
ETCD_LOG = "etcd.log"
POSTGRES_LOG = "postgres.log"


class NodeRunner:
    """One node of `layout`, run by this process until `run` is told to end."""

    def __init__(self, layout: Layout, node: Node, programs: Programs) -> None:
        """Write what the programs are told. Errors: OSError."""
        self._folder = layout.folder(node)
        self._record = layout.record(node)
        self._account = stand_in()
        self._layout, self._node = layout, node
        self._programs = programs
        self._doors = Doors(layout, node)
        self._etcd: subprocess.Popen[bytes] | None = None
        self._patroni: subprocess.Popen[bytes] | None = None
        self._not_before_s = 0.0
        self._frozen = False
        self._give_settings()

    def run(self, told: Callable[[], bool], on_ready: Callable[[], None]) -> None:
        """Run the node until `told()`; `on_ready` is called once its database can be used."""
        self._end_left_behind()
        ready = False
        next_look_s = next_trim_s = 0.0
        try:
            while not told():
                self._obey(read_power(self._layout, self._node))
                if not ready and time.monotonic() > next_look_s:
                    next_look_s = time.monotonic() + READY_POLL_S
                    # A node that is switched off is as ready as it will be.
                    off = self._etcd is None and self._patroni is None
                    ready = off or self._doors.database_runs()
                    if ready:
                        on_ready()
                time.sleep(POLL_S)
                if time.monotonic() > next_trim_s:
                    next_trim_s = time.monotonic() + TRIM_S
                    for name in (ETCD_LOG, POSTGRES_LOG):
                        keep_end(self._folder / name, LOG_LIMIT_BYTES)
        finally:
            self._end_in_order()

    def _obey(self, power: Power) -> None:
        if power is Power.FROZEN and not self._frozen and self._patroni is not None:
            processes.hold(self._family())
            self._frozen = True
        if power is not Power.FROZEN and self._frozen:
            processes.let_go(self._family())
            self._frozen = False
        if power is Power.OFF:
            if self._patroni is not None or self._etcd is not None:
                self._cut()
        elif power is Power.ON and time.monotonic() >= self._not_before_s:
            self._keep_alive()

    def _keep_alive(self) -> None:
        if self._etcd is None or self._etcd.poll() is not None:
            self._not_before_s = time.monotonic() + PAUSE_S
            command: list[str | Path] = [
                self._programs.etcd,
                *etcd_arguments(self._layout, self._node),
            ]
            self._etcd = self._start(command, ETCD_LOG)
            self._write_down()
        if self._patroni is None or self._patroni.poll() is not None:
            self._not_before_s = time.monotonic() + PAUSE_S
            # Without an answer at its start Patroni sleeps for five seconds.
            self._doors.wait_for_etcd(ETCD_WAIT_S)
            patroni = [*self._programs.patroni, self._folder / "patroni.json"]
            self._patroni = self._start(patroni, POSTGRES_LOG)
            self._write_down()

    def _start(self, command: Sequence[object], log_name: str) -> subprocess.Popen[bytes]:
        log = self._folder / log_name
        with log.open("ab") as output:
            return popen([str(part) for part in command], self._account, self._folder, output)

    def _cut(self) -> None:
        """Power off: everything of the node at once. Twice, for what was just being started."""
        while family := self._family():
            processes.kill(family)
            psutil.wait_procs(family, timeout=1.0)
        for process in (self._patroni, self._etcd):
            if process is not None:
                process.wait()
        self._patroni = self._etcd = None
        self._frozen = False
        self._write_down()

    def _end_in_order(self) -> None:
        """Patroni stops PostgreSQL and gives up the lead; who is too slow is helped along."""
        started_s = time.monotonic()
        if self._frozen:
            processes.let_go(self._family())
        if self._patroni is not None:
            self._patroni.terminate()
            _wait(self._patroni, END_S)
            processes.kill(processes.families([_process(self._patroni)]))
        processes.end_postgres(self._folder / "data", END_POSTGRES_S)
        if self._etcd is not None:
            # All nodes may be ending: the others need a majority to give up the lead.
            _wait(self._etcd, started_s + END_S - time.monotonic())
            self._etcd.terminate()
            _wait(self._etcd, END_ETCD_S)
        self._cut()

    def _end_left_behind(self) -> None:
        """End what a runner that was killed left; PostgreSQL runs on, Patroni will find it."""
        processes.let_go(processes.families([processes.postmaster(self._folder / "data")]))
        processes.kill_started(self._record)

    def _family(self) -> list[psutil.Process]:
        roots = [_process(each) for each in (self._patroni, self._etcd) if each is not None]
        return processes.families([*roots, processes.postmaster(self._folder / "data")])

    def _write_down(self) -> None:
        started = []
        for name, process in (("etcd", self._etcd), ("patroni", self._patroni)):
            if process is not None and process.poll() is None:
                with contextlib.suppress(psutil.Error):
                    started.append(ProcessRecord.of(name, process.pid))
        write_records(self._record, started)

    def _give_settings(self) -> None:
        settings = patroni_settings(self._layout, self._node, self._programs.postgres_bin)
        file = self._folder / "patroni.json"
        write_private(file, json.dumps(settings, indent=1).encode("utf-8"))
        if self._account is not None:
            os.chown(file, self._account.uid, self._account.gid)


def _wait(process: subprocess.Popen[bytes], timeout_s: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(max(0.0, timeout_s))


def _process(popened: subprocess.Popen[bytes]) -> psutil.Process | None:
    if popened.poll() is not None:
        return None
    try:
        return psutil.Process(popened.pid)
    except psutil.Error:
        return None
