"""Performs the effects of steps: the journal, the device, the bank, in the order they ask for."""

import logging
from collections import deque
from collections.abc import Callable

from backend_client.outcomes import Decision, Unknown
from kiosk.forward import Advice, Forwarder
from kiosk.journal import Journal, JournalFailed, Signed, ToSign
from kiosk.screens import Work
from kiosk.transactions import deposit, exchange, transfer, withdrawal
from kiosk.transactions.acts import (
    Acknowledged,
    Answered,
    DeviceRead,
    Do,
    Doing,
    Effect,
    Event,
    Forward,
    Record,
    Recorded,
    RecordFailed,
    Safe,
    StorageRead,
    Submit,
)
from kiosk.transactions.company import Company
from kiosk.transactions.crash import CrashPoints
from kiosk.transactions.deposit import Deposit
from kiosk.transactions.exchange import Exchange
from kiosk.transactions.hands import Teller
from kiosk.transactions.ports import MachineSettings, MoneyBank, Sign
from kiosk.transactions.results import Working
from kiosk.transactions.transfer import Transfer
from kiosk.transactions.withdrawal import Withdrawal
from kiosk.transactions.words import Word
from protocol.messages.money import Outcome
from protocol.orders import order_bytes
from protocol.references import reference

AnyTransaction = Withdrawal | Deposit | Transfer | Exchange
_log = logging.getLogger(__name__)

_CRASH_BEFORE = {
    (Withdrawal, Word.INTENT): "S0",
    (Deposit, Word.ACCEPTING): "D0",
    (Deposit, Word.COUNTED): "D1",
    (Deposit, Word.CREDIT_PENDING): "D7",
    (Exchange, Word.EXCHANGE): "E0",
}
_CRASH_AFTER = {
    (Withdrawal, Word.INTENT): "S1",
    (Transfer, Word.INTENT): "S1",
    (Withdrawal, Word.AUTHORISED): "S6",
    (Withdrawal, Word.DISPENSING): "S7",
    (Withdrawal, Word.TAKEN): "S12",
    (Withdrawal, Word.DONE): "S14",
    (Withdrawal, Word.SUSPENDED): "S16",
    (Deposit, Word.STORING): "D3",
    (Deposit, Word.CREDIT_PENDING): "D8",
    (Deposit, Word.DONE): "D10",
    (Exchange, Word.EXCHANGE): "E1",
    (Exchange, Word.SHEET): "E2",
    (Exchange, Word.APPROVED): "E3",
    (Exchange, Word.BOOKING): "E4",
    (Exchange, Word.DONE): "E5",
}
_WORK = {
    Doing.DISPENSE: Work.COUNTING_OUT,
    Doing.OPEN: Work.COUNTING_IN,
    Doing.CLOSE: Work.COUNTING_IN,
    Doing.STORE: Work.STORING,
    Doing.RETURN: Work.RETURNING_NOTES,
}


class Driver:
    """Runs transactions over one journal. Transactions of different uids may run side by side."""

    def __init__(
        self,
        settings: MachineSettings,
        journal: Journal,
        bank: MoneyBank,
        teller: Teller,
        sign: Sign,
        crash: CrashPoints,
        fresh_uid: Callable[[], str],
    ) -> None:
        """``teller`` is the hand at the device."""
        self._settings = settings
        self._journal = journal
        self._bank = bank
        self._teller = teller
        self._sign = sign
        self._crash = crash
        self._fresh_uid = fresh_uid
        self.states: dict[str, AnyTransaction] = {}
        self._own: dict[str, Signed] = {}
        self._last: dict[str, Signed] = {}
        self.forwarder = Forwarder(self._send, self._acknowledged, self._alarm, settings.backoff)

    def remember(self, state: AnyTransaction, own: Signed | None, last: Signed | None) -> None:
        """Take up a transaction from the journal, with its own request and its last one."""
        self.states[state.uid] = state
        if own is not None:
            self._own[state.uid] = own
        if last is not None:
            self._last[state.uid] = last

    def forget(self, is_history: Callable[[AnyTransaction], bool]) -> None:
        """Let go of transactions that are over and no longer asked for; the journal has them."""
        for uid in [uid for uid, state in list(self.states.items()) if is_history(state)]:
            del self.states[uid]
            self._own.pop(uid, None)
            self._last.pop(uid, None)

    def run(self, state: AnyTransaction, event: Event, company: Company) -> None:
        """Step until there is nothing left to do now; ``states`` has what became of it.

        After its last request was handed over, a transaction belongs to store-and-forward.
        """
        events = deque([event])
        while events:
            state, effects = _step(state, events.popleft())
            self.states[state.uid] = state
            for effect in effects:
                events.extend(self._perform(state, effect, company))

    def forward(self, tx: str) -> str:
        """Hand the last signed request of a transaction to store-and-forward; return its uid."""
        signed = self._last[tx]
        self.forwarder.put(Advice(tx, signed.uid, signed.kind, signed.jws.encode("ascii")))
        return signed.uid

    def _perform(
        self, state: AnyTransaction, effect: Effect, company: Company
    ) -> tuple[Event, ...]:
        match effect:
            case Record():
                return (self._record(effect),)
            case Submit():
                return (Answered(self._submit(state, company)),)
            case Do(doing=doing):
                if doing in _WORK:
                    company.on_progress(Working(_WORK[doing], reference(state.uid)))
                return (DeviceRead(self._teller.do(doing, state, company)),)
            case Safe(closing=closing):
                return (StorageRead(self._teller.safe(state, closing=closing)),)
            case Forward(wait=wait):
                uid = self.forward(state.uid)
                if wait and company.patient:
                    self.forwarder.wait(uid, self._settings.advice_wait_s)
        return ()

    def _record(self, effect: Record) -> Event:
        state = effect.state
        place = (type(state), state.word)
        self._crash.at(_CRASH_BEFORE.get(place, ""))
        try:
            self._append(effect)
        except JournalFailed:
            return RecordFailed(state.word)
        self._crash.at(_CRASH_AFTER.get(place, ""))
        return Recorded(state.word)

    def _append(self, effect: Record) -> None:
        state, to_sign = effect.state, None
        if effect.order is not None:
            order = effect.order(self._fresh_uid())
            data = order_bytes(order)
            original = self._own[state.uid].jws if order.kind == "reversal" else None
            carried = None if original is None else original.encode("ascii")
            to_sign = ToSign(order.uid, order.kind, lambda link: self._sign(data, link, carried))
        record = self._journal.append(state.word, state.uid, state.to_data(), to_sign)
        if record.signed is not None:
            self._last[state.uid] = record.signed
            if record.signed.uid == state.uid:
                self._own[state.uid] = record.signed

    def _submit(self, state: AnyTransaction, company: Company) -> Decision:
        moves = isinstance(state, Transfer)
        work = Work.TRANSFERRING if moves else Work.AUTHORISING
        company.on_progress(Working(work, reference(state.uid)))
        self._crash.during("S2")
        jws = self._own[state.uid].jws.encode("ascii")
        decision = self._ask(jws, company)
        self._crash.at("S4")
        self._crash.at("S5")
        return decision

    def _ask(self, jws: bytes, company: Company) -> Decision:
        try:
            return self._bank.submit(jws, company.pin, self._settings.authorise_s)
        except Exception as error:  # noqa: BLE001
            # Whatever broke here, the request may have been sent: that is for recovery's rules.
            _log.exception("a request broke")
            return Unknown(repr(error))

    def _send(self, advice: Advice) -> Decision:
        if advice.kind == "reversal":
            self._crash.at("S15")
        if advice.kind == "credit":
            self._crash.at("D9")
        decision = self._bank.submit(advice.jws, None, self._settings.advice_attempt_s)
        if advice.kind == "credit":
            self._crash.at("S4")
        if advice.kind == "confirm":
            self._crash.at("S13")
        if advice.kind in ("reversal", "credit"):
            self._crash.at("S17")
        return decision

    def _acknowledged(self, advice: Advice, outcome: Outcome) -> None:
        state = self.states[advice.tx]
        events: deque[Event] = deque([Acknowledged(outcome)])
        while events:
            state, effects = _step(state, events.popleft())
            for effect in effects:
                if isinstance(effect, Record):
                    self._append(effect)
                    self._crash.at(_CRASH_AFTER.get((type(state), effect.state.word), ""))
                    events.append(Recorded(effect.state.word))
                elif isinstance(effect, Forward):
                    # The next advice of the same transaction.
                    self.states[advice.tx] = state
                    self.forward(state.uid)
        self.states[advice.tx] = state

    def _alarm(self, advice: Advice) -> None:
        data = {"advice": advice.uid, "kind": advice.kind}
        self._journal.append("ALARM", "", data | {"of": advice.tx})


def _step(state: AnyTransaction, event: Event) -> tuple[AnyTransaction, tuple[Effect, ...]]:
    match state:
        case Withdrawal():
            return withdrawal.step(state, event)
        case Deposit():
            return deposit.step(state, event)
        case Transfer():
            return transfer.step(state, event)
        case Exchange():
            return exchange.step(state, event)
