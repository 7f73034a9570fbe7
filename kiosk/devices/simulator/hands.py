"""What hands do at the machine: a customer's, a technician's, and those of a mischief-maker."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kiosk.devices.simulator import acceptor, dispenser
from kiosk.devices.simulator.state import NOTHING_IN, NOTHING_OUT, Fault, State

MAX_INSERT = 500


def act(state: State, order: Mapping[str, Any]) -> State:
    """Return the state after an order of the control channel.

    Raises:
        Refused: it can't be done now.
        KeyError, TypeError, ValueError: it is no order.
    """
    match order["command"]:
        case "facts":
            return state
        case "insert":
            count = int(order["count"])
            if not 1 <= count <= MAX_INSERT:
                raise ValueError("too many notes")
            return acceptor.insert(state, int(order["denomination_minor"]), count)
        case "take":
            return acceptor.customer_takes(dispenser.customer_takes(state))
        case "fault":
            return replace(state, fault=None if order["fault"] is None else Fault(order["fault"]))
        case "sensor":
            return replace(state, sensor_unknown=bool(order["unknown"]))
        case "customer":
            return replace(state, auto_customer=bool(order["auto"]))
        case "clear":
            return _clear(state)
        case "load":
            return _load(state, int(order["denomination_minor"]), int(order["count"]))
    raise ValueError("no such order")


def _clear(state: State) -> State:
    """A technician opens the device, takes out what is adrift and puts it back to work."""
    return replace(
        state,
        outgoing=NOTHING_OUT,
        incoming=NOTHING_IN,
        tray_minor=0,
        fault=None,
        sensor_unknown=False,
        out_jammed=False,
        in_jammed=False,
        cleared=state.cleared + 1,
    )


def _load(state: State, denomination_minor: int, count: int) -> State:
    """Set a cassette's count, as at a replenishment."""
    if not 0 <= count <= 5000:
        raise ValueError("a cassette holds at most 5000 notes")
    held = [c for c in state.cassettes if c.denomination_minor == denomination_minor]
    if len(held) != 1:
        raise ValueError("no such cassette")
    more = (count - held[0].count) * denomination_minor
    cassettes = tuple(replace(c, count=count) if c in held else c for c in state.cassettes)
    initial = {**state.initial, held[0].unit: count}
    loaded_minor = state.loaded_minor + more
    return replace(state, cassettes=cassettes, loaded_minor=loaded_minor, initial=initial)
