"""A kiosk with the drivers for hardware: a simulated sensor and a simulated vendor's machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from biometrics.synthetic import synthesise
from kiosk.config import load_config
from kiosk.effects.ports import World
from kiosk.events import TouchStart
from kiosk.scanning.readers import open_readers
from kiosk.screens import EnterPin, Scanning, Screen, Welcome
from tests.biometrics.scanners.benches import Bench, SerialBench, Xfs4IotBench
from tests.kiosk.runner.fakes import FakeBank, FakeCash
from tests.kiosk.runner.test_runner import Kiosk


@pytest.fixture(params=[SerialBench, Xfs4IotBench])
def bench(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SerialBench | Xfs4IotBench]:
    made = request.param(tmp_path, monkeypatch)
    yield made
    made.close()


@pytest.fixture
def kiosk(bench: SerialBench | Xfs4IotBench) -> Iterator[Kiosk]:
    readers = open_readers([bench.settings])
    world = World(FakeBank(), FakeCash(), readers, 20.0, 20, lambda: 1_700_000_000_000)
    found = Kiosk(world, load_config())
    found.runner.start()
    yield found
    found.runner.stop()


def with_reader(screen: Screen) -> bool:
    return isinstance(screen, Welcome) and screen.reader


def without_reader(screen: Screen) -> bool:
    return isinstance(screen, Welcome) and not screen.reader


def test_a_finger_logs_in_and_the_welcome_screen_follows_the_plug(
    kiosk: Kiosk, bench: Bench
) -> None:
    kiosk.until(Welcome, with_reader)
    bench.unplug()
    kiosk.until(Welcome, without_reader)
    bench.plug()
    kiosk.until(Welcome, with_reader)
    kiosk.send(TouchStart())
    kiosk.until(Scanning)
    bench.place(synthesise(3, 0))
    kiosk.until(EnterPin)
    stages = [getattr(view.screen, "stage", None) for view in kiosk.views]
    assert "reading" in stages
