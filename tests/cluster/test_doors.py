"""``main.py cluster`` as an operator uses it: up, status, kill, revive, stop, and up again."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from bank.cluster.layout import cluster_home, read_layout
from bank.cluster.processes import postmaster
from bank.process_records import read_records
from bank.store.postgres import DatabaseUnknown, read_urls
from tests.cluster.bank_on_cluster import cluster_folder

ROOT = Path(__file__).parents[2]
START_LIMIT_S = 200.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(os.name != "posix", reason="ends programs by POSIX signals"),
]


def door(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "main.py"), "cluster", *arguments, "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@contextlib.contextmanager
def up(data: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(ROOT / "main.py"), "cluster", "up", "--data", str(data)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(true: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + START_LIMIT_S
    while not true():
        assert time.monotonic() < deadline_s
        time.sleep(0.5)


def whole(data: Path) -> bool:
    said = door(data, "status", "--json").stdout
    return said.startswith("{") and json.loads(said)["whole"] is True and can_write(data)


def can_write(data: Path) -> bool:
    try:
        with psycopg.connect(read_urls(data).owner, autocommit=True) as owner:
            owner.execute("create table if not exists marks (n int)")
            owner.execute("insert into marks values (1)")
    except (psycopg.Error, DatabaseUnknown):
        return False
    return True


def marks(data: Path) -> int:
    with psycopg.connect(read_urls(data).owner) as owner:
        row = owner.execute("select count(*) from marks").fetchone()
    assert row is not None
    return int(row[0])


def left(data: Path) -> list[psutil.Process]:
    layout = read_layout(cluster_home(data))
    found = [postmaster(layout.folder(node) / "data") for node in layout.nodes]
    found += [each.process() for node in layout.nodes for each in read_records(layout.record(node))]
    return [process for process in found if process is not None]


def test_up_kill_revive_stop_and_up_again() -> None:
    with cluster_folder() as data:
        unknown = door(data, "status")
        assert unknown.returncode == 1
        assert unknown.stderr.startswith("no cluster was made in ")
        with up(data) as running:
            wait_until(lambda: cluster_home(data).joinpath("cluster.json").exists())
            wait_until(lambda: whole(data))
            leader = json.loads(door(data, "status", "--json").stdout)["leader"]
            assert f"{leader} leads." in door(data, "status").stdout
            second = subprocess.run(
                [sys.executable, str(ROOT / "main.py"), "cluster", "up", "--data", str(data)],
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert second.returncode == 0
            assert "already running" in second.stdout
            assert door(data, "kill", leader).returncode == 0
            wait_until(lambda: can_write(data))
            assert json.loads(door(data, "status", "--json").stdout)["leader"] != leader
            assert door(data, "revive", leader).returncode == 0
            wait_until(lambda: whole(data))
            before = marks(data)
            running.send_signal(signal.SIGINT)
            started_s = time.monotonic()
            said, _ = running.communicate(timeout=20)
            assert time.monotonic() - started_s < 10
            assert running.returncode == 0
            assert "Traceback" not in said
            assert left(data) == []
        with up(data):
            wait_until(lambda: whole(data))
            assert marks(data) > before
            stopped = door(data, "stop")
            assert stopped.returncode == 0, stopped.stderr
            assert left(data) == []


def test_what_a_killed_launcher_left_is_repaired() -> None:
    with cluster_folder() as data:
        with up(data) as running:
            wait_until(lambda: cluster_home(data).joinpath("cluster.json").exists())
            wait_until(lambda: whole(data))
            nodes = psutil.Process(running.pid).children()
            # Launcher and nodes die at once: nobody is left to end PostgreSQL, Patroni and etcd.
            for process in [*nodes, psutil.Process(running.pid)]:
                process.kill()
            running.wait()
        assert left(data) != []
        with up(data) as again:
            wait_until(lambda: whole(data))
            assert marks(data) > 0
            again.send_signal(signal.SIGTERM)
            assert again.wait(20) == 0
        assert left(data) == []
