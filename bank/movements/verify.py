"""From a compact JWS to an order that this terminal certainly signed."""

import hashlib
import logging
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from bank.ledger.item import CarriedOriginal, Item, Signed
from bank.movements.errors import BadMovement, NotSigned
from bank.terminals.registry import TerminalRegistry
from protocol.encoding import b64url_decode
from protocol.errors import BadEncoding, BadSignature
from protocol.messages.money import MovementKind, Order
from protocol.orders import read_order
from protocol.references import reference
from protocol.signing import SignedRequest, body_hash, check_signature, read_request

log = logging.getLogger("bank.movements")

_NEEDED: Final[dict[MovementKind, frozenset[str]]] = {
    "authorise": frozenset({"source", "session"}),
    "transfer": frozenset({"source", "target", "text", "session"}),
    "credit": frozenset({"target"}),
    "confirm": frozenset({"original"}),
    "reversal": frozenset({"original"}),
    "settle": frozenset({"original"}),
    "case": frozenset({"original"}),
    "unload": frozenset({"original"}),
    "load": frozenset({"original"}),
    "surplus": frozenset({"original"}),
    "shortage": frozenset({"original"}),
}


@dataclass(frozen=True)
class Verified:
    """A request as its terminal signed it: the order's exact bytes, and the ledger's item."""

    order: Order
    order_bytes: bytes
    item: Item


async def verify(terminals: TerminalRegistry, terminal: str, jws: str) -> Verified:
    """Return what `terminal` signed.

    Raises:
        BadMovement: not a JWS of this kind, or an order that lacks what its kind needs.
        NotSigned: by no certificate that was ever issued to this terminal.
        StoreUnavailable: the certificate could not be looked up.
    """
    try:
        data = jws.encode("ascii")
        request = await _signed(terminals, terminal, data)
        order = read_order(request.order)
    except (BadEncoding, UnicodeEncodeError) as error:
        raise BadMovement("not a signed order") from error
    except BadSignature as error:
        raise NotSigned("the signature does not verify") from error
    if order.terminal != terminal:
        raise NotSigned("the order names another terminal")
    missing = sorted(name for name in _NEEDED[order.kind] if not getattr(order, name))
    if missing:
        raise BadMovement(f"{order.kind} needs {', '.join(missing)}")
    if order.original == order.uid:
        raise BadMovement("an order cannot name itself")
    carried = None
    if order.kind == "reversal" and request.original is not None:
        carried = await _carried(terminals, terminal, order, request.original)
    item = Item(
        terminal=terminal,
        uid=UUID(order.uid),
        kind=order.kind,
        amount_minor=order.amount_minor,
        currency=order.currency,
        source=order.source,
        target=order.target,
        text=order.text,
        original=UUID(order.original) if order.original else None,
        session=b64url_decode(order.session) if order.session else None,
        reference=reference(order.original or order.uid),
        signed=_place(request, data, order),
        carried=carried,
    )
    return Verified(order, request.order, item)


async def _signed(terminals: TerminalRegistry, terminal: str, data: bytes) -> SignedRequest:
    request = read_request(data)
    key = await terminals.public_key(terminal, request.kid)
    if key is None:
        raise BadSignature("the certificate was not issued to this terminal")
    # On the event loop: cryptography holds the GIL while it verifies, so that a thread would only
    # add the way there and back (measured: docs/benchmarks.md).
    check_signature(data, key)
    return request


async def _carried(
    terminals: TerminalRegistry, terminal: str, reversal: Order, data: bytes
) -> CarriedOriginal | None:
    # The reversal stands without it: an advice is recorded whatever it carries.
    try:
        request = await _signed(terminals, terminal, data)
        order = read_order(request.order)
    except (BadEncoding, BadSignature):
        log.warning("reversal %s carries an original that does not verify", reversal.uid)
        return None
    if (order.uid, order.terminal) != (reversal.original, terminal):
        log.warning("reversal %s carries another original than it names", reversal.uid)
        return None
    return CarriedOriginal(
        signed=_place(request, data, order),
        kind=order.kind,
        amount_minor=order.amount_minor,
        currency=order.currency,
        reference=reference(order.uid),
    )


def _place(request: SignedRequest, data: bytes, order: Order) -> Signed:
    jws_sha256 = body_hash(data)
    # A kiosk that could not write its reversal down signs it anew (W-X05).
    same = hashlib.sha256(request.order).digest() if order.kind == "reversal" else jws_sha256
    return Signed(
        chain=UUID(request.chain),
        seq=request.seq,
        prev=request.prev,
        body_hash=same,
        jws_sha256=jws_sha256,
        jws=data.decode("ascii"),
    )
