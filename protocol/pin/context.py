"""What a PIN proof is bound to, and the proof's tag (PIN.md 1, 3 and 5)."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from protocol.encoding import le32, v
from protocol.errors import BadEncoding
from protocol.pin.secret import ACCOUNT_BYTES
from protocol.pin.sigma import SUITE

TAG_PREFIX: Final = b"ATMPIN-V01-0001-CMPT-with-" + SUITE
PURPOSES: Final = frozenset(
    {"login", "txn", "staff-act", "pin-register", "pin-register-duress", "pin-change-old"}
)

_TERMINAL_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class Context:
    """Everything start and finish must agree on.

    ``account`` is the 16-byte credential id, ``terminal_cert_hash`` SHA-256 of the terminal's leaf
    DER; ``factor1`` and ``body_digest`` are empty or 32 bytes.

    Raises:
        BadEncoding: a field with another length or alphabet, or an unknown purpose.
    """

    purpose: str
    realm: str
    account: bytes
    terminal_id: str
    terminal_cert_hash: bytes
    factor1: bytes
    body_digest: bytes

    def __post_init__(self) -> None:
        """Refuse fields of another length or alphabet."""
        if self.purpose not in PURPOSES:
            raise BadEncoding("unknown purpose")
        if not (1 <= len(self.realm) <= 255 and self.realm.isascii()):
            raise BadEncoding("a realm is 1 to 255 ASCII characters")
        if not _TERMINAL_ID.fullmatch(self.terminal_id):
            raise BadEncoding("a terminal id is 1 to 64 letters, digits and hyphens")
        if len(self.account) != ACCOUNT_BYTES or len(self.terminal_cert_hash) != 32:
            raise BadEncoding("credential id or certificate hash of another length")
        if len(self.factor1) not in (0, 32) or len(self.body_digest) not in (0, 32):
            raise BadEncoding("factor1 and body_digest are empty or 32 bytes")

    def tag(self, ver: int, issuer_cert_hash: bytes, token: bytes) -> bytes:
        """Return the proof's tag; ``issuer_cert_hash`` is of the server that issued ``token``."""
        exporter = b""  # room for a TLS exporter, empty in V01
        fields = (
            self.purpose.encode("ascii"),
            self.realm.encode("ascii"),
            self.account,
            le32(ver),
            self.terminal_id.encode("ascii"),
            self.terminal_cert_hash,
            issuer_cert_hash,
            exporter,
            token,
            self.factor1,
            self.body_digest,
        )
        return TAG_PREFIX + b"".join(map(v, fields))


def digest(data: bytes) -> bytes:
    """Return SHA-256 of ``data``, or nothing for nothing: how records and bodies are bound."""
    return hashlib.sha256(data).digest() if data else b""
