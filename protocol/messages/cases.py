"""Suspended cases as staff see them, and how two people close one.

A finding says what the case does to the customer in the end: ``charge`` (the customer did get
that much), ``credit`` (the customer is owed that much), or ``nothing``. Over an open hold
``charge`` posts that part and voids the rest, ``nothing`` voids all of it, and no account is named.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from protocol.messages.fields import (
    NO_NUL,
    AccountNumber,
    Currency,
    Message,
    Seconds,
    TerminalId,
    Uid,
)

CaseNumber = Annotated[str, StringConstraints(pattern=r"^C-[0-9]{8,12}$")]
CaseKind = Literal[
    "reported",
    "suspended_confirm",
    "suspended_credit",
    "suspended_reversal",
    "unknown_hold",
    "cash_difference",
    "unapproved_cash",
]
Verdict = Literal["charge", "credit", "nothing"]
DUE_DAYS = 5
"""Days after its opening by which a case should be closed."""


class CaseBrief(Message):
    """A row of ``GET /v1/staff/cases``; ``due_at`` is the opening and five days.

    ``amount_minor`` is null where the machine could not tell the sum.
    """

    number: CaseNumber
    kind: CaseKind
    terminal: TerminalId
    uid: Uid
    original: Uid | None
    amount_minor: int | None
    currency: Currency
    reason: str | None
    text: str | None
    opened_at: Seconds
    due_at: Seconds
    closed_at: Seconds | None
    closed_entry: int | None


class CasesAnswer(Message):
    """Cases in the order of their opening, the oldest first; ``more``: there are others."""

    rows: tuple[CaseBrief, ...]
    more: bool


class RequestSeen(Message):
    """A request of the terminal about this movement, as the ledger has it; 0: no sum was known."""

    uid: Uid
    kind: str
    outcome: str
    reason: str | None
    amount_minor: int
    entry: int | None
    decided_at: Seconds


class HoldSeen(Message):
    """The hold in doubt. ``posted_minor``: None while it is open, 0 once it was voided."""

    account: AccountNumber
    amount_minor: int
    posted_minor: int | None


class FindingSeen(Message):
    """What a member of staff found, by name."""

    person: str
    verdict: Verdict
    amount_minor: int
    account: AccountNumber | None
    reason: str
    found_at: Seconds


class CaseAnswer(Message):
    """``GET /v1/staff/cases/{number}``: the case, and the ledger's side of it."""

    case: CaseBrief
    requests: tuple[RequestSeen, ...]
    hold: HoldSeen | None
    findings: tuple[FindingSeen, ...]


class CaseFinding(Message):
    """Part of an act that closes a case (``protocol.messages.staff.Act``)."""

    number: CaseNumber
    verdict: Verdict
    amount_minor: Annotated[int, Field(ge=0, le=10**12)]
    account: AccountNumber | None = None
    reason: Annotated[str, StringConstraints(min_length=3, max_length=200, pattern=NO_NUL)]
