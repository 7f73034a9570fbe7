"""The scripts of config/deploy: a backup and the archived log give the same ledger back."""

import json
import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from bank.cluster.compare import ledger_digest
from bank.store.migrate import migrate
from bank.store.postgres import DatabaseUrls, PostgresServer, find_binaries
from bank.store.postgres.account import stand_in
from bank.store.postgres.roles import SUPERUSER, url

DEPLOY = Path(__file__).parents[2] / "config" / "deploy"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(os.name != "posix", reason="the scripts are for a POSIX shell"),
]


@dataclass(frozen=True)
class Place:
    """A server that archives its log, and the folders of its backups."""

    folder: Path
    server: PostgresServer
    urls: DatabaseUrls

    def script(self, name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        running = self.server.running()
        account = stand_in()
        settings = {
            "PATH": f"{find_binaries().bin_dir}:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(running.port if running else 0),
            "PGUSER": SUPERUSER,
            "PGPASSFILE": str(self.folder / "pgpass"),
        }
        return subprocess.run(
            ["sh", str(self.folder / "scripts" / name), *(str(each) for each in arguments)],
            env=settings,
            cwd=self.folder,
            capture_output=True,
            text=True,
            user=None if account is None else account.uid,
            group=None if account is None else account.gid,
            extra_groups=None if account is None else [],
        )

    def open_account(self) -> None:
        with psycopg.connect(self.urls.owner, autocommit=True) as owner:
            owner.execute(
                "select ledger_open_account(%s, %s, 'EUR', 'Current', 50000, 'Europe/Berlin')",
                [str(10**9 + uuid.uuid4().int % 10**9), uuid.uuid4()],
            )

    def digest(self) -> tuple[str, int]:
        with psycopg.connect(self.urls.owner, autocommit=True) as owner:
            row = owner.execute("select count(*) from entries").fetchone()
            assert row is not None
            return ledger_digest(owner), int(row[0])


@pytest.fixture
def place() -> Iterator[Place]:
    folder = Path(tempfile.mkdtemp(prefix="fortress-restore-"))
    folder.chmod(0o711)
    shutil.copytree(DEPLOY, folder / "scripts")
    account = stand_in()
    for name in ("wal", "base"):
        (folder / name).mkdir(mode=0o700)
    home = folder / "home"
    server = PostgresServer(home)
    port = server.start()
    password = json.loads((home / "passwords.json").read_text())["superuser"]
    (folder / "pgpass").write_text(f"127.0.0.1:*:*:{SUPERUSER}:{password}\n")
    (folder / "pgpass").chmod(0o600)
    if account is not None:
        for each in ("wal", "base", "pgpass"):
            os.chown(folder / each, account.uid, account.gid)
    with psycopg.connect(url(port, SUPERUSER, password, "postgres"), autocommit=True) as superuser:
        archive = f"sh {folder}/scripts/archive-wal.sh {folder}/wal %p %f"
        superuser.execute("alter system set archive_mode = on")
        superuser.execute(psycopg.sql.SQL("alter system set archive_command = {}").format(archive))
    server.stop()
    server.start(port)
    urls = server.create_database("bank")
    migrate(urls.owner)
    try:
        yield Place(folder, server, urls)
    finally:
        server.stop()
        shutil.rmtree(folder)


def restored(place: Place, base: str, *moment: str) -> tuple[str, int]:
    """Restore into a new home and start a server on it in the place of the old one."""
    running = place.server.running()
    assert running is not None
    home = place.folder / f"home-{uuid.uuid4().hex[:6]}"
    home.mkdir()
    home.chmod(0o711)
    shutil.copy2(place.folder / "home" / "passwords.json", home)
    account = stand_in()
    (home / "cluster").mkdir(mode=0o700)
    if account is not None:
        os.chown(home / "cluster", account.uid, account.gid)
    done = place.script("restore.sh", base, place.folder / "wal", home / "cluster", *moment)
    assert done.returncode == 0, done.stderr
    again = place.script("restore.sh", base, place.folder / "wal", home / "cluster")
    assert again.returncode == 1
    assert "is not empty: nothing was touched" in again.stderr
    place.server.stop()
    other = PostgresServer(home)
    other.start(running.port)
    try:
        return place.digest()
    finally:
        other.stop()
        place.server.start(running.port)


def test_what_was_backed_up_and_archived_comes_back(place: Place) -> None:
    for _ in range(3):
        place.open_account()
    taken = place.script("base-backup.sh", place.folder / "base", "30")
    assert taken.returncode == 0, taken.stderr
    base = taken.stdout.strip()
    for _ in range(3):
        place.open_account()
    earlier = place.digest()
    with psycopg.connect(place.urls.owner, autocommit=True) as owner:
        time.sleep(1.1)
        row = owner.execute("select now()::text").fetchone()
        assert row is not None
        moment = row[0]
    time.sleep(1.1)
    for _ in range(2):
        place.open_account()
    place.server.stop()  # a fast stop archives what is finished; the rest is in the last file
    place.server.start()
    final = place.digest()
    assert (earlier[1], final[1]) == (6, 8)
    assert restored(place, base) == final
    assert restored(place, base, moment) == earlier


def test_the_archive_never_overwrites_another_file(place: Place) -> None:
    source, archive = place.folder / "base" / "0001", place.folder / "wal"
    source.write_bytes(b"one")
    source.chmod(0o644)
    (place.folder / "base").chmod(0o711)
    for _ in range(2):
        assert place.script("archive-wal.sh", archive, source, "0001").returncode == 0
    source.write_bytes(b"two")
    assert place.script("archive-wal.sh", archive, source, "0001").returncode != 0
    assert (archive / "0001").read_bytes() == b"one"
