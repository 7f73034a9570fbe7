"""A ledger of its own to tamper with: a bank of two, some movements, and what was published."""

import contextlib
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from bank.seal.heads import published, read_head
from bank.seal.verify.command import Report, verify
from bank.store.postgres import PostgresServer
from bank.store.postgres.roles import SUPERUSER, load_or_make_passwords, url
from tests.bank.conftest import ROOT, Servers, bank_of_two


def sealed(servers: Servers) -> int:
    """Wait until every entry is sealed; return how many there are."""
    deadline = time.monotonic() + 30
    while True:
        [(entries,)] = servers.sql("select count(*) from entries")
        [(covered,)] = servers.sql("select coalesce(sum(cardinality(entries)), 0) from seals")
        if covered == entries:
            return int(entries)
        assert time.monotonic() < deadline
        time.sleep(0.05)


def witnessed(servers: Servers) -> Path:
    """Wait until a head over every entry is published; return a copy of the file."""
    entries = sealed(servers)
    file = servers.data_dir / "bank" / "heads" / "A.jsonl"
    key = servers.keys.record_key.public_key()
    deadline = time.monotonic() + 30
    while True:
        with contextlib.suppress(FileNotFoundError):
            positions = [read_head(key, record).position for record in published(file)]
            if positions and positions[-1] == entries:
                break
        assert time.monotonic() < deadline
        time.sleep(0.1)
    copy = servers.data_dir / "witness.jsonl"
    shutil.copyfile(file, copy)
    return copy


@dataclass
class Crime:
    """A ledger that was whole, its witness, and someone with every right on its database."""

    servers: Servers
    heads: Path
    superuser: psycopg.Connection[tuple[object, ...]]

    def sql(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Do it without any trigger in the way."""
        with self.superuser.transaction():
            self.superuser.execute("set local session_replication_role = replica")
            cursor = self.superuser.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def verify(self, *heads: Path) -> Report:
        keys = [self.servers.keys.record_key.public_key()]
        return verify(self.servers.urls.application, keys, heads or [self.heads])

    def kinds(self, *heads: Path) -> set[str]:
        return set(self.verify(*heads).findings.counts)

    def door(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "main.py"), "bank", "verify"]
        command += ["--data", str(self.servers.data_dir), *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def whole(postgres_server: PostgresServer) -> Iterator[Crime]:
    """Movements of every kind, sealed and witnessed; then the servers are gone."""
    with bank_of_two(postgres_server) as servers:
        terminal, payer, payee = servers.terminal(), servers.customer(), servers.customer()
        session = payer.session(terminal)
        hold = terminal.ask("authorise", 3_000, source=payer.account, session=session)
        terminal.ask("confirm", 2_000, original=hold["uid"])
        terminal.ask("confirm", 1_500, original=hold["uid"])
        terminal.ask("confirm", 2_000, original=hold["uid"])
        for amount in (700, 800, 900, 1_000):
            terminal.ask("credit", amount, target=payee.account)
            sealed(servers)
        void = terminal.ask("authorise", 3_000, source=payer.account, session=session)
        terminal.ask("reversal", 3_000, original=void["uid"])
        terminal.ask("authorise", 1_000, source=payer.account, session=session)
        terminal.ask("authorise", 999, source=payer.account, session=session)
        terminal.ask("case", 1_000, original=void["uid"])
        heads = witnessed(servers)
        for name in ("A", "B"):
            servers.stop(name, signal.SIGKILL)
        running = postgres_server.running()
        assert running is not None
        password = load_or_make_passwords(postgres_server.home / "passwords.json").superuser
        name = servers.urls.owner.rsplit("/", 1)[1].split("?")[0]
        address = url(running.port, SUPERUSER, password, name)
        with psycopg.connect(address, autocommit=True) as superuser:
            yield Crime(servers, heads, superuser)


@pytest.fixture
def crime(whole: Crime) -> Iterator[Crime]:
    """The ledger to tamper with; put back afterwards, table by table."""
    tables = ("entries", "postings", "seals", "requests", "signed_requests", "accounts", "holds")
    tables += ("hold_settlements", "bank_signatures", "staff_acts", "case_findings")
    for table in tables:
        whole.sql(f"create table if not exists kept_{table} as table {table}")
    yield whole
    for table in tables:
        generated = table == "accounts"
        whole.sql(f"delete from {table}")
        system = "overriding system value " if generated else ""
        whole.sql(f"insert into {table} {system}select * from kept_{table}")
