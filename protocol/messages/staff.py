"""What staff do: find a customer, read accounts, open and close them, close a case, count cash.

Acts travel as exact bytes with a PIN proof of purpose ``staff-act`` over them (DESIGN.md 9).
"""

from typing import Annotated, Literal

from pydantic import StringConstraints

from protocol.messages.cases import CaseFinding
from protocol.messages.chains import NewChain
from protocol.messages.enrolment import TerminalFinding
from protocol.messages.fields import (
    NO_NUL,
    AccountNumber,
    Bytes32,
    Currency,
    Message,
    Seconds,
    TerminalId,
    Uid,
)
from protocol.messages.operator import CountSheet
from protocol.messages.pin import PinProof
from protocol.messages.renewal import PinReset, ResetState

ActReason = Literal[
    "has_money",
    "has_holds",
    "already_closed",
    "unknown",
    "pin_refused",
    "changed",
    "hold_open",
    "more_than_held",
    "account_unknown",
    "insufficient_funds",
    "own_pin",
    "finger_needed",
    "same_person",
    "differs",
    "not_issuer",
]


class CustomerBrief(Message):
    """A row of a search: ``GET /v1/staff/customers?q=TEXT`` (at most 50 rows)."""

    customer: str
    user_name: str
    first_name: str
    last_name: str
    phone: str
    accounts: tuple[AccountNumber, ...]


class CustomerSearchAnswer(Message):
    """Rows, and whether there are more than were sent."""

    rows: tuple[CustomerBrief, ...]
    more: bool


class AccountRow(Message):
    """An account as staff see it."""

    number: AccountNumber
    currency: Currency
    name: str
    status: Literal["open", "closed"]
    booked_minor: int
    held_minor: int
    opened_at: Seconds


class CustomerAnswer(Message):
    """``GET /v1/staff/customers/{customer}``: details and accounts, no template, no verifier."""

    customer: str
    user_name: str
    first_name: str
    last_name: str
    phone: str
    sms: bool
    email: str | None
    address: str | None
    national_id: str | None
    gender: str | None
    created_at: Seconds
    fingers: int
    pin_locked: bool
    reset: ResetState | None = None
    """How far a reset of the PIN is, where one was asked for."""
    accounts: tuple[AccountRow, ...]


class Act(Message):
    """The exact bytes of this are proven over and kept in the audit log."""

    v: Literal[1] = 1
    uid: Uid
    act: Literal[
        "open_account",
        "close_account",
        "close_case",
        "approve_exchange",
        "reset_pin",
        "enrol_terminal",
        "refuse_terminal",
        "deny_terminal",
        "release_terminal",
        "deny_certificate",
        "open_chain",
    ]
    customer: Annotated[str, StringConstraints(max_length=36, pattern=NO_NUL)] | None = None
    number: AccountNumber | None = None
    name: Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)] | None = None
    currency: Currency | None = None
    case: CaseFinding | None = None
    exchange: CountSheet | None = None
    """What an operator says was found in a machine and put into it."""
    chain: NewChain | None = None
    """A terminal's, in place of one that was lost."""
    reset: PinReset | None = None
    """Of a customer who shall choose a new PIN."""
    machine: TerminalFinding | None = None
    """What is given to, or taken from, another terminal than the one the act is made at."""
    terminal: TerminalId
    session: Bytes32


class ActRequest(Message):
    """``POST /v1/staff/acts``, ``/v1/operator/acts``: an act's bytes, base64url, and a proof."""

    act: Annotated[str, StringConstraints(max_length=4096)]
    pin: PinProof


class ActAnswer(Message):
    """The stored outcome of an act; a refusal says why.

    ``waiting``: it is kept, and a second person must find, or approve, the same.
    """

    uid: Uid
    outcome: Literal["done", "waiting", "refused"]
    reason: ActReason | None
    number: AccountNumber | None
    reference: str
    entry: int | None = None
    """The ledger entry that put a case right."""
