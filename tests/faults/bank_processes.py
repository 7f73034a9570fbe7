"""A real bank for fault rows: PostgreSQL, two `bank serve` processes, a proxy before each."""

import os
import signal
import subprocess
import sys
import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from bank.ca import ensure_authority
from bank.demo.init import ORGANISATION
from bank.store.postgres import DatabaseUrls, write_urls
from bank.terminals.registry import add_certificate, register_terminal
from launch.tour.proxy import Proxy
from protocol.encoding import b64url_encode
from protocol.signing import key_id

ROOT = Path(__file__).parents[2]
OPENING = 100_000


@dataclass
class Server:
    name: str
    port: int
    process: subprocess.Popen[str]


@dataclass
class RealBank:
    """The bank's processes over one database. ``config`` is the demo's without its customers."""

    data: Path
    urls: DatabaseUrls
    servers: dict[str, Server] = field(default_factory=dict)
    proxies: dict[str, Proxy] = field(default_factory=dict)
    made: int = 0

    def start(self) -> None:
        write_urls(self.data, self.urls)
        config = (ROOT / "config" / "meridian.toml").read_text("utf-8")
        self.config = self.data / "bank.toml"
        self.config.write_text(config[: config.index("[[demo.customers]]")], "utf-8")
        self._run("bank", "init-demo").communicate(timeout=120)
        starting = [threading.Thread(target=self.serve, args=(name, 0)) for name in "AB"]
        for thread in starting:
            thread.start()
        for thread in starting:
            thread.join()
        self.proxies = {name: Proxy(self.servers[name].port) for name in "AB"}

    def serve(self, name: str, port: int) -> None:
        process = self._run("bank", "serve", "--server", name, "--port", str(port))
        words = process.stdout.readline().split()
        assert words[:2] == ["ready", name], words
        self.servers[name] = Server(name, int(words[2]), process)

    def kill(self, name: str) -> None:
        process = self.servers[name].process
        process.kill()
        process.wait(10)
        process.stdout.close()

    def revive(self, name: str) -> None:
        """Start a killed server on its old port."""
        self.serve(name, self.servers[name].port)

    def freeze(self, name: str) -> None:
        os.kill(self.servers[name].process.pid, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        os.kill(self.servers[name].process.pid, signal.SIGCONT)

    def stop(self) -> None:
        for proxy in self.proxies.values():
            proxy.close()
        for name in self.servers:
            self.kill(name)

    def new_terminal(self) -> str:
        """Return a fresh terminal with a certificate in ``terminals/ID``."""
        self.made += 1
        terminal = f"ATM-{self.made:04d}-T"
        identity = ensure_authority(self.data, ORGANISATION, datetime.now(UTC)).terminal(
            terminal, datetime.now(UTC)
        )
        with psycopg.connect(self.urls.owner) as connection:
            register_terminal(
                connection, terminal=terminal, kind="atm", currency="EUR", loaded_minor=10**7
            )
            add_certificate(connection, terminal=terminal, der=identity.leaf_der)
        self.certificate = key_id(identity.leaf_der)
        return terminal

    def new_account(self, opening_minor: int = OPENING) -> tuple[uuid.UUID, str]:
        """Return a fresh customer and the number of an account."""
        self.made += 1
        customer, number = uuid.uuid4(), f"{9_000_000_000 + self.made}"
        with psycopg.connect(self.urls.owner) as connection:
            connection.execute(
                "insert into customers (id, user_name_index, sealed, roles)"
                " values (%s, %s, '', '{customer}')",
                [customer, os.urandom(32)],
            )
            connection.execute(
                "select ledger_open_account(%s, %s, 'EUR', 'Main', %s, 'Europe/Berlin')",
                [number, customer, opening_minor],
            )
        return customer, number

    def new_session(self, customer: uuid.UUID, terminal: str) -> str:
        """Return the id of a session opened with a finger."""
        session = os.urandom(32)
        digest = key_id(session)
        with psycopg.connect(self.urls.owner) as connection:
            connection.execute(
                "insert into sessions (id_hash, customer, account, terminal, terminal_cert, finger,"
                " roles, opened_at, refreshed_at, idle_until, expires_at) values"
                " (%s, %s, %s, %s, %s, true, '{customer}', now(), now(),"
                " now() + interval '1 h', now() + interval '1 h')",
                [digest, customer, os.urandom(16), terminal, self.certificate],
            )
        return b64url_encode(session)

    def query(self, sql: str, *values: object) -> list[tuple]:
        with psycopg.connect(self.urls.owner) as connection:
            return connection.execute(sql, values).fetchall()

    def _run(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(ROOT / "main.py"), *words, "--data", str(self.data)]
        environment = {k: v for k, v in os.environ.items() if k != "FORTRESS_CHILD"}
        log = (self.data / f"{'-'.join(words[:4])}.log").open("a")
        with log:
            return subprocess.Popen(
                [*command, "--config", str(self.config)],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=environment,
                cwd=ROOT,
            )
