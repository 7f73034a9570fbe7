"""The PostgreSQL of our own: started, used, stopped, broken into, repaired."""

import json
import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from bank.store.postgres import (
    DatabaseUnknown,
    DatabaseUrls,
    PostgresDidNotStart,
    PostgresInUse,
    PostgresNotFound,
    PostgresServer,
    configured_urls,
    home_for,
    read_urls,
    write_urls,
)
from bank.store.postgres.binaries import BIN_DIR_VARIABLE, find_binaries


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="fortress-postgres-"))
    folder.chmod(0o711)  # as the launcher makes its data folder under root
    yield folder
    shutil.rmtree(folder)


def test_fresh_database_is_empty_and_durable(database_url: DatabaseUrls) -> None:
    with psycopg.connect(database_url.owner) as connection:
        tables = connection.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchone()
        durable = [
            connection.execute(f"SHOW {name}").fetchone()
            for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")
        ]
        encoding = connection.execute("SHOW server_encoding").fetchone()
    assert tables == (0,)
    assert durable == [("on",)] * 4
    assert encoding == ("UTF8",)


def test_application_role_gets_no_more_than_it_is_granted(database_url: DatabaseUrls) -> None:
    with psycopg.connect(database_url.owner) as connection:
        connection.execute("CREATE TABLE entries (amount bigint)")
        connection.execute("GRANT SELECT, INSERT ON entries TO bank_app")
    with psycopg.connect(database_url.application, autocommit=True) as connection:
        connection.execute("INSERT INTO entries VALUES (1)")
        for forbidden in (
            "UPDATE entries SET amount = 2",
            "DELETE FROM entries",
            "TRUNCATE entries",
            "DROP TABLE entries",
            "CREATE TABLE another (a int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)


def test_nobody_enters_without_the_password(database_url: DatabaseUrls) -> None:
    wrong = database_url.application.replace("bank_app:", "bank_app:x")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    without = database_url.application.split("?")[0]
    start, rest = without.split("//")[1].split("@")
    bare = f"postgresql://{start.split(':')[0]}@{rest}"
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(bare)


def test_passwords_and_data_are_closed_to_other_users(postgres_server: PostgresServer) -> None:
    secret = postgres_server.home / "passwords.json"
    cluster = postgres_server.home / "cluster"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(cluster.stat().st_mode) == 0o700


def test_it_listens_on_loopback_only(postgres_server: PostgresServer) -> None:
    running = postgres_server.running()
    assert running is not None
    listening = [
        connection.laddr.ip
        for connection in psutil.Process(running.pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1"]


def test_data_survive_stop_and_start_on_the_same_port(home: Path) -> None:
    server = PostgresServer(home)
    port = server.start()
    urls = server.create_database("bank")
    with psycopg.connect(urls.owner) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    server.stop()
    assert server.running() is None
    again = PostgresServer(home)
    try:
        assert again.start() == port
        assert again.create_database("bank") == urls
        with psycopg.connect(urls.owner) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
    finally:
        again.stop()


def test_a_server_left_behind_by_a_killed_launcher_is_replaced(home: Path) -> None:
    first = PostgresServer(home)
    first.start()
    left = first.running()
    assert left is not None
    first._release_lock()  # what the system does for a process that was killed
    second = PostgresServer(home)
    try:
        second.start()
        now = second.running()
        assert now is not None
        assert now.pid != left.pid
        second.create_database("bank")
    finally:
        second.stop()
        first.stop()


def test_one_process_a_folder(home: Path) -> None:
    server = PostgresServer(home)
    server.start()
    try:
        with pytest.raises(PostgresInUse):
            PostgresServer(home).start()
    finally:
        server.stop()


def test_stale_pid_files_are_repaired(home: Path) -> None:
    server = PostgresServer(home)
    server.start()
    running = server.running()
    assert running is not None
    server.stop()
    # A stranger (this test) has got the id that both files name.
    lines = [str(os.getpid()), str(home / "cluster"), "1", "5432", "", "127.0.0.1", "", "ready"]
    pid_file = home / "cluster" / "postmaster.pid"
    pid_file.write_text("\n".join(lines) + "\n")
    record = {"pid": os.getpid(), "started_s": running.started_s, "port": running.port}
    (home / "server.json").write_text(json.dumps(record))
    try:
        server.start()
        assert server.running() is not None
    finally:
        server.stop()


def test_a_taken_port_is_replaced(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        taken = stranger.getsockname()[1]
        server = PostgresServer(home)
        try:
            assert server.start(taken) != taken
            server.create_database("bank")
        finally:
            server.stop()


def test_an_interrupted_initdb_is_done_again(home: Path) -> None:
    (home / "cluster.new").mkdir()
    (home / "cluster.new" / "half").write_text("x")
    server = PostgresServer(home)
    try:
        server.start()
    finally:
        server.stop()
    assert not (home / "cluster.new").exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root")
def test_root_never_runs_it_and_closed_programs_are_copied(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = find_binaries()
    assert source.bundle is not None
    closed = home / "closed"
    for name in (source.bundle.name, source.bundle.name + ".libs"):
        shutil.copytree(source.bundle.parent / name, closed / name)
    closed.chmod(0o700)
    monkeypatch.syspath_prepend(str(closed))
    server = PostgresServer(home / "database")
    try:
        server.start()
        running = server.running()
        assert running is not None
        process = psutil.Process(running.pid)
        assert process.uids().effective != 0
        assert process.exe().startswith(str(home / "database" / "postgresql-"))
        server.create_database("bank")
    finally:
        server.stop()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root")
def test_a_data_folder_the_account_cannot_enter_gets_its_database_elsewhere(home: Path) -> None:
    assert home_for(home / "open") == home / "open" / "postgres"
    home.chmod(0o700)
    elsewhere = home_for(home / "closed")
    assert home not in elsewhere.parents
    assert elsewhere == home_for(home / "closed")
    assert elsewhere != home_for(home / "another")
    with pytest.raises(PostgresDidNotStart, match="cannot enter"):
        PostgresServer(home / "database").start()


def test_a_configured_folder_without_postgresql_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(BIN_DIR_VARIABLE, str(tmp_path))
    with pytest.raises(PostgresNotFound, match="there is none at all"):
        find_binaries()


def test_addresses_go_by_a_private_file(tmp_path: Path, database_url: DatabaseUrls) -> None:
    with pytest.raises(DatabaseUnknown, match="start it first"):
        read_urls(tmp_path)
    write_urls(tmp_path, database_url)
    write_urls(tmp_path, database_url)
    assert read_urls(tmp_path) == database_url
    file = tmp_path / "bank" / "database.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("{")
    with pytest.raises(DatabaseUnknown, match=r"database\.json cannot be read"):
        read_urls(tmp_path)


def test_an_operators_own_database_is_named_by_two_variables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert configured_urls() is None
    monkeypatch.setenv("FORTRESS_DATABASE_OWNER_URL", "postgresql://o@h/d")
    with pytest.raises(DatabaseUnknown, match="both"):
        configured_urls()
    monkeypatch.setenv("FORTRESS_DATABASE_APP_URL", "postgresql://a@h/d")
    assert configured_urls() == DatabaseUrls("postgresql://o@h/d", "postgresql://a@h/d")


def test_a_wrong_address_is_said_without_the_password_it_may_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORTRESS_DATABASE_OWNER_URL", "postgresql://o:sec%zzret@h/d")
    monkeypatch.setenv("FORTRESS_DATABASE_APP_URL", "postgresql://a@h/d")
    with pytest.raises(DatabaseUnknown) as raised:
        configured_urls()
    assert "FORTRESS_DATABASE_OWNER_URL" in str(raised.value)
    assert "ret" not in str(raised.value)
    assert raised.value.__cause__ is None
