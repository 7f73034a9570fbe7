"""One cluster and two bank servers: who leads, what is compared, and what a dead database costs."""

import asyncio
import http.client
import json
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bank.cluster.compare import compare_nodes
from bank.cluster.layout import read_layout
from bank.cluster.settings import DYNAMIC
from bank.store.errors import StoreUnavailable
from bank.store.pool import Connection, Pool
from bank.store.postgres.roles import OWNER, SUPERUSER, url
from tests.cluster.bank_on_cluster import (
    ClusterBank,
    Withdrawing,
    bank_on_cluster,
    check_money,
)

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def bank() -> Iterator[ClusterBank]:
    with bank_on_cluster() as running:
        yield running


def standby(bank: ClusterBank) -> str:
    leader = bank.cluster.leader()
    return next(name for name in bank.cluster.names if name != leader)


def on_node(bank: ClusterBank, name: str, role: str) -> str:
    layout = bank.cluster.layout
    passwords = {OWNER: layout.passwords.owner, SUPERUSER: layout.passwords.superuser}
    return url(layout.node(name).database_port, role, passwords[role], "bank")


def test_one_leads_and_two_are_counted_on(bank: ClusterBank) -> None:
    status = bank.cluster.wait_whole()
    roles = sorted(node.role for node in status.nodes)
    assert roles == ["leader", "standby", "standby"]
    with psycopg.connect(bank.urls.owner) as owner:
        shown = {
            name: owner.execute("select current_setting(%s)", [name]).fetchone()
            for name in ("fsync", "synchronous_commit", "wal_log_hints", "data_checksums")
        }
        names = owner.execute("show synchronous_standby_names").fetchone()
    assert set(shown.values()) == {("on",)}
    assert names is not None
    assert names[0].startswith("ANY 1")


def test_what_patroni_was_told_is_what_was_measured() -> None:
    assert DYNAMIC == {
        "ttl": 20,
        "loop_wait": 1,
        "retry_timeout": 3,
        "primary_start_timeout": 0,
        "synchronous_mode": "quorum",
        "synchronous_mode_strict": True,
        "synchronous_node_count": 1,
        "maximum_lag_on_failover": 1_048_576,
    }


def test_without_the_clusters_certificate_nobody_is_heard(bank: ClusterBank) -> None:
    anybody = ssl.create_default_context()
    anybody.check_hostname = False
    anybody.verify_mode = ssl.CERT_NONE
    node = bank.cluster.layout.nodes[0]
    for port in (node.patroni_port, node.etcd_port, node.etcd_peer_port):
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=anybody)
        with pytest.raises((OSError, http.client.HTTPException)):
            _answer(connection)
        connection.close()
        with pytest.raises(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/patroni", timeout=5)


def _answer(connection: http.client.HTTPSConnection) -> bytes:
    connection.request("GET", "/")
    return connection.getresponse().read()


def test_nodes_compared_under_load_are_equal(bank: ClusterBank) -> None:
    with Withdrawing.going_on(bank) as withdrawing:
        withdrawing.wait_for_more(6)
        found = compare_nodes(bank.cluster.layout, bank.cluster.status(), rows=5)
        withdrawing.wait_for_more(6)
    assert found.equal
    assert len(found.nodes) == 3
    assert found.left_out == ()
    assert len({node.last_entries for node in found.nodes}) == 1
    assert found.held_s < 3


def test_another_row_on_a_standby_is_found(bank: ClusterBank) -> None:
    found = compare_nodes(bank.cluster.layout, bank.cluster.status(), rows=1)
    before = {node.digest for node in found.nodes}
    with psycopg.connect(bank.urls.owner, autocommit=True) as owner:
        owner.execute("insert into tombstones values ('x', gen_random_uuid(), gen_random_uuid())")
    after = compare_nodes(bank.cluster.layout, bank.cluster.status(), rows=1)
    assert after.equal
    assert not before & {node.digest for node in after.nodes}


def await_paused(superuser: psycopg.Connection[tuple[object, ...]]) -> None:
    """A pause is asked for first, and there once the replaying process has noticed."""
    end_s = time.monotonic() + 20
    while superuser.execute("select pg_get_wal_replay_pause_state()").fetchone() != ("paused",):
        assert time.monotonic() < end_s
        time.sleep(0.05)


@pytest.mark.parametrize("fixed", [True, False], ids=["fixed", "unfixed"])
def test_4_money_is_never_decided_from_a_standbys_data(bank: ClusterBank, fixed: bool) -> None:
    name = standby(bank)
    servers = bank.servers
    customer = servers.customer()

    async def balance(connection: Connection) -> int:
        cursor = await connection.execute(
            "select booked_minor from accounts where number = %s", [customer.account]
        )
        row = await cursor.fetchone()
        return 0 if row is None else int(row[0])

    async def seen() -> int | None:
        address = on_node(bank, name, OWNER)
        pool = Pool(address, size=2)
        if not fixed:
            pool._pool.kwargs["target_session_attrs"] = "any"
        await pool.open()
        try:
            return await pool.run(balance)
        except StoreUnavailable:
            return None
        finally:
            await pool.close()

    with psycopg.connect(on_node(bank, name, SUPERUSER), autocommit=True) as superuser:
        superuser.execute("select pg_wal_replay_pause()")
        try:
            await_paused(superuser)
            servers.sql(
                "update accounts set booked_minor = booked_minor + 1 where number = %s",
                customer.account,
            )
            # Whoever asks the standby is told of a balance that is none any more.
            found = asyncio.run(seen())
        finally:
            superuser.execute("select pg_wal_replay_resume()")
            servers.sql(
                "update accounts set booked_minor = booked_minor - 1 where number = %s",
                customer.account,
            )
    assert (found is None) is fixed
    if not fixed:
        assert found != 100_001


def test_a_killed_database_costs_seconds_and_nothing_else(bank: ClusterBank) -> None:
    cluster = bank.cluster
    before = cluster.leader()
    with Withdrawing.going_on(bank) as withdrawing:
        withdrawing.wait_for_more()
        cluster.kill_database(before)
        withdrawing.wait_for_more()
        worst_s = max(withdrawing.waits_s)
    assert worst_s < 30
    check_money(bank, withdrawing)
    cluster.wait_whole()
    assert compare_nodes(cluster.layout, cluster.status(), rows=1).equal


def test_the_doors_tell_of_it(bank: ClusterBank) -> None:
    data = bank.cluster.layout.home.parent.parent
    assert read_layout(bank.cluster.layout.home) == bank.cluster.layout

    def door(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "main.py"), "cluster", *arguments]
        return subprocess.run(
            [*command, "--data", str(data)], capture_output=True, text=True, timeout=60
        )

    bank.cluster.wait_whole()
    compared = door("compare", "--json")
    assert compared.returncode == 0, compared.stdout + compared.stderr
    facts = json.loads(compared.stdout)
    assert facts["equal"] is True
    assert len(facts["nodes"]) == 3
    unknown = door("kill", "n9")
    assert unknown.returncode == 1
    assert unknown.stderr == "there is no node n9, only n1, n2, n3\n"
