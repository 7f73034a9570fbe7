"""Hashing to P-256: suite P256_XMD:SHA-256_SSWU_RO_ of RFC 9380 section 8.2.

Field arithmetic is Python's and its time depends on the input. It runs at the kiosk, once a PIN
and behind a fresh blind; nobody at the other end of the line can time it alone.
"""

import hashlib
from typing import Final

from Crypto.Math.Numbers import Integer

from protocol.errors import BadEncoding
from protocol.pin.group import B, Element, N, P

_DIGEST_BYTES: Final = 32
_BLOCK_BYTES: Final = 64
FIELD_BYTES: Final = 48
"""L of RFC 9380: 256 bits of the modulus and 128 of margin."""
_A: Final = P - 3
_Z: Final = P - 10


def expand_message_xmd(message: bytes, dst: bytes, length: int) -> bytes:
    """Return ``length`` uniform bytes (RFC 9380 section 5.3.1, SHA-256).

    Raises:
        BadEncoding: ``dst`` is empty or longer than 255 bytes, or ``length`` over 255 * 32.
    """
    count = -(-length // _DIGEST_BYTES)
    if count > 255 or not 1 <= len(dst) <= 255:
        raise BadEncoding("output or domain separation tag out of range")
    dst_prime = dst + bytes([len(dst)])
    first = hashlib.sha256(
        bytes(_BLOCK_BYTES) + message + length.to_bytes(2) + b"\x00" + dst_prime
    ).digest()
    blocks = [hashlib.sha256(first + b"\x01" + dst_prime).digest()]
    for index in range(2, count + 1):
        mixed = bytes(a ^ b for a, b in zip(first, blocks[-1], strict=True))
        blocks.append(hashlib.sha256(mixed + bytes([index]) + dst_prime).digest())
    return b"".join(blocks)[:length]


def hash_to_field(message: bytes, dst: bytes, count: int, modulus: int) -> list[int]:
    """Return ``count`` integers below ``modulus`` (RFC 9380 section 5.2, m = 1)."""
    uniform = expand_message_xmd(message, dst, count * FIELD_BYTES)
    return [
        int.from_bytes(uniform[start : start + FIELD_BYTES]) % modulus
        for start in range(0, len(uniform), FIELD_BYTES)
    ]


def hash_to_scalar(message: bytes, dst: bytes) -> Integer:
    """Return a scalar below n, which may be 0 (RFC 9497 section 4.3, HashToScalar)."""
    return Integer(hash_to_field(message, dst, 1, N)[0])


def map_to_curve(u: int) -> Element:
    """Return the element of a field element, by simplified SWU (RFC 9380 section 6.6.2)."""
    u_squared = _Z * u * u % P
    denominator = (u_squared * u_squared + u_squared) % P
    if denominator:
        x1 = -B * pow(_A, -1, P) * (1 + pow(denominator, -1, P)) % P
    else:
        x1 = B * pow(_Z * _A, -1, P) % P
    x = x1
    y_squared = _curve_equation(x)
    y = _square_root(y_squared)
    if y * y % P != y_squared:
        # No square: by construction of the map, the other candidate's is one.
        x = u_squared * x1 % P
        y = _square_root(_curve_equation(x))
    return Element(x, y if y & 1 == u & 1 else P - y, "p256")


def hash_to_curve(message: bytes, dst: bytes) -> Element:
    """Return the element of ``message``, indistinguishable from random (RFC 9380 section 3)."""
    first, second = hash_to_field(message, dst, 2, P)
    # The cofactor of P-256 is 1: nothing to clear.
    return map_to_curve(first) + map_to_curve(second)


def _curve_equation(x: int) -> int:
    return (x * x * x + _A * x + B) % P


def _square_root(square: int) -> int:
    # p is 3 modulo 4. Of a non-square this is the root of its negative.
    return pow(square, (P + 1) // 4, P)
