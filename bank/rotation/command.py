"""What `bank keys` does: show, public, export, import, rotate, activate, retire."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from bank.keys import KeySet, KeySetUnreadable, load_key_set
from bank.keys.carrying import unwrap_key_set, wrap_key_set
from bank.keys.file import CURRENT, NEXT, key_set_json, load_server_key_set
from bank.keys.rotation import activated, grown, retired
from bank.private_file import write_private
from bank.rotation.rewrapping import rewrap_all
from bank.store.postgres import read_urls

REFUSED: Final = 1
_KNOWN: Final = "SELECT EXISTS (SELECT 1 FROM key_sets WHERE value = %s)"
# A sign-up that was begun before the new seed became active ends with a credential of the old one.
_SEEDS: Final = """
SELECT seed FROM credentials
UNION SELECT seed FROM signups WHERE answer IS NULL AND expires_at > clock_timestamp()
"""
_DISTRIBUTE: Final = """\
Carry it to every other server (`bank keys export`, `bank keys import`), then start each server
anew. `bank keys show` tells who has confirmed it."""


def run(arguments: argparse.Namespace) -> int:
    """Do what the command line asks: 0, or 1 where it cannot be done now.

    Errors: KeysError, PostgresError, OSError, ValueError, psycopg.Error.
    """
    folder = arguments.data / "bank"
    match arguments.keys_command:
        case "show":
            return _show(arguments.data)
        case "public":
            _say(_public_pem(load_server_key_set(folder)))
        case "export":
            certificate = x509.load_pem_x509_certificate(arguments.to.read_bytes())
            sealed = wrap_key_set(load_server_key_set(folder), certificate)
            if arguments.out is None:
                _say(sealed)
            else:
                write_private(arguments.out, sealed.encode("ascii") + b"\n")
        case "import":
            return _import(folder, arguments.file, arguments.key)
        case "rotate":
            return _step(arguments.data, lambda keys, _: grown(keys))
        case "activate":
            return _step(arguments.data, lambda keys, _: activated(keys))
        case "retire":
            return _step(arguments.data, _retire)
    return 0


def _import(folder: Path, file: Path, key_file: Path) -> int:
    try:
        key = load_pem_private_key(key_file.read_bytes(), None)
    except TypeError as error:
        raise KeySetUnreadable(f"{key_file} is locked with a password") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeySetUnreadable(f"{key_file} is no server's key")
    keys = unwrap_key_set(file.read_text("ascii").strip(), key)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = folder / CURRENT
    if there.exists() and load_key_set(there) == keys:
        _say(f"{there} is that set already: {_short(keys)}")
        return 0
    target = folder / NEXT if there.exists() else there
    write_private(target, key_set_json(keys))
    _say(f"{target} is set {_short(keys)}. Compare these characters with the other server's.")
    return 0


def _show(data: Path) -> int:
    folder = data / "bank"
    for name in (CURRENT, NEXT):
        if (folder / name).exists():
            keys = load_key_set(folder / name)
            _say(f"{name}: set {_short(keys)}")
            for what, numbers, active in (
                ("OPRF seeds", keys.oprf_seeds, keys.active_seed),
                ("MAC keys", keys.mac_keys, keys.active_mac),
                ("key-encryption keys", keys.keks, keys.active_kek),
            ):
                _say(f"  {what}: {', '.join(map(str, sorted(numbers)))}; active: {active}")
    with psycopg.connect(read_urls(data).application) as connection:
        for stage, value in connection.execute("SELECT stage, value FROM key_sets ORDER BY stage"):
            _say(f"{stage} in the database: {_characters(bytes(value))}")
        rows = connection.execute("SELECT server, value FROM key_confirmations ORDER BY server")
        for server, value in rows:
            _say(f"server {server} has {_characters(bytes(value))}")
    return 0


Change = Callable[[KeySet, psycopg.Connection[tuple[Any, ...]]], KeySet]


def _step(data: Path, change: Change) -> int:
    """Propose the set that `change` makes of the one in force, and keep it beside that one."""
    folder = data / "bank"
    keys = load_server_key_set(folder)
    with psycopg.connect(read_urls(data).owner) as connection:
        unheard = _unheard(connection, folder, keys)
        if unheard is not None:
            keys = load_key_set(folder / CURRENT)
            if (keys.lookup_key, keys.index_key) != (unheard.lookup_key, unheard.index_key):
                raise KeySetUnreadable(f"{folder / NEXT} is no next step of {folder / CURRENT}")
        if not _proposed(connection, keys, keys):
            return REFUSED
        made = unheard or change(keys, connection)
        if made == keys:
            _say(f"Nothing to do: set {_short(keys)} is so already.")
            return 0
        # Before the database is told: a proposal that nobody has would stop every server.
        write_private(folder / NEXT, key_set_json(made))
        if not _proposed(connection, keys, made):
            (folder / NEXT).unlink()
            return REFUSED
    _say(f"{folder / NEXT} is set {_short(made)}.\n{_DISTRIBUTE}")
    return 0


def _unheard(
    connection: psycopg.Connection[tuple[Any, ...]], folder: Path, keys: KeySet
) -> KeySet | None:
    """Return `keys` if they are a next set that the database was never told of.

    So it is when a step is cut short between the two; the same command again goes on from there.
    """
    if not ((folder / NEXT).exists() and (folder / CURRENT).exists()):
        return None
    row = connection.execute(_KNOWN, [keys.check_value()]).fetchone()
    return None if row is not None and row[0] else keys


def _proposed(connection: psycopg.Connection[tuple[Any, ...]], keys: KeySet, made: KeySet) -> bool:
    values = [keys.check_value(), made.check_value()]
    row = connection.execute("SELECT keys_propose(%s, %s)", values).fetchone()
    answer = row[0] if row else ""
    connection.commit()
    if answer != "done":
        why = {
            "differs": f"the servers do not work with set {_short(keys)}",
            "waiting": f"not every server has confirmed set {_short(keys)} yet",
        }
        print(f"bank keys: {why.get(answer, answer)}", file=sys.stderr)  # noqa: T201
    return answer == "done"


def _retire(keys: KeySet, connection: psycopg.Connection[tuple[Any, ...]]) -> KeySet:
    count = rewrap_all(connection, keys)
    connection.commit()
    _say(f"{count} sealed fields were wrapped anew.")
    rows = connection.execute(_SEEDS).fetchall()
    return retired(keys, {int(row[0]) for row in rows})


def _public_pem(keys: KeySet) -> str:
    public = keys.record_key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode().strip()


def _short(keys: KeySet) -> str:
    return _characters(keys.check_value())


def _characters(value: bytes) -> str:
    """The first 80 bits, in groups that two people can read to one another."""
    text = value[:10].hex().upper()
    return "-".join(text[n : n + 4] for n in range(0, len(text), 4))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
