"""Which secret keys a bank server holds."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from protocol.encoding import v

KEY_BYTES: Final = 32


@dataclass(frozen=True, eq=False)
class KeySet:
    """All keys of one bank; every server holds the same set.

    Each symmetric key is 32 random bytes. Of those that rotate there are several by number, of
    which the one named ``active_...`` makes new things and the others still open old ones.

    `oprf_seeds`: from which every credential's OPRF key is derived (PIN.md 2).
    `mac_keys`: of the challenge tokens, by kid (PIN.md 4). `lookup_key`: gives an unknown number
    its credential id. `index_key`: of the blind index over sealed names. `keks`: wrap the records'
    own keys. `record_key`: signs factor 1 records and sign-up tickets.
    """

    oprf_seeds: Mapping[int, bytes] = field(repr=False)
    active_seed: int
    mac_keys: Mapping[int, bytes] = field(repr=False)
    active_mac: int
    lookup_key: bytes = field(repr=False)
    index_key: bytes = field(repr=False)
    keks: Mapping[int, bytes] = field(repr=False)
    active_kek: int
    record_key: ec.EllipticCurvePrivateKey = field(repr=False)

    def __eq__(self, other: object) -> bool:
        """Whether both hold the same keys, with the same ones active."""
        return isinstance(other, KeySet) and self.check_value() == other.check_value()

    def __hash__(self) -> int:
        """A hash that equal sets share."""
        return hash(self.check_value())

    def check_value(self) -> bytes:
        """32 bytes that tell whether two servers hold the same keys, and nothing else of them."""
        digest = hashlib.sha256(v(b"fortress-atm key set check 1"))
        for keys in (self.oprf_seeds, self.mac_keys, self.keks):
            digest.update(v(b"".join(number.to_bytes(4) + keys[number] for number in sorted(keys))))
        for active in (self.active_seed, self.active_mac, self.active_kek):
            digest.update(active.to_bytes(4))
        digest.update(v(self.lookup_key) + v(self.index_key))
        public = self.record_key.public_key()
        digest.update(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
        return digest.digest()


def generate() -> KeySet:
    """Return a new set of random keys."""
    return KeySet(
        oprf_seeds={1: secrets.token_bytes(KEY_BYTES)},
        active_seed=1,
        mac_keys={1: secrets.token_bytes(KEY_BYTES)},
        active_mac=1,
        lookup_key=secrets.token_bytes(KEY_BYTES),
        index_key=secrets.token_bytes(KEY_BYTES),
        keks={1: secrets.token_bytes(KEY_BYTES)},
        active_kek=1,
        record_key=ec.generate_private_key(ec.SECP256R1()),
    )


def record_key_pem(key_set: KeySet) -> str:
    """Return the record-signing key as unencrypted PKCS #8 PEM, for the key set's own file."""
    return key_set.record_key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    ).decode("ascii")
