"""The dispenser's mechanics: each function is one thing that happens.

Commands raise ``Refused`` with an XFS-like code; the state they leave is in the error, because a
command that fails may have moved notes.
"""

from dataclasses import replace

from kiosk.cash.notes import counts
from kiosk.devices.simulator.state import Fault, State
from kiosk.devices.status import Outgoing, Place
from kiosk.screens import Notes

UNCLEAR = (Place.TRANSPORT, Place.STACKED, Place.PRESENTED, Place.UNKNOWN)


class Refused(Exception):
    """A command's error ``code``, and the ``state`` after it."""

    def __init__(self, code: str, state: State) -> None:
        super().__init__(code)
        self.code = code
        self.state = state


def begin_dispense(state: State, uid: str, notes: tuple[Notes, ...]) -> State:
    """Pick notes from the cassettes into the transport; at most once for a ``uid``."""
    used = state.evidence.get(uid)
    state = state.noting(uid, cmds=1)
    if used is not None and used.cmds:
        raise Refused("uid_used", state)
    if state.exchange:
        raise Refused("exchange_active", state)
    if state.out_jammed or state.outgoing.place in UNCLEAR:
        raise Refused("not_clear", state)
    wanted = counts(notes)
    if not wanted or any(_held(state, d) < n for d, n in wanted.items()):
        raise Refused("not_dispensable", state)
    done = replace(state.counters, dispenses=state.counters.dispenses + 1)
    if state.fault is Fault.JAM_NOTHING:
        none = Outgoing(uid, Place.NONE, 0, 0)
        raise Refused("jam", replace(state, counters=done, outgoing=none, fault=None))
    half = state.fault is Fault.PARTIAL
    if half:
        wanted = _half(wanted)
        state = replace(state, fault=None)
    for denomination, number in wanted.items():
        state = _take(state, denomination, number)
    picked = sum(d * n for d, n in wanted.items())
    outgoing = Outgoing(uid, Place.TRANSPORT, picked, 0)
    return replace(state, counters=done, outgoing=outgoing, half_picked=half)


def end_dispense(state: State) -> State:
    """Move the notes from the transport to the stacker."""
    out = state.outgoing
    if state.fault is Fault.JAM_UNKNOWN:
        jammed = replace(state, outgoing=replace(out, place=Place.UNKNOWN), out_jammed=True)
        raise Refused("jam", replace(jammed, fault=None).noting(out.uid, adrift=out.picked_minor))
    state = replace(state, outgoing=replace(out, place=Place.STACKED))
    if state.half_picked:
        raise Refused("partial", replace(state, half_picked=False))
    return state


def present(state: State, uid: str) -> State:
    """Put the stacked notes into the tray."""
    out = state.outgoing
    if out.uid != uid or out.place is not Place.STACKED:
        raise Refused("nothing_stacked", state)
    state = replace(state, counters=replace(state.counters, presents=state.counters.presents + 1))
    fault = state.fault
    if fault is Fault.PRESENT_NONE:
        raise Refused("not_presented", replace(state, fault=None))
    if fault in (Fault.PRESENT_UNKNOWN, Fault.PRESENT_UNKNOWN_INSIDE):
        lost = replace(
            state, outgoing=replace(out, place=Place.UNKNOWN), out_jammed=True, fault=None
        )
        if fault is Fault.PRESENT_UNKNOWN:
            raise Refused("jam", lost.noting(uid, taken=out.picked_minor))
        raise Refused("jam", lost.noting(uid, adrift=out.picked_minor))
    placed = replace(out, place=Place.PRESENTED)
    return replace(state, outgoing=placed, tray_minor=out.picked_minor)


def reject(state: State, uid: str) -> State:
    """Move notes that were not presented into the reject bin."""
    out = state.outgoing
    if out.uid != uid or out.place not in (Place.TRANSPORT, Place.STACKED):
        raise Refused("nothing_to_reject", state)
    moved = replace(out, place=Place.REJECTED, inside_minor=out.picked_minor)
    rejects = replace(state.counters, rejects=state.counters.rejects + 1)
    state = replace(state, outgoing=moved, counters=rejects).noting(uid, rej=out.picked_minor)
    return state.keeping("reject", out.picked_minor)


def retract(state: State, uid: str) -> State:
    """Take the notes in the tray back and count them."""
    out = state.outgoing
    if out.uid != uid or out.place is not Place.PRESENTED:
        raise Refused("nothing_to_retract", state)
    back = state.tray_minor
    moved = replace(out, place=Place.RETRACTED, inside_minor=back)
    done = replace(state.counters, retracts=state.counters.retracts + 1)
    fault = None if state.fault in (Fault.NOT_TAKEN, Fault.TOOK_SOME) else state.fault
    state = replace(state, outgoing=moved, counters=done, tray_minor=0, fault=fault)
    return state.noting(uid, retr=back).keeping("retract", back)


def customer_takes(state: State) -> State:
    """Let the customer take what lies in the tray (all, some or nothing, after the fault)."""
    out = state.outgoing
    if out.place is not Place.PRESENTED or state.fault is Fault.NOT_TAKEN:
        return state
    if state.fault is Fault.TOOK_SOME:
        left = state.tray_minor // 2000 * 1000 or state.tray_minor
        if state.tray_minor < out.picked_minor:
            return state
        return replace(state, tray_minor=left).noting(out.uid, taken=state.tray_minor - left)
    taken = replace(state, outgoing=replace(out, place=Place.TAKEN), tray_minor=0)
    if taken.fault is Fault.WALKAWAY_TAKES:
        taken = replace(taken, fault=None)
    return taken.noting(out.uid, taken=state.tray_minor)


def _held(state: State, denomination: int) -> int:
    return sum(
        each.count
        for each in state.cassettes
        if each.usable and each.denomination_minor == denomination
    )


def _take(state: State, denomination: int, number: int) -> State:
    cassettes = []
    for each in state.cassettes:
        if each.usable and each.denomination_minor == denomination:
            took = min(number, each.count)
            cassettes.append(replace(each, count=each.count - took))
            number -= took
        else:
            cassettes.append(each)
    return replace(state, cassettes=tuple(cassettes))


def _half(wanted: dict[int, int]) -> dict[int, int]:
    notes = [d for d in sorted(wanted) for _ in range(wanted[d])]
    kept = notes[: len(notes) // 2]
    return {d: kept.count(d) for d in set(kept)}
