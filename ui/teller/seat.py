"""Who sits at the desk, what is read and typed there, and calls off the window's thread.

Base of the desk's model: facts every page has, fingers, PINs, and what is being waited for.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, QUrl, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.pinpad import wipe
from protocol.errors import BadPin
from protocol.pin.pins import check_new_pin
from ui.teller.desk import Desk, Shift
from ui.teller.fingers import Fingers, Print
from ui.teller.pin import PinEntry
from ui.teller.work import Work

if TYPE_CHECKING:
    from biometrics.scanners import ScanEvent

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class Seat(QObject):
    """``note`` says what was done, ``trouble`` what was not, ``doing`` what is waited for.

    A page's part says whether it wants a finger (`wants_finger`) and what becomes of it (`taken`).
    """

    changed = Signal()
    _staged = Signal(str)

    def __init__(
        self, desk: Desk, fingers: Fingers, *, brand: str, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._fingers = fingers
        self._brand = brand
        self._reading = threading.Event()
        self._reading.set()
        self._doing = ""
        self._staged.connect(self._tell)
        self._work = Work(self)
        self._work.busyChanged.connect(self.changed)
        self._pin = PinEntry(self)
        self._again = PinEntry(self)
        self._old = PinEntry(self)
        self._page = "signin"
        self._note = self._trouble = ""
        self._shift: Shift | None = None

    brand = Property(str, lambda self: self._brand, constant=True)
    page = Property(str, lambda self: self._page, notify=changed)
    busy = Property(bool, lambda self: self._work.busy, notify=changed)
    note = Property(str, lambda self: self._note, notify=changed)
    trouble = Property(str, lambda self: self._trouble, notify=changed)
    teller = Property(
        str, lambda self: self._shift.first_name if self._shift else "", notify=changed
    )
    pin = Property(QObject, lambda self: self._pin, constant=True)
    again = Property(QObject, lambda self: self._again, constant=True)
    old = Property(QObject, lambda self: self._old, constant=True)
    doing = Property(str, lambda self: self._doing, notify=changed)
    pictures = Property(bool, lambda self: self._fingers.pictures, constant=True)
    reader = Property(bool, lambda self: self._fingers.readers is not None, constant=True)
    reading = Property(bool, lambda self: not self._reading.is_set(), notify=changed)

    # Fingers

    @Slot(QUrl)
    def takePicture(self, url: QUrl) -> None:
        """A picture of the finger the page asks for."""
        file = Path(url.toLocalFile())
        if self._fingers.pictures:
            self.take(lambda: self._fingers.picture(file), file.name)

    @Slot()
    def useReader(self) -> None:
        """Read the finger the page asks for on the desk's reader."""
        if self._work.busy:
            return
        stop = threading.Event()
        if self.take(lambda: self._fingers.scan(stop, self._on_event), self.tr("From the reader")):
            self._reading = stop
            self._tell("ready")

    @Slot()
    def stopReader(self) -> None:
        """Wait for a finger no longer."""
        self._reading.set()
        self.changed.emit()

    def wants_finger(self) -> bool:
        """Whether the page has a use for a finger now."""
        return False

    def taken(self, made: Print, _of: str) -> None:
        """A finger was read; `_of` says where it came from."""

    def failed(self, error: Exception) -> None:
        """A call ended in an error."""

    # What is said

    @property
    def note_now(self) -> str:
        """What was done last."""
        return self._note

    @property
    def trouble_now(self) -> str:
        """What was not done last."""
        return self._trouble

    # What is typed

    def old_pin(self) -> bytearray:
        """Take the PIN that still holds; whoever takes it wipes it."""
        return self._old.take()

    def new_pin(self) -> bytearray | None:
        """Take the PIN that was typed twice; None, said why, if it cannot be chosen."""
        pin, again = self._pin.take(), self._again.take()
        same = pin == again
        wipe(again)
        if not same or len(pin) < 4:
            wipe(pin)
            self.say(trouble=self.tr("The two PINs differ or are too short. Type them again."))
            return None
        try:
            check_new_pin(pin)
        except BadPin:
            wipe(pin)
            self.say(trouble=self.tr("That PIN is too easy to guess. Choose another."))
            return None
        return pin

    def wait(self, timeout_ms: int) -> bool:
        """Wait for the call that is under way; False if it is not over in time."""
        return self._work.wait(timeout_ms)

    # Machinery

    def take(self, get: Callable[[], Print], of: str) -> bool:
        """Get a finger on a worker thread; say whether that was begun."""
        if not self.wants_finger() or not self.run(get, lambda made: self.taken(made, of)):
            return False
        self._tell("picture")
        return True

    def _on_event(self, event: "ScanEvent") -> None:
        """Hear of a reader's stage, on a worker thread."""
        self._staged.emit(event.stage.value)

    @Slot(str)
    def _tell(self, stage: str) -> None:
        said = {
            "ready": self.tr("Place the finger on the reader."),
            "finger": self.tr("Keep it still."),
            "reading": self.tr("Keep it still."),
            "lift": self.tr("Lift the finger."),
            "picture": self.tr("Reading the picture…"),
        }
        if self._work.busy:
            self._doing = said.get(stage, "")
            self.changed.emit()

    def clear_pins(self) -> None:
        """Wipe what was typed."""
        self._pin.clear()
        self._again.clear()
        self._old.clear()

    def say(self, *, note: str = "", trouble: str = "") -> None:
        """Say what was done, or what was not; whatever is read is waited for no longer."""
        self._note, self._trouble, self._doing = note, trouble, ""
        self._reading.set()
        self.changed.emit()

    def with_pin(self, call: Callable[[bytearray], Any], then: Callable[[Any], None]) -> None:
        """Make a call with the typed PIN, which is wiped after it."""
        pin = self._pin.take()
        self.run_wiping(pin, lambda: call(pin), then)

    def run_wiping(
        self, pin: bytearray, call: Callable[[], Any], then: Callable[[Any], None]
    ) -> None:
        """Make a call on a worker thread, and wipe `pin` when it is over."""

        def wiping() -> Any:
            try:
                return call()
            finally:
                wipe(pin)

        if not self.run(wiping, then):
            wipe(pin)

    def run(self, call: Callable[[], Any], then: Callable[[Any], None]) -> bool:
        """Make a call on a worker thread; False if one is under way."""
        shift = self._shift

        def ended(what: Callable[[Any], None], result: Any) -> None:
            # What was asked for somebody who has signed out meanwhile is shown to nobody.
            if self._shift is shift:
                what(result)

        self._doing = self.tr("Asking the bank…")
        return self._work.start(
            call, lambda result: ended(then, result), lambda error: ended(self.failed, error)
        )
