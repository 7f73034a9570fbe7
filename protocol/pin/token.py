"""The challenge token: 110 bytes that any bank server can check without a store (PIN.md 4).

01 || kid || LE32 ver || LE64 expiry || nonce (32) || SHA-256 of the issuer's certificate || MAC
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from protocol.encoding import le32, le64, v
from protocol.errors import BadToken, ExpiredToken
from protocol.pin.context import Context

TOKEN_BYTES: Final = 110
LIFETIME_S: Final = 60
MAX_AHEAD_S: Final = 65
"""A token that claims to live longer than this was not made by the rules."""

_HEAD_BYTES: Final = 78
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class TokenHead:
    """What a token says: ``expiry_s`` is Unix time, ``nonce`` and ``issuer`` are 32 bytes."""

    kid: int
    ver: int
    expiry_s: int
    nonce: bytes
    issuer: bytes


def parse_token(token: bytes) -> TokenHead:
    """Return the token's head without checking its MAC, as the kiosk reads it.

    Raises:
        BadToken: not 110 bytes of format 1.
    """
    if len(token) != TOKEN_BYTES or token[0] != _FORMAT:
        raise BadToken("not a token of ATMPIN-V01")
    return TokenHead(
        kid=token[1],
        ver=int.from_bytes(token[2:6], "little"),
        expiry_s=int.from_bytes(token[6:14], "little"),
        nonce=token[14:46],
        issuer=token[46:78],
    )


def issue_token(mac_key: bytes, head: TokenHead, context: Context) -> bytes:
    """Return a token for ``context``.

    Raises:
        BadEncoding: a number that does not fit.
        BadToken: ``kid`` is no byte, or nonce or issuer are not 32 bytes.
    """
    if not 0 <= head.kid <= 255 or len(head.nonce) != 32 or len(head.issuer) != 32:
        raise BadToken("kid, nonce or issuer of another length")
    data = bytes([_FORMAT, head.kid]) + le32(head.ver) + le64(head.expiry_s)
    data += head.nonce + head.issuer
    return data + _mac(mac_key, data, context)


def check_token(
    mac_keys: Mapping[int, bytes], token: bytes, context: Context, now_s: int
) -> TokenHead:
    """Return the head of a token that this bank issued for ``context``, while it is good.

    ``mac_keys`` are by kid; ``now_s`` is the primary database's Unix time.

    Raises:
        BadToken: format, key id, MAC or context.
        ExpiredToken: its time is over, or further ahead than any rule allows.
    """
    head = parse_token(token)
    mac_key = mac_keys.get(head.kid)
    if mac_key is None:
        raise BadToken("unknown key id")
    if not hmac.compare_digest(_mac(mac_key, token[:_HEAD_BYTES], context), token[_HEAD_BYTES:]):
        raise BadToken("MAC differs")
    if now_s > head.expiry_s or head.expiry_s > now_s + MAX_AHEAD_S:
        raise ExpiredToken("outside its time")
    return head


def _mac(mac_key: bytes, head: bytes, context: Context) -> bytes:
    fields = (
        head,
        context.purpose.encode("ascii"),
        context.realm.encode("ascii"),
        context.account,
        context.terminal_id.encode("ascii"),
        context.terminal_cert_hash,
        context.body_digest,
        context.factor1,
    )
    return hmac.digest(mac_key, b"".join(map(v, fields)), "sha256")
