"""What the machine can do now; pure."""

from collections.abc import Iterable

from kiosk.cash.cassettes import stock
from kiosk.cash.notes import bundle
from kiosk.devices.status import DeviceStatus, Place
from kiosk.screens import Problem
from kiosk.transactions.deposit import Deposit
from kiosk.transactions.results import Service
from kiosk.transactions.withdrawal import Withdrawal
from kiosk.transactions.words import Word
from protocol.references import reference

_OUT_CLEAR = (Place.NONE, Place.TAKEN, Place.REJECTED, Place.RETRACTED)
_IN_CLEAR = (Place.NONE, Place.TAKEN, Place.STORED, Place.RETRACTED)


def service_of(
    status: DeviceStatus | None,
    states: Iterable[object],
    *,
    working: bool,
    closed: bool,
    greeted: bool,
    pending: int,
    alarm: bool,
) -> Service:
    """Return what can be offered.

    ``working``: journal and chain are sound. ``closed``: an operator is at work, or has taken the
    machine out of service. ``greeted``: the bank has answered the exchange at
    boot. A suspended transaction keeps its device out of service until a person has opened and
    cleared it, which the device counts.
    """
    pays = takes = working and not closed
    name = ""
    for state in states:
        if not isinstance(state, Withdrawal | Deposit):
            continue
        if state.word is Word.SUSPENDED and state.stuck and not _cleared(state, status):
            pays = pays and not isinstance(state, Withdrawal)
            takes = takes and not isinstance(state, Deposit)
            name = name or state.reference or reference(state.uid)
    if status is None or status.counters is None:
        pays = takes = False
    else:
        pays = pays and status.pays and status.outgoing.place in _OUT_CLEAR
        takes = takes and status.takes and status.incoming.place in _IN_CLEAR
    payable = bundle(stock(status.cassettes)) if status is not None and pays else ()
    problem = None
    if not working:
        problem = Problem.MACHINE_FAULT
    elif closed:
        problem = Problem.BEING_SERVICED
    elif not pays and not takes:
        problem = Problem.DEVICE_FAULT
    return Service(
        can_withdraw=pays and greeted and bool(payable),
        can_deposit=takes and greeted,
        payable=payable,
        out_of_service=problem,
        reference=name,
        pending=pending,
        alarm=alarm,
    )


def _cleared(state: Withdrawal | Deposit, status: DeviceStatus | None) -> bool:
    return status is not None and status.cleared > state.cleared
