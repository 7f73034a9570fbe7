"""The PIN proof's messages (PIN.md 5): ``POST /v1/pin/start`` and ``POST /v1/pin/finish``."""

from typing import Literal

from protocol.messages.fields import (
    AccountNumber,
    Bytes16,
    Bytes32,
    Currency,
    Digest,
    Element,
    Message,
    Proof,
    Record,
    Seconds,
    Token,
    Uid,
)

Purpose = Literal["login", "txn", "staff-act", "pin-register", "pin-change-old"]


class PinStartRequest(Message):
    """Spends one try (a repeat of the same attempt spends none).

    ``record`` is the factor 1 record whose SHA-256 is ``factor1`` (login), or the ticket whose
    SHA-256 is ``body_digest`` (pin-register); otherwise empty. ``session`` is the session id (txn,
    staff-act and pin-change-old), otherwise empty.
    """

    attempt: Uid
    account: Bytes16
    purpose: Purpose
    factor1: Digest
    record: Record
    body_digest: Digest
    session: Digest
    blinded: Element


class PinStartAnswer(Message):
    """The evaluated element and a token of the answering server."""

    evaluated: Element
    ver: int
    ksf: str
    token: Token


class PinProof(Message):
    """What travels beside a movement or an act: the token and the proof over its bytes."""

    token: Token
    proof: Proof


class PinFinishRequest(Message):
    """Ends a login. Never sent twice: an unknown outcome is a new attempt."""

    account: Bytes16
    purpose: Literal["login"]
    factor1: Digest
    record: Record
    body_digest: Digest
    token: Token
    proof: Proof


Role = Literal["customer", "teller", "supervisor", "operator", "auditor", "administrator"]


class AccountBrief(Message):
    """An account as a menu shows it: no balance."""

    number: AccountNumber
    currency: Currency
    name: str


class LoginAnswer(Message):
    """A session: its id is a secret that travels in the header ``Session``."""

    session: Bytes32
    expires_at: Seconds
    customer: str
    """The customer's id, for staff reads and logs."""
    first_name: str
    roles: tuple[Role, ...]
    accounts: tuple[AccountBrief, ...]
    finger: bool
    """Whether the session was opened with a finger; without one the limits are lower."""
    step_up_minor: int
    """A movement above this sum needs a PIN proof of its own."""
