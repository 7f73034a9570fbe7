"""What every driver promises (`biometrics.scanners.Scanner`), over the readers of `benches`."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import biometrics
from biometrics.scanners import (
    DRIVER_NAMES,
    Cancelled,
    NoDevice,
    Scan,
    ScanEvent,
    ScannerError,
    Stage,
    Timeout,
    Unplugged,
    driver,
)
from biometrics.synthetic import synthesise
from tests.biometrics.scanners.benches import BENCHES, Bench

FINGER = synthesise(3, 0)
# Generous, for a machine that has other work. The promises are 1 s and 3 s; benchmarks.readers
# measures them.
CANCEL_S, FAULT_S, PATIENCE_S = 4.0, 8.0, 30.0


@pytest.fixture(params=sorted(BENCHES))
def bench(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    made = BENCHES[request.param](tmp_path, monkeypatch)
    yield made
    made.close()


class Watcher:
    """Listens to a scan and acts when it is ready, on a thread of its own."""

    def __init__(self, act: Callable[[], object] | None = None) -> None:
        self.events: list[ScanEvent] = []
        self.acted_s = 0.0
        self._act = act
        self._thread: threading.Thread | None = None

    def __call__(self, event: ScanEvent) -> None:
        self.events.append(event)
        if self._act and event.stage is Stage.READY and self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def _run(self) -> None:
        assert self._act is not None
        self.acted_s = time.monotonic()
        self._act()

    def stages(self) -> list[Stage]:
        told = [event.stage for event in self.events]
        return [stage for i, stage in enumerate(told) if i == 0 or told[i - 1] is not stage]


def scan(bench: Bench, watcher: Watcher | None = None, timeout_s: float = PATIENCE_S) -> Scan:
    return bench.scanner.scan(timeout_s, threading.Event(), watcher or Watcher())


def assert_works(bench: Bench) -> None:
    found = scan(bench, Watcher(lambda: bench.place(FINGER)))
    assert found.image.size


def test_a_finger_gives_its_picture_and_the_stages_come_in_order(
    bench: Bench, request: pytest.FixtureRequest
) -> None:
    watcher = Watcher(lambda: bench.place(FINGER))
    found = scan(bench, watcher)
    assert found.driver in request.node.name
    assert found.image.dtype == np.uint8
    assert found.image.ndim == 2
    assert found.image.flags.writeable
    assert 200 <= found.dpi <= 2000
    assert found.device
    assert 0 <= found.seconds < PATIENCE_S
    whose = biometrics.extract(found.image, found.dpi)
    assert biometrics.match(whose, biometrics.extract(FINGER)) >= (
        biometrics.THRESHOLD_FMR_0_01_PERCENT
    )
    stages = watcher.stages()
    order = list(Stage)
    assert stages == sorted(stages, key=order.index)
    assert (stages[0], stages[-1]) == (Stage.READY, Stage.LIFT)
    for event in watcher.events:
        if event.progress is not None:
            assert event.stage is Stage.READING
            assert 0.0 <= event.progress <= 1.0


def test_no_finger_is_a_timeout_and_the_reader_works_again(bench: Bench) -> None:
    began_s = time.monotonic()
    with pytest.raises(Timeout):
        scan(bench, timeout_s=0.3)
    assert time.monotonic() - began_s < 0.3 + FAULT_S
    assert_works(bench)


def test_cancelling_ends_a_waiting_scan_within_a_second(bench: Bench) -> None:
    cancel = threading.Event()
    watcher = Watcher(cancel.set)
    with pytest.raises(Cancelled):
        bench.scanner.scan(PATIENCE_S, cancel, watcher)
    assert time.monotonic() - watcher.acted_s < CANCEL_S
    assert_works(bench)


def test_a_scan_that_is_cancelled_before_it_begins_does_not_begin(bench: Bench) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        bench.scanner.scan(PATIENCE_S, cancel, Watcher())


def test_a_reader_is_unplugged_and_plugged_in_again(bench: Bench) -> None:
    assert bench.scanner.present()
    watcher = Watcher(bench.unplug)
    with pytest.raises(Unplugged) as caught:
        scan(bench, watcher)
    assert time.monotonic() - watcher.acted_s < FAULT_S
    assert_says_something(caught.value)
    assert not bench.scanner.present()
    began_s = time.monotonic()
    with pytest.raises(NoDevice) as without:
        scan(bench)
    assert time.monotonic() - began_s < FAULT_S
    assert_says_something(without.value)
    bench.plug()
    assert bench.scanner.present()
    assert_works(bench)


def test_every_fault_ends_in_words_and_the_reader_works_again(bench: Bench) -> None:
    for name, (bring_about, expected) in bench.faults().items():
        watcher = Watcher(bring_about)
        with pytest.raises(ScannerError) as caught:
            scan(bench, watcher)
        assert isinstance(caught.value, expected), name
        assert time.monotonic() - watcher.acted_s < FAULT_S, name
        assert_says_something(caught.value)
    assert_works(bench)


def test_looking_whether_it_is_there_leaves_a_scan_alone(bench: Bench) -> None:
    seen: list[bool] = []

    def look_then_place() -> None:
        seen.extend(bench.scanner.present() for _ in range(5))
        bench.place(FINGER)

    assert scan(bench, Watcher(look_then_place)).image.size
    assert seen == [True] * 5


def test_a_closed_scanner_opens_again(bench: Bench) -> None:
    bench.scanner.close()
    bench.scanner.close()
    assert_works(bench)


def test_every_driver_is_on_a_bench_and_tells_what_it_is_for() -> None:
    assert set(BENCHES) == set(DRIVER_NAMES)
    for name in DRIVER_NAMES:
        assert driver(name).name == name
        assert driver(name).about


def assert_says_something(error: ScannerError) -> None:
    for words in (str(error), error.for_customer):
        assert words[0].isupper()
        assert words[-1] in ".!" or ":" in words
        assert "Traceback" not in words
