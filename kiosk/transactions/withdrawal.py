"""A withdrawal: notes leave only under a hold, and the hold ends as the notes did.

INTENT, send, AUTHORISED, DISPENSING, one dispense command, TAKEN, confirm, DONE. Surely no cash:
REVERSAL_PENDING, REVERSED. Refused: DECLINED. Uncertain: SUSPENDED, the hold stands.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Self

from backend_client.outcomes import Done, Refused
from kiosk.cash.notes import from_tally, tally
from kiosk.devices.status import Counters, DeviceStatus, Place
from kiosk.screens import Notes, Problem
from kiosk.transactions import orders
from kiosk.transactions.acts import (
    Acknowledged,
    Answered,
    Begun,
    DeviceRead,
    Do,
    Doing,
    Effect,
    Event,
    Forward,
    MakeOrder,
    Rebooted,
    Record,
    Recorded,
    RecordFailed,
    Submit,
)
from kiosk.transactions.evidence import Finding, find_outgoing
from kiosk.transactions.reasons import problem_of
from kiosk.transactions.records import members_of
from kiosk.transactions.words import Word

_LIVE_ONLY = ("word", "doing", "recovering", "paid")
_BUSY = (Place.TRANSPORT, Place.STACKED, Place.PRESENTED, Place.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Where a withdrawal stands.

    ``session`` is the hash in the order. ``counters`` were read just before INTENT, then just
    before DISPENSING; ``cleared`` with them. ``refundable``: a counting retract may be refunded
    (once a customer and day). ``stuck``: SUSPENDED with the device in an unknown state. ``doing``,
    ``recovering`` and ``paid`` (cash taken, TAKEN not durable) live as long as the process.
    """

    uid: str
    terminal: str
    account: str
    session: str
    amount_minor: int
    currency: str
    notes: tuple[Notes, ...]
    refundable: bool = True
    counters: Counters | None = None
    cleared: int = 0
    reference: str = ""
    decided_at: int = 0
    problem: Problem | None = None
    retracted: bool = False
    stuck: bool = False
    case: str = ""
    reported: bool = False
    word: Word = Word.NONE
    doing: Doing = Doing.NOTHING
    recovering: bool = False
    paid: bool = False

    def to_data(self) -> dict[str, Any]:
        """See ``Transaction``."""
        data = {name: value for name, value in asdict(self).items() if name not in _LIVE_ONLY}
        return data | {"kind": "withdrawal", "notes": tally(self.notes)}

    @classmethod
    def from_data(cls, word: Word, data: Mapping[str, Any]) -> Self:
        """Return the state of a record."""
        return cls(word=word, **members_of(data) | {"notes": from_tally(data["notes"])})


Stepped = tuple[Withdrawal, tuple[Effect, ...]]


def step(state: Withdrawal, event: Event) -> Stepped:
    """Return the state after ``event`` and what to do next; pure."""
    match event:
        case Begun(status=status):
            return _begin(state, status)
        case Recorded(word=word):
            return _recorded(replace(state, word=word))
        case RecordFailed(word=word):
            paid = state.paid or word is Word.TAKEN
            return replace(state, problem=Problem.MACHINE_FAULT, paid=paid), ()
        case Answered():
            return _answered(state, event)
        case DeviceRead(status=status):
            if state.doing is Doing.BEFORE:
                return _before(state, status)
            return _found(state, status)
        case Rebooted(tail_lost=tail_lost):
            return _rebooted(replace(state, recovering=True), tail_lost)
        case Acknowledged():
            return _acknowledged(state, event)
    return state, ()


def _begin(state: Withdrawal, status: DeviceStatus | None) -> Stepped:
    if not _ready(status):
        return replace(state, problem=Problem.DEVICE_FAULT), ()
    state = _with_counters(state, status)
    order = orders.authorise(
        state.uid,
        state.terminal,
        state.account,
        state.amount_minor,
        state.currency,
        state.session,
    )
    return state, (_record(state, Word.INTENT, lambda _fresh: order),)


def _recorded(state: Withdrawal) -> Stepped:
    match state.word:
        case Word.INTENT:
            return state, (Submit(),)
        case Word.AUTHORISED:
            return _do(state, Doing.BEFORE)
        case Word.DISPENSING:
            return _do(state, Doing.DISPENSE)
        case Word.TAKEN:
            return state, (Forward(wait=False),)
        case Word.REVERSAL_PENDING:
            return state, (Forward(wait=True),)
        case Word.SUSPENDED if not state.reported:
            return state, (Forward(wait=False),)
    return state, ()


def _answered(state: Withdrawal, event: Answered) -> Stepped:
    if state.word is not Word.INTENT:
        return state, ()
    match event.decision:
        case Done(outcome=outcome) if (
            outcome.outcome == "held" and outcome.amount_minor == state.amount_minor
        ):
            held = replace(state, reference=outcome.reference, decided_at=outcome.decided_at)
            return held, (_record(held, Word.AUTHORISED),)
        case Refused(outcome=outcome):
            declined = replace(
                state, reference=outcome.reference, problem=problem_of(outcome.reason)
            )
            return declined, (_record(declined, Word.DECLINED),)
    return _reverse(state, Problem.BANK_AWAY)


def _before(state: Withdrawal, status: DeviceStatus | None) -> Stepped:
    if not _ready(status):
        # DISPENSING was never announced, so no command was given: surely no cash.
        return _reverse(state, Problem.DEVICE_FAULT)
    state = _with_counters(state, status)
    return state, (_record(state, Word.DISPENSING),)


def _found(state: Withdrawal, status: DeviceStatus | None) -> Stepped:
    finding = find_outgoing(state.uid, state.amount_minor, state.counters, status)
    fresh = not state.recovering
    match finding:
        case Finding.NO_COMMAND | Finding.NOT_MOVED | Finding.REJECTED:
            return _reverse(state, Problem.DEVICE_FAULT)
        case Finding.STACKED if fresh and state.doing is Doing.DISPENSE:
            return _do(state, Doing.PRESENT)
        case Finding.STACKED | Finding.INSIDE if state.doing is not Doing.REJECT:
            return _do(state, Doing.REJECT)
        case Finding.PRESENTED if fresh and state.doing is Doing.PRESENT:
            return _do(state, Doing.AWAIT)
        case Finding.PRESENTED if state.doing is not Doing.RETRACT:
            return _do(state, Doing.RETRACT)
        case Finding.TAKEN:
            state = replace(state, problem=None, paid=True)
            advice = partial(
                orders.confirm,
                terminal=state.terminal,
                original=state.uid,
                amount_minor=state.amount_minor,
                currency=state.currency,
            )
            return state, (_record(state, Word.TAKEN, advice),)
        case Finding.RETRACTED if state.refundable:
            return _reverse(replace(state, retracted=True), Problem.CASH_NOT_TAKEN)
        case Finding.RETRACTED:
            state = replace(state, retracted=True)
            return _suspend(state, Problem.CASH_NOT_TAKEN, "second retract within a day")
    stuck = replace(state, stuck=not _ready(status))
    return _suspend(stuck, Problem.DEVICE_FAULT, "notes in doubt")


def _rebooted(state: Withdrawal, tail_lost: bool) -> Stepped:
    match state.word:
        case Word.INTENT | Word.AUTHORISED if not tail_lost:
            return _reverse(state, Problem.MACHINE_FAULT)
        case Word.INTENT | Word.AUTHORISED | Word.DISPENSING:
            return _do(state, Doing.INSPECT)
    return state, ()


def _acknowledged(state: Withdrawal, event: Acknowledged) -> Stepped:
    outcome = event.outcome
    match state.word, outcome.outcome:
        case Word.TAKEN, "posted":
            return state, (_record(state, Word.DONE),)
        case Word.REVERSAL_PENDING, "voided" | "tombstoned":
            return state, (_record(state, Word.REVERSED),)
        case ((Word.TAKEN | Word.REVERSAL_PENDING | Word.SUSPENDED), _) if not state.reported:
            # A case the kiosk reported, or one the bank made of an advice it could not apply.
            known = replace(state, case=outcome.case or outcome.reference, reported=True)
            return known, (_record(known, Word.SUSPENDED),)
    return state, ()


def _reverse(state: Withdrawal, problem: Problem) -> Stepped:
    state = replace(state, problem=problem)
    order = orders.reversal(state.terminal, state.uid, state.amount_minor, state.currency)
    return state, (_record(state, Word.REVERSAL_PENDING, lambda _fresh: order),)


def _suspend(state: Withdrawal, problem: Problem, why: str) -> Stepped:
    state = replace(state, problem=problem)
    advice = partial(
        orders.case,
        terminal=state.terminal,
        original=state.uid,
        amount_minor=state.amount_minor,
        currency=state.currency,
        text=f"withdrawal from {state.account}: {why}",
    )
    return state, (_record(state, Word.SUSPENDED, advice),)


def _do(state: Withdrawal, doing: Doing) -> Stepped:
    return replace(state, doing=doing), (Do(doing),)


def _record(state: Withdrawal, word: Word, order: MakeOrder | None = None) -> Record:
    return Record(replace(state, word=word), order)


def _ready(status: DeviceStatus | None) -> bool:
    if status is None or status.counters is None:
        return False
    return status.pays and status.outgoing.place not in _BUSY


def _with_counters(state: Withdrawal, status: DeviceStatus | None) -> Withdrawal:
    if status is None:
        return state
    return replace(state, counters=status.counters, cleared=status.cleared)
