"""Power cuts at every boundary: after healing, charged == handed out, or a case for the sum."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.status import Place
from kiosk.screens import Notes
from kiosk.transactions.acts import Asked, Begun, Doing
from kiosk.transactions.company import Company, Slot
from kiosk.transactions.deposit import Deposit
from kiosk.transactions.transfer import Transfer
from kiosk.transactions.withdrawal import Withdrawal
from kiosk.transactions.words import FINAL, Word
from protocol.ids import new_uid
from tests.kiosk.transactions.model import (
    ACCOUNT,
    PAYEE,
    SESSION,
    TERMINAL,
    Fuse,
    ModelBank,
    ModelDevice,
    PowerCut,
    kiosk,
)

NOTES = (Notes(5000, 1), Notes(2000, 2))
AMOUNT = 9000
SLOT = Slot((10000, 5000, 2000, 1000, 500), 50, 500_000)
START = 100_000
ALONE = Company(slot=SLOT, patient=False)


def withdraw(driver, device):
    state = Withdrawal(new_uid(7), TERMINAL, ACCOUNT, SESSION, AMOUNT, "EUR", NOTES)
    driver.run(state, Begun(device.status()), ALONE)


def deposit(driver, device):
    state = Deposit(new_uid(7), TERMINAL, ACCOUNT, "EUR")
    driver.run(state, Begun(device.status()), ALONE)
    for doing in (Doing.CLOSE, Doing.STORE):
        state = driver.states[state.uid]
        driver.run(state, Asked(doing), ALONE)


def give_back(driver, device):
    state = Deposit(new_uid(7), TERMINAL, ACCOUNT, "EUR")
    driver.run(state, Begun(device.status()), ALONE)
    for doing in (Doing.CLOSE, Doing.RETURN):
        state = driver.states[state.uid]
        driver.run(state, Asked(doing), ALONE)


def transfer(driver, device):
    state = Transfer(new_uid(7), TERMINAL, ACCOUNT, PAYEE, SESSION, AMOUNT, "EUR", "rent")
    driver.run(state, Begun(None), ALONE)


def live(folder, act, bank, device, cuts, blind=False):
    """Act once, cutting the power at each of ``cuts`` in turn; then heal. Return all states."""
    fuse = bank.fuse
    acted = False
    for cut in (*cuts, 0):
        fuse.at, fuse.ticks = cut, 0
        try:
            with kiosk(folder, bank, device, fuse) as driver:
                if not acted:
                    acted = True
                    act(driver, device)
                while not driver.forwarder.drain():
                    pass
                states = list(driver.states.values())
            if cut == 0:
                return states
        except PowerCut:
            device.after_power_cut(blind)
    raise AssertionError("the last run has no cut")


def check(bank, device, states):
    """What must be true after every fault (FAULT_MATRIX.md, "in every row")."""
    evidence = device.state.totals()
    assert not bank.held or all(uid in bank.cases for uid in bank.held)
    charged = START - bank.balance[ACCOUNT] + sum(bank.held.values())
    assert all(state.word in FINAL for state in states)
    for uid, row in device.state.evidence.items():
        assert row.cmds <= 1, uid
    suspended = [state for state in states if state.word is Word.SUSPENDED]
    for state in suspended:
        assert state.reported
        assert bank.cases[state.uid] == state.amount_minor
    if any(isinstance(state, Transfer) for state in states):
        assert charged == bank.balance[PAYEE]
    elif not suspended:
        assert charged == evidence.taken - evidence.given
        assert evidence.adrift == 0
    held = sum(c.denomination_minor * c.count for c in device.state.cassettes)
    if any(isinstance(state, Withdrawal) for state in states):
        gone = evidence.taken + evidence.rej + evidence.adrift + evidence.retr
        out = device.state.outgoing
        moving = out.place in (Place.TRANSPORT, Place.STACKED)
        gone += out.picked_minor if moving else device.state.tray_minor
        assert device.state.loaded_minor == held + gone


def scene(act, **of_device):
    fuse = Fuse()
    puts_in = ((5000, 2), (1000, 1)) if act in (deposit, give_back) else ()
    return ModelBank(fuse), ModelDevice(fuse, puts_in=puts_in, **of_device)


ACTS = [withdraw, deposit, give_back, transfer]


@pytest.mark.parametrize("customer", ["takes", "leaves", "walks"])
@pytest.mark.parametrize("act", ACTS)
def test_a_power_cut_at_every_boundary(tmp_path, act, customer):
    bank, device = scene(act, customer=customer)
    live(tmp_path / "whole", act, bank, device, [])
    boundaries = bank.fuse.ticks
    assert boundaries > 8
    for cut in range(1, boundaries + 1):
        bank, device = scene(act, customer=customer)
        states = live(tmp_path / str(cut), act, bank, device, [cut])
        check(bank, device, states)


@given(
    act=st.sampled_from(ACTS),
    cuts=st.lists(st.integers(1, 40), max_size=3),
    fault=st.sampled_from(
        [
            None,
            "jam_nothing",
            "partial",
            "jam_unknown",
            "present_none",
            "present_unknown",
            "present_unknown_inside",
            "not_taken",
            "took_some",
            "store_jam",
        ]
    ),
    losses=st.lists(st.sampled_from(["", "request", "reply"]), max_size=5),
    customer=st.sampled_from(["takes", "leaves", "walks"]),
    blind=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_any_faults_together(act, cuts, fault, losses, customer, blind):
    bank, device = scene(act, customer=customer)
    device.arm(fault)
    bank.losses = list(losses)
    with tempfile.TemporaryDirectory() as folder:
        states = live(Path(folder), act, bank, device, cuts, blind=blind)
    check(bank, device, states)


@pytest.mark.parametrize("act", [withdraw, deposit])
def test_a_lost_tail_at_every_boundary(tmp_path, act):
    """The last record is torn off after it was durable: the device is asked by uid."""
    for cut in range(1, 30):
        bank, device = scene(act)
        folder = tmp_path / str(cut)
        bank.fuse.at, bank.fuse.ticks = cut, 0
        try:
            with kiosk(folder, bank, device, bank.fuse) as driver:
                act(driver, device)
        except PowerCut:
            pass
        path = folder / "00000001.log"
        path.write_bytes(path.read_bytes()[:-7])
        bank.fuse.at = 0
        with kiosk(folder, bank, device, bank.fuse) as driver:
            while not driver.forwarder.drain():
                pass
            states = list(driver.states.values())
        if any(row.cmds > 1 for row in device.state.evidence.values()):
            pytest.fail("a second physical command")
        for state in states:
            if state.word is Word.REVERSED:
                assert device.state.totals().taken == 0
            if state.word is Word.DONE and act is withdraw:
                assert device.state.totals().taken == AMOUNT
