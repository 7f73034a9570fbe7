"""W-S04 to W-S07 and D-S01: the bank's database is three PostgreSQL, and the leader dies."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bank.cluster.compare import compare_nodes
from bank.store.postgres.roles import OWNER, url
from launch.cluster_parts import LocalCluster, running_cluster
from tests.faults.bank_processes import RealBank
from tests.faults.evidence import judge
from tests.faults.forked_device import ForkedDevice
from tests.faults.running import eventually
from tests.faults.scene import DEPOSIT, REQ, WITHDRAW, Scene

pytest.importorskip("patroni", reason="missing: main.py setup --with cluster")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.xdist_group("cluster")]
DECISION_S = 25
"""A customer may wait 30 s for a decision, and the reversal is waited for as well."""


@pytest.fixture(scope="module")
def cluster_and_bank() -> Iterator[tuple[LocalCluster, RealBank]]:
    home = Path(tempfile.mkdtemp(prefix="fortress-faults-"))
    home.chmod(0o711)
    with running_cluster(home / "cluster") as (cluster, urls):
        data = home / "bank"
        data.mkdir()
        bank = RealBank(data, urls)
        try:
            bank.start()
            yield cluster, bank
        finally:
            bank.stop()
    shutil.rmtree(home)


@pytest.fixture
def cluster(cluster_and_bank) -> LocalCluster:
    found = cluster_and_bank[0]
    found.wait_whole()
    return found


@pytest.fixture
def scene(cluster_and_bank, cluster, zygote, tmp_path) -> Iterator[Scene]:
    device = ForkedDevice(tmp_path, zygote)
    device.start()
    made = Scene(cluster_and_bank[1], device, tmp_path, zygote)
    made.configure(authorise_s=DECISION_S)
    yield made
    made.end()
    device.kill()


def healed(scene: Scene, cluster: LocalCluster, kiosk) -> None:
    cluster.wait_whole()
    scene.finish(kiosk)


def test_w_s04(scene, row, cluster):
    kiosk = scene.paused()
    cluster.kill_database(cluster.leader())
    kiosk.go()
    kiosk.until("Success", "Failure", patience_s=DECISION_S + 10)
    healed(scene, cluster, kiosk)
    judge(scene, row)


def test_w_s05(scene, row, cluster):
    """The hold is acknowledged and the notes are in the tray when the leader dies."""
    scene.hands.set_auto_customer(False)
    kiosk = scene.kiosk(WITHDRAW.replace("finish\n", ""))
    kiosk.go()
    kiosk.until("TakeCash")
    cluster.kill_database(cluster.leader())
    scene.hands.take()
    kiosk.until("Success")
    healed(scene, cluster, kiosk)
    judge(scene, row)
    assert scene.bank.statement(scene.account)[:-1] == [-REQ]


def test_w_s06(scene, row, cluster):
    """The old leader comes back: from its first moment on it takes no write."""
    old = cluster.leader()
    cluster.kill(old)
    eventually(lambda: cluster.leader() != old, "another leads")
    cluster.revive(old)
    layout = cluster.layout
    address = url(layout.node(old).database_port, OWNER, layout.passwords.owner, "bank")
    tried = written = 0

    def is_standby() -> bool:
        nonlocal tried, written
        try:
            with psycopg.connect(address, autocommit=True) as connection:
                tried += 1
                connection.execute(
                    "insert into tombstones values ('x', gen_random_uuid(), gen_random_uuid())"
                )
                written += 1
        except psycopg.errors.ReadOnlySqlTransaction:
            return True
        except psycopg.Error:
            return False
        return False

    eventually(is_standby, "the old leader follows")
    cluster.wait_whole()
    equal = compare_nodes(layout, cluster.status(), rows=5).equal
    judge(scene, row, refused_writes=tried > 0 and written == 0, diverged=0 if equal else 1)


def test_w_s07(scene, row, cluster):
    kiosk = scene.paused()
    leader = cluster.leader()
    standbys = [name for name in cluster.names if name != leader]
    for name in standbys:
        cluster.kill(name)
    try:
        kiosk.go()
        failure = kiosk.until("Failure", patience_s=DECISION_S + 10)
        assert failure["money"] == "release_follows"
    finally:
        for name in standbys:
            cluster.revive(name)
    healed(scene, cluster, kiosk)
    judge(scene, row)


def test_d_s01(scene, row, cluster):
    kiosk = scene.paused(DEPOSIT)
    cluster.kill_database(cluster.leader())
    kiosk.go()
    kiosk.until("Success", "Failure")
    healed(scene, cluster, kiosk)
    judge(scene, row)
    assert scene.bank.statement(scene.account)[:-1] == [REQ]
