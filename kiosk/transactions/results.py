"""What the session asks for, hears on the way, and gets in the end."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.screens import MoneyState, Notes, Problem, Work
from kiosk.transactions.deposit import Deposit
from kiosk.transactions.exchange import Purpose
from kiosk.transactions.transfer import Transfer
from kiosk.transactions.withdrawal import Withdrawal
from kiosk.transactions.words import Word
from protocol.messages.pin import PinProof
from protocol.references import reference

Prove = Callable[[bytes], PinProof]
"""Proves the customer's PIN over an order's bytes; what it raises passes through."""


@dataclass(frozen=True, slots=True)
class WithdrawRequest:
    """``notes`` add up to ``amount_minor``; ``session`` is the session's id."""

    account: str
    session: str
    amount_minor: int
    notes: tuple[Notes, ...]


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """To the account number ``payee``; ``session`` is the session's id."""

    account: str
    session: str
    payee: str
    amount_minor: int
    text: str


@dataclass(frozen=True, slots=True)
class Working:
    """What is being done, and under which reference a customer may ask about it later."""

    work: Work
    reference: str = ""


@dataclass(frozen=True, slots=True)
class CashPresented:
    """The notes lie in the tray."""

    amount_minor: int
    notes: tuple[Notes, ...]
    seconds_left: int


@dataclass(frozen=True, slots=True)
class NotesCounted:
    """What lies in the open slot so far, and how many notes were handed back."""

    counted: tuple[Notes, ...]
    returned_count: int


@dataclass(frozen=True, slots=True)
class NotesOffered:
    """The customer's own notes lie in the tray."""

    counted: tuple[Notes, ...]
    seconds_left: int


Progress = Working | CashPresented | NotesCounted | NotesOffered
OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Service:
    """What the machine can do now. ``pending`` advices wait for the bank.

    ``closed``: an operator has closed the machine; ``exchange``: its safe may be open.
    ``payable`` are the notes that can be paid, by denomination. ``reference`` names the case that
    keeps a device out of service. ``out_of_service``: nobody can be served at all.
    """

    can_withdraw: bool
    can_deposit: bool
    payable: tuple[Notes, ...]
    out_of_service: Problem | None
    reference: str
    pending: int
    alarm: bool = False
    closed: bool = False
    exchange: Purpose | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """How a movement ended; never better than what is durable.

    ``money`` speaks of failures, and of a credit that follows (``ok`` with a problem).
    """

    ok: bool
    problem: Problem | None
    money: MoneyState
    amount_minor: int
    reference: str
    out_of_service: bool = False


def refused(problem: Problem, amount_minor: int = 0) -> Result:
    """Return the end of a movement that never began."""
    return Result(False, problem, MoneyState.UNTOUCHED, amount_minor, "")


def of_withdrawal(state: Withdrawal) -> Result:
    """Say how a withdrawal ended."""
    ok = state.paid or state.word in (Word.TAKEN, Word.DONE)
    match state.word:
        case Word.SUSPENDED | Word.DISPENSING:
            money = MoneyState.IN_DOUBT
        case Word.NONE | Word.DECLINED | Word.REVERSED:
            money = MoneyState.UNTOUCHED
        case _:
            # INTENT and AUTHORISED, the journal having failed: a restart reverses them.
            money = MoneyState.RELEASE_FOLLOWS
    if ok:
        return Result(True, None, MoneyState.UNTOUCHED, state.amount_minor, _reference(state))
    problem = state.problem or Problem.MACHINE_FAULT
    return Result(False, problem, money, state.amount_minor, _reference(state))


def of_deposit(state: Deposit) -> Result:
    """Say how a deposit ended, or where it stands."""
    amount, problem = state.amount_minor, state.problem
    match state.word:
        case Word.DONE:
            return Result(True, None, MoneyState.UNTOUCHED, amount, _reference(state))
        case Word.CREDIT_PENDING:
            credit = MoneyState.CREDIT_FOLLOWS
            return Result(True, Problem.BANK_AWAY, credit, amount, _reference(state))
        case Word.STORING:
            # Stored, and the disk refused to say so: a restart finds it out from the device.
            return Result(False, problem, MoneyState.IN_DOUBT, amount, _reference(state))
        case Word.RETURNED:
            returned = MoneyState.NOTES_RETURNED
            return Result(problem is None, problem, returned, amount, _reference(state))
        case Word.NONE:
            return refused(problem or Problem.DEVICE_FAULT)
    return Result(False, problem, MoneyState.IN_DOUBT, amount, _reference(state))


def of_transfer(state: Transfer) -> Result:
    """Say how a transfer ended."""
    match state.word:
        case Word.DONE:
            ok, problem, money = True, None, MoneyState.UNTOUCHED
        case Word.NONE | Word.DECLINED:
            ok, problem, money = False, state.problem, MoneyState.UNTOUCHED
        case _:
            ok, problem, money = False, Problem.STILL_UNKNOWN, MoneyState.IN_DOUBT
    return Result(ok, problem, money, state.amount_minor, _reference(state))


def _reference(state: Withdrawal | Deposit | Transfer) -> str:
    return state.reference or reference(state.uid)
