"""Under whose name PostgreSQL runs.

PostgreSQL refuses to run as root. For an ordinary user it runs as that user; for root it runs as
the machine's ``postgres`` account, or ``nobody`` where there is none. No account is ever created.
"""

import os
import stat
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bank.store.postgres.errors import PostgresNotFound

STANDINS = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An unprivileged account to run as in the place of root."""

    name: str
    uid: int
    gid: int

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may pass through `folder` and every folder above it."""
        return all(self._may(place, stat.S_IXUSR) for place in (folder, *folder.parents))

    def _may(self, place: Path, owner_bit: int) -> bool:
        facts = place.stat()
        if facts.st_uid == self.uid:
            return bool(facts.st_mode & owner_bit)
        if facts.st_gid == self.gid:
            return bool(facts.st_mode & (owner_bit >> 3))
        return bool(facts.st_mode & (owner_bit >> 6))


def stand_in() -> Account | None:
    """Return the account to run PostgreSQL as, or None where the present user will do."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    import pwd

    for name in STANDINS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise PostgresNotFound(
        "PostgreSQL does not run as root, and this machine has neither of the accounts "
        f"{' and '.join(STANDINS)} to run it as. Start as an ordinary user."
    )


def popen(
    command: Sequence[str | Path], account: Account | None, cwd: Path, output: IO[bytes] | int
) -> subprocess.Popen[bytes]:
    """Start `command` as `account` (None: as ourselves) with both outputs going to `output`.

    On POSIX it gets a session of its own, so that a Ctrl-C at the terminal reaches only the
    launcher, which then stops the database last. Errors: OSError where it cannot be started.
    """
    arguments = [str(part) for part in command]
    if account is None:
        return subprocess.Popen(
            arguments,
            cwd=cwd,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return subprocess.Popen(
        arguments,
        cwd=cwd,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=account.uid,
        group=account.gid,
        extra_groups=[],
    )


def run(
    command: Sequence[str | Path], account: Account | None, cwd: Path, timeout_s: float
) -> tuple[int, str]:
    """Run `command` to its end; return its exit status and all it wrote.

    Errors: OSError, subprocess.TimeoutExpired (the process has then been ended).
    """
    with popen(command, account, cwd, subprocess.PIPE) as process:
        try:
            written, _ = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
    return process.returncode, written.decode("utf-8", "replace").strip()


def _environment() -> Mapping[str, str]:
    # What the user's shell says to these programs must not redirect ours; messages are read by
    # people and by tests in C.
    theirs = ("PG", "PATRONI_", "ETCD", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
