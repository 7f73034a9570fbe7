"""One PostgreSQL cluster in one folder.

On disk, below the home folder (ours, 0711)::

    cluster/              PostgreSQL's own data (0700, of the account it runs as)
    postgresql-18.6/      a copy of the programs, only where that account cannot enter the wheel
    passwords.json        of the three roles (0600)
    server.json           process id, its start time, port; kept after the end for the port
    postgres.log          what the server said; postgres.log.1 the time before
    lock                  held while a process runs this server
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import filelock
import psutil

from bank.store.postgres import roles
from bank.store.postgres.account import popen, run, stand_in
from bank.store.postgres.binaries import Binaries, find_binaries, reachable
from bank.store.postgres.errors import PostgresDidNotStart, PostgresDidNotStop, PostgresInUse

INITDB_TIMEOUT_S = 120.0
START_TIMEOUT_S = 60.0
PORT_TRIES = 5
LOG_LIMIT_BYTES = 1 << 20
LOG_TAIL_CHARS = 2000

# Everything acknowledged is on the disk; nothing of a customer's data goes to the log.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "max_connections": "200",
}


@dataclass(frozen=True)
class Running:
    """The server process as recorded: a process is ours only if the start time fits too."""

    pid: int
    started_s: float
    port: int


class PostgresServer:
    """Makes, starts and stops the cluster below `home`. Not for use by two threads at once."""

    def __init__(self, home: Path, binaries: Binaries | None = None) -> None:
        self.home = home.resolve()
        self._given = binaries
        self._account = stand_in()
        self._cluster = self.home / "cluster"
        self._record = self.home / "server.json"
        self._log = self.home / "postgres.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: filelock.BaseFileLock | None = None

    def start(self, port: int | None = None) -> int:
        """Start the server, making the cluster at the first time; return its port.

        `port` is a wish, else the one it had last; a taken port is replaced by a free one.
        Errors: PostgresNotFound, PostgresInUse, PostgresDidNotStart, OSError.
        """
        self._make_home()
        if self._account is not None and not self._account.can_enter(self.home):
            raise PostgresDidNotStart(
                f"PostgreSQL would run as {self._account.name}, who cannot enter {self.home}"
            )
        self._take_lock()
        try:
            return self._start_locked(port)
        except BaseException:
            self._release_lock()
            raise

    def stop(self, timeout_s: float = 20.0) -> None:
        """Disconnect everyone, write everything, end. Nothing happens if it is not running.

        Errors: PostgresDidNotStop.
        """
        running = self.running()
        if running is not None:
            self._end(timeout_s)
        if self._process is not None:
            self._process.wait(timeout_s)
            self._process = None
        self._release_lock()

    def running(self) -> Running | None:
        """The live server of this folder, whoever started it, or None."""
        try:
            record = Running(**json.loads(self._record.read_text("utf-8")))
            process = psutil.Process(record.pid)
            alive = process.status() != psutil.STATUS_ZOMBIE
            same = abs(process.create_time() - record.started_s) < 1.0
        except (OSError, ValueError, TypeError, psutil.Error):
            return None
        return record if alive and same else None

    def create_database(self, database: str) -> roles.DatabaseUrls:
        """Make `database` and the two roles where missing. Errors: PostgresDidNotStart."""
        # Only here: the launcher knows this class before its first frame, and the driver is slow.
        from bank.store.postgres import databases

        return databases.create_database(self._port(), self._passwords(), database)

    def drop_database(self, database: str) -> None:
        """Remove `database`; whoever is connected to it is disconnected."""
        from bank.store.postgres import databases

        databases.drop_database(self._port(), self._passwords(), database)

    def _make_home(self) -> None:
        # Whatever the umask: new folders let the account through, and nobody read.
        new = [place for place in (self.home, *self.home.parents) if not place.exists()]
        for place in reversed(new):
            place.mkdir(exist_ok=True)
            place.chmod(0o711)
        if self._account is not None:
            self.home.chmod(0o711)

    def _start_locked(self, port: int | None) -> int:
        if self.running() is not None:
            # Left behind by a launcher that was killed: end it in order, then start our own.
            self._end(START_TIMEOUT_S)
        self._drop_stale_pid_file()
        binaries = self._binaries()
        if not self._cluster.exists():
            self._initialise(binaries)
        said = ""
        for _ in range(PORT_TRIES):
            chosen = _free_port(port if port is not None else self._last_port())
            if self._launch(binaries, chosen):
                return chosen
            said = self._log_tail()
            if "could not bind" not in said and "could not create any TCP" not in said:
                break
            port = 0
        raise PostgresDidNotStart(f"PostgreSQL did not start. It said:\n{said}")

    def _binaries(self) -> Binaries:
        made_by = self._cluster / "PG_VERSION"
        major = int(made_by.read_text("ascii")) if made_by.exists() else None
        found = self._given or find_binaries(major)
        return reachable(found, self._account, self.home)

    def _initialise(self, binaries: Binaries) -> None:
        # initdb works in a folder beside; only a finished cluster gets the name.
        unfinished = self.home / "cluster.new"
        password_file = self.home / "password.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        password_file.unlink(missing_ok=True)
        descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(self._passwords().superuser)
        if self._account is not None:
            for place in (unfinished, password_file):
                os.chown(place, self._account.uid, self._account.gid)
        command: list[str | Path] = [binaries.program("initdb"), "--pgdata", unfinished]
        command += ["--username", roles.SUPERUSER, "--pwfile", password_file]
        command += ["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"]
        command += ["--data-checksums"]
        try:
            status, said = run(command, self._account, self.home, INITDB_TIMEOUT_S)
        except subprocess.TimeoutExpired as late:
            raise PostgresDidNotStart(f"initdb took over {INITDB_TIMEOUT_S:.0f} s") from late
        finally:
            password_file.unlink(missing_ok=True)
        if status != 0:
            raise PostgresDidNotStart(f"initdb refused:\n{said[-LOG_TAIL_CHARS:]}")
        unfinished.rename(self._cluster)

    def _launch(self, binaries: Binaries, port: int) -> bool:
        if self._log.exists() and self._log.stat().st_size > LOG_LIMIT_BYTES:
            self._log.replace(self._log.with_suffix(".log.1"))
        command: list[str | Path] = [binaries.program("postgres"), "-D", self._cluster]
        for name, value in (_SETTINGS | {"port": str(port)}).items():
            command += ["-c", f"{name}={value}"]
        with self._log.open("ab") as log:
            process = popen(command, self._account, self.home, log)
        self._process = process
        record = Running(process.pid, psutil.Process(process.pid).create_time(), port)
        unfinished = self._record.with_suffix(".new")
        unfinished.write_text(json.dumps(asdict(record)), "utf-8")
        unfinished.replace(self._record)
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if process.poll() is not None:
                return False
            if self._says_ready():
                return True
            time.sleep(0.01)
        process.terminate()
        raise PostgresDidNotStart(f"PostgreSQL was not ready after {START_TIMEOUT_S:.0f} s")

    def _says_ready(self) -> bool:
        # The eighth line of postmaster.pid is the state, as pg_ctl reads it.
        with contextlib.suppress(OSError):
            lines = (self._cluster / "postmaster.pid").read_text("utf-8").splitlines()
            return len(lines) >= 8 and lines[7].strip() == "ready"
        return False

    def _end(self, timeout_s: float) -> None:
        command: list[str | Path] = [self._binaries().program("pg_ctl"), "stop", "-D"]
        command += [self._cluster, "-m", "fast", "-w", "-t", str(max(1, round(timeout_s)))]
        with contextlib.suppress(subprocess.TimeoutExpired):
            run(command, self._account, self.home, timeout_s + 5.0)
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1.0)
        if self.running() is not None:
            raise PostgresDidNotStop(f"PostgreSQL still runs after {timeout_s:.0f} s")

    def _drop_stale_pid_file(self) -> None:
        # PostgreSQL itself tells a dead process; it cannot tell a stranger who got the same id.
        file = self._cluster / "postmaster.pid"
        try:
            pid = int(file.read_text("utf-8").split("\n", 1)[0])
            command = psutil.Process(pid).cmdline()
        except (OSError, ValueError, psutil.Error):
            return
        if str(self._cluster) not in command:
            file.unlink(missing_ok=True)

    def _passwords(self) -> roles.Passwords:
        return roles.load_or_make_passwords(self.home / "passwords.json")

    def _port(self) -> int:
        running = self.running()
        if running is None:
            raise PostgresDidNotStart("PostgreSQL is not running")
        return running.port

    def _last_port(self) -> int:
        try:
            return Running(**json.loads(self._record.read_text("utf-8"))).port
        except (OSError, ValueError, TypeError):
            return 0

    def _log_tail(self) -> str:
        try:
            return self._log.read_text("utf-8", "replace")[-LOG_TAIL_CHARS:].strip()
        except OSError:
            return ""

    def _take_lock(self) -> None:
        if self._lock is not None:
            raise PostgresInUse(f"this process already runs the database in {self.home}")
        lock = filelock.FileLock(self.home / "lock", thread_local=False)
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            raise PostgresInUse(
                f"another process already runs the database in {self.home}"
            ) from None
        self._lock = lock

    def _release_lock(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def _free_port(wish: int) -> int:
    """`wish` if nobody listens there, else a free port of loopback. Another may still win it."""
    for candidate in (wish, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", candidate))
                return int(probe.getsockname()[1])
    raise PostgresDidNotStart("no port of 127.0.0.1 is free")
