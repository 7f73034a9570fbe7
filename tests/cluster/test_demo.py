"""``demo --cluster``: databases are killed and revived by the panel, and withdrawals go on."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from launch.demo_parts import DemoParts
from launch.errors import LaunchError
from launch.folder import DataFolder, Ports
from launch.panel import DemoDoors
from tests.cluster.bank_on_cluster import cluster_folder

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.timeout(600), pytest.mark.slow]


@pytest.fixture
def parts() -> Iterator[DemoParts]:
    with cluster_folder() as path:
        folder = DataFolder(path)
        found = DemoParts(folder, Ports(0, 0), replicated=True)
        try:
            found.start()
            yield found
        finally:
            found.close()
            folder.close()


def withdraw(parts: DemoParts, left_minor: int) -> None:
    script = f"""
        finger {parts.folder.path}/demo/fingers/amara_4.png
        pin 482915
        expect Menu first_name=Amara
        withdraw 60
        expect Success kind=withdraw amount_minor=6000
        confirm
        balance
        expect Balance available_minor={left_minor}
        back
        logout
    """
    command = [sys.executable, str(ROOT / "main.py"), "kiosk", "--headless", "--script", "-"]
    ended = subprocess.run(
        [*command, "--data", str(parts.folder.path), "--wait-s=90"],
        input=script,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr


def leader(doors: DemoDoors) -> str:
    while True:  # the test's time limit bounds this
        for row in doors.databases():
            if row.role == "leader" and row.power == "on":
                return row.name
        time.sleep(0.5)


def test_databases_are_killed_and_revived_and_withdrawals_go_on(parts: DemoParts) -> None:
    doors = DemoDoors(parts)
    assert len(doors.databases()) == 3
    withdraw(parts, 242_000)
    first = leader(doors)
    doors.kill_database(first)
    withdraw(parts, 236_000)
    assert {row.power for row in doors.databases() if row.name == first} == {"off"}
    second = leader(doors)
    assert second != first
    doors.revive_database(first)
    assert parts.cluster is not None
    parts.cluster.wait_whole()
    doors.kill_database(second)
    withdraw(parts, 230_000)
    doors.revive_database(second)
    parts.cluster.wait_whole()


def test_a_folder_keeps_its_kind_of_database() -> None:
    with cluster_folder() as path:
        folder = DataFolder(path)
        (path / "run" / "made.json").write_text(json.dumps("any"))
        with pytest.raises(LaunchError, match="has a single database"):
            DemoParts(folder, Ports(0, 0), replicated=True)
        (path / "postgres" / "nodes").mkdir(parents=True)
        (path / "postgres" / "nodes" / "cluster.json").write_text("{}")
        with pytest.raises(LaunchError, match="is a cluster: add --cluster"):
            DemoParts(folder, Ports(0, 0))
        folder.close()
        shutil.rmtree(path)
