"""A new PIN for a customer who exists (PIN.md 5 and 6).

Reset: two members of staff ask for it by the act ``reset_pin``; then, at the desk they named,
``POST /v1/staff/customers/{customer}/pin-ticket`` -> ticket. Change: ``POST /v1/pin/change`` in the
customer's own session, opened by finger -> ticket. Both go on as a sign-up does:
``POST /v1/pin/start`` with purpose ``pin-register``; for a change also one with purpose
``pin-change-old`` and SHA-256 of the new verifier as ``body_digest``; then ``POST /v1/pin/renew``.
"""

from typing import Literal

from protocol.messages.fields import (
    Element,
    Message,
    Proof,
    Record,
    Seconds,
    TerminalId,
    Token,
)
from protocol.messages.pin import PinProof

FoundBy = Literal["finger", "identity_card", "passport", "driving_licence"]
"""By what staff know that it is the customer who stands there."""


class PinReset(Message):
    """What the act ``reset_pin`` says beside the customer.

    The first person gives ``record``, the factor 1 record of the customer's finger at this desk,
    where it was found by finger. The second says the same of ``found`` and ``desk``.
    """

    found: FoundBy
    desk: TerminalId
    """Where the customer is, and chooses the new PIN."""
    record: Record = ""


class ResetState(Message):
    """How far the reset of a customer's PIN is."""

    state: Literal["waiting", "approved"]
    """``waiting``: a second person is needed. ``approved``: the customer may choose a PIN."""
    found: FoundBy
    desk: TerminalId
    mine: bool
    """Whether the asker was the first of the two."""
    until: Seconds
    """When it is over."""


class PinRenewal(Message):
    """The new verifier, proven; for a change with a proof of the old PIN over it."""

    ticket: Record
    verifier: Element
    token: Token
    proof: Proof
    old: PinProof | None = None


class PinRenewed(Message):
    """From ``at`` on only the new PIN holds. The same message again gives the same answer."""

    at: Seconds
