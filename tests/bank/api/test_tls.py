"""Who may connect: TLS 1.3 and a certificate of the bank's own CA, issued to a terminal."""

import contextlib
import socket
import ssl
import time
from datetime import UTC, datetime
from pathlib import Path

from bank.ca import ensure_authority
from bank.connection import MAX_HEADER_BYTES
from tests.bank.conftest import Servers, Terminal, problem


def context(servers: Servers, identity: object = None) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=servers.trust)
    if identity is not None:
        made.load_cert_chain(identity.certificate_file, identity.key_file)  # type: ignore[attr-defined]
    return made


def talk(servers: Servers, tls: ssl.SSLContext, request: bytes) -> bytes:
    address = ("127.0.0.1", servers.ports["A"])
    with (
        socket.create_connection(address, 5) as raw,
        tls.wrap_socket(raw, server_hostname="127.0.0.1") as line,
    ):
        line.settimeout(20)
        with contextlib.suppress(OSError):
            line.sendall(request)
        answer = b""
        while part := line.recv(65536):
            answer += part
        return answer


def turned_away(servers: Servers, tls: ssl.SSLContext) -> bool:
    """Under TLS 1.3 a client learns that its certificate was refused when it reads."""
    try:
        return talk(servers, tls, HEALTH) == b""
    except (ssl.SSLError, ConnectionError):
        return True


HEALTH = b"GET /healthz HTTP/1.1\r\nHost: bank\r\nConnection: close\r\n\r\n"


def test_a_terminal_is_known_by_its_certificate(servers: Servers) -> None:
    terminal = servers.terminal()
    assert b"200 OK" in talk(servers, context(servers, terminal.identity), HEALTH)
    greeting = {
        "chain": "0" * 32, "seq": 0, "head": "A" * 43, "open_holds": [], "pending": 0,
        "cassettes": {},
    }  # fmt: skip
    answer = terminal.call("POST", "/v1/hello", json=greeting)
    assert answer.json()["terminal"] == terminal.name


def test_a_certificate_of_another_ca_is_refused(servers: Servers, tmp_path: Path) -> None:
    name = servers.terminal().name
    rogue = ensure_authority(tmp_path, "Test", datetime.now(UTC)).terminal(name, datetime.now(UTC))
    assert turned_away(servers, context(servers, rogue))


def test_no_certificate_is_refused(servers: Servers) -> None:
    assert turned_away(servers, context(servers))


def test_a_servers_certificate_is_no_terminals(servers: Servers) -> None:
    now = datetime.now(UTC)
    server = ensure_authority(servers.data_dir, "Test", now).server("A", now)
    assert turned_away(servers, context(servers, server))


def test_tls_1_2_is_refused(servers: Servers) -> None:
    older = context(servers, servers.terminal().identity)
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    assert turned_away(servers, older)


def test_a_certificate_nobody_registered_is_forbidden(servers: Servers) -> None:
    unknown = Terminal(servers, "ATM-UNKNOWN", servers.identity("ATM-UNKNOWN"))
    assert unknown.call("GET", "/healthz").status_code == 200
    jws = unknown.sign(unknown.order("case", 1, original="0" * 32))
    assert problem(unknown.send(jws)) == (403, "forbidden")


def test_headers_have_a_limit(servers: Servers) -> None:
    tls = context(servers, servers.terminal().identity)
    long = (
        b"GET /healthz HTTP/1.1\r\nHost: bank\r\nX-Long: " + b"x" * MAX_HEADER_BYTES + b"\r\n\r\n"
    )
    many = b"GET /healthz HTTP/1.1\r\nHost: bank\r\n" + b"X-A: b\r\n" * 100 + b"\r\n"
    for request in (long, many, b"no http at all\r\n\r\n"):
        answer = talk(servers, tls, request)
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert b"application/problem+json" in answer


def test_who_never_finishes_a_request_keeps_nobody_out(servers: Servers) -> None:
    terminal = servers.terminal()
    tls = context(servers, terminal.identity)
    with contextlib.ExitStack() as lines:
        open_lines = []
        for _ in range(30):
            raw = lines.enter_context(
                socket.create_connection(("127.0.0.1", servers.ports["A"]), 5)
            )
            open_lines.append(
                lines.enter_context(tls.wrap_socket(raw, server_hostname="127.0.0.1"))
            )
        for line in open_lines:
            line.sendall(b"POST /v1/movements HTTP/1.1\r\n")  # and never the rest
        started = time.monotonic()
        assert terminal.call("GET", "/healthz").status_code == 200
        assert time.monotonic() - started < 10
