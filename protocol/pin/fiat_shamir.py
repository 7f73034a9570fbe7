"""The Fiat-Shamir transformation of the CFRG draft with SHAKE128 (draft-irtf-cfrg-fiat-shamir).

The sponge starts with a 32-byte session id padded with zeros to the rate, 168 bytes. Everything
absorbed before the one squeeze is a plain concatenation, so a sponge is a hash of bytes here.
"""

import hashlib
from typing import Final

from Crypto.Math.Numbers import Integer

from protocol.pin.group import N

_RATE_BYTES: Final = 168
_SESSION_DOMAIN: Final = b"irtf-cfrg-fiat-shamir/session-id"
_CHALLENGE_BYTES: Final = 48


def squeeze(session: bytes, absorbed: bytes, length: int) -> bytes:
    """Return ``length`` bytes of the sponge of a 32-byte ``session`` after ``absorbed``."""
    return hashlib.shake_128(session.ljust(_RATE_BYTES, b"\x00") + absorbed).digest(length)


def session_id(tag: bytes) -> bytes:
    """Return the 32-byte session id of ``tag``."""
    return squeeze(_SESSION_DOMAIN, tag, 32)


def squeeze_scalar(session: bytes, absorbed: bytes) -> Integer:
    """Return 48 squeezed bytes as a little-endian integer modulo n."""
    return Integer(int.from_bytes(squeeze(session, absorbed, _CHALLENGE_BYTES), "little") % N)
