"""Movements: the signed order, and the bank's stored decision about it (MONEY.md 1 and 2).

``POST /v1/movements`` takes a ``MovementRequest``. An answer of 200 carries an ``Outcome``: a
decision stored under the order's uid, byte for byte the same at every replay. Every other answer
leaves the outcome unknown.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from protocol.messages.fields import (
    NO_NUL,
    AccountNumber,
    AmountMinor,
    Bytes32,
    Currency,
    Message,
    Seconds,
    TerminalId,
    Uid,
)
from protocol.messages.pin import PinProof

MovementKind = Literal[
    "authorise",
    "confirm",
    "reversal",
    "credit",
    "case",
    "transfer",
    "settle",
    "unload",
    "load",
    "surplus",
    "shortage",
]
CASH_MOVES: frozenset[MovementKind] = frozenset({"unload", "load", "surplus", "shortage"})
"""What a machine's own cash account does at an exchange; no customer is concerned."""
ADVICES: frozenset[MovementKind] = frozenset(
    {"confirm", "reversal", "credit", "case", "unload", "load", "surplus", "shortage"}
)
"""What has happened: always recorded, at any age, by terminal certificate and signature alone."""

OutcomeWord = Literal[
    "held",  # authorise: the sum is reserved
    "posted",  # confirm, credit, transfer: booked
    "voided",  # reversal: the hold is released
    "tombstoned",  # reversal or settle of what never arrived or was refused: it never will be made
    "suspended",  # an advice that could not be applied: booked to suspense or nowhere, with a case
    "recorded",  # case report
    "refused",  # authorise, transfer: decided against, for ``reason``
]

Reason = Literal[
    "insufficient_funds",
    "limit_each",
    "limit_day",
    "limit_terminal",
    "account_unknown",
    "account_closed",
    "payee_unknown",
    "same_account",
    "currency",
    "session_ended",
    "not_your_account",
    "pin_required",
    "pin_refused",
    "tombstoned",
    "hold_void",
    "already_posted",
    "not_approved",  # an exchange that no two operators have approved so
    "difference",  # counted and booked cash differ
]

AmountOrUnknown = Annotated[int, Field(ge=0, le=10**12)]
"""As ``AmountMinor``; 0 in a case report alone: the machine cannot tell the sum."""

NoteTally = dict[
    Annotated[str, StringConstraints(pattern=r"^[0-9]{3,7}$")], Annotated[int, Field(ge=0, le=9999)]
]
"""Notes by denomination in minor units (as text, JSON's keys being text)."""


class Order(Message):
    """What is asked. Its canonical JSON bytes are signed, kept and compared; never rebuilt.

    authorise: ``source`` is charged. credit: ``target`` is credited. transfer: both, and ``text``.
    confirm: ``original`` is the authorise, ``amount_minor`` the part that was paid out (the rest is
    voided). reversal: ``original`` is the authorise, ``amount_minor`` its sum. settle: ``original``
    is the transfer. case: ``original`` is the withdrawal or deposit in doubt, ``text`` the kiosk's
    short account of it, ``amount_minor`` the sum in doubt or 0 where it is not known. unload, load,
    surplus, shortage: ``original`` is the exchange (``messages.operator``) whose count sheet says
    what was taken out to the vault, put in from it, or counted beyond or below the ledger. Fields
    that a kind does not use are null.
    """

    v: Literal[1] = 1
    uid: Uid
    kind: MovementKind
    amount_minor: AmountOrUnknown
    currency: Currency
    source: AccountNumber | None = None
    target: AccountNumber | None = None
    text: Annotated[str, StringConstraints(max_length=140, pattern=NO_NUL)] | None = None
    original: Uid | None = None
    notes: NoteTally | None = None
    terminal: TerminalId
    session: Bytes32 | None = None
    """SHA-256 of the session id: of authorise and transfer."""

    @model_validator(mode="after")
    def _only_a_case_has_no_sum(self) -> Self:
        if self.amount_minor == 0 and self.kind != "case":
            raise ValueError("only a case may be about a sum that is not known")
        return self


class MovementRequest(Message):
    """A compact JWS over the order (``protocol.signing``), and a PIN proof beside it."""

    jws: Annotated[str, StringConstraints(max_length=16_384)]
    pin: PinProof | None = None


class Outcome(Message):
    """The bank's stored decision. Its bytes are the same at every replay."""

    v: Literal[1] = 1
    uid: Uid
    kind: MovementKind
    outcome: OutcomeWord
    reason: Reason | None = None
    amount_minor: AmountOrUnknown
    currency: Currency
    original: Uid | None = None
    original_outcome: OutcomeWord | None = None
    """settle: what became of the transfer (posted, refused or tombstoned)."""
    original_reason: Reason | None = None
    entry: int | None = None
    """Number of the ledger entry, where one was made."""
    reference: str
    """What a customer reads out to the bank: 4-4 characters without lookalikes."""
    case: str | None = None
    decided_at: Seconds


class DepositCheckRequest(Message):
    """Asked before any note is taken; ``amount_minor`` is the most that will be accepted."""

    account: AccountNumber
    currency: Currency
    amount_minor: AmountMinor


class DepositCheckAnswer(Message):
    """Whether notes may be taken, and up to which sum."""

    acceptable: bool
    reason: Reason | None = None
    max_minor: int
