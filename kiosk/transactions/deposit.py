"""A deposit: notes are credited only when they are surely in the vault, and then surely.

ACCEPTING, COUNTED, STORING, one store command, CREDIT_PENDING, credit, DONE. Notes given back:
RETURNED. Notes kept without a sure credit: SUSPENDED, with a case for their sum.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Self

from kiosk.cash.notes import from_tally, tally, total_minor
from kiosk.devices.status import Counters, DeviceStatus, Place
from kiosk.screens import Notes, Problem
from kiosk.transactions import orders
from kiosk.transactions.acts import (
    Acknowledged,
    Asked,
    Begun,
    DeviceRead,
    Do,
    Doing,
    Effect,
    Event,
    Forward,
    Rebooted,
    Record,
    Recorded,
    RecordFailed,
)
from kiosk.transactions.evidence import find_incoming
from kiosk.transactions.records import members_of
from kiosk.transactions.words import Word

_LIVE_ONLY = ("word", "doing", "recovering")
_IDLE = (Place.NONE, Place.STORED, Place.TAKEN, Place.RETRACTED)
_HELD = (Place.OPEN, Place.ESCROW, Place.TRANSPORT, Place.PRESENTED)


@dataclass(frozen=True, slots=True)
class Deposit:
    """Where a deposit stands.

    ``counted`` is what the device last counted in escrow. ``counters`` were read just before
    ACCEPTING, then just before STORING. ``stuck``: SUSPENDED with the device in an unknown state.
    """

    uid: str
    terminal: str
    account: str
    currency: str
    counted: tuple[Notes, ...] = ()
    counters: Counters | None = None
    cleared: int = 0
    reference: str = ""
    problem: Problem | None = None
    stuck: bool = False
    case: str = ""
    reported: bool = False
    word: Word = Word.NONE
    doing: Doing = Doing.NOTHING
    recovering: bool = False

    @property
    def amount_minor(self) -> int:
        """The sum counted."""
        return total_minor(self.counted)

    def to_data(self) -> dict[str, Any]:
        """See ``Transaction``."""
        data = {name: value for name, value in asdict(self).items() if name not in _LIVE_ONLY}
        counted = {"counted": tally(self.counted), "amount_minor": self.amount_minor}
        return data | {"kind": "deposit"} | counted

    @classmethod
    def from_data(cls, word: Word, data: Mapping[str, Any]) -> Self:
        """Return the state of a record."""
        members = members_of(data, "amount_minor")
        return cls(word=word, **members | {"counted": from_tally(data["counted"])})


Stepped = tuple[Deposit, tuple[Effect, ...]]


def step(state: Deposit, event: Event) -> Stepped:
    """Return the state after ``event`` and what to do next; pure."""
    match event:
        case Begun(status=status):
            return _begin(state, status)
        case Recorded(word=word):
            return _recorded(replace(state, word=word))
        case RecordFailed(word=word):
            return _record_failed(state, word)
        case DeviceRead(status=status):
            if state.doing is Doing.BEFORE:
                return _before(state, status)
            return _found(state, status)
        case Asked(doing=doing):
            return _asked(state, doing)
        case Rebooted() if state.word in (Word.ACCEPTING, Word.COUNTED, Word.STORING):
            return _do(replace(state, recovering=True), Doing.INSPECT)
        case Acknowledged():
            return _acknowledged(state, event)
    return state, ()


def _begin(state: Deposit, status: DeviceStatus | None) -> Stepped:
    if status is None or not _ready(status):
        return replace(state, problem=Problem.DEVICE_FAULT), ()
    state = replace(state, counters=status.counters, cleared=status.cleared)
    return state, (Record(replace(state, word=Word.ACCEPTING)),)


def _recorded(state: Deposit) -> Stepped:
    match state.word:
        case Word.ACCEPTING:
            return _do(state, Doing.OPEN)
        case Word.STORING:
            return _do(state, Doing.STORE)
        case Word.CREDIT_PENDING:
            return state, (Forward(wait=True),)
        case Word.SUSPENDED if not state.reported:
            return state, (Forward(wait=False),)
    return state, ()


def _record_failed(state: Deposit, word: Word) -> Stepped:
    state = replace(state, problem=Problem.MACHINE_FAULT)
    if word in (Word.COUNTED, Word.STORING):
        # Nothing was announced, so nothing is stored: the customer gets the notes back.
        return _do(state, Doing.RETURN)
    return state, ()


def _asked(state: Deposit, doing: Doing) -> Stepped:
    match doing, state.word:
        case Doing.CLOSE, Word.ACCEPTING:
            return _do(state, Doing.CLOSE)
        case Doing.OPEN, Word.COUNTED:
            return state, (Record(replace(state, word=Word.ACCEPTING)),)
        case Doing.STORE, Word.COUNTED if state.counted:
            return _do(state, Doing.BEFORE)
        case Doing.RETURN, Word.ACCEPTING | Word.COUNTED:
            return _do(state, Doing.RETURN)
    return state, ()


def _before(state: Deposit, status: DeviceStatus | None) -> Stepped:
    place = find_incoming(state.uid, state.counters, status)
    if status is None or place is not Place.ESCROW or status.incoming.counted != state.counted:
        return _do(replace(state, problem=Problem.DEVICE_FAULT), Doing.RETURN)
    state = replace(state, counters=status.counters, cleared=status.cleared)
    return state, (Record(replace(state, word=Word.STORING)),)


def _found(state: Deposit, status: DeviceStatus | None) -> Stepped:
    place = find_incoming(state.uid, state.counters, status)
    if status is None or place is None:
        # While the slot was open more notes may have come in than were ever counted.
        counted = () if state.word is Word.ACCEPTING else state.counted
        doubtful = replace(state, counted=counted, stuck=not _ready(status))
        return _suspend(doubtful, "notes in doubt")
    if place is not Place.NONE:
        state = replace(state, counted=status.incoming.counted)
    match place:
        case Place.NONE:
            # The slot never opened for this deposit.
            return _returned(state)
        case Place.STORED if state.word is Word.STORING:
            return _credit(state)
        case Place.OPEN if state.doing is Doing.OPEN:
            return state, ()
        case Place.ESCROW if state.doing is Doing.CLOSE:
            return state, (Record(replace(state, word=Word.COUNTED)),)
        case Place.PRESENTED if state.doing is Doing.RETURN and not state.recovering:
            return _do(state, Doing.AWAIT)
        case Place.TAKEN:
            return _returned(state)
        case Place.OPEN | Place.ESCROW if not state.recovering and state.doing in (
            Doing.OPEN,
            Doing.CLOSE,
            Doing.STORE,
        ):
            return _do(replace(state, problem=Problem.DEVICE_FAULT), Doing.RETURN)
        case Place.RETRACTED if not state.counted:
            return _returned(state)
        case Place.RETRACTED:
            return _suspend(state, "notes kept in the retract bin")
        case _ if place in _HELD and state.doing is not Doing.RETRACT:
            return _do(state, Doing.RETRACT)
    return _suspend(replace(state, stuck=True), "notes in doubt")


def _acknowledged(state: Deposit, event: Acknowledged) -> Stepped:
    outcome = event.outcome
    match state.word, outcome.outcome:
        case Word.CREDIT_PENDING, "posted":
            done = replace(state, reference=outcome.reference, problem=None)
            return done, (Record(replace(done, word=Word.DONE)),)
        case ((Word.CREDIT_PENDING | Word.SUSPENDED), _) if not state.reported:
            problem = state.problem or Problem.ACCOUNT_CLOSED
            known = replace(
                state, case=outcome.case or outcome.reference, reported=True, problem=problem
            )
            return known, (Record(replace(known, word=Word.SUSPENDED)),)
    return state, ()


def _credit(state: Deposit) -> Stepped:
    state = replace(state, problem=None)
    advice = partial(
        orders.credit,
        terminal=state.terminal,
        account=state.account,
        notes=state.counted,
        amount_minor=state.amount_minor,
        currency=state.currency,
    )
    return state, (Record(replace(state, word=Word.CREDIT_PENDING), advice),)


def _returned(state: Deposit) -> Stepped:
    return state, (Record(replace(state, word=Word.RETURNED)),)


def _suspend(state: Deposit, why: str) -> Stepped:
    state = replace(state, problem=state.problem or Problem.DEVICE_FAULT)
    unknown = "" if state.counted else ", sum not known"
    advice = partial(
        orders.case,
        terminal=state.terminal,
        original=state.uid,
        amount_minor=state.amount_minor,
        currency=state.currency,
        text=f"deposit to {state.account}: {why}{unknown}",
    )
    return state, (Record(replace(state, word=Word.SUSPENDED), advice),)


def _do(state: Deposit, doing: Doing) -> Stepped:
    return replace(state, doing=doing), (Do(doing),)


def _ready(status: DeviceStatus | None) -> bool:
    if status is None or status.counters is None:
        return False
    return status.takes and status.incoming.place in _IDLE
