"""Two servers over one small bank, and a terminal's client to them."""

import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend_client import Bank, BankSettings, Policy, Server
from backend_client.identity import TerminalIdentity
from tests.backend_client.authority import Authority
from tests.backend_client.faulty_server import FaultyServer, server_context
from tests.backend_client.small_bank import REALM, SmallBank


@dataclass(frozen=True)
class Pki:
    """A bank's certificates, made once."""

    authority: Authority
    trust: Path
    terminal: Path
    servers: dict[str, Path]


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pki")
    authority = Authority()
    return Pki(
        authority=authority,
        trust=authority.write_trust(folder / "trust.pem"),
        terminal=authority.issue(folder / "terminal", "ATM-0001"),
        servers={
            name: authority.issue(folder / name, f"server {name}", server=True) for name in "AB"
        },
    )


@pytest.fixture
def small_bank(pki):
    identity = TerminalIdentity.load(pki.terminal)
    return SmallBank(identity.terminal_id, identity.certificate_hash)


@pytest.fixture
def servers(pki, small_bank):
    """Servers A and B, running."""
    running = [
        FaultyServer(name, small_bank, *server_context(folder, pki.trust))
        for name, folder in pki.servers.items()
    ]
    yield running
    for server in running:
        server.stop()


@pytest.fixture
def connect(pki, servers, tmp_path):
    """A function that makes a client of the running servers."""
    opened = []

    def make(policy=Policy.PRIMARY, addresses=None, **changes):
        settings = {
            "servers": addresses
            or [Server(server.name, "127.0.0.1", server.port) for server in servers],
            "identity_folder": pki.terminal,
            "trust_file": pki.trust,
            "bank_time_file": tmp_path / "bank-time",
            "realm": REALM,
            "policy": policy,
            **changes,
        }
        opened.append(Bank(BankSettings(**settings)))
        return opened[-1]

    yield make
    for bank in opened:
        bank.close()


@pytest.fixture
def bank(connect):
    return connect()


@pytest.fixture
def stopwatch():
    """Seconds since the test began to use it."""
    started = time.monotonic()
    return lambda: time.monotonic() - started
