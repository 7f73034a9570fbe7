"""The kiosk's window over a real runner, without a display."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtQuick import QQuickItem

from kiosk.events import UserEvent
from kiosk.runner import KioskRunner
from kiosk.screens import OutOfService, Scanning, Screen, TakeBackNotes, TakeCash, View, Wait, Work
from ui.app import SCREEN, Window
from ui.collecting import Collector
from ui.gallery.render import settle, walk
from ui.models.kiosk import Kiosk

S = TypeVar("S")
WAIT_S = 30.0
_TURN_S = 0.002


class NotShown(Exception):
    """What was waited for did not come; the message says what was shown instead."""


class _Arrivals(QObject):
    arrived = Signal(object)


class LiveStage:
    """Shows what the runner says, sends what a customer does, keeps a picture of each screen.

    Everything runs on the caller's thread, which must be the window's.
    """

    def __init__(self, runner: KioskRunner, brand: str, folder: Path) -> None:
        self.runner = runner
        self._folder = folder
        self._count = 0
        self._drawn: set[str] = set()
        self._collector = Collector()
        self._arrivals = _Arrivals()
        self._kiosk = Kiosk(
            runner.send, runner.offer_picture, brand=brand, pictures=True, first=runner.view()
        )
        self._view = runner.view()
        self._arrivals.arrived.connect(self._arrive)
        runner.subscribe(self._arrivals.arrived.emit)
        self.window = Window(self._kiosk, None, brand)
        # Pictures are of screens, not of one fading into the other.
        theme: Any = self.window.engine().singletonInstance("theme", "Theme")
        theme.setProperty("motion", False)
        # Without a display there is room for all of it, whatever size the platform names.
        self.window.resize(*SCREEN)
        self.window.show()
        # The first page began to fade in before motion was off.
        self.rest(0.5)
        self.picture("starting")

    @property
    def screen(self) -> Screen:
        """What the window shows now."""
        return self._view.screen

    @property
    def view(self) -> View:
        """The whole view."""
        return self._view

    def send(self, *events: UserEvent) -> None:
        """Do something at the machine."""
        for event in events:
            self.runner.send(event)

    def keys(self, text: str) -> None:
        """Type on a keyboard; a line's end is Return, which goes to the next field."""
        for letter in text:
            key = Qt.Key.Key_Return if letter == "\n" else Qt.Key.Key_unknown
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter)
                QGuiApplication.sendEvent(self.window, event)
            settle()

    def press(self, name: str) -> None:
        """Touch a button by its name, once it can be touched. Raises: NotShown."""
        found: list[QQuickItem] = []

        def there() -> bool:
            found[:] = self._buttons(name)
            return bool(found)

        self.until(there, f"a button {name!r}")
        button = found[0]
        at = button.mapToScene(QPointF(button.width() / 2, button.height() / 2))
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        for kind, held in (
            (QEvent.Type.MouseButtonPress, left),
            (QEvent.Type.MouseButtonRelease, none),
        ):
            event = QMouseEvent(kind, at, at, left, held, Qt.KeyboardModifier.NoModifier)
            QGuiApplication.sendEvent(self.window, event)
        settle()

    def _buttons(self, name: str) -> list[QQuickItem]:
        root = self.window.rootObject()
        drawn = walk(root, lambda _item: True) if root is not None else ()
        return [item for item in drawn if item.objectName() == name and item.isEnabled()]

    def wait(
        self,
        wanted: type[S],
        accept: Callable[[S], bool] = lambda _screen: True,
        timeout_s: float = WAIT_S,
    ) -> S:
        """Wait for a screen of that class that is accepted, and return it.

        Raises:
            NotShown: it did not come in time; says what was shown instead.
        """
        deadline_s = time.monotonic() + timeout_s
        while time.monotonic() < deadline_s:
            settle()
            screen = self._view.screen
            if isinstance(screen, wanted) and accept(screen):
                return screen
            time.sleep(_TURN_S)
        raise NotShown(f"no {wanted.__name__} after {timeout_s:.0f} s, but {self._view.screen}")

    def until(self, true: Callable[[], bool], what: str, timeout_s: float = WAIT_S) -> None:
        """Wait for something beside the screen. Raises: NotShown."""
        deadline_s = time.monotonic() + timeout_s
        while not true():
            if time.monotonic() > deadline_s:
                raise NotShown(f"{what} did not happen in {timeout_s:.0f} s")
            settle()
            time.sleep(_TURN_S)

    def rest(self, seconds: float) -> None:
        """Let time pass, drawing what comes."""
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            settle()
            time.sleep(_TURN_S)

    def picture(self, name: str) -> None:
        """Keep what is shown as a numbered PNG."""
        settle()
        self._keep(name)

    def _keep(self, name: str) -> None:
        self._count += 1
        file = self._folder / f"{self._count:02d}_{name}.png"
        if not self.window.grabWindow().save(str(file)):
            raise NotShown(f"{file} could not be written")

    def close(self) -> None:
        """Close the window."""
        from ui.engine import take_down

        take_down(self.window)
        self._collector.stop()

    def _arrive(self, view: View) -> None:
        self._view = view
        self._kiosk.show(view)
        passing = Wait | Scanning | TakeCash | TakeBackNotes | OutOfService
        name = _snake(type(view.screen).__name__)
        # Screens that pass by themselves are kept once, the first time they are seen.
        started = not (isinstance(view.screen, Wait) and view.screen.work is Work.STARTING)
        if started and isinstance(view.screen, passing) and name not in self._drawn:
            self._drawn.add(name)
            self._keep(name)


def _snake(name: str) -> str:
    return re.sub(r"(?<=.)([A-Z])", r"_\1", name).lower()
