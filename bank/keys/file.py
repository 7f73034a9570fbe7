"""The key set as a file: JSON, readable by this user alone."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bank.keys.errors import KeySetUnreadable
from bank.keys.keyset import KEY_BYTES, KeySet, generate, record_key_pem
from bank.private_file import write_private
from protocol.encoding import b64url_decode, b64url_encode

FORMAT: Final = "fortress-atm key set 1"
CURRENT: Final = "keyset.json"
NEXT: Final = "keyset.next.json"
"""A set that was distributed, until a server starts with it."""


def load_key_set(file: Path) -> KeySet:
    """Read a key set.

    Raises:
        KeySetUnreadable: missing, damaged, of another format, or with a key of another length.
    """
    try:
        return key_set_from_json(file.read_bytes())
    except (OSError, KeySetUnreadable) as error:
        raise KeySetUnreadable(f"the key set {file} cannot be read: {error}") from error


def load_server_key_set(folder: Path) -> KeySet:
    """Read the set a server in `folder` is to work with: the next one, where it was distributed.

    Errors: KeySetUnreadable.
    """
    coming = folder / NEXT
    return load_key_set(coming if coming.exists() else folder / CURRENT)


def take_up_next(folder: Path, keys: KeySet) -> None:
    """Let the next set take the place of the current one, once `keys` were confirmed to be it.

    Errors: KeySetUnreadable, OSError.
    """
    coming = folder / NEXT
    if coming.exists() and load_key_set(coming).check_value() == keys.check_value():
        coming.replace(folder / CURRENT)


def key_set_from_json(data: bytes) -> KeySet:
    """Return the set in a key set's file. Errors: KeySetUnreadable."""
    try:
        members = json.loads(data)
        if members["format"] != FORMAT:
            raise KeySetUnreadable("it is not a key set of this program")
        record_key = load_pem_private_key(members["record_key"].encode("ascii"), None)
        if not isinstance(record_key, ec.EllipticCurvePrivateKey):
            raise KeySetUnreadable("its record key is of another type")
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
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise KeySetUnreadable(f"it is damaged: {error}") from error
    for active, keys in (
        (found.active_seed, found.oprf_seeds),
        (found.active_mac, found.mac_keys),
        (found.active_kek, found.keks),
    ):
        if active not in keys:
            raise KeySetUnreadable("it lacks an active key")
    return found


def key_set_json(keys: KeySet) -> bytes:
    """Return a key set's file. Whoever reads it has every key."""
    members = {
        "format": FORMAT,
        "oprf_seeds": _texts(keys.oprf_seeds),
        "active_seed": keys.active_seed,
        "mac_keys": _texts(keys.mac_keys),
        "active_mac": keys.active_mac,
        "lookup_key": b64url_encode(keys.lookup_key),
        "index_key": b64url_encode(keys.index_key),
        "keks": _texts(keys.keks),
        "active_kek": keys.active_kek,
        "record_key": record_key_pem(keys),
    }
    return json.dumps(members, indent=1).encode("ascii")


def make_key_set(file: Path) -> KeySet:
    """Return the key set in `file`, made now if there is none; an existing one is never replaced.

    Raises:
        KeySetUnreadable: there is a file, but not a usable key set.
    """
    if file.exists():
        return load_key_set(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    made = generate()
    write_private(file, key_set_json(made))
    return made


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
