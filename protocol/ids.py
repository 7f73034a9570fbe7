"""Identifiers of requests: 128 bits, ordered by time, made by the kiosk.

A uid has the layout of a UUID version 7 (RFC 9562 section 5.7), written as 32 lower-case hex
digits: 48 bits of milliseconds, then random bits. The clock only spreads and sorts uids; no rule
rests on it being right.
"""

import hashlib
import re
import secrets
from typing import Final

from protocol.encoding import v
from protocol.errors import BadEncoding

_UID = re.compile(r"[0-9a-f]{32}")
_VERSION_RANDOM: Final = 7
_VERSION_DERIVED: Final = 8  # RFC 9562 section 5.8: our own contents


def new_uid(now_ms: int) -> str:
    """Return a fresh uid; ``now_ms`` is Unix time in milliseconds from the caller's clock.

    Raises:
        BadEncoding: ``now_ms`` is negative or beyond 48 bits (the year 10889).
    """
    return _layout(now_ms, secrets.token_bytes(10), _VERSION_RANDOM)


def reversal_uid(terminal_id: str, original_uid: str) -> str:
    """Return the uid of the reversal of ``original_uid``, the same on every call.

    It is derived, so that a kiosk that cannot write even the reversal's own record finds the same
    reversal again after a restart (MONEY.md 1). It keeps the original's time, so that both lie
    side by side.

    Raises:
        BadEncoding: ``original_uid`` is no uid.
    """
    original = uid_bytes(original_uid)
    digest = hashlib.sha256(
        v(b"fortress-atm reversal uid 1") + v(terminal_id.encode()) + v(original)
    ).digest()
    return _layout(uid_time_ms(original_uid), digest[:10], _VERSION_DERIVED)


def uid_bytes(uid: str) -> bytes:
    """Return a uid's 16 bytes; raises ``BadEncoding`` if it is not 32 lower-case hex digits."""
    if not _UID.fullmatch(uid):
        raise BadEncoding("a uid is 32 lower-case hex digits")
    return bytes.fromhex(uid)


def uid_time_ms(uid: str) -> int:
    """Return the milliseconds in a uid: when its kiosk believes to have made it."""
    return int.from_bytes(uid_bytes(uid)[:6])


def _layout(time_ms: int, random: bytes, version: int) -> str:
    if not 0 <= time_ms < 2**48:
        raise BadEncoding("time does not fit in 48 bits")
    tail = int.from_bytes(random)
    tail = tail & ~(0xF << 76) | version << 76
    tail = tail & ~(0b11 << 62) | 0b10 << 62
    return f"{time_ms:012x}{tail:020x}"
