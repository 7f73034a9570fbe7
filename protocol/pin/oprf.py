"""The oblivious pseudorandom function of RFC 9497, suite P256-SHA256, mode 0x00 (OPRF).

The kiosk blinds, the bank evaluates, the kiosk finalizes: the bank learns nothing of the input,
the kiosk nothing of the key.
"""

import hashlib
from typing import Final

from Crypto.Math.Numbers import Integer

from protocol.errors import BadEncoding
from protocol.pin.group import Element, N, encode_element, multiply
from protocol.pin.hash_to_curve import hash_to_curve, hash_to_scalar

CONTEXT: Final = b"OPRFV1-\x00-P256-SHA256"
_HASH_TO_GROUP: Final = b"HashToGroup-" + CONTEXT
_DERIVE_KEY_PAIR: Final = b"DeriveKeyPair" + CONTEXT


def derive_key(seed: bytes, info: bytes) -> Integer:
    """Return the private key of a 32-byte ``seed`` (RFC 9497 section 3.2.1, DeriveKeyPair).

    Raises:
        BadEncoding: the seed is not 32 bytes, ``info`` is over 65,535, or no key was found (one
            in 2^65536).
    """
    if len(seed) != 32 or len(info) > 0xFFFF:
        raise BadEncoding("a seed is 32 bytes, info at most 65,535")
    derive_input = seed + len(info).to_bytes(2) + info
    for counter in range(256):
        key = hash_to_scalar(derive_input + bytes([counter]), _DERIVE_KEY_PAIR)
        if key != 0:
            return key
    raise BadEncoding("no key from this seed")


def blind(message: bytes, factor: Integer) -> Element:
    """Return the blinded element; ``factor`` is a fresh random scalar, kept for ``finalize``.

    Raises:
        BadEncoding: ``message`` is over 65,535 bytes or hashes to the identity.
    """
    if len(message) > 0xFFFF:
        raise BadEncoding("an OPRF input is at most 65,535 bytes")
    element = hash_to_curve(message, _HASH_TO_GROUP)
    if element.is_point_at_infinity():
        raise BadEncoding("the input hashes to the identity")
    return multiply(element, factor)


def evaluate(key: Integer, blinded: Element) -> Element:
    """Return the evaluated element (RFC 9497 section 3.3.1, BlindEvaluate)."""
    return multiply(blinded, key)


def finalize(message: bytes, factor: Integer, evaluated: Element) -> bytes:
    """Return the function's 32-byte output (RFC 9497 section 3.3.1, Finalize)."""
    unblinded = encode_element(multiply(evaluated, factor.inverse(N)))
    return hashlib.sha256(
        len(message).to_bytes(2) + message + len(unblinded).to_bytes(2) + unblinded + b"Finalize"
    ).digest()
