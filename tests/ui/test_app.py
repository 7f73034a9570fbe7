"""The kiosk's window over a runner that only remembers: start, first frame, panel, end."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem, QQuickView
from PySide6.QtTest import QTest

from kiosk.events import UserEvent
from kiosk.screens import ProofShown, View
from tests.ui.touch import shown, touch
from ui.app import run_kiosk
from ui.gallery.samples import views
from ui.panel import CashFacts, DatabaseRow, SampleFinger, ServerRow

ROOT = Path(__file__).parents[2]


class Runner:
    def __init__(self) -> None:
        self.did: list[str] = []
        self.told: Callable[[View], None] = lambda _view: None

    def start(self) -> None:
        self.did.append("start")

    def stop(self, timeout_s: float = 5.0) -> None:
        self.did.append("stop")

    def send(self, event: UserEvent) -> None:
        self.did.append(type(event).__name__)

    def view(self) -> View:
        return views()["welcome"]

    def on_restart(self, callback: Callable[[], None]) -> None:
        self.restarts = [callback]

    def subscribe(self, callback: Callable[[View], None]) -> None:
        self.told = callback

    def offer_picture(self, picture: bytes | Path) -> None:
        self.did.append(str(picture))


class Doors:
    def __init__(self) -> None:
        self.did: list[tuple[object, ...]] = []

    def fingers(self) -> tuple[SampleFinger, ...]:
        return (SampleFinger("Amara Okafor", "amara", "1000004821", "482915", ()),)

    def servers(self) -> tuple[ServerRow, ...]:
        return (ServerRow("A", 1069, "running"), ServerRow("B", 1070, "frozen"))

    def databases(self) -> tuple[DatabaseRow, ...]:
        return (
            DatabaseRow("n1", "leader", "running", False, "on"),
            DatabaseRow("n2", "", "", False, "off"),
        )

    def cash(self) -> CashFacts | None:
        return CashFacts(((5000, 20),), 18000, slot_open=True, jam_waits=False)

    def stop_server(self, name: str) -> None:
        self.did.append(("stop", name))

    def freeze_server(self, name: str) -> None:
        raise OSError("the server has just gone")

    def start_server(self, name: str) -> None:
        self.did.append(("start", name))

    def kill_database(self, name: str) -> None:
        self.did.append(("kill", name))

    def freeze_database(self, name: str) -> None:
        self.did.append(("hold", name))

    def revive_database(self, name: str) -> None:
        self.did.append(("revive", name))

    def insert_notes(self, denomination_minor: int, count: int) -> None:
        self.did.append(("insert", denomination_minor, count))

    def take_notes(self) -> None:
        self.did.append(("take",))

    def jam(self) -> None:
        self.did.append(("jam",))


class _Window:
    def __init__(self, app: QGuiApplication) -> None:
        window = app.topLevelWindows()[0]
        assert isinstance(window, QQuickView)
        self.view = window

    @property
    def root(self) -> QQuickItem:
        root = self.view.rootObject()
        assert root is not None
        return root


def _later(milliseconds: int, act: Callable[[], None]) -> None:
    QTimer.singleShot(milliseconds, act)


def test_the_runner_starts_after_the_first_frame_and_stops_at_the_end(
    qapp: QGuiApplication,
) -> None:
    runner, seen = Runner(), []

    def ready() -> None:
        seen.append(list(runner.did))
        _later(200, qapp.quit)

    assert run_kiosk(lambda: runner, brand="M", full_screen=False, panel=None, on_ready=ready) == 0
    assert seen == [[]]
    assert runner.did == ["start", "stop"]


def test_views_from_another_thread_are_shown(qapp: QGuiApplication) -> None:
    runner, titles = Runner(), []

    def ready() -> None:
        _later(100, lambda: threading.Thread(target=runner.told, args=(views()["menu"],)).start())
        _later(500, look)

    def look() -> None:
        titles.extend(shown(_Window(qapp)))
        qapp.quit()

    run_kiosk(lambda: runner, brand="M", full_screen=False, panel=None, on_ready=ready)
    assert "What would you like to do, Amara?" in titles


def test_a_real_keyboard_reaches_the_screen_beside_the_panel(qapp: QGuiApplication) -> None:
    runner = Runner()

    def ready() -> None:
        _later(100, lambda: runner.told(views()["pin_empty"]))
        _later(500, press)

    def press() -> None:
        QTest.keyClick(_Window(qapp).view, "7")
        qapp.quit()

    run_kiosk(lambda: runner, brand="M", full_screen=False, panel=Doors(), on_ready=ready)
    assert "PinDigit" in runner.did


def test_the_panel_plays_with_the_demo_and_survives_a_door_that_fails(
    qapp: QGuiApplication,
) -> None:
    runner, doors = Runner(), Doors()
    proof = ProofShown("login", "02" * 33, "9f" * 32, "c4" * 32, "accepted", "A", 612)
    view = View(views()["menu"].screen, "EUR", proof=proof, servers=(("A", True), ("B", False)))
    texts: list[str] = []

    def ready() -> None:
        _Window(qapp).view.resize(1652, 900)
        _later(100, lambda: runner.told(view))
        _later(900, play)
        _later(2500, look)

    def play() -> None:
        for name in ("Freeze server A", "Stop server A", "Put €20 in", "Take €180", "Jam once"):
            touch(_Window(qapp), name)
        for name in ("Kill database n1", "Revive database n2"):
            touch(_Window(qapp), name)

    def look() -> None:
        texts.extend(shown(_Window(qapp)))
        qapp.quit()

    run_kiosk(lambda: runner, brand="M", full_screen=False, panel=doors, on_ready=ready)
    played = [("stop", "A"), ("insert", 2000, 1), ("take",), ("jam",)]
    assert doors.did == [*played, ("kill", "n1"), ("revive", "n2")]
    assert "n1 · leads" in texts
    assert "Two servers, 2 databases. Stop one in the middle." in texts
    assert "PIN 482915" in texts
    assert "Take €180" in texts
    assert "Accepted by server A. 612 bytes, and no PIN was sent." in texts


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send")
def test_sigterm_ends_the_window_without_a_traceback() -> None:
    script = (
        "from ui.app import run_kiosk\n"
        "from tests.ui.test_app import Runner\n"
        "import sys\n"
        "sys.exit(run_kiosk(Runner, brand='M', full_screen=True, panel=None,"
        " on_ready=lambda: print('ready', flush=True)))\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", script],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.send_signal(signal.SIGTERM)
        _, said = child.communicate(timeout=20)
    assert child.returncode == 0
    assert "Traceback" not in said
    assert "TypeError" not in said
