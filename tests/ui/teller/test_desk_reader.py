"""The teller's desk with a reader: the same drivers as a kiosk's, against simulated hardware."""

import threading
import time
from dataclasses import replace

import pytest
from PySide6.QtTest import QTest

from biometrics.scanners import NoDevice
from biometrics.synthetic import synthesise
from kiosk.config import ReaderLine, load_config
from tests.biometrics.scanners.benches import SerialBench
from tests.ui.teller.fake_desk import FakeDesk, press, settle, type_pin
from tests.ui.teller.fake_desk import desk as desk
from tests.ui.teller.fake_desk import teller as teller
from tests.ui.teller.fake_desk import window as window
from ui.teller.fingers import Fingers, open_fingers


@pytest.fixture
def bench(tmp_path, monkeypatch):
    made = SerialBench(tmp_path, monkeypatch)
    yield made
    made.close()


@pytest.fixture
def fingers(bench):
    line = ReaderLine("serial", bench.settings.device)
    made = open_fingers(replace(load_config(), readers=(line,)))
    yield made
    made.close()


def place(bench, seed, impression=0):
    threading.Thread(target=bench.place, args=(synthesise(seed, impression),), daemon=True).start()


def test_a_teller_signs_in_and_a_customer_is_signed_up_by_the_reader(
    bench, teller, desk, window, monkeypatch
):
    monkeypatch.setattr(
        desk, "sign_in", lambda finger, number, pin: FakeDesk.sign_in(desk, _Named(), number, pin)
    )
    assert not teller.pictures
    press(window, "useReader")
    assert teller.reading
    place(bench, 3)
    settle(teller)
    assert (teller.trouble, teller.finger) == ("", "From the reader")
    type_pin(teller.pin)
    press(window, "signIn")
    settle(teller)
    assert teller.page == "customers"
    press(window, "newCustomer")
    press(window, "useReader")
    place(bench, 4)
    settle(teller)
    assert teller.trouble == ""
    assert len(teller.prints) == 1


class _Named:
    template = b"tessa"


def test_waiting_for_a_finger_can_be_stopped(bench, teller, window):
    press(window, "useReader")
    deadline = time.monotonic() + 10
    while teller.doing != "Place the finger on the reader." and time.monotonic() < deadline:
        QTest.qWait(20)
    press(window, "useReader")
    settle(teller)
    assert not teller.reading
    assert (teller.trouble, teller.finger) == ("", "")


def test_a_reader_that_is_away_says_so(bench, teller, window):
    bench.unplug()
    press(window, "useReader")
    settle(teller)
    assert "reader" in teller.trouble
    assert not teller.reading


def test_a_desk_without_a_reader_in_its_configuration_has_none():
    fingers = open_fingers(load_config())
    assert (fingers.readers, fingers.pictures) == (None, True)
    with pytest.raises(NoDevice):
        Fingers().scan(threading.Event(), lambda _event: None)
