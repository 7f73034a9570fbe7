"""A verified request in the shape the money statement takes it."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

PinVerdict = Literal["absent", "refused", "accepted"]


@dataclass(frozen=True)
class Signed:
    """Signed bytes and their place in the terminal's chain.

    `body_hash` is what "the same body" means: SHA-256 of the JWS, of a reversal its order's.
    """

    chain: UUID
    seq: int
    prev: bytes
    body_hash: bytes
    jws_sha256: bytes
    jws: str


@dataclass(frozen=True)
class CarriedOriginal:
    """The original that a reversal carries, should the bank not know it."""

    signed: Signed
    kind: str
    amount_minor: int
    currency: str
    reference: str


@dataclass(frozen=True)
class Item:
    """One request: what is asked, by whom, and what was found out about its PIN proof.

    `customer` is whom the accepted proof belongs to. `session` is SHA-256 of the session id.
    """

    terminal: str
    uid: UUID
    kind: str
    amount_minor: int
    currency: str
    source: str | None
    target: str | None
    text: str | None
    original: UUID | None
    session: bytes | None
    reference: str
    signed: Signed
    carried: CarriedOriginal | None = None
    pin: PinVerdict = "absent"
    customer: UUID | None = None

    def members(self) -> dict[str, str | int | None]:
        """Return the members of SQL's ledger_item, as JSON holds them; left out means null."""
        signed, carried = self.signed, self.carried
        members: dict[str, str | int | None] = {
            "terminal": self.terminal,
            "uid": self.uid.hex,
            "kind": self.kind,
            "amount_minor": self.amount_minor,
            "currency": self.currency,
            "source": self.source,
            "target": self.target,
            "text": self.text,
            "pin": self.pin,
            "reference": self.reference,
            "chain": signed.chain.hex,
            "seq": signed.seq,
            "prev": _bytea(signed.prev),
            "body_hash": _bytea(signed.body_hash),
            "jws_sha256": _bytea(signed.jws_sha256),
            "jws": signed.jws,
        }
        if self.original is not None:
            members["original"] = self.original.hex
        if self.session is not None:
            members["session"] = _bytea(self.session)
        if self.customer is not None:
            members["customer"] = self.customer.hex
        if carried is not None:
            members |= {
                "original_kind": carried.kind,
                "original_amount_minor": carried.amount_minor,
                "original_currency": carried.currency,
                "original_reference": carried.reference,
                "original_chain": carried.signed.chain.hex,
                "original_seq": carried.signed.seq,
                "original_prev": _bytea(carried.signed.prev),
                "original_body_hash": _bytea(carried.signed.body_hash),
                "original_jws_sha256": _bytea(carried.signed.jws_sha256),
                "original_jws": carried.signed.jws,
            }
        return members


def _bytea(value: bytes) -> str:
    return "\\x" + value.hex()
