"""An answer of the device counts only by uid and counters."""

from dataclasses import replace

import pytest

from kiosk.devices.simulator.state import State
from kiosk.devices.status import Counters, Incoming, Outgoing, Place
from kiosk.transactions.evidence import Finding, find_incoming, find_outgoing

BEFORE = Counters(dispenses=3, presents=3)
OURS, OTHER = "a" * 32, "b" * 32


def status(uid, place, picked=9000, inside=0, counters=None):
    state = State(
        outgoing=Outgoing(uid, place, picked, inside),
        counters=counters or replace(BEFORE, dispenses=4),
    )
    return state.status()


@pytest.mark.parametrize(
    ("reading", "finding"),
    [
        (status(OTHER, Place.TAKEN, counters=BEFORE), Finding.NO_COMMAND),
        (status(OTHER, Place.TAKEN), Finding.UNCERTAIN),
        (status(OTHER, Place.NONE, 0), Finding.UNCERTAIN),
        (status(OURS, Place.TAKEN), Finding.TAKEN),
        (status(OURS, Place.TAKEN, counters=BEFORE), Finding.UNCERTAIN),
        (status(OURS, Place.TAKEN, picked=4000), Finding.UNCERTAIN),
        (status(OURS, Place.TAKEN, inside=1000), Finding.UNCERTAIN),
        (status(OURS, Place.NONE, 0), Finding.NOT_MOVED),
        (status(OURS, Place.NONE, 9000), Finding.UNCERTAIN),
        (status(OURS, Place.STACKED), Finding.STACKED),
        (status(OURS, Place.STACKED, 4000), Finding.INSIDE),
        (status(OURS, Place.TRANSPORT), Finding.INSIDE),
        (status(OURS, Place.PRESENTED), Finding.PRESENTED),
        (status(OURS, Place.REJECTED, inside=9000), Finding.REJECTED),
        (status(OURS, Place.REJECTED, inside=8000), Finding.UNCERTAIN),
        (status(OURS, Place.RETRACTED, inside=9000), Finding.RETRACTED),
        (status(OURS, Place.RETRACTED, inside=4000), Finding.UNCERTAIN),
        (replace(status(OURS, Place.TAKEN), counters=None), Finding.UNCERTAIN),
        (status(OURS, Place.UNKNOWN), Finding.UNCERTAIN),
        (None, Finding.UNCERTAIN),
    ],
)
def test_what_a_reading_proves_of_a_withdrawal(reading, finding):
    assert find_outgoing(OURS, 9000, BEFORE, reading) is finding


def test_a_retract_that_does_not_count_proves_nothing():
    reading = replace(status(OURS, Place.RETRACTED, inside=9000), counting_retract=False)
    assert find_outgoing(OURS, 9000, BEFORE, reading) is Finding.UNCERTAIN


def test_without_counters_from_before_nothing_is_proven():
    assert find_outgoing(OURS, 9000, None, status(OURS, Place.TAKEN)) is Finding.UNCERTAIN


@pytest.mark.parametrize(
    ("uid", "place", "stores", "found"),
    [
        (OTHER, Place.STORED, 0, Place.NONE),
        (OTHER, Place.STORED, 1, None),
        (OURS, Place.STORED, 1, Place.STORED),
        (OURS, Place.STORED, 0, None),
        (OURS, Place.ESCROW, 0, Place.ESCROW),
        (OURS, Place.ESCROW, 1, None),
        (OURS, Place.RETRACTED, 1, Place.RETRACTED),
        (OURS, Place.UNKNOWN, 0, None),
    ],
)
def test_what_a_reading_proves_of_a_deposit(uid, place, stores, found):
    before = Counters(stores=5)
    state = State(incoming=Incoming(uid, place, (), 0), counters=Counters(stores=5 + stores))
    assert find_incoming(OURS, before, state.status()) is found
    assert find_incoming(OURS, before, None) is None
