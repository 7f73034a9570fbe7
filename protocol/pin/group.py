"""The group P-256: strict encodings of elements and scalars (PIN.md 1, SEC1 section 2.3).

Scalars are always PyCryptodome ``Integer``, whose multiplication treats them as secret. Decoding
computes with Python integers, which is not constant time: it only ever sees public values.
"""

import secrets
from typing import Final, TypeAlias

from Crypto.Math.Numbers import Integer
from Crypto.PublicKey.ECC import EccPoint  # type: ignore[attr-defined]

from protocol.errors import BadEncoding

Element: TypeAlias = EccPoint

P: Final = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
"""Characteristic of the field."""
B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
"""The curve is y^2 = x^3 - 3x + B."""
N: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of the group."""

ELEMENT_BYTES: Final = 33
SCALAR_BYTES: Final = 32

_GENERATOR_X: Final = 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296
_GENERATOR_Y: Final = 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5


def generator() -> Element:
    """Return a new copy of the base point (elements can be changed in place)."""
    return Element(_GENERATOR_X, _GENERATOR_Y, "p256")


def identity() -> Element:
    """Return the neutral element."""
    return generator().point_at_infinity()


def multiply(element: Element, scalar: Integer) -> Element:
    """Return ``scalar`` times ``element``."""
    # The library's hints say int; an int would be multiplied, but not guarded, as a secret.
    return element * scalar  # type: ignore[operator]


def decode_element(data: bytes) -> Element:
    """Return the element of 33 compressed SEC1 bytes.

    Raises:
        BadEncoding: another length or prefix, x >= p, or not on the curve. The identity has no
            33-byte encoding.
    """
    if len(data) != ELEMENT_BYTES or data[0] not in (2, 3):
        raise BadEncoding("an element is 33 bytes of compressed SEC1")
    x = int.from_bytes(data[1:])
    # The library would reduce x silently: two encodings of one element.
    if x >= P:
        raise BadEncoding("x is not below p")
    y_squared = (x * x * x - 3 * x + B) % P
    y = pow(y_squared, (P + 1) // 4, P)
    if y * y % P != y_squared:
        raise BadEncoding("not on the curve")
    return Element(x, y if y & 1 == data[0] & 1 else P - y, "p256")


def encode_element(element: Element) -> bytes:
    """Return 33 bytes of compressed SEC1; raises ``BadEncoding`` for the identity."""
    if element.is_point_at_infinity():
        raise BadEncoding("the identity is no element")
    x, y = element.xy
    return bytes([2 + (y & 1)]) + x.to_bytes(SCALAR_BYTES)


def decode_scalar(data: bytes) -> Integer:
    """Return the scalar of 32 bytes, big-endian; raises ``BadEncoding`` if it is not below n."""
    if len(data) != SCALAR_BYTES:
        raise BadEncoding("a scalar is 32 bytes")
    scalar = Integer.from_bytes(data)
    if scalar >= N:
        raise BadEncoding("a scalar is below n")
    return scalar


def encode_scalar(scalar: Integer) -> bytes:
    """Return 32 bytes, big-endian."""
    return scalar.to_bytes(SCALAR_BYTES)


def random_scalar() -> Integer:
    """Return a uniform scalar, 1 to n - 1, from the operating system's randomness."""
    return Integer(1 + secrets.randbelow(N - 1))
