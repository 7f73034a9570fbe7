"""A PostgreSQL for measuring, and if wanted a synchronous standby, in a folder of its own.

Everything acknowledged is on the disk: fsync, full_page_writes and synchronous_commit are on, as
the bank runs it. pgbench and the ledger use the very same server.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bank.store.postgres import Binaries, DatabaseUrls, find_binaries
from bank.store.postgres.account import Account, popen, run, stand_in
from bank.store.postgres.binaries import reachable

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "timezone": "UTC",
}
OWNER, APPLICATION = "bank_owner", "bank_app"


@dataclass
class Measured:
    """A running primary; `standby` starts a second server that every commit waits for."""

    home: Path
    binaries: Binaries
    account: Account | None
    password: str
    port: int
    processes: list[subprocess.Popen[bytes]]

    def url(self, database: str, role: str = "postgres") -> str:
        """Return an address for libpq."""
        return (
            f"postgresql://{role}:{self.password}@127.0.0.1:{self.port}/{database}?sslmode=disable"
        )

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement as the superuser."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def database(self, name: str) -> DatabaseUrls:
        """Make a database of the bank's."""
        for role in (OWNER, APPLICATION):
            if not self.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}'"):
                self.sql(f"CREATE ROLE {role} LOGIN PASSWORD '{self.password}'")
        self.sql(f"CREATE DATABASE {name} OWNER {OWNER}")
        return DatabaseUrls(owner=self.url(name, OWNER), application=self.url(name, APPLICATION))

    def environment(self) -> dict[str, str]:
        """Return the environment for PostgreSQL's own clients."""
        return os.environ | {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": "postgres",
            "PGPASSWORD": self.password,
        }

    def add_standby(self) -> None:
        """Copy the primary, start the copy, and let every commit wait for it."""
        folder = self.home / "standby"
        folder.mkdir(mode=0o700)
        if self.account is not None:
            os.chown(folder, self.account.uid, self.account.gid)
        status, said = run(
            [self.binaries.program("pg_basebackup"), "-D", folder, "-R", "-X", "stream",
             "-d", self.url("replication"), "-c", "fast"],
            self.account, self.home, 600.0,
        )  # fmt: skip
        if status:
            raise RuntimeError(said)
        self.start(folder, _free_port(), {"hot_standby": "on"})
        self.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.sql("SELECT pg_reload_conf()")
        while self.sql("SELECT sync_state FROM pg_stat_replication") != [("sync",)]:
            time.sleep(0.1)

    def start(self, folder: Path, port: int, more: dict[str, str]) -> None:
        """Start a server on a cluster."""
        command: list[str | Path] = [self.binaries.program("postgres"), "-D", folder]
        for name, value in (SETTINGS | more | {"port": str(port)}).items():
            command += ["-c", f"{name}={value}"]
        with (self.home / "log").open("ab") as log:
            self.processes.append(popen(command, self.account, self.home, log))


@contextlib.contextmanager
def measured_postgres(more: Mapping[str, str] | None = None) -> Iterator[Measured]:
    """A fresh primary with `more` settings; everything is ended and removed afterwards."""
    made = Path(tempfile.mkdtemp(prefix="fortress-bench-"))
    made.chmod(0o711)
    account = stand_in()
    server = Measured(
        made, reachable(find_binaries(), account, made), account, secrets.token_hex(16),
        _free_port(), [],
    )  # fmt: skip
    try:
        _initialise(server)
        server.start(made / "primary", server.port, dict(more or {}))
        _await(server)
        yield server
    finally:
        for process in reversed(server.processes):
            process.send_signal(signal.SIGINT)  # fast shutdown
        for process in server.processes:
            process.wait(60)
        shutil.rmtree(made, ignore_errors=True)


def _initialise(server: Measured) -> None:
    folder, secret = server.home / "primary", server.home / "password"
    folder.mkdir(mode=0o700)
    secret.write_text(server.password)
    if server.account is not None:
        for place in (folder, secret):
            os.chown(place, server.account.uid, server.account.gid)
    status, said = run(
        [server.binaries.program("initdb"), "-D", folder, "-U", "postgres", "--pwfile", secret,
         "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--data-checksums"],
        server.account, server.home, 120.0,
    )  # fmt: skip
    secret.unlink()
    if status:
        raise RuntimeError(said)


def _await(server: Measured) -> None:
    deadline_s = time.monotonic() + 60
    while True:
        try:
            server.sql("SELECT 1")
        except psycopg.OperationalError:
            if time.monotonic() > deadline_s:
                raise
            time.sleep(0.05)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
