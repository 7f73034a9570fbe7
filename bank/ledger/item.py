"""A verified request in the shape the money statement takes it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal
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

    def members(self) -> dict[str, Any]:
        """Return the members of SQL's ledger_item, as JSON holds them."""
        flat = asdict(self)
        flat |= flat.pop("signed")
        carried = flat.pop("carried")
        if carried is not None:
            carried |= carried.pop("signed")
            flat |= {f"original_{name}": value for name, value in carried.items()}
        return {name: _json(value) for name, value in flat.items()}


def _json(value: object) -> object:
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return str(value) if isinstance(value, UUID) else value
