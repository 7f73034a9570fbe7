"""An operator lists terminals, denies one and releases it."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from bank.store.migrate import migrate
from bank.store.postgres import DatabaseUrls, write_urls
from bank.terminals.registry import register_terminal

ROOT = Path(__file__).parents[3]


def terminals(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "main.py"), "bank", "terminals", *words]
    return subprocess.run(
        [*command, "--data", str(folder)],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_terminal_is_denied_and_released(database_url: DatabaseUrls, tmp_path: Path) -> None:
    migrate(database_url.owner)
    write_urls(tmp_path, database_url)
    with psycopg.connect(database_url.owner) as connection:
        register_terminal(
            connection, terminal="ATM-0007", kind="atm", currency="EUR", loaded_minor=1
        )
        connection.execute(
            "select terminal_hello('ATM-0007', gen_random_uuid(), 12, 12, sha256('x'), 3, %s)",
            ['{"5000": 17}'],
        )
    denied = terminals(tmp_path, "deny", "ATM-0007")
    assert (denied.returncode, denied.stdout[:18]) == (0, "ATM-0007 is denied"), denied.stderr
    listed = terminals(tmp_path, "list").stdout
    assert "ATM-0007  atm  denied  EUR" in listed
    assert "journal known, 12 requests, 3 pending; hello 20" in listed
    assert "notes: 17 x 50.00" in listed
    assert terminals(tmp_path, "release", "ATM-0007").stdout.startswith("ATM-0007 is active")
    unknown = terminals(tmp_path, "deny", "ATM-9")
    assert (unknown.returncode, unknown.stderr) == (
        2,
        "bank terminals: there is no terminal ATM-9\n",
    )
    with psycopg.connect(database_url.owner) as connection:
        audited = connection.execute("select terminal, event from audit order by id").fetchall()
    assert audited == [("ATM-0007", "terminal denied"), ("ATM-0007", "terminal active")]
