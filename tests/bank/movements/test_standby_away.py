"""A commit that waits for a standby that is not there (DESIGN.md 6, traps 1 to 3)."""

import contextlib
import json
import time
from collections.abc import Iterator

import psycopg
import pytest

from bank.store.postgres import PostgresServer
from bank.store.postgres.roles import SUPERUSER, url
from tests.bank.conftest import Servers, Terminal, problem

WAITING = (
    "select count(*) from pg_stat_activity where wait_event = 'SyncRep'"
    " and query like '%ledger_decide%'"
)


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


def _until_known(terminal: Terminal, jws: bytes) -> bytes:
    while True:
        answer = terminal.send(jws)
        if answer.status_code == 200:
            return answer.content
        assert problem(answer) in {(409, "in_progress"), (503, "unavailable")}
        time.sleep(0.1)


def test_a_waiting_commit_is_unknown_and_then_decided_once(
    servers: Servers, superuser: psycopg.Connection[tuple[int]]
) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    jws = terminal.sign(
        terminal.order(
            "authorise", 2_000, source=customer.account, session=customer.session(terminal)
        )
    )
    terminal.call("GET", "/healthz", server="B")
    with standby_away(superuser):
        started = time.monotonic()
        assert problem(terminal.send(jws)) == (503, "unavailable")
        assert time.monotonic() - started < 8
        # Not cancelled: a cancelled wait would have told success for what no standby has.
        assert superuser.execute(WAITING).fetchone() == (1,)
        assert problem(terminal.send(jws, server="B")) == (409, "in_progress")
    first = _until_known(terminal, jws)
    assert terminal.send(jws, server="B").content == first
    assert servers.balance(customer.account) == (100_000, 2_000)


def test_a_replay_waits_as_the_first_answer_did(
    servers: Servers, superuser: psycopg.Connection[tuple[int]]
) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    ask = {"source": customer.account, "session": customer.session(terminal)}
    plain = terminal.sign(terminal.order("authorise", 2_000, **ask))
    proven = terminal.sign(terminal.order("authorise", 40_000, **ask))
    proof = {"token": "A" * 147, "proof": "A" * 86}
    first = terminal.send(plain)
    second = terminal.send(proven)
    assert second.json()["reason"] == "pin_required"
    with standby_away(superuser):
        assert problem(terminal.send(plain)) == (503, "unavailable")
        assert problem(terminal.send(proven, server="B", pin=proof)) == (503, "unavailable")
    assert _until_known(terminal, plain) == first.content
    assert terminal.send(proven, pin=proof).content == second.content
