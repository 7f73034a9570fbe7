"""A server with more than it can do: some are answered, the rest told at once, the client moves on,
and afterwards all is as before."""

import contextlib
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from backend_client import Bank, BankSettings, Done, Server
from backend_client.policy import Policy
from bank.api.admission import MAX_AT_ONCE, MAX_OF_A_TERMINAL
from benchmarks.stack_load import Connection, connect
from protocol.messages.money import MovementRequest
from tests.bank.conftest import Customer, Servers, Terminal

MORE = 12
EACH = MAX_OF_A_TERMINAL - 4


def http(jws: bytes) -> bytes:
    body = MovementRequest(jws=jws.decode()).model_dump_json(exclude_none=True).encode()
    head = f"POST /v1/movements HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def order(terminal: Terminal, customer: Customer, session: bytes) -> bytes:
    return terminal.sign(
        terminal.order("authorise", 1_000, source=customer.account, session=session)
    )


@contextlib.contextmanager
def overloaded(servers: Servers, terminal: Terminal) -> Iterator[list[Connection]]:
    """Server A with as many requests as it takes, none of which gets on; and some more."""
    customer = servers.customer()
    # Of many terminals: one may not have so many requests under way.
    many = [terminal, *(servers.terminal() for _ in range((MAX_AT_ONCE + MORE) // EACH))]
    connections = []
    for n in range(MAX_AT_ONCE + MORE):
        one = many[n // EACH]
        line = connect(one.identity, servers.trust, servers.ports["A"])
        request = http(order(one, customer, customer.session(one)))
        connections.append(Connection(line, iter([request])))
    try:
        with psycopg.connect(servers.urls.owner) as holder:
            holder.execute(
                "select 1 from accounts where number = %s for update", [customer.account]
            )
            for connection in connections:
                assert connection.send_next()
            yield connections
    finally:
        for connection in connections:
            connection.channel.close()


def turned_away(connections: list[Connection]) -> list[int]:
    """The first answers, until those who were too many have theirs."""
    found: list[int] = []
    deadline = time.monotonic() + 20
    for connection in connections:
        connection.channel.setblocking(False)
    waiting = list(connections)
    while len(found) < MORE and time.monotonic() < deadline:
        for connection in list(waiting):
            with contextlib.suppress(ssl.SSLWantReadError):
                status = connection.answered()
                if status is not None:
                    found.append(status)
                    waiting.remove(connection)
        time.sleep(0.01)
    return found


def test_too_much_is_turned_away_at_once_and_the_server_recovers(servers: Servers) -> None:
    terminal = servers.terminal()
    with overloaded(servers, terminal) as connections:
        # Those in the server wait for the ledger; the others need not.
        early = turned_away(connections)
        assert set(early) == {503}
        assert len(early) >= MORE
    customer = servers.customer()
    jws = order(terminal, customer, customer.session(terminal))
    deadline = time.monotonic() + 20
    while (answer := terminal.send(jws)).status_code != 200:
        assert answer.headers["Retry-After"] == "1"
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert answer.json()["outcome"] == "held"


@pytest.mark.parametrize("policy", list(Policy))
def test_the_client_moves_on_to_the_other_server(
    servers: Servers, tmp_path: Path, policy: Policy
) -> None:
    terminal, customer = servers.terminal(), servers.customer()
    jws = order(terminal, customer, customer.session(terminal))
    settings = BankSettings(
        servers=[Server(name, "127.0.0.1", servers.ports[name]) for name in ("A", "B")],
        identity_folder=terminal.identity.certificate_file.parent,
        trust_file=Path(servers.trust),
        bank_time_file=tmp_path / "bank-time",
        realm="meridian.example",
        policy=policy,
    )
    with overloaded(servers, terminal) as connections, Bank(settings) as bank:
        assert set(turned_away(connections)) == {503}
        began = time.monotonic()
        # Server A gets no movement done: whoever answers now is B.
        done = bank.submit(jws, None, 10.0)
        assert isinstance(done, Done)
        assert done.outcome.outcome == "held"
        assert time.monotonic() - began < 8.0
