"""A PIN typed on the desk's keyboard: the digits are in a `PinPad`, QML sees how many."""

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.pinpad import PinPad
from protocol.pin.pins import MIN_DIGITS

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class PinEntry(QObject):
    """At most 12 digits."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pad = PinPad()

    filled = Property(int, lambda self: self._pad.count, notify=changed)
    complete = Property(bool, lambda self: self._pad.count >= MIN_DIGITS, notify=changed)

    @Slot(int)
    def digit(self, digit: int) -> None:
        """Add one digit, 0 to 9; more than 12 are not taken."""
        self._pad.put(digit)
        self.changed.emit()

    @Slot()
    def backspace(self) -> None:
        """Take back one digit."""
        self._pad.take_back()
        self.changed.emit()

    @Slot()
    def clear(self) -> None:
        """Wipe all digits."""
        self._pad.clear()
        self.changed.emit()

    def take(self) -> bytearray:
        """Hand over the digits; whoever takes them wipes them."""
        taken = self._pad.take()
        self.changed.emit()
        return taken
