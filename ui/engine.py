"""What every QML engine of the project needs first: registered types, the import path, fonts."""

from pathlib import Path

from PySide6.QtGui import QFontDatabase
from PySide6.QtQml import QQmlEngine
from PySide6.QtQuick import QQuickView
from shiboken6 import Shiboken

# Every module with a @QmlElement is imported before the first engine.
import ui.art.items
import ui.art.live
import ui.models.kiosk  # noqa: F401

QML = Path(__file__).parent / "qml"
FONTS = Path(__file__).parents[1] / "assets" / "fonts"


class FontMissing(RuntimeError):
    """A bundled font could not be loaded."""


def load_fonts() -> None:
    """Load Figtree in the three weights that the screens use.

    Raises:
        FontMissing: a file is missing or broken.
    """
    for name in ("Figtree-Regular.ttf", "Figtree-SemiBold.ttf", "Figtree-Bold.ttf"):
        if QFontDatabase.addApplicationFont(str(FONTS / name)) < 0:
            raise FontMissing(name)


def prepare(engine: QQmlEngine) -> None:
    """Teach an engine where our QML modules are."""
    engine.addImportPath(str(QML))


def take_down(view: QQuickView) -> None:
    """Delete a window with its engine now, while the view models it is bound to still live."""
    view.close()
    Shiboken.delete(view)
