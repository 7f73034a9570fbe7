"""Draws views into a window without a display."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtQuick import QQuickItem, QQuickView

from kiosk.events import UserEvent
from kiosk.screens import Goodbye, View, Wait, Work
from ui import engine as our_engine
from ui.models.kiosk import Kiosk


class Stage:
    """A window of 1280 x 800 that shows one view after another, and what its touches sent."""

    def __init__(self, first: View, *, pictures: bool = True) -> None:
        self.sent: list[UserEvent] = []
        self.offered: list[Path] = []
        self.kiosk = Kiosk(
            self.sent.append,
            self.offered.append,
            brand="Meridian",
            pictures=pictures,
            first=first,
        )
        self.view = QQuickView()
        self.warnings: list[str] = []
        engine = self.view.engine()
        our_engine.prepare(engine)
        engine.warnings.connect(lambda found: self.warnings.extend(w.toString() for w in found))
        theme: Any = engine.singletonInstance("theme", "Theme")
        self.theme = theme
        self.theme.setProperty("motion", False)
        self._contrast = False
        self.view.setInitialProperties({"kiosk": self.kiosk})
        self.view.setSource(QUrl.fromLocalFile(str(our_engine.QML / "screens" / "Main.qml")))
        self.warnings.extend(e.toString() for e in self.view.errors())
        self.view.show()
        settle()

    @property
    def root(self) -> QQuickItem:
        """The root of what is drawn."""
        item = self.view.rootObject()
        if item is None:
            raise RuntimeError("; ".join(self.warnings))
        return item

    def show(self, view: View) -> None:
        """Show another view, in the colours that were asked for, and wait until it is drawn."""
        self.kiosk.show(view)
        self.theme.setProperty("contrast", self._contrast)
        settle()

    def show_afresh(self, view: View) -> None:
        """Show a view on a page of its own, without what was typed into the page before."""
        between = Goodbye("") if not isinstance(view.screen, Goodbye) else Wait(Work.STARTING)
        self.show(View(between, view.currency))
        self.show(view)

    def contrast(self, on: bool) -> None:
        """Swap the colours."""
        self._contrast = on
        self.theme.setProperty("contrast", on)
        settle()

    def picture(self) -> QImage:
        """What the window shows."""
        return self.view.grabWindow()

    def close(self) -> None:
        """Close the window and end its engine."""
        our_engine.take_down(self.view)


def settle() -> None:
    """Let Qt finish what it has begun, deferred deletions included."""
    for _ in range(3):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def walk(item: QQuickItem, keep: Callable[[QQuickItem], bool]) -> Iterator[QQuickItem]:
    """All items below one that are drawn, those refused by `keep` left out with their children."""
    for child in item.childItems():
        if child.isVisible() and child.opacity() > 0 and keep(child):
            yield child
            yield from walk(child, keep)


@contextmanager
def application() -> Iterator[QGuiApplication]:
    """The application, made if there is none, with the fonts loaded."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    running = QGuiApplication.instance() or QGuiApplication([])
    assert isinstance(running, QGuiApplication)  # noqa: S101 - narrows the type for the caller
    our_engine.load_fonts()
    yield running


def find(item: QObject, name: str) -> QObject | None:
    """A child by its object name."""
    return item.findChild(QObject, name)
