"""What happens to money when nodes of the cluster die, hang and come back.

A customer's terminal goes on all the while, asking again with the same bytes; afterwards nothing
that was acknowledged is missing and every node holds the same.
"""

import contextlib
import signal
import time
from collections.abc import Iterator

import psycopg
import pytest

from bank.cluster.compare import compare_nodes
from bank.cluster.processes import postmaster
from bank.store.postgres.roles import OWNER, url
from tests.bank.conftest import problem
from tests.cluster.bank_on_cluster import (
    ClusterBank,
    Withdrawing,
    bank_on_cluster,
    check_money,
)

pytestmark = [pytest.mark.timeout(900), pytest.mark.slow]


@pytest.fixture(scope="module")
def bank() -> Iterator[ClusterBank]:
    with bank_on_cluster() as running:
        yield running


@pytest.fixture(autouse=True)
def whole(bank: ClusterBank) -> Iterator[None]:
    bank.cluster.wait_whole()
    renew_owner(bank)
    yield
    for name in bank.cluster.names:
        bank.cluster.revive(name)
    bank.cluster.wait_whole()
    compared = compare_nodes(bank.cluster.layout, bank.cluster.status(), rows=1)
    assert compared.equal
    assert len(compared.nodes) == 3


def renew_owner(bank: ClusterBank) -> None:
    bank.servers.owner.close()
    bank.servers.owner = psycopg.connect(bank.urls.owner, autocommit=True)


def standbys(bank: ClusterBank) -> list[str]:
    leader = bank.cluster.leader()
    return [name for name in bank.cluster.names if name != leader]


def say(what: str, withdrawing: Withdrawing) -> None:
    waits = sorted(withdrawing.waits_s)
    print(f"{what}: {len(waits)} acknowledged, the longest wait {waits[-1]:.1f} s")  # noqa: T201


def test_a_killed_leader_node_is_replaced(bank: ClusterBank) -> None:
    before = bank.cluster.leader()
    with Withdrawing.going_on(bank) as withdrawing:
        withdrawing.wait_for_more()
        bank.cluster.kill(before)
        withdrawing.wait_for_more()
        assert bank.cluster.leader() != before
        bank.cluster.revive(before)
        bank.cluster.wait_whole()
        withdrawing.wait_for_more()
    say("leader node killed", withdrawing)
    check_money(bank, withdrawing)


def test_a_frozen_leader_is_replaced_and_writes_nothing_when_it_wakes(bank: ClusterBank) -> None:
    before = bank.cluster.leader()
    with Withdrawing.going_on(bank) as withdrawing:
        withdrawing.wait_for_more()
        bank.cluster.freeze(before)
        withdrawing.wait_for_more()
        bank.cluster.revive(before)
        withdrawing.wait_for_more(20)
        bank.cluster.wait_whole()
        withdrawing.wait_for_more()
    say("leader node frozen", withdrawing)
    assert bank.cluster.leader() != before
    check_money(bank, withdrawing)


def test_with_one_standby_dead_it_goes_on(bank: ClusterBank) -> None:
    with Withdrawing.going_on(bank) as withdrawing:
        withdrawing.wait_for_more()
        bank.cluster.kill(standbys(bank)[0])
        withdrawing.wait_for_more(10)
        worst_s = max(withdrawing.waits_s)
    say("standby node killed", withdrawing)
    assert worst_s < 20
    check_money(bank, withdrawing)


@contextlib.contextmanager
def databases_held(bank: ClusterBank, names: list[str]) -> Iterator[None]:
    """Hold PostgreSQL alone still: Patroni and etcd go on, and nobody is voted out."""
    held = []
    for name in names:
        layout = bank.cluster.layout
        found = postmaster(layout.folder(layout.node(name)) / "data")
        assert found is not None
        held += [found, *found.children(recursive=True)]
    for process in held:
        process.suspend()
    try:
        yield
    finally:
        for process in held:
            with contextlib.suppress(Exception):
                process.resume()


def test_with_no_standby_left_nothing_is_acknowledged(bank: ClusterBank) -> None:
    servers = bank.servers
    terminal, customer = servers.terminal(), servers.customer()
    session = customer.session(terminal)
    order = terminal.order("authorise", 2_000, source=customer.account, session=session)
    jws = terminal.sign(order)
    with databases_held(bank, standbys(bank)):
        started_s = time.monotonic()
        assert problem(terminal.send(jws))[0] == 503
        assert problem(terminal.send(jws, server="B"))[0] in (409, 503)
        assert time.monotonic() - started_s < 20
    deadline_s = time.monotonic() + 90
    while (answer := terminal.send(jws)).status_code != 200:
        assert time.monotonic() < deadline_s
        time.sleep(0.2)
    assert answer.json()["outcome"] == "held"


def test_with_two_nodes_dead_nothing_is_acknowledged(bank: ClusterBank) -> None:
    servers = bank.servers
    terminal, customer = servers.terminal(), servers.customer()
    session = customer.session(terminal)
    jws = terminal.sign(
        terminal.order("authorise", 2_000, source=customer.account, session=session)
    )
    dead = standbys(bank)
    for name in dead:
        bank.cluster.kill(name)
    started_s = time.monotonic()
    for _ in range(3):
        for server in ("A", "B"):
            assert terminal.send(jws, server=server).status_code in (409, 503)
    assert time.monotonic() - started_s < 60
    for name in dead:
        bank.cluster.revive(name)
    deadline_s = time.monotonic() + 90
    while (answer := terminal.send(jws)).status_code != 200:
        assert time.monotonic() < deadline_s
        time.sleep(0.2)
    assert answer.json()["outcome"] == "held"


def test_an_old_leader_that_wrote_alone_comes_back_without_it(bank: ClusterBank) -> None:
    """What it wrote while no standby listened was never acknowledged, and is gone."""
    cluster = bank.cluster
    old = cluster.leader()
    ports = cluster.layout.node(old).database_port
    alone = url(ports, OWNER, cluster.layout.passwords.owner, "bank")
    leading = postmaster(cluster.layout.folder(cluster.layout.node(old)) / "data")
    assert leading is not None
    senders = [each for each in leading.children() if "walsender" in " ".join(each.cmdline())]
    assert len(senders) == 2
    for sender in senders:
        sender.suspend()  # nothing of what follows leaves the node
    # Local only, as a careless administrator would: an entry that no standby has.
    with psycopg.connect(
        alone, autocommit=True, options="-c synchronous_commit=local"
    ) as connection:
        connection.execute(
            "insert into tombstones values ('divergent', gen_random_uuid(), gen_random_uuid())"
        )
    cluster.kill(old)
    found = "select count(*) from tombstones where terminal = 'divergent'"
    assert cluster.leader() != old
    deadline_s = time.monotonic() + 60
    while True:
        try:
            assert bank.ask(found) == [(0,)]
            break
        except psycopg.OperationalError:
            assert time.monotonic() < deadline_s
            time.sleep(0.2)
    cluster.revive(old)
    cluster.wait_whole()
    with psycopg.connect(alone, autocommit=True) as connection:
        assert connection.execute("select pg_is_in_recovery()").fetchone() == (True,)
        assert connection.execute(found).fetchone() == (0,)


def test_both_bank_servers_killed_and_started_again(bank: ClusterBank) -> None:
    with Withdrawing.going_on(bank) as withdrawing:
        withdrawing.wait_for_more()
        ports = dict(bank.servers.ports)
        for name in ("A", "B"):
            bank.servers.stop(name, signal.SIGKILL)
        for name in ("A", "B"):
            bank.servers.start(name, ports[name])
        withdrawing.wait_for_more()
    say("both bank servers killed", withdrawing)
    check_money(bank, withdrawing)
