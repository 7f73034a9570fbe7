"""The kiosk's window: `run_kiosk` shows a runner's views until the window closes.

Full screen at a machine; in the demo a window with the 1280 x 800 screen and the panel beside it.
The first frame comes before the runner is made: the runner starts while "Starting" is shown.
"""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QMetaObject, QObject, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtQuick import QQuickView

from kiosk.events import UserEvent
from kiosk.runner import EXIT_RESTART
from kiosk.screens import View, Wait, Work
from ui.collecting import Collector
from ui.engine import QML, load_fonts, prepare, take_down
from ui.models.kiosk import Kiosk
from ui.models.panel import Panel
from ui.panel import PanelDoors

SCREEN = (1280, 800)
PANEL_WIDTH = 372


class Runner(Protocol):
    """The part of `kiosk.runner.KioskRunner` that a window needs."""

    def start(self) -> None:
        """Begin to serve."""

    def stop(self, timeout_s: float = 5.0) -> None:
        """End within the time given."""

    def send(self, event: UserEvent) -> None:
        """Take a touch; never blocks."""

    def view(self) -> View:
        """What is to be shown now."""

    def subscribe(self, callback: Callable[[View], None]) -> None:
        """Call back with every view, on the runner's thread."""

    def offer_picture(self, picture: bytes | Path) -> None:
        """Give a picture to the waiting scan."""

    def on_restart(self, callback: Callable[[], None]) -> None:
        """Call back, on any thread, when an operator wants the program to start again."""


class Bridge(QObject):
    """Carries views from the runner's thread to the window's, and touches the other way."""

    arrived = Signal(object)
    restarting = Signal()

    def __init__(self, factory: Callable[[], Runner]) -> None:
        super().__init__()
        self._factory = factory
        self._runner: Runner | None = None

    @Slot()
    def start(self) -> None:
        """Make the runner and start it."""
        self._runner = self._factory()
        self._runner.subscribe(self.arrived.emit)
        self._runner.on_restart(self.restarting.emit)
        self._runner.start()
        self.arrived.emit(self._runner.view())

    def send(self, event: UserEvent) -> None:
        """Pass a touch on; before the runner is there, nobody is served."""
        if self._runner is not None:
            self._runner.send(event)

    def offer_picture(self, picture: Path) -> None:
        """Pass a picture on."""
        if self._runner is not None:
            self._runner.offer_picture(picture)

    def stop(self) -> None:
        """Stop the runner."""
        if self._runner is not None:
            self._runner.stop()


class Window(QQuickView):
    """The window: the screen of the machine, and the panel if there is one."""

    def __init__(self, kiosk: Kiosk, panel: Panel | None, brand: str) -> None:
        super().__init__()
        prepare(self.engine())
        self.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
        first: dict[str, object] = {"kiosk": kiosk}
        self.setInitialProperties(first if panel is None else first | {"panel": panel})
        self.setSource(QUrl.fromLocalFile(str(QML / "screens" / "Window.qml")))
        errors = [error.toString() for error in self.errors()]
        if errors:
            raise RuntimeError("; ".join(errors))
        self.setTitle(brand)
        width, height = SCREEN
        self.resize(width + (PANEL_WIDTH if panel else 0), height)
        self._fit()

    def _fit(self) -> None:
        """Shrink to the free part of a small display; the screen is scaled with it."""
        room = self.screen().availableSize() if self.screen() else None
        if room is not None and (self.width() > room.width() or self.height() > room.height()):
            scale = min(room.width() / self.width(), room.height() / self.height()) * 0.97
            self.resize(int(self.width() * scale), int(self.height() * scale))


def run_kiosk(
    runner_factory: Callable[[], Runner],
    *,
    brand: str,
    full_screen: bool,
    panel: PanelDoors | None,
    pictures: bool = True,
    on_ready: Callable[[], None] | None = None,
) -> int:
    """Show the kiosk until its window closes or the process is asked to end.

    Args:
        runner_factory: makes the session's runner; called once, after the first frame.
        brand: the bank's name.
        full_screen: a machine's way; else a window.
        panel: the demo's doors; None at a machine.
        pictures: whether fingers come as pictures that are picked or dropped.
        on_ready: called after the first frame is on the screen.

    Returns:
        The exit status of the application: ``EXIT_RESTART`` if an operator wants it started again.
    """
    running = QGuiApplication.instance()
    app = running if isinstance(running, QGuiApplication) else QGuiApplication(sys.argv[:1])
    app.setApplicationDisplayName(brand)
    app.setWindowIcon(QIcon(str(QML.parents[1] / "assets" / "brand" / "meridian.svg")))
    load_fonts()
    collector = Collector()
    bridge = Bridge(runner_factory)
    kiosk = Kiosk(
        bridge.send,
        bridge.offer_picture,
        brand=brand,
        pictures=pictures,
        first=View(Wait(Work.STARTING), ""),
    )
    side = Panel(panel) if panel is not None else None
    bridge.arrived.connect(kiosk.show)
    bridge.restarting.connect(lambda: app.exit(EXIT_RESTART))
    if side is not None:
        bridge.arrived.connect(side.show)
    window = Window(kiosk, side, brand)

    def first_frame() -> None:
        window.frameSwapped.disconnect(first_frame)
        if on_ready is not None:
            on_ready()
        QTimer.singleShot(0, bridge.start)

    window.frameSwapped.connect(first_frame)
    if full_screen:
        window.showFullScreen()
    else:
        window.show()
    with ending_by_signal(app):
        status = app.exec()
    if side is not None:
        side.stop()
    bridge.stop()
    take_down(window)
    collector.stop()
    return status


@contextmanager
def ending_by_signal(app: QGuiApplication) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the event loop: Python runs its handlers when a timer fires."""
    timer = QTimer()
    timer.timeout.connect(lambda: None)
    timer.start(200)
    before = {
        name: signal.signal(name, lambda *_: _quit_later(app))
        for name in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        timer.stop()
        for name, handler in before.items():
            signal.signal(name, handler)


def _quit_later(app: QGuiApplication) -> None:
    """End the event loop from the loop itself.

    A handler runs wherever Python happens to be, in a property that QML reads while it draws, say;
    `quit` closes all windows at once, and a window that is closed while it is drawn is a crash.
    """
    QMetaObject.invokeMethod(app, "quit", Qt.ConnectionType.QueuedConnection)
