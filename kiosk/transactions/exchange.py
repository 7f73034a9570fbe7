"""An exchange: the safe is opened, counted, perhaps filled, and closed; then the ledger follows.

EXCHANGE, the device stops; SHEET, what was counted; APPROVED by two operators at the bank, the
device goes back to work with the new counts; BOOKING, one advice after the other (what was taken
out, what was put in, a difference); DONE. Given up before it was approved: CANCELLED.

An exchange that is open stays so over every restart: until it is approved or given up by a person
the machine serves nobody. One that is approved is carried on at boot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Literal, Self

from kiosk.devices.storage import Storage
from kiosk.transactions import orders
from kiosk.transactions.acts import (
    Acknowledged,
    Approved,
    Begun,
    Effect,
    Event,
    Forward,
    GivenUp,
    OpenSafe,
    Rebooted,
    Record,
    Recorded,
    RecordFailed,
    Safe,
    SheetMade,
    StorageRead,
)
from kiosk.transactions.words import Word
from protocol.messages.money import MovementKind
from protocol.messages.operator import CountSheet
from protocol.money import format_minor

Purpose = Literal["replenish", "balance"]
OPEN: Final = frozenset({Word.EXCHANGE, Word.SHEET, Word.APPROVED})
"""The safe may be open."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Where an exchange stands.

    ``people``: the bank's ids of the operators, who opened it first. ``booked``: advices that the
    bank has acknowledged. ``cases``: those it has opened about it. Live only: ``stopped``, the
    device serves nobody and says so; ``leaving``, it is being given up; ``failed``, the disk or the
    device refused the last act.
    """

    uid: str
    terminal: str
    currency: str
    purpose: Purpose
    people: tuple[str, ...] = ()
    sheet: CountSheet | None = None
    booked: int = 0
    cases: tuple[str, ...] = ()
    word: Word = Word.NONE
    stopped: bool = False
    leaving: bool = False
    failed: bool = False

    def to_data(self) -> dict[str, Any]:
        """See ``Transaction``."""
        return {
            "kind": "exchange",
            "uid": self.uid,
            "terminal": self.terminal,
            "currency": self.currency,
            "purpose": self.purpose,
            "people": list(self.people),
            "sheet": None if self.sheet is None else self.sheet.model_dump(mode="json"),
            "booked": self.booked,
            "cases": list(self.cases),
        }

    @classmethod
    def from_data(cls, word: Word, data: Mapping[str, Any]) -> Self:
        """Return the state of a record."""
        sheet = data["sheet"]
        return cls(
            uid=data["uid"],
            terminal=data["terminal"],
            currency=data["currency"],
            purpose=data["purpose"],
            people=tuple(data["people"]),
            # JSON has no tuples, so what was written is read without strictness.
            sheet=None if sheet is None else CountSheet.model_validate(sheet, strict=False),
            booked=data["booked"],
            cases=tuple(data["cases"]),
            word=word,
        )


def bookings(sheet: CountSheet) -> tuple[tuple[MovementKind, int], ...]:
    """Return the advices of a sheet, in their order: kind and sum in minor units."""
    found: list[tuple[MovementKind, int]] = []
    if sheet.purpose == "replenish":
        found += [("unload", sheet.found_minor), ("load", sheet.loaded_minor)]
    difference_minor = sheet.difference_minor
    found.append(("surplus" if difference_minor > 0 else "shortage", abs(difference_minor)))
    return tuple((kind, sum_minor) for kind, sum_minor in found if sum_minor)


Stepped = tuple[Exchange, tuple[Effect, ...]]


def step(state: Exchange, event: Event) -> Stepped:
    """Return the state after ``event`` and what to do next; pure."""
    match event:
        case Begun() if state.word is Word.NONE:
            return state, (Record(replace(state, word=Word.EXCHANGE)),)
        case OpenSafe() if state.word in (Word.EXCHANGE, Word.SHEET):
            return replace(state, failed=False), (Safe(closing=False),)
        case SheetMade(sheet) if state.word in (Word.EXCHANGE, Word.SHEET):
            state = replace(state, sheet=sheet, failed=False)
            return state, (Record(replace(state, word=Word.SHEET)),)
        case Approved(people) if state.word is Word.SHEET:
            state = replace(state, people=people, failed=False)
            return state, (Record(replace(state, word=Word.APPROVED)),)
        case GivenUp() if state.word in (Word.EXCHANGE, Word.SHEET):
            return replace(state, leaving=True, failed=False), (Safe(closing=True),)
        case Rebooted() | Approved() if state.word is Word.APPROVED:
            return replace(state, failed=False), (Safe(closing=True),)
        case Recorded(word=word):
            return _recorded(replace(state, word=word))
        case RecordFailed():
            return replace(state, failed=True), ()
        case StorageRead(storage=storage):
            return _read(state, storage)
        case Acknowledged(outcome=outcome) if state.word is Word.BOOKING:
            cases = state.cases if outcome.case is None else (*state.cases, outcome.case)
            return _next(replace(state, booked=state.booked + 1, cases=cases))
    return state, ()


def _recorded(state: Exchange) -> Stepped:
    match state.word:
        case Word.EXCHANGE:
            return state, (Safe(closing=False),)
        case Word.APPROVED:
            return state, (Safe(closing=True),)
        case Word.BOOKING:
            return state, (Forward(wait=False),)
    return state, ()


def _read(state: Exchange, storage: Storage | None) -> Stepped:
    stopped = storage is not None and storage.exchange == state.uid
    match state.word:
        case Word.EXCHANGE | Word.SHEET if state.leaving:
            state = replace(state, stopped=stopped, leaving=False)
            if storage is None or stopped:
                return replace(state, failed=True), ()
            # The device is at work again with its own counts.
            return state, (Record(replace(state, word=Word.CANCELLED)),)
        case Word.EXCHANGE | Word.SHEET:
            return replace(state, stopped=stopped, failed=not stopped), ()
        case Word.APPROVED if storage is not None and _is_set(state, storage):
            return _next(replace(state, stopped=False))
        case Word.APPROVED:
            return replace(state, failed=True), ()
    return state, ()


def _is_set(state: Exchange, storage: Storage) -> bool:
    if state.sheet is None or storage.exchange:
        return False
    wanted = {row.unit: row.loaded for row in state.sheet.rows}
    return wanted == {each.unit: each.count for each in storage.cassettes}


def _next(state: Exchange) -> Stepped:
    """Sign the next advice of the sheet, or end."""
    sheet = state.sheet
    due = () if sheet is None else bookings(sheet)[state.booked :]
    if sheet is None or not due:
        return state, (Record(replace(state, word=Word.DONE)),)
    kind, amount_minor = due[0]
    counted = format_minor(sheet.found_minor, sheet.currency)
    expected = format_minor(sheet.ledger_minor, sheet.currency)
    order = partial(
        orders.cash,
        kind=kind,
        terminal=state.terminal,
        exchange=state.uid,
        amount_minor=amount_minor,
        currency=state.currency,
        text=f"{sheet.purpose}: counted {counted}, ledger {expected}",
    )
    return state, (Record(replace(state, word=Word.BOOKING), order),)
