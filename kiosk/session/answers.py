"""What comes back from effects. An answer whose number is not awaited any more is late."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from kiosk.devices.storage import Storage
from kiosk.operator.screens import Check, JournalLine, MachineCounts, Purpose
from kiosk.screens import (
    Account,
    MoneyState,
    Notes,
    PrintDrawing,
    Problem,
    ProofShown,
    StatementLine,
    Work,
)
from kiosk.session.state import Limits, Login, Service

if TYPE_CHECKING:
    # The models bring pydantic along, which the first frame need not wait for.
    from protocol.messages.finger import Factor1Answer
    from protocol.messages.operator import CountSheet
    from protocol.messages.signup import SignupTicket


@dataclass(frozen=True)
class TimerRang:
    """A timer's time has passed."""

    number: int


@dataclass(frozen=True)
class ServiceRead:
    """The present state of machine and bank; belongs to no customer."""

    service: Service


@dataclass(frozen=True)
class LimitsRead:
    """What is left of the limits of the customer of that visit."""

    visit: int
    limits: Limits


@dataclass(frozen=True)
class SessionLost:
    """The bank has ended the session of that visit."""

    visit: int


@dataclass(frozen=True)
class ReceiptEnded:
    """The receipt asked for in that visit came out, or did not."""

    visit: int
    printed: bool


@dataclass(frozen=True)
class ProofMade:
    """A PIN proof of that visit, for the demo's panel."""

    visit: int
    proof: ProofShown


@dataclass(frozen=True)
class FingerStage:
    """The reader has got further; ``drawing`` once the picture has been looked at."""

    number: int
    stage: Literal["ready", "finger", "reading", "lift"]
    progress: float | None
    drawing: PrintDrawing | None = None


@dataclass(frozen=True)
class FingerRead:
    """A template in ISO/IEC 19794-2, how good the picture was, 0 to 100, and what would make the
    next one better.
    """

    number: int
    template: bytes = field(repr=False)
    quality: int
    advice: str = ""


@dataclass(frozen=True)
class FingerFailed:
    """No template. ``quality`` and ``advice`` where a finger was there."""

    number: int
    problem: Problem
    quality: int = 0
    advice: str = ""


@dataclass(frozen=True)
class Identified:
    """Factor 1: the credential to prove a PIN for, and the bank's record of it."""

    number: int
    factor1: "Factor1Answer" = field(repr=False)


@dataclass(frozen=True)
class LoggedIn:
    """The PIN was right and a session is open."""

    number: int
    login: Login


@dataclass(frozen=True)
class PinRefused:
    """The PIN was wrong; ``tries_left`` where the bank says."""

    number: int
    tries_left: int | None


@dataclass(frozen=True)
class NewPinKept:
    """The first entry of a new PIN is kept."""

    number: int


@dataclass(frozen=True)
class NewPinTooEasy:
    """The new PIN is on the block list; it is wiped."""

    number: int


@dataclass(frozen=True)
class NewPinsCompared:
    """Whether both entries were the same."""

    number: int
    same: bool


@dataclass(frozen=True)
class CallFailed:
    """The bank, or the machine, could not do it; no money is concerned.

    ``reference`` is what the bank calls it by, where it does.
    """

    number: int
    problem: Problem
    reference: str = ""


@dataclass(frozen=True)
class BalanceRead:
    """Minor units."""

    number: int
    booked_minor: int
    held_minor: int
    available_minor: int


@dataclass(frozen=True)
class StatementRead:
    """A page of postings, newest first, and the cursor of the next."""

    number: int
    lines: tuple[StatementLine, ...]
    next_before: int | None
    held_minor: int


@dataclass(frozen=True)
class PayeeFound:
    """``payee.name`` is as much of the name as the bank shows."""

    number: int
    payee: Account


@dataclass(frozen=True)
class Working:
    """What the machine is doing about the money, and under which reference."""

    number: int
    work: Work
    reference: str = ""


@dataclass(frozen=True)
class CashPresented:
    """Notes lie in the tray."""

    number: int
    amount_minor: int
    notes: tuple[Notes, ...]
    seconds_left: int


@dataclass(frozen=True)
class SlotOpened:
    """Deposit: notes may be put in."""

    number: int


@dataclass(frozen=True)
class NotesCounted:
    """Deposit: notes have come in, and so many were handed back unread."""

    number: int
    counted: tuple[Notes, ...]
    returned_count: int


@dataclass(frozen=True)
class NotesInEscrow:
    """Deposit: the slot is closed and this is in escrow."""

    number: int
    counted: tuple[Notes, ...]


@dataclass(frozen=True)
class NotesOffered:
    """Deposit: the notes lie in the tray to be taken back."""

    number: int
    counted: tuple[Notes, ...]
    seconds_left: int


@dataclass(frozen=True)
class MoneyDone:
    """A movement has come to its end, good or bad; what is said here is durable."""

    number: int
    ok: bool
    problem: Problem | None
    money: MoneyState
    amount_minor: int
    reference: str
    out_of_service: bool
    tries_left: int | None = None


@dataclass(frozen=True)
class SignupBegun:
    """Details and fingers are accepted."""

    number: int
    ticket: "SignupTicket" = field(repr=False)


@dataclass(frozen=True)
class SignupRefused:
    """Not accepted; ``field_name`` names the member that is wrong."""

    number: int
    problem: Problem
    field_name: str = ""


@dataclass(frozen=True)
class SignedUp:
    """The new customer exists."""

    number: int
    user_name: str
    account: Account
    opening_credit_minor: int


@dataclass(frozen=True)
class CountsRead:
    """The device's counts beside the journal's."""

    number: int
    counts: MachineCounts


@dataclass(frozen=True)
class MachineTested:
    """What the self-test found."""

    number: int
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class JournalRead:
    """A page of the journal, newest first, and whether there is an older one."""

    number: int
    lines: tuple[JournalLine, ...]
    has_older: bool


@dataclass(frozen=True)
class SafeOpened:
    """An exchange is open. ``sheet``: what was counted before; ``approved``: and approved."""

    number: int
    uid: str
    purpose: Purpose
    storage: Storage
    sheet: "CountSheet | None"
    approved: bool
    held_minor: int


@dataclass(frozen=True)
class SheetKept:
    """The count sheet is durable, with what the ledger has."""

    number: int
    sheet: "CountSheet"
    held_minor: int


@dataclass(frozen=True)
class SheetApproved:
    """The bank has kept a person's approval; ``done``: two different people have approved."""

    number: int
    person: str
    done: bool


@dataclass(frozen=True)
class SafeClosed:
    """The machine is at work again; ``pending`` advices are on their way."""

    number: int
    sheet: "CountSheet"
    cases: tuple[str, ...]
    pending: int


@dataclass(frozen=True)
class ExchangeGivenUp:
    """The machine is at work again as it was."""

    number: int


@dataclass(frozen=True)
class ServiceSet:
    """The machine was taken out of service, or back into it."""

    number: int
    closed: bool


@dataclass(frozen=True)
class Broke:
    """The effect ended in a way nobody foresaw; the log has the details."""

    number: int


Answer = (
    FingerStage
    | FingerRead
    | FingerFailed
    | Identified
    | LoggedIn
    | PinRefused
    | NewPinKept
    | NewPinTooEasy
    | NewPinsCompared
    | CallFailed
    | BalanceRead
    | StatementRead
    | PayeeFound
    | Working
    | CashPresented
    | SlotOpened
    | NotesCounted
    | NotesInEscrow
    | NotesOffered
    | MoneyDone
    | SignupBegun
    | SignupRefused
    | SignedUp
    | CountsRead
    | MachineTested
    | JournalRead
    | SafeOpened
    | SheetKept
    | SheetApproved
    | SafeClosed
    | ExchangeGivenUp
    | ServiceSet
    | Broke
)
"""Answers by number; all others are told apart by their timer or their visit."""
Report = TimerRang | ServiceRead | LimitsRead | SessionLost | ProofMade | ReceiptEnded
