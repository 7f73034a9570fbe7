"""What two people compare by telephone before a terminal gets its certificate (MONEY.md 5).

The terminal shows its key's characters, the bank's desk those of the key that asked. The key is
named by SHA-256 of its SubjectPublicKeyInfo (RFC 5280, 4.1), DER, so that name, kind and address
of a request, which anybody could make up, have no part in them.
"""

import hashlib
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from protocol.signs import ALPHABET, signs

GROUPS: Final = 5
SIGNS_A_GROUP: Final = 5
BITS: Final = 5 * GROUPS * SIGNS_A_GROUP
"""125: nobody finds another key with the same characters."""


def key_sha256(key: EllipticCurvePublicKey) -> bytes:
    """Return what names a key: SHA-256 of its SubjectPublicKeyInfo, 32 bytes."""
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).digest()


def characters(sha256: bytes) -> str:
    """Return a key's characters: the first 125 bits of its name as five groups of five signs.

    ``ABCDE FGHJK LMNPQ RSTUV WXYZ2``; `sha256` is of `key_sha256`. Errors: ValueError if it is
    too short.
    """
    written = signs(sha256, GROUPS * SIGNS_A_GROUP)
    return " ".join(
        written[at : at + SIGNS_A_GROUP] for at in range(0, len(written), SIGNS_A_GROUP)
    )


def typed(text: str) -> str | None:
    """Return characters as `characters` writes them, however somebody typed them.

    Case, spaces and dashes do not count. None: these are no key's characters.
    """
    plain = text.upper().translate(str.maketrans("", "", " -"))
    if len(plain) != GROUPS * SIGNS_A_GROUP or not set(plain) <= set(ALPHABET):
        return None
    return " ".join(plain[at : at + SIGNS_A_GROUP] for at in range(0, len(plain), SIGNS_A_GROUP))
