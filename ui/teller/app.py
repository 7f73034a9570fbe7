"""The teller's window."""

import sys

from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication, QIcon, QKeyEvent, QMouseEvent
from PySide6.QtQuick import QQuickView

from ui.app import ending_by_signal
from ui.collecting import Collector
from ui.engine import QML, load_fonts, prepare, take_down
from ui.teller.desk import Desk
from ui.teller.fingers import Fingers
from ui.teller.model import Teller

SIZE = (1280, 800)


class TellerWindow(QQuickView):
    """The window over one desk."""

    def __init__(self, teller: Teller, brand: str) -> None:
        super().__init__()
        prepare(self.engine())
        self.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
        self.setInitialProperties({"teller": teller})
        self.setSource(QUrl.fromLocalFile(str(QML / "teller" / "TellerWindow.qml")))
        errors = [error.toString() for error in self.errors()]
        if errors:
            raise RuntimeError("; ".join(errors))
        self.setTitle(brand)
        self.resize(*SIZE)
        self._teller = teller

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key: somebody is there."""
        self._teller.touched()
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click: somebody is there."""
        self._teller.touched()
        super().mousePressEvent(event)


def run_teller(desk: Desk, fingers: Fingers, *, brand: str) -> int:
    """Show the desk until its window closes or the process is asked to end."""
    app = QGuiApplication(sys.argv[:1])
    app.setApplicationDisplayName(brand)
    app.setWindowIcon(QIcon(str(QML.parents[1] / "assets" / "brand" / "meridian.svg")))
    load_fonts()
    collector = Collector()
    teller = Teller(desk, fingers, brand=brand)
    window = TellerWindow(teller, brand)
    window.show()
    with ending_by_signal(app):
        status = app.exec()
    teller.signOut()
    teller.wait(5_000)
    fingers.close()
    take_down(window)
    collector.stop()
    return status
