"""The safe is opened by an operator: nothing is paid or taken until it is closed again."""

from collections.abc import Mapping
from dataclasses import replace

from kiosk.devices.simulator.dispenser import Refused
from kiosk.devices.simulator.state import CAPACITY, NO_BINS, NOTHING_IN, NOTHING_OUT, State
from kiosk.devices.status import Place

_OUT_ON_THE_WAY = (Place.TRANSPORT, Place.STACKED, Place.PRESENTED)
_IN_ON_THE_WAY = (Place.OPEN, Place.ESCROW, Place.PRESENTED, Place.TRANSPORT)


def start(state: State, uid: str) -> State:
    """Begin an exchange, jammed or not; a customer's notes must not be on their way."""
    if not uid:
        raise ValueError("an exchange has a uid")
    if state.exchange == uid:
        return state
    if state.exchange:
        raise Refused("exchange_active", state)
    if state.outgoing.place in _OUT_ON_THE_WAY or state.incoming.place in _IN_ON_THE_WAY:
        raise Refused("not_clear", state)
    return replace(state, exchange=uid)


def end(state: State, uid: str, loaded: Mapping[str, object] | None, *, emptied: bool) -> State:
    """Set counts and go back to work; what was jammed has been taken out by the operator.

    Raises:
        Refused: another exchange is open, or none; a count is above a cassette's capacity.
        ValueError, TypeError: a cassette is missing, or a count is no number.
    """
    if uid and state.exchanged == uid:
        return state
    if not uid or state.exchange != uid:
        raise Refused("no_exchange", state)
    if loaded is not None:
        state = _set(state, loaded)
    return replace(
        state,
        bins_minor=dict(NO_BINS) if emptied else state.bins_minor,
        exchange="",
        exchanged=uid,
        outgoing=NOTHING_OUT,
        incoming=NOTHING_IN,
        out_jammed=False,
        in_jammed=False,
        cleared=state.cleared + 1,
    )


def _set(state: State, loaded: Mapping[str, object]) -> State:
    if loaded.keys() != {each.unit for each in state.cassettes}:
        raise ValueError("the counts are not those of this device's cassettes")
    counts: dict[str, int] = {}
    for unit, count in loaded.items():
        if type(count) is not int or count < 0:
            raise ValueError("a count is a whole number from zero up")
        if count > CAPACITY:
            raise Refused("above_capacity", state)
        counts[unit] = count
    more = sum(
        (counts[each.unit] - each.count) * each.denomination_minor for each in state.cassettes
    )
    return replace(
        state,
        cassettes=tuple(replace(each, count=counts[each.unit]) for each in state.cassettes),
        initial=counts,
        loaded_minor=state.loaded_minor + more,
    )
