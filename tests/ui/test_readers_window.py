"""The kiosk's window while a real libfprint loses its (virtual) reader, finds it and reads."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem, QQuickView

from biometrics.scanners import ReaderSettings
from biometrics.synthetic import synthesise
from kiosk.config import load_config
from kiosk.effects.ports import World
from kiosk.runner import KioskRunner, KioskSettings
from kiosk.scanning.readers import open_readers
from tests.biometrics.scanners.benches import LibfprintBench
from tests.kiosk.runner.fakes import FakeBank, FakeCash
from tests.ui.touch import shown, touch
from ui.app import run_kiosk

WAIT_S = 40.0
Step = tuple[str, Callable[[], object]]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LibfprintBench]:
    made = LibfprintBench(tmp_path, monkeypatch)
    yield made
    made.close()


class Glass:
    def __init__(self, app: QGuiApplication) -> None:
        window = app.topLevelWindows()[0]
        assert isinstance(window, QQuickView)
        self.view = window

    @property
    def root(self) -> QQuickItem:
        root = self.view.rootObject()
        assert root is not None
        return root


def play(app: QGuiApplication, runner: KioskRunner, steps: list[Step]) -> list[str]:
    """Do each step once its words are on the screen; return the words that never came."""
    waiting, until_s = list(steps), time.monotonic() + WAIT_S
    timer = QTimer()

    def look() -> None:
        if not waiting or time.monotonic() > until_s:
            timer.stop()
            app.quit()
            return
        words, act = waiting[0]
        if any(words in text for text in shown(Glass(app))):
            waiting.pop(0)
            act()

    timer.timeout.connect(look)
    run_kiosk(
        lambda: runner,
        brand="M",
        full_screen=False,
        panel=None,
        pictures=False,
        on_ready=lambda: timer.start(50),
    )
    return [words for words, _ in waiting]


def test_the_window_follows_the_plug_and_reads_a_finger(
    qapp: QGuiApplication, bench: LibfprintBench
) -> None:
    readers = open_readers([ReaderSettings("libfprint", testing=True)])
    world = World(FakeBank(), FakeCash(), readers, 20.0, 20, lambda: 1_700_000_000_000)
    runner = KioskRunner(KioskSettings(Path("unused"), load_config()), lambda _settings: world)
    placing = threading.Thread(target=lambda: bench.place(synthesise(2, 0)), daemon=True)
    steps: list[Step] = [
        ("Touch here to begin", bench.unplug),
        ("The fingerprint reader is away", bench.plug),
        ("Touch here to begin", lambda: touch(Glass(qapp), "Touch here to begin")),
        ("The reader is below the screen", placing.start),
        ("Enter your PIN", lambda: None),
    ]
    assert play(qapp, runner, steps) == []
