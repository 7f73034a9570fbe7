"""The cash machine: one journal, one device, one line to the bank, and one customer at a time."""

import hashlib
import logging
import threading
from contextlib import ExitStack
from dataclasses import replace
from time import time

from kiosk.cash.cassettes import stock
from kiosk.cash.notes import counts, total_minor
from kiosk.devices.errors import DeviceError
from kiosk.devices.port import CashDevice
from kiosk.devices.status import DeviceStatus
from kiosk.journal import Journal
from kiosk.machine.exchanges import Exchanges
from kiosk.machine.greeting import greeting
from kiosk.machine.service import service_of
from kiosk.machine.watch import SlotWatch
from kiosk.recovery import Book, read_book, standing
from kiosk.screens import Notes, Problem
from kiosk.transactions import orders, results
from kiosk.transactions.acts import Asked, Begun, Doing, Rebooted
from kiosk.transactions.company import NOBODY, Company, Slot
from kiosk.transactions.crash import CrashPoints
from kiosk.transactions.deposit import Deposit
from kiosk.transactions.driver import AnyTransaction, Driver
from kiosk.transactions.hands import Teller
from kiosk.transactions.ports import MachineSettings, MoneyBank, Sign
from kiosk.transactions.results import (
    OnProgress,
    Prove,
    Result,
    Service,
    TransferRequest,
    WithdrawRequest,
)
from kiosk.transactions.transfer import Transfer
from kiosk.transactions.withdrawal import Withdrawal
from kiosk.transactions.words import FINAL, Word
from protocol.encoding import b64url_decode, b64url_encode
from protocol.ids import new_uid
from protocol.messages.money import DepositCheckRequest
from protocol.messages.terminal import HelloAnswer
from protocol.orders import order_bytes

_STOP_SENDING_S = 1.0
_DAY_S = 86_400
_STANDINGS = {
    "older": "The bank has requests of this terminal that are not in its journal: it is an old"
    " copy.",
    "diverged": "The bank has another request of this terminal where its journal ends: it is not"
    " the one that was used last.",
    "foreign": "The bank knows this terminal by another chain of requests: its journal was lost,"
    " or is another one, or two people have yet to open its new chain.",
}
_log = logging.getLogger(__name__)


class CashMachine:
    """Withdrawals, deposits and transfers of one kiosk.

    The doors block and belong on a worker thread. ``withdraw``, ``transfer`` and the steps of a
    deposit serve one customer and are called one after the other; ``service`` and ``hello`` may be
    called from any thread at any time.
    """

    def __init__(
        self,
        settings: MachineSettings,
        bank: MoneyBank,
        device: CashDevice,
        sign: Sign,
        crash: CrashPoints,
    ) -> None:
        """Compose the machine; nothing is touched before ``open``."""
        self._settings = settings
        self._bank = bank
        self._device = device
        self._sign = sign
        self._crash = crash
        self._teller = Teller(device, settings.take_s, settings.device_wait_s)
        self._busy = threading.Lock()
        self._status: DeviceStatus | None = None
        self._greeted = False
        self._foreign_chain = False
        self._bank_time = 0
        self._deposit: str | None = None
        self._company = NOBODY
        self._watch: SlotWatch | None = None

    def open(self) -> None:
        """Lock the journal, decide what a restart left open, start store-and-forward.

        Needs no bank. Returns when every transaction has a durable decision.

        Raises:
            JournalUnusable: with words an operator can act on.

        Whatever is raised, the journal is free again and nothing is sent.
        """
        self._journal, records = Journal.open(
            self._settings.journal,
            terminal=self._settings.terminal,
            new_chain=_fresh_uid,
            wall=lambda: int(time()),
            judge=standing,
        )
        with ExitStack() as undo:
            undo.callback(self._journal.close)
            self._driver = Driver(
                self._settings,
                self._journal,
                self._bank,
                self._teller,
                self._sign,
                self._crash,
                _fresh_uid,
            )
            book = read_book(records)
            self.exchanges = Exchanges(
                self._settings,
                self._driver,
                self._journal,
                self._teller,
                self._busy,
                _fresh_uid,
                closed=book.closed,
            )
            for uid, state in book.states.items():
                self._driver.remember(state, book.own.get(uid), book.last.get(uid))
            # What is already signed is on its way while the device is still being asked.
            for uid in book.unacknowledged():
                self._driver.forward(uid)
            undo.callback(self._driver.forwarder.stop, self._settings.advice_attempt_s)
            self._driver.forwarder.start()
            self._recover(book)
            undo.pop_all()

    def _recover(self, book: Book) -> None:
        for state in book.undecided():
            self._driver.run(state, Rebooted(state.uid in book.tail_lost), NOBODY)
        self._status = self._teller.status()

    def close(self) -> None:
        """Stop sending and let go of device and journal, within 4 s; what is pending is durable.

        Neither a bank nor a device that hangs is waited for: the journal knows what was asked of
        them, and the next start asks what became of it.
        """
        self._device.close()
        self._stop_watching()
        self._driver.forwarder.stop(_STOP_SENDING_S)
        self._journal.close()

    def hello(self) -> HelloAnswer:
        """Exchange journal head, open holds and cassettes with the bank; ends old sessions.

        The machine serves nobody before this has succeeded once, and while the bank does not know
        its journal: then ask again.

        Raises:
            BankError: the bank gave no answer, or no welcome.
        """
        head = self._journal.head
        request = greeting(head, self._states(), self._driver.forwarder.pending, self._status)
        answer = self._bank.hello(request)
        if answer.standing != "known" and not self._foreign_chain:
            _log.error(
                "%s Journal: %s. Put the right one back, or open a new chain with two people:"
                " end the kiosk, `main.py journal new-chain`, start it again.",
                _STANDINGS[answer.standing],
                self._settings.journal,
            )
        self._foreign_chain = answer.standing != "known"
        self._bank_time = max(self._bank_time, answer.bank_time)
        self._greeted = True
        return answer

    def service(self) -> Service:
        """Return what can be offered now, from a fresh reading if no customer is being served."""
        if self._deposit is None and self._busy.acquire(blocking=False):
            try:
                self._status = self._device.status()
            except DeviceError:
                self._status = None
            finally:
                self._busy.release()
        going = self.exchanges.open
        found = service_of(
            self._status,
            self._states(),
            working=not self._journal.failed and not self._foreign_chain,
            closed=self.exchanges.at_work,
            greeted=self._greeted,
            pending=self._driver.forwarder.pending,
            alarm=self._driver.forwarder.alarmed,
        )
        exchange = None if going is None else going.purpose
        return replace(found, closed=self.exchanges.closed, exchange=exchange)

    def withdraw(
        self, request: WithdrawRequest, prove: Prove | None, on_progress: OnProgress
    ) -> Result:
        """Pay out ``request.notes``; what ``prove`` raises passes through, nothing having begun."""
        with self._busy:
            problem = self._cannot_pay(request)
            if problem is not None:
                return results.refused(problem, request.amount_minor)
            state = Withdrawal(
                uid=_fresh_uid(),
                terminal=self._settings.terminal,
                account=request.account,
                session=_session_hash(request.session),
                amount_minor=request.amount_minor,
                currency=self._settings.currency,
                notes=request.notes,
                refundable=self._refundable(request.account),
            )
            order = orders.authorise(
                state.uid,
                state.terminal,
                state.account,
                state.amount_minor,
                state.currency,
                state.session,
            )
            pin = prove(order_bytes(order)) if prove is not None else None
            self._driver.run(state, Begun(self._teller.status()), Company(on_progress, pin))
            self._status = self._teller.status()
        return self._result(state.uid)

    def transfer(
        self, request: TransferRequest, prove: Prove | None, on_progress: OnProgress
    ) -> Result:
        """Transfer; what ``prove`` raises passes through, nothing having begun."""
        with self._busy:
            if not self._may_begin():
                return results.refused(Problem.MACHINE_FAULT, request.amount_minor)
            state = Transfer(
                uid=_fresh_uid(),
                terminal=self._settings.terminal,
                account=request.account,
                payee=request.payee,
                session=_session_hash(request.session),
                amount_minor=request.amount_minor,
                currency=self._settings.currency,
                text=request.text,
            )
            order = orders.transfer(
                state.uid,
                state.terminal,
                (state.account, state.payee),
                state.amount_minor,
                state.currency,
                state.text,
                state.session,
            )
            pin = prove(order_bytes(order)) if prove is not None else None
            self._driver.run(state, Begun(None), Company(on_progress, pin))
        return self._result(state.uid)

    def deposit_begin(self, account: str, session: str, on_progress: OnProgress) -> Result | None:
        """Ask the bank, open the slot; None: it is open, and ``on_progress`` hears of notes.

        Raises:
            BankError: the bank could not be asked; no note was taken.
        """
        with self._busy:
            if not self._may_begin():
                return results.refused(Problem.MACHINE_FAULT)
            each = self._settings.deposit_each_minor
            question = DepositCheckRequest(
                account=account, currency=self._settings.currency, amount_minor=each
            )
            check = self._bank.check_deposit(session, question)
            most = min(check.max_minor, each)
            if not check.acceptable or most < min(self._settings.accepts_minor):
                closed = check.reason == "account_closed"
                return results.refused(
                    Problem.ACCOUNT_CLOSED if closed else Problem.AMOUNT_TOO_LARGE
                )
            slot = Slot(self._settings.accepts_minor, self._settings.deposit_notes, most)
            self._company = Company(on_progress, slot=slot)
            state = Deposit(
                uid=_fresh_uid(),
                terminal=self._settings.terminal,
                account=account,
                currency=self._settings.currency,
            )
            self._deposit = state.uid
            self._driver.run(state, Begun(self._teller.status()), self._company)
            return self._after_opening()

    def deposit_count(self) -> tuple[Notes, ...]:
        """Close the slot and return what is in escrow; () if the deposit has ended meanwhile."""
        state = self._ask(Doing.CLOSE)
        return state.counted if state is not None and state.word is Word.COUNTED else ()

    def deposit_more(self) -> Result | None:
        """Open the slot again; None: it is open, else the deposit has ended."""
        if self._ask(Doing.OPEN) is None:
            return results.refused(Problem.NO_NOTES)
        return self._after_opening()

    def deposit_store(self, on_progress: OnProgress) -> Result:
        """Store what is in escrow and credit it."""
        self._crash.at("D2")
        return self._end_deposit(Doing.STORE, on_progress)

    def deposit_return(self, on_progress: OnProgress) -> Result:
        """Give the notes back and close the slot."""
        return self._end_deposit(Doing.RETURN, on_progress)

    def _end_deposit(self, doing: Doing, on_progress: OnProgress) -> Result:
        self._company = Company(on_progress, slot=self._company.slot)
        uid = self._deposit
        if uid is None:
            return results.refused(Problem.NO_NOTES)
        self._ask(doing)
        return self._close_deposit(uid)

    def _ask(self, doing: Doing) -> Deposit | None:
        self._stop_watching()
        if self._deposit is None:
            return None
        with self._busy:
            self._driver.run(self._driver.states[self._deposit], Asked(doing), self._company)
        state = self._driver.states[self._deposit]
        return state if isinstance(state, Deposit) else None

    def _after_opening(self) -> Result | None:
        uid = self._deposit
        if uid is None:
            return results.refused(Problem.DEVICE_FAULT)
        if self._driver.states[uid].word is Word.ACCEPTING and not self._journal.failed:
            self._watch = SlotWatch(self._device, uid, self._company.on_progress)
            return None
        return self._close_deposit(uid)

    def _close_deposit(self, uid: str) -> Result:
        self._deposit = None
        self._company = NOBODY
        self._status = self._teller.status()
        return self._result(uid)

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.stop()
            self._watch = None

    def _cannot_pay(self, request: WithdrawRequest) -> Problem | None:
        if not self._may_begin():
            return Problem.MACHINE_FAULT
        self._status = self._teller.status()
        if self._status is None:
            return Problem.DEVICE_FAULT
        if total_minor(request.notes) != request.amount_minor or request.amount_minor <= 0:
            return Problem.AMOUNT_NOT_PAYABLE
        held = stock(self._status.cassettes)
        if any(held.get(d, 0) < count for d, count in counts(request.notes).items()):
            return Problem.AMOUNT_NOT_PAYABLE
        return None

    def _may_begin(self) -> bool:
        now_s = self._now_s()
        self._driver.forget(lambda state: _is_history(state, now_s))
        sound = not self._foreign_chain and not self._journal.failed
        return self._greeted and sound and not self.exchanges.at_work

    def _refundable(self, account: str) -> bool:
        """Return whether a retract may be refunded: once a customer and day, by the bank's time."""
        refunded = [
            state.decided_at
            for state in self._states()
            if isinstance(state, Withdrawal)
            and state.account == account
            and state.retracted
            and state.word in (Word.REVERSAL_PENDING, Word.REVERSED)
        ]
        now_s = self._now_s()
        return all(now_s - at >= _DAY_S for at in refunded)

    def _now_s(self) -> int:
        """Return the latest second the bank has named, at boot or with a decision."""
        seen = [s.decided_at for s in self._states() if isinstance(s, Withdrawal)]
        return max([self._bank_time, *seen])

    def _states(self) -> list[AnyTransaction]:
        return list(self._driver.states.values())

    def _result(self, uid: str) -> Result:
        state = self._driver.states[uid]
        match state:
            case Withdrawal():
                result = results.of_withdrawal(state)
            case Deposit():
                result = results.of_deposit(state)
            case Transfer():
                result = results.of_transfer(state)
        down = self.service().out_of_service is not None
        return replace(result, out_of_service=down)


def _is_history(state: AnyTransaction, now_s: int) -> bool:
    """Return whether nothing asks for a transaction any more but the journal's readers."""
    if state.word not in FINAL or state.word is Word.SUSPENDED:
        return False
    return not isinstance(state, Withdrawal) or now_s - state.decided_at >= _DAY_S


def _fresh_uid() -> str:
    return new_uid(int(time() * 1000))


def _session_hash(session: str) -> str:
    return b64url_encode(hashlib.sha256(b64url_decode(session)).digest())
