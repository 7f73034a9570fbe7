"""A PIN typed on the desk's keyboard: digits go into bytes that are wiped, QML sees how many."""

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1

DIGITS_MIN = 4
DIGITS_MAX = 12


@QmlElement
class PinEntry(QObject):
    """At most 12 digits."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._digits = bytearray()

    filled = Property(int, lambda self: len(self._digits), notify=changed)
    complete = Property(bool, lambda self: len(self._digits) >= DIGITS_MIN, notify=changed)

    @Slot(int)
    def digit(self, digit: int) -> None:
        """Add one digit, 0 to 9; more than 12 are not taken."""
        if len(self._digits) < DIGITS_MAX and 0 <= digit <= 9:
            self._digits.append(0x30 + digit)
            self.changed.emit()

    @Slot()
    def backspace(self) -> None:
        """Take back one digit."""
        if self._digits:
            self._digits[-1] = 0
            del self._digits[-1]
            self.changed.emit()

    @Slot()
    def clear(self) -> None:
        """Wipe all digits."""
        wipe(self._digits)
        self._digits = bytearray()
        self.changed.emit()

    def take(self) -> bytearray:
        """Hand over the digits; whoever takes them wipes them."""
        taken, self._digits = self._digits, bytearray()
        self.changed.emit()
        return taken


def wipe(digits: bytearray) -> None:
    """Overwrite with zeros."""
    for place in range(len(digits)):
        digits[place] = 0
