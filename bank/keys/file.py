"""The key set as a file: JSON, readable by this user alone."""

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bank.keys.errors import KeySetUnreadable
from bank.keys.keyset import KEY_BYTES, KeySet, generate, record_key_pem
from protocol.encoding import b64url_decode, b64url_encode

FORMAT: Final = "fortress-atm key set 1"


def load_key_set(file: Path) -> KeySet:
    """Read a key set.

    Raises:
        KeySetUnreadable: missing, damaged, of another format, or with a key of another length.
    """
    try:
        members = json.loads(file.read_text("utf-8"))
        if members["format"] != FORMAT:
            raise KeySetUnreadable(f"{file} is not a key set of this program")
        record_key = load_pem_private_key(members["record_key"].encode("ascii"), None)
        if not isinstance(record_key, ec.EllipticCurvePrivateKey):
            raise KeySetUnreadable(f"the record key in {file} is of another type")
        found = KeySet(
            oprf_seeds=_keys(members["oprf_seeds"]),
            active_seed=int(members["active_seed"]),
            mac_keys=_keys(members["mac_keys"]),
            active_mac=int(members["active_mac"]),
            lookup_key=_key(members["lookup_key"]),
            index_key=_key(members["index_key"]),
            keks=_keys(members["keks"]),
            active_kek=int(members["active_kek"]),
            record_key=record_key,
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise KeySetUnreadable(f"the key set {file} cannot be read: {error}") from error
    for active, keys in (
        (found.active_seed, found.oprf_seeds),
        (found.active_mac, found.mac_keys),
        (found.active_kek, found.keks),
    ):
        if active not in keys:
            raise KeySetUnreadable(f"the key set {file} lacks an active key")
    return found


def make_key_set(file: Path) -> KeySet:
    """Return the key set in `file`, made now if there is none; an existing one is never replaced.

    Raises:
        KeySetUnreadable: there is a file, but not a usable key set.
    """
    if file.exists():
        return load_key_set(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    made = generate()
    members = {
        "format": FORMAT,
        "oprf_seeds": _texts(made.oprf_seeds),
        "active_seed": made.active_seed,
        "mac_keys": _texts(made.mac_keys),
        "active_mac": made.active_mac,
        "lookup_key": b64url_encode(made.lookup_key),
        "index_key": b64url_encode(made.index_key),
        "keks": _texts(made.keks),
        "active_kek": made.active_kek,
        "record_key": record_key_pem(made),
    }
    write_private(file, json.dumps(members, indent=1).encode("ascii"))
    return made


def write_private(file: Path, data: bytes) -> None:
    """Write `data` whole or not at all, to a file that only this user can read (0600)."""
    unfinished = file.with_name(file.name + ".new")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise


def _texts(keys: Mapping[int, bytes]) -> dict[str, str]:
    return {str(number): b64url_encode(key) for number, key in keys.items()}


def _keys(texts: Mapping[str, str]) -> dict[int, bytes]:
    keys = {int(number): _key(text) for number, text in texts.items()}
    if any(not 0 <= number <= 255 for number in keys):
        raise ValueError("a key's number is a byte")
    return keys


def _key(text: str) -> bytes:
    key = b64url_decode(text)
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key is {KEY_BYTES} bytes")
    return key
