"""From our note and the machine's answers to where a transaction's notes surely are; pure.

Nothing is concluded from one source alone: what left the units and where it went is told by their
counts against those in our note, what a customer has touched by GetPresentStatus or
GetCashInStatus, and what still lies about by the sensors. Where they do not agree, or a value is
missing, the answer is ``Place.UNKNOWN``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.cash.notes import bundle, counts
from kiosk.devices.status import Counters, DeviceStatus, Incoming, Outgoing, Place
from kiosk.devices.xfs4iot.change import Change
from kiosk.devices.xfs4iot.counts import GENUINE, PASSING, Counts, Values
from kiosk.devices.xfs4iot.note import Book, InNote, OutNote, Stage
from kiosk.devices.xfs4iot.readings import (
    CashIn,
    CashInStatus,
    Fill,
    Mechanics,
    Presented,
    PresentStatus,
)
from kiosk.devices.xfs4iot.units import Units

_INSIDE = ("rejected", "distributed")


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything the machine was asked at one time; ``units`` None: it could not tell."""

    dispenser: Mechanics
    acceptor: Mechanics
    present: PresentStatus
    cash_in: CashInStatus
    units: Units | None
    values: Values


def judge(book: Book, reading: Reading, *, slot_open: bool, counting_retract: bool) -> DeviceStatus:
    """Return the machine's status as the kiosk's transactions know it."""
    units = reading.units
    now: Counts = {} if units is None else units.counts
    if units is None:
        out = Outgoing("" if book.out is None else book.out.uid, Place.UNKNOWN, 0, 0)
        into = Incoming("" if book.into is None else book.into.uid, Place.UNKNOWN, (), 0)
    else:
        out = outgoing(book.out, now, reading)
        into = incoming(book.into, now, reading, slot_open=slot_open)
    return DeviceStatus(
        counters=None if units is None else _counters(book, reading.cash_in, units),
        outgoing=out,
        incoming=into,
        cassettes=() if units is None else units.cassettes,
        pays=reading.dispenser.works and not book.exchange,
        takes=reading.acceptor.works and not book.exchange,
        counting_retract=counting_retract,
        cleared=book.cleared,
    )


def outgoing(note: OutNote | None, now: Counts, reading: Reading) -> Outgoing:
    """Return where the notes of the last dispense are."""
    state = reading.dispenser
    if note is None:
        # Notes that nobody has noted: a person must look.
        return Outgoing("", Place.NONE if state.clear else Place.UNKNOWN, 0, 0)
    change = Change(note.before, now, reading.values)
    lost = change.sum_minor("out", "unknown")
    shown = change.sum_minor("out", "presented")
    stacked = change.sum_minor("out", "stacked")
    moving = change.sum_minor("out", "transport", "diverted")
    inside = change.sum_minor("out", *_INSIDE)
    if lost is None or shown is None or stacked is None or moving is None or inside is None:
        return Outgoing(note.uid, Place.UNKNOWN, 0, 0)
    away = lost + shown + stacked + moving

    def at(place: Place, picked: int, back: int = 0) -> Outgoing:
        return Outgoing(note.uid, place, picked, back)

    if lost or (away and reading.present.presented is Presented.UNKNOWN):
        return at(Place.UNKNOWN, away + inside, inside)
    if away + inside == 0:
        same = reading.present == note.present or reading.present.presented is Presented.NO
        return at(Place.NONE if state.clear and same else Place.UNKNOWN, 0)
    if shown:
        return _shown(note, shown, away, change, reading)
    if away and reading.present.presented is not Presented.NO:
        return at(Place.UNKNOWN, away + inside, inside)
    if away == 0:
        return at(Place.REJECTED if state.clear else Place.UNKNOWN, inside, inside)
    if stacked == away and (state.stacker, state.tray) == (Fill.NOT_EMPTY, Fill.EMPTY):
        return at(Place.STACKED, away)
    if Fill.UNKNOWN in (state.stacker, state.transport) or state.tray is not Fill.EMPTY:
        return at(Place.UNKNOWN, away + inside, inside)
    return at(Place.TRANSPORT, away)


def _shown(note: OutNote, shown: int, away: int, change: Change, reading: Reading) -> Outgoing:
    """Return where notes are that the customer could reach."""
    state, present = reading.dispenser, reading.present
    sure = present.presented is Presented.YES and present.amount_minor == shown == away
    if sure and state.stacker is Fill.EMPTY and state.transport is Fill.EMPTY:
        if change.operations() or change.sum_minor("in", "retracted") != 0:
            back = change.sum_minor("in", "retracted")
            if state.tray is Fill.EMPTY:
                # What was not counted note by note is not evidence: then nothing is back for sure.
                return Outgoing(note.uid, Place.RETRACTED, shown, back or 0)
        elif state.tray is Fill.NOT_EMPTY:
            return Outgoing(note.uid, Place.PRESENTED, shown, 0)
        elif state.tray is Fill.EMPTY:
            return Outgoing(note.uid, Place.TAKEN, shown, 0)
    return Outgoing(note.uid, Place.UNKNOWN, away, 0)


def incoming(note: InNote | None, now: Counts, reading: Reading, *, slot_open: bool) -> Incoming:
    """Return where the notes of the last cash-in are; ``slot_open``: a CashIn is under way."""
    state, told = reading.acceptor, reading.cash_in
    if note is None:
        idle = state.stacker is Fill.EMPTY and told.state is not CashIn.ACTIVE
        return Incoming("", Place.NONE if idle else Place.UNKNOWN, (), 0)
    change = Change(note.before, now, reading.values)
    stored = change.notes("in", "deposited", levels=GENUINE)
    kept = change.notes("in", "retracted")
    touched = change.operations() != 0 or kept != {}
    unknown = Incoming(note.uid, Place.UNKNOWN, note.counted, told.refused_count)

    def at(place: Place, found: Mapping[int, int]) -> Incoming:
        return Incoming(note.uid, place, bundle(found), told.refused_count)

    if told.state is CashIn.ACTIVE:
        leaving = note.stage is Stage.RETURNING and state.tray is not Fill.EMPTY
        moved = leaving or touched or stored != {}
        if told.counted is None or moved or state.stacker is Fill.UNKNOWN:
            return unknown
        return at(Place.OPEN if slot_open else Place.ESCROW, told.counted)
    if note.stage is Stage.ASKED:
        # It never began, and nothing has moved since: nothing of the customer's is inside.
        same = dict(now) == dict(note.before) and state.clear
        return Incoming(note.uid, Place.TAKEN, (), 0) if same else unknown
    if state.stacker is not Fill.EMPTY:
        return unknown
    match note.stage, told.state:
        case Stage.STORING, CashIn.STORED if not touched:
            noted = counts(note.counted)
            if stored == told.counted == noted and state.transport is Fill.EMPTY:
                return at(Place.STORED, noted)
        case Stage.RETURNING, CashIn.ROLLED_BACK if not touched and stored == {}:
            if state.tray is Fill.NOT_EMPTY:
                return at(Place.PRESENTED, counts(note.counted))
            if state.clear:
                return at(Place.TAKEN, counts(note.counted))
        case (_, CashIn.RETRACTED) | (Stage.RETURNING, CashIn.ROLLED_BACK) if stored == {}:
            if kept is not None and state.clear and _all_kept(note, change, kept, told):
                return at(Place.RETRACTED, kept)
    return unknown


def _all_kept(note: InNote, change: Change, kept: Mapping[int, int], told: CashInStatus) -> bool:
    """Return whether the notes in the retract bin are all that can be there.

    Of notes that were offered back the customer may have taken some. Of others none may be
    missing; a service may leave out of its list what went into the bin.
    """
    if note.stage is Stage.RETURNING:
        offered = counts(note.counted)
        return bool(kept) and all(n <= offered.get(value, 0) for value, n in kept.items())
    if kept:
        return told.counted in ({}, kept)
    return change.operations() == 0 and told.counted == {}


def _counters(book: Book, cash_in: CashInStatus, units: Units) -> Counters:
    """Return our counts of orders and the fingerprint of the machine's counts of notes.

    An order to store that the machine has not begun is no store yet.
    """
    waiting = (
        book.into is not None
        and book.into.stage is Stage.STORING
        and cash_in.state is CashIn.ACTIVE
    )
    return Counters(
        dispenses=book.dispenses,
        accepts=book.accepts,
        stores=book.stores - waiting,
        storage=units.fingerprint,
    )


def recounted(book: Book, units: Units) -> bool:
    """Return whether a person has counted the units anew since the book was written.

    A count that only ever grows has fallen, or the units hold another load.
    """
    befores = [note.before for note in (book.out, book.into) if note is not None]
    fell = any(
        units.counts.get(count, 0) < number
        for before in befores
        for count, number in before.items()
        if count.side != "initial" and count.category not in PASSING
    )
    return fell or book.loaded is None or dict(book.loaded) != dict(units.loaded)
