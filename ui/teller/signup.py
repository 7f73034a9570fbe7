"""Signing up a customer at the desk: details, one to three pictures of a finger, and a PIN."""

from pydantic import ValidationError
from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.screens import Problem
from kiosk.signup import entries, fields
from protocol.messages.signup import SignupAnswer
from ui import money
from ui.teller.desk import PICTURES_MAX, Desk
from ui.teller.fingers import Fingers, Print
from ui.teller.seat import Seat

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class SigningUp(Seat):
    """The page ``signup``."""

    # A property's signal must be of its own class.
    formChanged = Signal()

    def __init__(
        self, desk: Desk, fingers: Fingers, *, brand: str, parent: QObject | None = None
    ) -> None:
        super().__init__(desk, fingers, brand=brand, parent=parent)
        self.changed.connect(self.formChanged)
        self._values: dict[str, str] = {}
        self._sms = False
        self._wrong: dict[str, Problem] = {}
        self._prints: list[Print] = []

    wrong = Property(
        list, lambda self: sorted(str(name) for name in self._wrong), notify=formChanged
    )
    prints = Property(list, lambda self: [p.quality for p in self._prints], notify=formChanged)
    sms = Property(bool, lambda self: self._sms, notify=formChanged)

    @Slot()
    def newCustomer(self) -> None:
        """Begin a sign-up."""
        self._values, self._sms, self._wrong, self._prints = {}, False, {}, []
        self._page = "signup"
        self.say()

    @Slot()
    def leaveSignUp(self) -> None:
        """Give the sign-up up."""
        self._page = "customers"
        self._values, self._prints = {}, []
        self.clear_pins()
        self.say()

    @Slot(str, str)
    def field(self, name: str, value: str) -> None:
        """A field as typed so far."""
        self._values[name] = value[: fields.VALUE_MAX]
        if self._wrong.pop(name, None) is not None:
            self.changed.emit()

    @Slot(bool)
    def setSms(self, wanted: bool) -> None:
        """Text messages or not."""
        self._sms = wanted
        self.changed.emit()

    @Slot(int)
    def dropPrint(self, index: int) -> None:
        """Take a picture back, 0 to 2."""
        if 0 <= index < len(self._prints):
            del self._prints[index]
            self.say()

    @Slot()
    def signUp(self) -> None:
        """Send details, fingers and PIN."""
        self._wrong = {
            name: wrong
            for step in fields.STEPS
            for name, wrong in fields.problems(step, self._values).items()
        }
        if self._wrong:
            self.say(trouble=self.tr("Some fields are missing or not as they must be."))
            return
        if not self._prints:
            self.say(trouble=self.tr("Add at least one picture of the customer's finger."))
            return
        try:
            details = entries.details(self._values, sms=self._sms)
        except ValidationError as error:
            self._wrong = {str(e["loc"][0]): Problem.FIELD_INVALID for e in error.errors()}
            self.say(trouble=self.tr("Some fields are missing or not as they must be."))
            return
        pin = self.new_pin()
        if pin is None:
            return
        prints = tuple(self._prints)
        self.run_wiping(pin, lambda: self._desk.sign_up(details, prints, pin), self._signed_up)

    def wants_finger(self) -> bool:
        """Another picture, up to three."""
        if len(self._prints) >= PICTURES_MAX:
            self.say(trouble=self.tr("Three pictures are enough."))
            return False
        return True

    def taken(self, made: Print, _of: str) -> None:
        """Keep it, unless it is there already."""
        if made not in self._prints:
            self._prints.append(made)
            self.say()
        else:
            self.say(trouble=self.tr("That is the same picture again."))

    def open(self, customer: str) -> None:
        """Show one customer."""

    def _signed_up(self, answer: SignupAnswer) -> None:
        self._values, self._prints = {}, []
        self._page = "customers"
        said = self.tr("%1 is a customer now. Account %2.")
        said = said.replace("%1", answer.user_name).replace("%2", answer.number)
        if answer.opening_credit_minor:
            credit = money.written(answer.opening_credit_minor, answer.currency)
            said += " " + self.tr("Opening credit %1.").replace("%1", credit)
        self.say(note=said)
        self.open(answer.customer)
