"""Pure: one signed request beside the bank's decision about it."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from bank.seal.verify.findings import Kind
from protocol.errors import BadEncoding, BadSignature
from protocol.messages.money import Order
from protocol.orders import read_order
from protocol.signing import body_hash, read_request, verify_request

Certificates = Mapping[tuple[str, bytes], EllipticCurvePublicKey]
"""The keys of every certificate that was ever issued, by terminal and SHA-256 of its DER."""
Finding = tuple[Kind, str]
_BOOKED: Final = ("transfer", "credit", "confirm", "unload", "load")


@dataclass(frozen=True, slots=True)
class SignedRow:
    """Signed bytes as they are kept, and the decision under their uid (None: there is none).

    `legs` are the postings of the entry: account's number (None: the bank's own), amount.
    `hold_of` is the number of the account that a confirm's hold was on.
    """

    terminal: str
    uid: str
    jws_sha256: bytes
    jws: str
    kind: str | None
    amount_minor: int | None
    currency: str | None
    original: str | None
    outcome: str | None
    body_hash: bytes | None
    legs: tuple[tuple[str | None, int], ...]
    hold_of: str | None
    again: bool = False
    """Whether a confirm reports a payout of this sum that was posted before."""


def check_signed(row: SignedRow, certificates: Certificates) -> Iterator[Finding]:
    """Yield what is wrong with one row."""
    where = f"{row.uid} of {row.terminal}"
    data = row.jws.encode("utf-8")
    if body_hash(data) != row.jws_sha256:
        yield "bad_signature", f"{where}: the signed bytes were changed"
        return
    try:
        key = certificates.get((row.terminal, read_request(data).kid))
        if key is None:
            yield "bad_signature", f"{where}: by no certificate of this terminal"
            return
        order_bytes = verify_request(data, key).order
        order = read_order(order_bytes)
    except (BadEncoding, BadSignature) as error:
        yield "bad_signature", f"{where}: {error}"
        return
    if (UUID(order.uid), order.terminal) != (UUID(row.uid), row.terminal):
        yield "wrong_decision", f"{where}: the signed order is another one"
        return
    if row.kind is None:
        yield "unsigned", f"{where}: a signed request without a decision"
        return
    same = hashlib.sha256(order_bytes).digest() if order.kind == "reversal" else row.jws_sha256
    if same != row.body_hash:
        return  # signed, kept, and not the body that was decided: the fork alarm's affair
    yield from _decision(where, row, order)


def _decision(where: str, row: SignedRow, order: Order) -> Iterator[Finding]:
    asked = (order.kind, order.amount_minor, order.currency, _uuid(order.original))
    if asked != (row.kind, row.amount_minor, row.currency, _uuid(row.original)):
        yield "wrong_decision", f"{where}: decided about something else than was asked"
    booked = sorted(row.legs, key=lambda leg: leg[1])
    if row.again and not booked:
        return
    if row.outcome == "posted" and order.kind in _BOOKED:
        wanted = [(_payer(row, order), -order.amount_minor), (_payee(order), order.amount_minor)]
        if booked != wanted:
            yield "wrong_decision", f"{where}: booked {booked}, signed {wanted}"
    elif row.outcome == "suspended" and booked:
        if [amount for _, amount in booked] != [-order.amount_minor, order.amount_minor]:
            yield "wrong_decision", f"{where}: another sum is in suspense"
    elif booked:
        yield "wrong_decision", f"{where}: booked, though {row.outcome}"


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _payer(row: SignedRow, order: Order) -> str | None:
    return {"transfer": order.source, "confirm": row.hold_of}.get(order.kind)


def _payee(order: Order) -> str | None:
    return order.target if order.kind in ("transfer", "credit") else None
