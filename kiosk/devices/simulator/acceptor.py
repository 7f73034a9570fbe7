"""The acceptor's mechanics: slot, escrow, vault and the way back."""

from dataclasses import replace

from kiosk.cash.notes import bundle, counts, total_minor
from kiosk.devices.simulator.dispenser import Refused
from kiosk.devices.simulator.state import Fault, State
from kiosk.devices.status import Incoming, Place

HOLDING = (Place.OPEN, Place.ESCROW, Place.PRESENTED, Place.UNKNOWN)


def start(
    state: State, uid: str, accepts_minor: tuple[int, ...], max_notes: int, max_minor: int
) -> State:
    """Open the slot; for the same ``uid`` with notes in escrow: for more of them."""
    if state.exchange:
        raise Refused("exchange_active", state)
    into = state.incoming
    again = into.uid == uid and into.place in (Place.OPEN, Place.ESCROW)
    if state.in_jammed or (into.place in HOLDING and not again):
        raise Refused("not_clear", state)
    opened = replace(into, place=Place.OPEN) if again else Incoming(uid, Place.OPEN, (), 0)
    return replace(
        state,
        incoming=opened,
        counters=replace(state.counters, accepts=state.counters.accepts + 1),
        accepts_minor=accepts_minor,
        max_notes=max_notes,
        max_minor=max_minor,
    )


def insert(state: State, denomination_minor: int, count: int) -> State:
    """A customer puts notes into the slot; what is not accepted is handed back at once.

    A suspect note is neither counted nor handed back: it is kept apart.
    """
    into = state.incoming
    if into.place is not Place.OPEN:
        raise Refused("slot_closed", state)
    held, refused = counts(into.counted), into.refused_count
    if state.fault is Fault.SUSPECT_NOTE and count:
        count -= 1
        state = replace(state, fault=None).noting(into.uid, suspect=1)
    for _ in range(count):
        total = sum(d * n for d, n in held.items()) + denomination_minor
        fits = sum(held.values()) < state.max_notes and total <= state.max_minor
        if fits and denomination_minor in state.accepts_minor:
            held[denomination_minor] = held.get(denomination_minor, 0) + 1
        else:
            refused += 1
    counted = replace(into, counted=bundle(held), refused_count=refused)
    return replace(state, incoming=counted)


def close_slot(state: State, uid: str) -> State:
    """Close the slot; the notes lie in escrow."""
    into = _own(state, uid, Place.OPEN)
    return replace(state, incoming=replace(into, place=Place.ESCROW))


def begin_store(state: State, uid: str) -> State:
    """Take the store command; at most once for a ``uid``."""
    used = state.evidence.get(uid)
    state = state.noting(uid, cmds=1)
    if used is not None and used.cmds:
        raise Refused("uid_used", state)
    into = _own(state, uid, Place.ESCROW)
    return replace(
        state,
        incoming=replace(into, place=Place.TRANSPORT),
        counters=replace(state.counters, stores=state.counters.stores + 1),
    )


def end_store(state: State) -> State:
    """Let the notes arrive in the vault."""
    into = state.incoming
    total = total_minor(into.counted)
    if state.fault is Fault.STORE_JAM:
        lost = replace(state, incoming=replace(into, place=Place.UNKNOWN), in_jammed=True)
        raise Refused("jam", replace(lost, fault=None).noting(into.uid, adrift=total))
    stored = replace(state, incoming=replace(into, place=Place.STORED))
    return stored.noting(into.uid, given=total).keeping("deposit", total)


def offer_back(state: State, uid: str) -> State:
    """Put what is in slot and escrow into the tray."""
    into = _own(state, uid, Place.OPEN, Place.ESCROW)
    empty = not into.counted
    done = replace(state.counters, returns=state.counters.returns + 1)
    place = Place.TAKEN if empty else Place.PRESENTED
    return replace(state, incoming=replace(into, place=place), counters=done)


def customer_takes(state: State) -> State:
    """Let the customer take the returned notes."""
    into = state.incoming
    if into.place is not Place.PRESENTED or state.fault is Fault.NOT_TAKEN:
        return state
    taken = replace(state, incoming=replace(into, place=Place.TAKEN))
    return taken.noting(into.uid, ret=total_minor(into.counted))


def retract(state: State, uid: str) -> State:
    """Keep what is in slot, escrow, transport or tray, counted, in the retract bin."""
    into = _own(state, uid, Place.OPEN, Place.ESCROW, Place.PRESENTED, Place.TRANSPORT)
    done = replace(state.counters, retracts=state.counters.retracts + 1)
    fault = None if state.fault is Fault.NOT_TAKEN else state.fault
    kept = replace(into, place=Place.RETRACTED)
    state = replace(state, incoming=kept, counters=done, fault=fault)
    kept_minor = total_minor(into.counted)
    return state.noting(uid, retr=kept_minor).keeping("retract", kept_minor)


def _own(state: State, uid: str, *places: Place) -> Incoming:
    into = state.incoming
    if into.uid != uid or into.place not in places:
        raise Refused("wrong_place", state)
    return into
