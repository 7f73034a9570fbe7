"""Bank servers over the measured PostgreSQL, as `bank serve` starts them, and their terminals."""

import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg

from bank.ca import Identity, ensure_authority
from bank.config import DEFAULT_FILE
from bank.keys import make_key_set
from bank.store.migrate import migrate
from bank.store.postgres import write_urls
from bank.terminals.registry import add_certificate
from benchmarks.ledger_load import TERMINALS, fill
from benchmarks.postgres_pair import Measured

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class StackBank:
    """Running servers by name, and the identities of the dataset's terminals."""

    data: Path
    terminals: list[Identity]
    ports: dict[str, int] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[str]] = field(default_factory=dict)

    @property
    def trust(self) -> str:
        """The CA's file."""
        return str(self.data / "bank" / "trust.pem")

    @property
    def rules(self) -> Path:
        """The rules' file: as shipped, but for sessions, which nobody here comes back to."""
        return self.data / "rules.toml"

    def start(self, name: str) -> None:
        """Start a server and wait until it takes requests."""
        command = [sys.executable, str(ROOT / "main.py"), "bank", "serve", "--data", str(self.data)]
        command += ["--config", str(self.rules)]
        with (self.data / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [*command, "--server", name, "--port", "0"],
                stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT,
            )  # fmt: skip
        self.processes[name] = process
        assert process.stdout is not None
        words = process.stdout.readline().split()
        if words[:2] != ["ready", name]:
            raise RuntimeError((self.data / f"{name}.log").read_text())
        self.ports[name] = int(words[2])

    def cpu_s(self, name: str) -> float:
        """CPU seconds a server has used."""
        times = psutil.Process(self.processes[name].pid).cpu_times()
        return float(times.user + times.system)


@contextlib.contextmanager
def stack_bank(server: Measured, accounts: int) -> Iterator[StackBank]:
    """A bank with accounts and terminals on `server`; its processes end with the block."""
    data = server.home / "bank-data"
    data.mkdir(mode=0o711)
    urls = server.database("stack")
    write_urls(data, urls)
    migrate(urls.owner)
    fill(urls.owner, accounts)
    now = datetime.now(UTC)
    authority = ensure_authority(data, "Benchmark", now)
    for name in ("A", "B"):
        authority.server(name, now)
    make_key_set(data / "bank" / "keyset.json")
    shipped = DEFAULT_FILE.read_text("utf-8")
    rules = re.sub(r"(?m)^session_idle_s = \d+$", "session_idle_s = 86400", shipped)
    (data / "rules.toml").write_text(rules, "utf-8")
    bank = StackBank(data, [authority.terminal(f"ATM-{n}", now) for n in range(TERMINALS)])
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        for number, identity in enumerate(bank.terminals):
            add_certificate(owner, terminal=f"ATM-{number}", der=identity.leaf_der)
    try:
        yield bank
    finally:
        for process in bank.processes.values():
            process.terminate()
        for process in bank.processes.values():
            process.wait(20)
            assert process.stdout is not None
            process.stdout.close()


def print_figure(**row: object) -> None:
    """One JSON line."""
    print(json.dumps(row), flush=True)
