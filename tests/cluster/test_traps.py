"""The traps of synchronous replication (DESIGN.md 6), each shown with its fix and without it.

`fixed=False` takes the fix away and shows that the trap is real and that the test would see it.
Here the standby is one that never comes; the fourth trap needs a real one: test_cluster.py.
"""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

import bank.store.pool
from bank.store.errors import StoreUnavailable
from bank.store.pool import Connection, Pool
from bank.store.postgres import DatabaseUrls, PostgresServer
from bank.store.postgres.roles import SUPERUSER, url
from tests.bank.conftest import Servers, Terminal, problem

WAITING = "select count(*) from pg_stat_activity where wait_event = 'SyncRep'"
END_WAITING = "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'"
ON_REPLAY = "pg_logical_emit_message(true"

fixed_or_not = pytest.mark.parametrize("fixed", [True, False], ids=["fixed", "unfixed"])


@pytest.fixture
def superuser(postgres_server: PostgresServer) -> Iterator[psycopg.Connection[tuple[int]]]:
    running = postgres_server.running()
    assert running is not None
    passwords = json.loads((postgres_server.home / "passwords.json").read_text())
    address = url(running.port, SUPERUSER, passwords["superuser"], "postgres")
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


@contextlib.contextmanager
def standby_away(superuser: psycopg.Connection[tuple[int]]) -> Iterator[None]:
    def wait_for(names: str) -> None:
        superuser.execute("select pg_reload_conf()")
        shown = ("",)
        while shown != (names,):  # the test's time limit bounds this
            shown = superuser.execute("show synchronous_standby_names").fetchone()
            time.sleep(0.02)

    superuser.execute("alter system set synchronous_standby_names = 'nobody'")
    wait_for("nobody")
    try:
        yield
    finally:
        superuser.execute("alter system reset synchronous_standby_names")
        wait_for("")


@contextlib.contextmanager
def replays_that_do_not_wait(urls: DatabaseUrls) -> Iterator[None]:
    """Let every function of the ledger answer a replay by what it reads alone."""
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        found = owner.execute(
            "select pg_get_functiondef(oid) from pg_proc"
            " where pronamespace = 'public'::regnamespace and position(%s in prosrc) > 0",
            [ON_REPLAY],
        ).fetchall()
        assert found
        for (definition,) in found:
            plain = definition.replace(ON_REPLAY, "pg_logical_emit_message(false")
            owner.execute(sql.SQL(plain))
        try:
            yield
        finally:
            for (definition,) in found:
                owner.execute(sql.SQL(definition))


def until_known(terminal: Terminal, jws: bytes, **how: Any) -> bytes:
    while True:
        answer = terminal.send(jws, **how)
        if answer.status_code == 200:
            return answer.content
        assert problem(answer) in {(409, "in_progress"), (503, "unavailable")}
        time.sleep(0.1)


@fixed_or_not
def test_1_a_money_statement_is_never_cancelled(
    fixed: bool,
    database_url: DatabaseUrls,
    superuser: psycopg.Connection[tuple[int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not fixed:
        monkeypatch.setattr(bank.store.pool, "_shut", lambda connection: connection.cancel())

    async def write(connection: Connection) -> None:
        await connection.execute("insert into marks default values")

    async def acknowledged() -> bool:
        pool = Pool(database_url.owner, size=2)
        await pool.open()
        try:
            await pool.run(write, deadline_s=0.5)
        except StoreUnavailable:
            return False
        else:
            return True
        finally:
            await pool.close()

    with psycopg.connect(database_url.owner, autocommit=True) as owner:
        owner.execute("create table if not exists marks (n int generated always as identity)")
    with standby_away(superuser):
        # What no standby has may not be told as done. Cancelled, it is: success, warning 01000.
        assert asyncio.run(acknowledged()) is not fixed


@fixed_or_not
def test_2_the_deadline_is_the_applications(
    fixed: bool, database_url: DatabaseUrls, superuser: psycopg.Connection[tuple[int]]
) -> None:
    with psycopg.connect(database_url.owner, autocommit=True) as owner:
        owner.execute("create table if not exists marks (n int generated always as identity)")
    ended = threading.Event()

    async def write(connection: Connection) -> None:
        await connection.execute("insert into marks default values")

    async def by_the_pool() -> None:
        pool = Pool(database_url.owner, size=2)
        await pool.open()
        with contextlib.suppress(StoreUnavailable):
            await pool.run(write, deadline_s=0.5)
        ended.set()
        await pool.close()

    def by_the_database() -> None:
        limits = "-c statement_timeout=500 -c lock_timeout=500 -c transaction_timeout=500"
        if superuser.info.server_version < 170000:
            limits = "-c statement_timeout=500 -c lock_timeout=500"
        with (
            contextlib.suppress(psycopg.OperationalError),  # ended below
            psycopg.connect(database_url.owner, autocommit=True, options=limits) as connection,
        ):
            connection.execute("insert into marks default values")
        ended.set()

    thread = threading.Thread(
        target=(lambda: asyncio.run(by_the_pool())) if fixed else by_the_database
    )
    with standby_away(superuser):
        thread.start()
        try:
            # Past all its limits the database waits on; nothing there bounds a commit.
            assert ended.wait(2.5) is fixed
        finally:
            superuser.execute(END_WAITING)
    thread.join()


@fixed_or_not
def test_3_a_replay_waits_as_the_first_answer_did(
    fixed: bool, servers: Servers, superuser: psycopg.Connection[tuple[int]]
) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    ask = {"source": customer.account, "session": customer.session(terminal)}
    jws = terminal.sign(terminal.order("authorise", 2_000, **ask))
    with contextlib.ExitStack() as stack:
        if not fixed:
            stack.enter_context(replays_that_do_not_wait(servers.urls))
        stack.enter_context(standby_away(superuser))
        assert problem(terminal.send(jws)) == (503, "unavailable")
        # Its backend dies: the row is there, and no standby has it.
        while superuser.execute(WAITING).fetchone() != (0,):
            superuser.execute(END_WAITING)
            time.sleep(0.1)
        # With a proof the uid is looked up first; without one the statement itself finds it.
        proof = {"token": "A" * 147, "proof": "A" * 86}
        if fixed:
            assert problem(terminal.send(jws, server="B", pin=proof)) == (503, "unavailable")
            assert problem(terminal.send(jws, server="B")) == (503, "unavailable")
        else:
            # Told, and no standby has it. B may be connecting anew: its own writes were ended too.
            until_known(terminal, jws, server="B", pin=proof)
    if fixed:
        until_known(terminal, jws)
        assert servers.balance(customer.account) == (100_000, 2_000)


def test_a_waiting_commit_is_unknown_and_then_decided_once(
    servers: Servers, superuser: psycopg.Connection[tuple[int]]
) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    session = customer.session(terminal)
    jws = terminal.sign(
        terminal.order("authorise", 2_000, source=customer.account, session=session)
    )
    terminal.call("GET", "/healthz", server="B")
    with standby_away(superuser):
        started = time.monotonic()
        assert problem(terminal.send(jws)) == (503, "unavailable")
        assert time.monotonic() - started < 8
        # Not cancelled: a cancelled wait would have told success for what no standby has.
        assert superuser.execute(WAITING).fetchone() != (0,)
        assert problem(terminal.send(jws, server="B")) in {
            (409, "in_progress"),
            (503, "unavailable"),
        }
    first = until_known(terminal, jws)
    assert terminal.send(jws, server="B").content == first
    assert servers.balance(customer.account) == (100_000, 2_000)


def test_a_replay_with_a_proof_waits_too(
    servers: Servers, superuser: psycopg.Connection[tuple[int]]
) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    ask = {"source": customer.account, "session": customer.session(terminal)}
    jws = terminal.sign(terminal.order("authorise", 40_000, **ask))
    proof = {"token": "A" * 147, "proof": "A" * 86}
    first = terminal.send(jws)
    assert first.json()["reason"] == "pin_required"
    with standby_away(superuser):
        assert problem(terminal.send(jws, server="B", pin=proof)) == (503, "unavailable")
    assert terminal.send(jws, pin=proof).content == first.content
