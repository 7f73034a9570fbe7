"""A database from before certificates had ends learns them from the certificates themselves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from alembic import command

from bank.ca import ensure_authority
from bank.store.migrate import _config, migrate
from bank.store.postgres import DatabaseUrls
from protocol.signing import key_id


def test_what_was_issued_before_is_dated(database_url: DatabaseUrls, tmp_path: Path) -> None:
    command.upgrade(_config(database_url.owner), "0016")
    issued = datetime.now(UTC) - timedelta(days=91)
    der = ensure_authority(tmp_path, "Test", issued).terminal("ATM-0001", issued).leaf_der
    with psycopg.connect(database_url.owner) as connection:
        connection.execute("select ledger_register_terminal('ATM-0001', 'atm', 'EUR', 1)")
        connection.execute(
            "insert into terminal_certificates (sha256, terminal, der) values (%s, 'ATM-0001', %s)",
            [key_id(der), der],
        )
    migrate(database_url.owner)
    with psycopg.connect(database_url.owner) as connection:
        row = connection.execute(
            "select not_after < now(), octet_length(key_sha256), denied_at"
            " from terminal_certificates"
        ).fetchone()
    assert row == (True, 32, None)
