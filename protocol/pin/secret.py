"""From a PIN to its scalar x and verifier Y = x * G (PIN.md 2)."""

import threading
from typing import Final

from Crypto.Math.Numbers import Integer
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from protocol.encoding import le32, v
from protocol.errors import BadEncoding
from protocol.pin.group import encode_element, generator, multiply
from protocol.pin.hash_to_curve import hash_to_scalar
from protocol.pin.oprf import derive_key
from protocol.pin.pins import check_pin

ACCOUNT_BYTES: Final = 16
KSF: Final = "argon2id-19-65536-3-4"
"""Algorithm, version, KiB, passes and lanes: constants of V01, sent, any other value refused."""

_ARGON2_SALT: Final = b"ATMPIN-v1-argon2"
# OpenSSL 3 shares one pool of threads for the lanes of all derivations in a process: two at once
# wait for each other for ever.
_ONE_STRETCHES: Final = threading.Lock()
_SCALAR_DST: Final = b"ATMPIN-V01-PinScalar-P256"


def account_key(seed: bytes, ver: int, account: bytes) -> Integer:
    """Return ``k_acct``, the OPRF key of one credential and version (PIN.md 2).

    Raises:
        BadEncoding: ``account`` is not 16 bytes, the seed not 32, or ``ver`` not in 32 bits.
    """
    _check_account(account)
    return derive_key(seed, b"ATMPIN-oprf" + le32(ver) + account)


def oprf_input(account: bytes, pin: bytes | bytearray) -> bytes:
    """Return what the OPRF is taken of.

    Raises:
        BadEncoding: ``account`` is not 16 bytes.
        BadPin: ``pin`` is not 4 to 12 ASCII digits.
    """
    _check_account(account)
    check_pin(pin)
    return b"ATMPIN-v1" + v(account) + v(bytes(pin))


def stretch(oprf_output: bytes) -> bytes:
    """Return ``st``, 32 bytes of Argon2id: about 240 ms and 64 MiB, never on the UI thread."""
    stretching = Argon2id(salt=_ARGON2_SALT, length=32, iterations=3, lanes=4, memory_cost=65_536)
    with _ONE_STRETCHES:
        return stretching.derive(oprf_output)


def pin_scalar(oprf_output: bytes, stretched: bytes) -> Integer:
    """Return x, 1 to n - 1.

    Raises:
        BadEncoding: x came out as 0, which happens once in 2^256.
    """
    key = HKDF.extract(SHA256(), None, oprf_output + stretched)
    scalar = hash_to_scalar(key, _SCALAR_DST)
    if scalar == 0:
        raise BadEncoding("the PIN's scalar is zero")
    return scalar


def verifier(scalar: Integer) -> bytes:
    """Return Y, 33 bytes: all that the bank stores."""
    return encode_element(multiply(generator(), scalar))


def _check_account(account: bytes) -> None:
    if len(account) != ACCOUNT_BYTES:
        raise BadEncoding("a credential id is 16 bytes")
