"""What docs/operators.md asks of an operator: migrate a database, add a third bank server."""

import os
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from backend_client.errors import BankAway
from bank.ca import ensure_authority
from bank.store.migrate import latest
from bank.store.postgres import DatabaseUrls, read_urls
from bank.store.postgres.urls import APPLICATION_VARIABLE, OWNER_VARIABLE
from kiosk.config import load_config, server_line
from kiosk.opening import open_line
from kiosk.places import servers_of
from tests.bank.conftest import Servers

ROOT = Path(__file__).parents[2]


def bank(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "bank", *arguments],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_migrate_takes_the_addresses_from_the_environment_and_keeps_them(
    database_url: DatabaseUrls, tmp_path: Path
) -> None:
    given = {OWNER_VARIABLE: database_url.owner, APPLICATION_VARIABLE: database_url.application}
    for settings in (given, {}):
        done = bank("migrate", "--data", str(tmp_path), **settings)
        assert (done.returncode, done.stdout) == (0, f"The database is at version {latest()}.\n")
    assert read_urls(tmp_path) == database_url
    assert stat.S_IMODE((tmp_path / "bank" / "database.json").stat().st_mode) == 0o600
    with psycopg.connect(database_url.owner) as owner:
        assert owner.execute("select count(*) from accounts").fetchone() == (0,)


def test_migrate_says_what_is_wrong_in_a_sentence(tmp_path: Path) -> None:
    unknown = bank("migrate", "--data", str(tmp_path))
    assert unknown.returncode == 2
    assert "no database is known in" in unknown.stderr
    nobody = "postgresql://bank_owner:x@127.0.0.1:1/bank?connect_timeout=2"
    away = bank(
        "migrate",
        "--data",
        str(tmp_path),
        **{OWNER_VARIABLE: nobody, APPLICATION_VARIABLE: nobody},
    )
    assert away.returncode == 2
    assert "Traceback" not in away.stderr
    assert not (tmp_path / "bank" / "database.json").exists()


def test_a_third_server_takes_part(servers: Servers) -> None:
    data = str(servers.data_dir)
    issued = bank("certificate", "--server", "C", "--data", data)
    assert issued.returncode == 0, issued.stderr
    servers.start("C")
    try:
        terminal, customer = servers.terminal(), servers.customer()
        session = customer.session(terminal)
        jws = terminal.sign(
            terminal.order("authorise", 2_000, source=customer.account, session=session)
        )
        first = terminal.send(jws, server="C")
        assert first.json()["outcome"] == "held"
        assert terminal.send(jws, server="A").content == first.content
        assert terminal.call("GET", "/readyz", server="C").json()["server"] == "C"
    finally:
        servers.stop("C", signal.SIGKILL)


@pytest.mark.skipif(sys.platform == "darwin", reason="only 127.0.0.1 is loopback there")
def test_a_server_at_another_address_is_reached_by_what_its_certificate_says(
    servers: Servers,
) -> None:
    data = str(servers.data_dir)
    issued = bank("certificate", "--server", "D", "--host", "127.0.0.2", "--data", data)
    assert issued.returncode == 0, issued.stderr
    now = datetime.now(UTC)
    ensure_authority(servers.data_dir, "Test", now).server("E", now)
    servers.start("D", 0, "--address", "127.0.0.2")
    servers.start("E", 0, "--address", "127.0.0.3")
    try:
        terminal, customer = servers.terminal(), servers.customer()
        config = replace(load_config(), terminal=terminal.name)
        (servers.data_dir / "kiosk").mkdir(exist_ok=True)

        def look_up(*lines: str) -> str:
            found = servers_of([server_line(line) for line in lines], servers.data_dir)
            with open_line(config, servers.data_dir, found) as line:
                return line.lookup(customer.user_name).account

        assert look_up(f"D=127.0.0.2:{servers.ports['D']}")
        # E's certificate is for loopback's own names alone: who answers there is not believed.
        with pytest.raises(BankAway):
            look_up(f"E=127.0.0.3:{servers.ports['E']}")
    finally:
        servers.stop("D")
        servers.stop("E")


def test_a_host_that_is_none_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    wrong = bank("certificate", "--server", "C", "--host", "a..b", "--data", str(tmp_path))
    assert (wrong.returncode, "no host's name" in wrong.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_certificate_is_issued_only_where_the_authority_is(tmp_path: Path) -> None:
    elsewhere = bank("certificate", "--server", "C", "--data", str(tmp_path))
    assert elsewhere.returncode == 2
    assert "there is no authority in" in elsewhere.stderr
    assert list(tmp_path.iterdir()) == []
