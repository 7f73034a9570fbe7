"""Sealed fields: AES-256-GCM under a key of the record's own, wrapped by a key-encryption key.

A sealed field, in bytes::

    01 || kek number (1) || wrap nonce (12) || wrapped key (48) || nonce (12) || ciphertext and tag

Both encryptions authenticate the place the field belongs to (record id, kind, version), so that a
sealed field copied to another row, column or later version of its row does not open. Rotating the
key-encryption key rewraps the 48 bytes and leaves the rest as it is (NIST SP 800-38D, SP 800-57).
"""

import os
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bank.keys.errors import SealBroken
from bank.keys.keyset import KeySet
from protocol.encoding import le32, v

_FORMAT: Final = 1
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_KEY_BYTES: Final = 32
_WRAP_END: Final = 2 + _NONCE_BYTES + _KEY_BYTES + _TAG_BYTES
OVERHEAD_BYTES: Final = _WRAP_END + _NONCE_BYTES + _TAG_BYTES


@dataclass(frozen=True, slots=True)
class SealedPlace:
    """Where a sealed field belongs: the row's id, what it is, and the row's version."""

    record_id: bytes
    kind: str
    version: int

    def associated_data(self, what: bytes) -> bytes:
        """Return the bytes that are authenticated with the `what` ("key" or "data")."""
        return (
            v(b"fortress-atm sealed " + what)
            + v(self.record_id)
            + v(self.kind.encode("ascii"))
            + le32(self.version)
        )


def seal(keys: KeySet, place: SealedPlace, data: bytes) -> bytes:
    """Return `data` sealed for `place`: `OVERHEAD_BYTES` longer."""
    key = AESGCM.generate_key(bit_length=256)
    nonce = os.urandom(_NONCE_BYTES)
    inner = AESGCM(key).encrypt(nonce, data, place.associated_data(b"data"))
    return _wrap(keys, place, key) + nonce + inner


def unseal(keys: KeySet, place: SealedPlace, sealed: bytes) -> bytes:
    """Return what was sealed for `place`.

    Raises:
        SealBroken: changed, cut, sealed for another place, or under a key this server lacks.
    """
    key = _unwrap(keys, place, sealed)
    nonce_end = _WRAP_END + _NONCE_BYTES
    try:
        return AESGCM(key).decrypt(
            sealed[_WRAP_END:nonce_end], sealed[nonce_end:], place.associated_data(b"data")
        )
    except InvalidTag as error:
        raise SealBroken("a sealed field was changed or belongs elsewhere") from error


def rewrap(keys: KeySet, place: SealedPlace, sealed: bytes) -> bytes:
    """Return the same sealed field under the active key-encryption key.

    Raises:
        SealBroken: as `unseal`, as far as the wrapped key tells.
    """
    return _wrap(keys, place, _unwrap(keys, place, sealed)) + sealed[_WRAP_END:]


def _wrap(keys: KeySet, place: SealedPlace, key: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    head = bytes([_FORMAT, keys.active_kek])
    kek = AESGCM(keys.keks[keys.active_kek])
    return head + nonce + kek.encrypt(nonce, key, head + place.associated_data(b"key"))


def _unwrap(keys: KeySet, place: SealedPlace, sealed: bytes) -> bytes:
    if len(sealed) < OVERHEAD_BYTES or sealed[0] != _FORMAT:
        raise SealBroken("not a sealed field")
    kek = keys.keks.get(sealed[1])
    if kek is None:
        raise SealBroken(f"sealed under key {sealed[1]}, which this server lacks")
    nonce_end = 2 + _NONCE_BYTES
    try:
        return AESGCM(kek).decrypt(
            sealed[2:nonce_end],
            sealed[nonce_end:_WRAP_END],
            sealed[:2] + place.associated_data(b"key"),
        )
    except InvalidTag as error:
        raise SealBroken("a sealed field's key was changed or belongs elsewhere") from error
