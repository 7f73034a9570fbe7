"""What an attacker does to a listening port: opens, says nothing, goes on for ever, never reads."""

import asyncio
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import uvloop
from prometheus_client import generate_latest
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from bank import accepting, connection
from bank.accepting import MAX_HANDSHAKES, Accepting
from bank.ca import Identity, ensure_authority
from bank.connection import MAX_OF_A_TERMINAL, TerminalProtocol
from bank.metrics import Metrics
from bank.serve import listen
from bank.tls import ServerIdentity, server_context

ASK = b"GET / HTTP/1.1\r\nHost: bank\r\n\r\n"
LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers as many bytes as the path says."""
    body = b"x" * int(scope["path"].strip("/") or 2)
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@dataclass
class Listening:
    """A port that takes connections as a bank server does, with `app` behind it."""

    port: int
    context: ssl.SSLContext
    metrics: Metrics
    state: ServerState
    lines: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def raw(self) -> socket.socket:
        line = self.lines.enter_context(socket.create_connection(("127.0.0.1", self.port), 10))
        line.settimeout(10)
        return line

    def line(self) -> ssl.SSLSocket:
        tls = self.context.wrap_socket(self.raw(), server_hostname="127.0.0.1")
        return self.lines.enter_context(tls)

    def turned_away(self, why: str) -> float:
        words = f'bank_turned_away_total{{why="{why}"}} '
        lines = generate_latest(self.metrics.registry).decode().splitlines()
        return sum(float(line.removeprefix(words)) for line in lines if line.startswith(words))


def client_context(trust: Path, terminal: Identity) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=str(trust))
    made.load_cert_chain(terminal.certificate_file, terminal.key_file)
    return made


@pytest.fixture(scope="module")
def identities(tmp_path_factory: pytest.TempPathFactory) -> tuple[ServerIdentity, Identity]:
    folder = tmp_path_factory.mktemp("ca")
    now = datetime.now(UTC)
    authority = ensure_authority(folder, "Test", now)
    server = authority.server("A", now)
    trust = folder / "bank" / "trust.pem"
    identity = ServerIdentity(server.certificate_file, server.key_file, trust)
    return identity, authority.terminal("ATM-0001", now)


@pytest.fixture(params=list(LOOPS))
def listening(
    request: pytest.FixtureRequest, identities: tuple[ServerIdentity, Identity]
) -> Iterator[Listening]:
    server, terminal = identities
    config = uvicorn.Config(
        app, http=TerminalProtocol, ws="none", interface="asgi3", log_config=None, access_log=False
    )
    config.load()
    metrics, state, listener = Metrics(), ServerState(), listen("127.0.0.1", 0)
    loop: asyncio.AbstractEventLoop = LOOPS[request.param]()

    async def start() -> Accepting:
        def make() -> TerminalProtocol:
            return TerminalProtocol(config, state, {}, metrics=metrics)

        return Accepting(listener, server_context(server), make, metrics)

    async def stop(taking: Accepting) -> None:
        taking.close()
        await taking.wait_closed()
        for one in list(state.connections):
            one.shutdown()
        while state.connections or state.tasks:
            await asyncio.sleep(0.01)

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    taking = asyncio.run_coroutine_threadsafe(start(), loop).result(5)
    context = client_context(server.trust_file, terminal)
    made = Listening(listener.getsockname()[1], context, metrics, state)
    try:
        with made.lines:
            yield made
        asyncio.run_coroutine_threadsafe(stop(taking), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        listener.close()
        loop.close()


def head(line: ssl.SSLSocket) -> bytes:
    """An answer's head, or nothing if the connection ends before there is one."""
    seen = b""
    with contextlib.suppress(ConnectionError, ssl.SSLEOFError):
        while b"\r\n\r\n" not in seen and (part := line.recv(65536)):
            seen += part
    return seen.partition(b"\r\n\r\n")[0]


def over(line: socket.socket) -> bool:
    """Whether the server has ended a connection that nothing more was to come from."""
    try:
        return line.recv(65536) == b""
    except (ConnectionError, ssl.SSLEOFError):
        return True


def within(seconds: float, true: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


def test_silent_strangers_keep_no_terminal_out(listening: Listening) -> None:
    silent = [listening.raw() for _ in range(MAX_HANDSHAKES + 20)]
    line = listening.line()
    line.sendall(ASK)
    assert head(line).startswith(b"HTTP/1.1 200")
    # The oldest have given way; they were not waited for.
    assert over(silent[0])
    assert listening.turned_away("handshakes") >= 20


def test_a_handshake_has_a_deadline(listening: Listening, monkeypatch: Any) -> None:
    monkeypatch.setattr(accepting, "HANDSHAKE_S", 0.2)
    silent = listening.raw()
    assert over(silent)
    assert within(5, lambda: listening.turned_away("no_handshake") == 1)


def test_a_terminal_holds_only_so_many_connections(listening: Listening) -> None:
    lines = [listening.line() for _ in range(MAX_OF_A_TERMINAL)]
    for line in lines:
        line.sendall(ASK)
        assert head(line).startswith(b"HTTP/1.1 200")
    newest = listening.line()
    newest.sendall(ASK)
    assert head(newest).startswith(b"HTTP/1.1 200")
    # The longest idle one has given way, and no other.
    assert over(lines[0])
    lines[1].sendall(ASK)
    assert head(lines[1]).startswith(b"HTTP/1.1 200")
    for line in [newest, *lines[1:]]:
        line.sendall(b"GET")  # and no more of it: none is idle
    assert within(5, lambda: not any(one.idle for one in listening.state.connections))  # type: ignore[union-attr]
    refused = head(listening.line())
    assert refused.startswith(b"HTTP/1.1 503")
    assert b"retry-after: 1" in refused


def test_an_endless_header_is_refused_before_it_ends(listening: Listening) -> None:
    line = listening.line()
    line.sendall(b"GET / HTTP/1.1\r\nX-Long: ")
    with contextlib.suppress(OSError):
        for _ in range(40):
            line.sendall(b"x" * 1024)
    assert head(line).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("words", [b"", b"\r\n", b"GET / HT", b"POST / HTTP/1.1\r\nHost: b\r\n"])
def test_what_never_becomes_a_request_is_not_waited_for(
    listening: Listening, monkeypatch: Any, words: bytes
) -> None:
    monkeypatch.setattr(connection, "REQUEST_TIMEOUT_S", 0.3)
    fresh, used = listening.line(), listening.line()
    used.sendall(ASK)
    assert head(used).startswith(b"HTTP/1.1 200")
    fresh.sendall(words)
    assert over(fresh)
    if words:
        used.sendall(words)
        assert over(used)


def test_who_takes_no_answer_is_dropped(listening: Listening, monkeypatch: Any) -> None:
    monkeypatch.setattr(connection, "ANSWER_TIMEOUT_S", 0.3)
    line = listening.line()
    line.sendall(b"GET /4000000 HTTP/1.1\r\nHost: bank\r\n\r\n" * 4)
    assert within(5, lambda: listening.turned_away("slow") == 1)
    assert within(5, lambda: not listening.state.connections and not listening.state.tasks)


def test_only_a_few_requests_wait_on_a_connection(listening: Listening) -> None:
    line = listening.line()
    with contextlib.suppress(OSError):
        line.sendall(ASK * 1000)
    seen = b""
    with contextlib.suppress(OSError):
        while part := line.recv(65536):
            seen += part
    assert seen.count(b"HTTP/1.1 200") < 10
