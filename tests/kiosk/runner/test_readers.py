"""Readers that come, go and fail while the kiosk runs; the real libfprint with its virtual one."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from biometrics.scanners import (
    DRIVER_NAMES,
    Cancelled,
    NoDevice,
    OnEvent,
    ReaderSettings,
    Retry,
    Scan,
    ScanError,
    ScanEvent,
    Stage,
    Unplugged,
)
from biometrics.synthetic import synthesise
from kiosk.config import READER_DRIVERS, load_config
from kiosk.effects.ports import World
from kiosk.events import Cancel, NumberEntered, TouchStart, UseNumber
from kiosk.scanning.readers import MOST_FAILURES, REST_S, Readers, open_readers
from kiosk.screens import EnterNumber, EnterPin, Menu, Problem, Scanning, Screen, Welcome
from tests.biometrics.scanners.benches import LibfprintBench
from tests.kiosk.runner.fakes import FakeBank, FakeCash
from tests.kiosk.runner.test_runner import Kiosk

NEVER = threading.Event()


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LibfprintBench]:
    made = LibfprintBench(tmp_path, monkeypatch)
    yield made
    made.close()


@pytest.fixture
def bank() -> FakeBank:
    return FakeBank()


@pytest.fixture
def kiosk(bench: LibfprintBench, bank: FakeBank) -> Iterator[Kiosk]:
    readers = open_readers([ReaderSettings("libfprint", testing=True)])
    world = World(bank, FakeCash(), readers, 20.0, 20, lambda: 1_700_000_000_000)
    found = Kiosk(world, load_config())
    found.runner.start()
    yield found
    found.runner.stop()


def with_reader(screen: Screen) -> bool:
    return isinstance(screen, Welcome) and screen.reader


def without_reader(screen: Screen) -> bool:
    return isinstance(screen, Welcome) and not screen.reader


def ready(screen: Screen) -> bool:
    return isinstance(screen, Scanning) and screen.stage == "ready"


def wait_until_open(bench: LibfprintBench) -> None:
    """The screen asks for a finger before the reader does; its socket is there when it does."""
    for _ in range(400):
        if bench.socket.exists():
            return
        threading.Event().wait(0.02)
    raise AssertionError("the reader was not opened")


def test_the_welcome_screen_follows_the_plug(kiosk: Kiosk, bench: LibfprintBench) -> None:
    kiosk.until(Welcome, with_reader)
    bench.unplug()
    kiosk.until(Welcome, without_reader)
    kiosk.send(TouchStart())
    kiosk.until(EnterNumber)
    kiosk.send(Cancel())
    bench.plug()
    kiosk.until(Welcome, with_reader)


def test_a_finger_on_a_real_reader_leads_to_the_pin(
    kiosk: Kiosk, bench: LibfprintBench, bank: FakeBank
) -> None:
    kiosk.until(Welcome, with_reader)
    kiosk.send(TouchStart())
    kiosk.until(Scanning, ready)
    bench.place(synthesise(2, 0))
    kiosk.until(EnterPin)
    assert bank.calls == ["identify"]
    shown = [view.screen.stage for view in kiosk.views if isinstance(view.screen, Scanning)]
    assert [stage for i, stage in enumerate(shown) if stage not in shown[:i]] == [
        *("ready", "finger", "reading", "lift")
    ]


def test_a_reader_that_goes_while_it_is_needed_gives_way_to_the_number(
    kiosk: Kiosk, bench: LibfprintBench, bank: FakeBank
) -> None:
    kiosk.until(Welcome, with_reader)
    kiosk.send(TouchStart())
    kiosk.until(Scanning, ready)
    wait_until_open(bench)
    bench.unplug()
    number = kiosk.until(EnterNumber)
    assert getattr(number, "problem", None) is Problem.READER_FAILED
    assert bank.calls == []
    kiosk.send(NumberEntered("amara"))
    kiosk.until(EnterPin)
    kiosk.pin()
    kiosk.until(Menu)


def test_a_reader_that_fails_lets_nobody_in_and_is_not_offered_for_a_while(
    kiosk: Kiosk, bench: LibfprintBench, bank: FakeBank
) -> None:
    for _ in range(MOST_FAILURES):
        kiosk.until(Welcome, with_reader)
        kiosk.send(TouchStart())
        kiosk.until(Scanning, ready)
        bench.send(-2, 0)
        kiosk.until(EnterNumber)
        kiosk.send(Cancel())
    kiosk.until(Welcome, without_reader)
    assert bank.calls == []
    kiosk.send(UseNumber())
    kiosk.until(EnterNumber)


def test_a_finger_that_is_asked_for_again_is_no_failure(
    kiosk: Kiosk, bench: LibfprintBench
) -> None:
    kiosk.until(Welcome, with_reader)
    kiosk.send(TouchStart())
    for _ in range(MOST_FAILURES + 1):
        kiosk.until(Scanning, ready)
        bench.send(-1, 2)
        kiosk.until(Scanning, lambda s: getattr(s, "problem", None) is Problem.FINGER_POOR)
    bench.place(synthesise(2, 0))
    kiosk.until(EnterPin)


class Scripted:
    """A reader that does what it is told next."""

    def __init__(self) -> None:
        self.there = True
        self.ends: list[Exception | Scan] = []

    def present(self) -> bool:
        return self.there

    def close(self) -> None:
        """Nothing is held."""

    def scan(self, timeout_s: float, cancel: threading.Event, on_event: OnEvent) -> Scan:
        on_event(ScanEvent(Stage.READY))
        end = self.ends.pop(0)
        if isinstance(end, Scan):
            return end
        raise end


class Stubborn(Scripted):
    """A reader whose scan ignores everything, as no driver of ours does."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def scan(self, timeout_s: float, cancel: threading.Event, on_event: OnEvent) -> Scan:
        on_event(ScanEvent(Stage.READY))
        self.let_go.wait(60)
        raise ScanError("at last")


def test_a_reader_that_never_ends_its_scan_does_not_hold_the_next_customer(
    bank: FakeBank,
) -> None:
    reader = Stubborn()
    readers = Readers([("stubborn", reader)])
    world = World(bank, FakeCash(), readers, 20.0, 20, lambda: 1)
    kiosk = Kiosk(world, load_config())
    kiosk.runner.start()
    try:
        kiosk.until(Welcome, with_reader)
        kiosk.send(TouchStart())
        kiosk.until(Scanning, ready)
        kiosk.send(Cancel())
        kiosk.until(Welcome)
        kiosk.send(TouchStart())
        kiosk.until(EnterNumber)
        kiosk.send(NumberEntered("amara"))
        kiosk.until(EnterPin)
    finally:
        reader.let_go.set()
        kiosk.runner.stop()


def scan(readers: Readers) -> Scan:
    return readers.scan(1.0, NEVER, lambda _event: None)


def picture(driver: str) -> Scan:
    return Scan(synthesise(1, 0), 500, driver, "", 0.0)


def test_the_first_reader_that_is_there_is_used() -> None:
    first, second = Scripted(), Scripted()
    readers = Readers([("first", first), ("second", second)])
    first.ends, second.ends = [picture("first")], [picture("second")]
    first.there = False
    assert scan(readers).driver == "second"
    first.there = True
    assert scan(readers).driver == "first"
    first.there = second.there = False
    assert readers.look()
    assert not readers.there
    with pytest.raises(NoDevice):
        scan(readers)


def test_failures_in_a_row_rest_a_reader_until_time_or_a_plug_brings_it_back() -> None:
    now_s = [1000.0]
    reader = Scripted()
    readers = Readers([("one", reader)], lambda: now_s[0])

    def fail(*errors: Exception) -> None:
        reader.ends = list(errors)
        for error in errors:
            with pytest.raises(type(error)):
                scan(readers)

    harmless = (Retry("again"), Unplugged("gone"), Cancelled("stop"))
    for error in harmless:
        fail(*[ScanError("broken")] * (MOST_FAILURES - 1), error)
        readers.look()
        assert readers.there
    fail(*[ScanError("broken")] * MOST_FAILURES)
    assert readers.look()
    assert not readers.there
    now_s[0] += REST_S + 1
    assert readers.look()
    fail(ScanError("still broken"))
    assert readers.look()
    assert not readers.there
    reader.there = False
    readers.look()
    reader.there = True
    assert readers.look()
    assert readers.there


def test_the_configuration_knows_every_driver() -> None:
    assert set(DRIVER_NAMES) == set(READER_DRIVERS)
