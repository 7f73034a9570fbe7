"""The cash machine behind ``CashPort``: its results and progress as the session's answers."""

from collections.abc import Callable

from backend_client.errors import BankError, PinRejected
from kiosk.effects.failures import problem_of, reference_of
from kiosk.effects.ports import MoneyProgress, Prove
from kiosk.machine import (
    CashMachine,
    CashPresented,
    NotesCounted,
    NotesOffered,
    Progress,
    Result,
    TransferRequest,
    WithdrawRequest,
)
from kiosk.screens import MoneyState, Problem
from kiosk.session import answers as a
from kiosk.session.effects import OpenSlot, PayOut, SendMoney
from kiosk.session.pin import wrong
from kiosk.session.state import Service

Report = Callable[[MoneyProgress], None]


class MachineCash:
    """A ``CashMachine`` as the effects need it.

    A deposit is one conversation in several acts: what the machine tells of it carries the number
    of the latest act.
    """

    def __init__(self, machine: CashMachine) -> None:
        self._machine = machine
        self._number = 0
        self._report: Report = lambda _event: None

    def service(self) -> Service:
        """See ``CashPort``."""
        found = self._machine.service()
        return Service(
            can_withdraw=found.can_withdraw,
            can_deposit=found.can_deposit,
            payable=found.payable,
            out_of_service=found.out_of_service,
            reference=found.reference,
            closed=found.closed,
            exchange=found.exchange,
            pending=found.pending,
        )

    def withdraw(self, effect: PayOut, prove: Prove | None, report: Report) -> a.MoneyDone:
        """See ``CashPort``."""
        request = WithdrawRequest(
            account=effect.account.number,
            session=effect.login.session,
            amount_minor=effect.amount_minor,
            notes=effect.notes,
        )
        number, amount_minor = effect.number, effect.amount_minor
        try:
            result = self._machine.withdraw(
                request, prove, lambda progress: report(_progress(number, progress))
            )
        except BankError as error:
            return _refused(number, amount_minor, error)
        return _done(number, result)

    def transfer(self, effect: SendMoney, prove: Prove, report: Report) -> a.MoneyDone:
        """See ``CashPort``."""
        request = TransferRequest(
            account=effect.account.number,
            session=effect.login.session,
            payee=effect.payee.number,
            amount_minor=effect.amount_minor,
            text=effect.text,
        )
        number = effect.number
        try:
            result = self._machine.transfer(
                request, prove, lambda progress: report(_progress(number, progress))
            )
        except BankError as error:
            return _refused(number, effect.amount_minor, error)
        return _done(number, result)

    def deposit_begin(self, effect: OpenSlot, report: Report) -> a.MoneyDone | a.SlotOpened:
        """See ``CashPort``."""
        self._number, self._report = effect.number, report
        try:
            ended = self._machine.deposit_begin(
                effect.account.number, effect.login.session, self._told
            )
        except BankError as error:
            return _refused(effect.number, 0, error)
        return a.SlotOpened(effect.number) if ended is None else _done(effect.number, ended)

    def deposit_count(self, number: int) -> a.NotesInEscrow | a.MoneyDone:
        """See ``CashPort``."""
        self._number = number
        return a.NotesInEscrow(number, self._machine.deposit_count())

    def deposit_more(self, number: int) -> a.SlotOpened | a.MoneyDone:
        """See ``CashPort``."""
        self._number = number
        ended = self._machine.deposit_more()
        return a.SlotOpened(number) if ended is None else _done(number, ended)

    def deposit_store(self, number: int) -> a.MoneyDone:
        """See ``CashPort``."""
        self._number = number
        return _done(number, self._machine.deposit_store(self._told))

    def deposit_return(self, number: int) -> a.MoneyDone:
        """See ``CashPort``."""
        self._number = number
        return _done(number, self._machine.deposit_return(self._told))

    def _told(self, progress: Progress) -> None:
        self._report(_progress(self._number, progress))


def _progress(number: int, progress: Progress) -> MoneyProgress:
    match progress:
        case CashPresented():
            return a.CashPresented(
                number, progress.amount_minor, progress.notes, progress.seconds_left
            )
        case NotesCounted():
            return a.NotesCounted(number, progress.counted, progress.returned_count)
        case NotesOffered():
            return a.NotesOffered(number, progress.counted, progress.seconds_left)
    return a.Working(number, progress.work, progress.reference)


def _done(number: int, result: Result) -> a.MoneyDone:
    return a.MoneyDone(
        number=number,
        ok=result.ok,
        problem=result.problem,
        money=result.money,
        amount_minor=result.amount_minor,
        reference=result.reference,
        out_of_service=result.out_of_service,
    )


def _refused(number: int, amount_minor: int, error: BankError) -> a.MoneyDone:
    """Return the end of what never began: the PIN was not proven, or the bank not asked."""
    problem, tries_left = problem_of(error), None
    if isinstance(error, PinRejected):
        tries_left = error.tries_left
        if error.unlock is None:
            problem = Problem.PIN_LOCKED if tries_left == 0 else wrong(tries_left)
    return a.MoneyDone(
        number,
        False,
        problem,
        MoneyState.UNTOUCHED,
        amount_minor,
        reference_of(error),
        False,
        tries_left,
    )
