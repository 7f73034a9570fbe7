"""The teller's desk as QML sees it: one page's facts, and a slot for each thing to do."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError
from PySide6.QtCore import Property, QObject, QTimer, QUrl, Signal, Slot
from PySide6.QtQml import QmlElement

from backend_client.errors import Declined, SessionEnded
from biometrics.scanners.errors import Cancelled
from kiosk.pinpad import wipe
from kiosk.screens import Problem
from kiosk.signup import entries, fields
from protocol.errors import BadPin
from protocol.messages.accounts import StatementAnswer
from protocol.messages.signup import SignupAnswer
from protocol.messages.staff import ActAnswer, CustomerAnswer, CustomerSearchAnswer
from protocol.pin.pins import check_new_pin
from ui import money
from ui.teller import rows, words
from ui.teller.desk import PICTURES_MAX, Desk, Shift
from ui.teller.fingers import Fingers, Print
from ui.teller.pin import PinEntry
from ui.teller.work import Work

if TYPE_CHECKING:
    from biometrics.scanners import ScanEvent

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1

IDLE_MS = 120_000
"""An empty desk shows nobody's accounts for longer."""
FORM_IDLE_MS = 600_000
"""Somebody looks for a passport, or thinks about a PIN, and what was typed should stay."""


@QmlElement
class Teller(QObject):
    """Pages: signin, customers, signup. ``note`` says what was done, ``trouble`` what was not,
    ``doing`` what is being waited for.
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
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._left)
        self._work = Work(self)
        self._work.busyChanged.connect(self.changed)
        self._pin = PinEntry(self)
        self._again = PinEntry(self)
        self._page = "signin"
        self._note = self._trouble = ""
        self._shift: Shift | None = None
        self._finger: Print | None = None
        self._finger_of = ""
        self._found: list[rows.Row] = []
        self._more = False
        self._customer: CustomerAnswer | None = None
        self._statement: StatementAnswer | None = None
        self._act = ""
        self._act_number = ""
        self._values: dict[str, str] = {}
        self._sms = False
        self._wrong: dict[str, Problem] = {}
        self._prints: list[Print] = []

    # Facts

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
    doing = Property(str, lambda self: self._doing, notify=changed)
    finger = Property(str, lambda self: self._finger_of, notify=changed)
    pictures = Property(bool, lambda self: self._fingers.pictures, constant=True)
    reader = Property(bool, lambda self: self._fingers.readers is not None, constant=True)
    reading = Property(bool, lambda self: not self._reading.is_set(), notify=changed)
    found = Property(list, lambda self: self._found, notify=changed)
    more = Property(bool, lambda self: self._more, notify=changed)
    customer = Property(
        str,
        lambda self: (
            f"{self._customer.first_name} {self._customer.last_name}" if self._customer else ""
        ),
        notify=changed,
    )
    customerId = Property(
        str, lambda self: self._customer.customer if self._customer else "", notify=changed
    )
    pinLocked = Property(
        bool, lambda self: bool(self._customer and self._customer.pin_locked), notify=changed
    )
    details = Property(
        list, lambda self: rows.details(self._customer) if self._customer else [], notify=changed
    )
    accounts = Property(
        list,
        lambda self: [rows.account(a) for a in self._customer.accounts] if self._customer else [],
        notify=changed,
    )
    statementOf = Property(
        str, lambda self: self._statement.number if self._statement else "", notify=changed
    )
    postings = Property(
        list,
        lambda self: (
            [rows.posting(row, self._statement.currency) for row in self._statement.rows]
            if self._statement
            else []
        ),
        notify=changed,
    )
    older = Property(
        bool,
        lambda self: bool(self._statement and self._statement.next_before is not None),
        notify=changed,
    )
    act = Property(str, lambda self: self._act, notify=changed)
    actNumber = Property(str, lambda self: self._act_number, notify=changed)
    wrong = Property(list, lambda self: sorted(str(name) for name in self._wrong), notify=changed)
    prints = Property(list, lambda self: [p.quality for p in self._prints], notify=changed)
    sms = Property(bool, lambda self: self._sms, notify=changed)

    # Signing in and out

    @Slot(QUrl)
    def takePicture(self, url: QUrl) -> None:
        """A picture of the teller's own finger, or at sign-up of the new customer's."""
        file = Path(url.toLocalFile())
        if self._fingers.pictures:
            self._take(lambda: self._fingers.picture(file), file.name)

    @Slot()
    def useReader(self) -> None:
        """Read the teller's own finger, or at sign-up the new customer's, on the desk's reader."""
        if self._work.busy:
            return
        stop = threading.Event()
        if self._take(lambda: self._fingers.scan(stop, self._on_event), self.tr("From the reader")):
            self._reading = stop
            self._tell("ready")

    @Slot()
    def stopReader(self) -> None:
        """Wait for a finger no longer."""
        self._reading.set()
        self.changed.emit()

    @Slot(str)
    def signIn(self, number: str) -> None:
        """Finger and PIN; the number may be empty."""
        finger = self._finger
        if finger is None:
            self._pin.clear()
            self._say(trouble=self.tr("Your finger is needed first."))
            return
        self._with_pin(lambda pin: self._desk.sign_in(finger, number, pin), self._signed_in)

    @Slot()
    def signOut(self) -> None:
        """End the session and forget everything shown."""
        shift = self._shift
        self._reading.set()
        self._forget()
        if shift is not None and not self._run(lambda: self._desk.sign_out(shift), lambda _: None):
            # Whatever is still under way: the session must not stay open behind a closed desk.
            self._work.afterwards(lambda: self._desk.sign_out(shift))

    def touched(self) -> None:
        """Somebody is at the desk."""
        self._idle.start(FORM_IDLE_MS if self._page == "signup" else IDLE_MS)

    # Customers

    @Slot(str)
    def search(self, text: str) -> None:
        """Find customers whose names or numbers begin so; two letters at least."""
        shift = self._shift
        if shift is None or len(text.strip()) < 2:
            self._say(trouble=self.tr("Type at least two letters or digits."))
            return
        self._run(lambda: self._desk.search(shift, text), self._searched)

    @Slot(str)
    def open(self, customer: str) -> None:
        """Show one customer."""
        if (shift := self._shift) is not None:
            self._run(lambda: self._desk.customer(shift, customer), self._opened)

    @Slot(str)
    def statement(self, number: str) -> None:
        """Show an account's newest postings."""
        if (shift := self._shift) is not None:
            self._run(lambda: self._desk.statement(shift, number, None), self._stated)

    @Slot()
    def olderPostings(self) -> None:
        """Show the page before in time."""
        shift, shown = self._shift, self._statement
        if shift is not None and shown is not None and shown.next_before is not None:
            number, before = shown.number, shown.next_before
            self._run(lambda: self._desk.statement(shift, number, before), self._stated)

    # Acts

    @Slot()
    def askOpenAccount(self) -> None:
        """Ask for the PIN to open another account."""
        self._ask("open_account", "")

    @Slot(str)
    def askCloseAccount(self, number: str) -> None:
        """Ask for the PIN to close an account."""
        self._ask("close_account", number)

    @Slot()
    def giveUp(self) -> None:
        """Leave the question for the PIN."""
        self._ask("", "")

    @Slot(str)
    def confirmAct(self, name: str) -> None:
        """The PIN is typed: do it. ``name`` is the new account's."""
        shift, customer = self._shift, self._customer
        if shift is None or customer is None or not self._act:
            return
        what: Literal["open_account", "close_account"] = (
            "open_account" if self._act == "open_account" else "close_account"
        )
        number = self._act_number or None
        named = (name.strip() or self.tr("Current account")) if what == "open_account" else None
        self._act = self._act_number = ""
        self._with_pin(
            lambda pin: self._desk.act(
                shift, what, customer.customer, pin, number=number, name=named
            ),
            self._acted,
        )

    # Sign-up

    @Slot()
    def newCustomer(self) -> None:
        """Begin a sign-up."""
        self._values, self._sms, self._wrong, self._prints = {}, False, {}, []
        self._page = "signup"
        self._say()

    @Slot()
    def leaveSignUp(self) -> None:
        """Give the sign-up up."""
        self._page = "customers"
        self._values, self._prints = {}, []
        self._clear_pins()
        self._say()

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
            self._say()

    @Slot()
    def signUp(self) -> None:
        """Send details, fingers and PIN."""
        self._wrong = {
            name: wrong
            for step in fields.STEPS
            for name, wrong in fields.problems(step, self._values).items()
        }
        if self._wrong:
            self._say(trouble=self.tr("Some fields are missing or not as they must be."))
            return
        if not self._prints:
            self._say(trouble=self.tr("Add at least one picture of the customer's finger."))
            return
        try:
            details = entries.details(self._values, sms=self._sms)
        except ValidationError as error:
            self._wrong = {str(e["loc"][0]): Problem.FIELD_INVALID for e in error.errors()}
            self._say(trouble=self.tr("Some fields are missing or not as they must be."))
            return
        pin, again = self._pin.take(), self._again.take()
        same = pin == again
        wipe(again)
        if not same or len(pin) < 4:
            wipe(pin)
            self._say(trouble=self.tr("The two PINs differ or are too short. Type them again."))
            return
        try:
            check_new_pin(pin)
        except BadPin:
            wipe(pin)
            self._say(trouble=self.tr("That PIN is too easy to guess. Choose another."))
            return
        prints = tuple(self._prints)
        self._run_wiping(pin, lambda: self._desk.sign_up(details, prints, pin), self._signed_up)

    def wait(self, timeout_ms: int) -> bool:
        """Wait for the call that is under way; False if it is not over in time."""
        return self._work.wait(timeout_ms)

    # What came of it

    def _signed_in(self, shift: Shift) -> None:
        self._shift, self._page = shift, "customers"
        self._finger, self._finger_of = None, ""
        self.touched()
        self._say()

    def _searched(self, answer: CustomerSearchAnswer) -> None:
        self._found = [rows.found(row) for row in answer.rows]
        self._more = answer.more
        self._say(note="" if self._found else self.tr("Nobody was found."))

    def _opened(self, customer: CustomerAnswer) -> None:
        self._customer, self._statement = customer, None
        self._say(note=self._note)

    def _stated(self, statement: StatementAnswer) -> None:
        self._statement = statement
        self._say()

    def _acted(self, answer: ActAnswer) -> None:
        if answer.outcome == "refused":
            self._say(trouble=words.refusal(answer.reason))
            return
        self._say(note=self.tr("Done. Account %1.").replace("%1", answer.number or ""))
        if self._customer is not None:
            self.open(self._customer.customer)

    def _signed_up(self, answer: SignupAnswer) -> None:
        self._values, self._prints = {}, []
        self._page = "customers"
        said = self.tr("%1 is a customer now. Account %2.")
        said = said.replace("%1", answer.user_name).replace("%2", answer.number)
        if answer.opening_credit_minor:
            credit = money.written(answer.opening_credit_minor, answer.currency)
            said += " " + self.tr("Opening credit %1.").replace("%1", credit)
        self._say(note=said)
        self.open(answer.customer)

    # Machinery

    def _take(self, get: Callable[[], Print], of: str) -> bool:
        """Get a finger on a worker thread; say whether that was begun."""
        if self._page == "signup" and len(self._prints) >= PICTURES_MAX:
            self._say(trouble=self.tr("Three pictures are enough."))
            return False
        if self._page == "customers" or not self._run(get, lambda made: self._taken(made, of)):
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

    def _taken(self, made: Print, of: str) -> None:
        if self._page == "signin":
            self._finger, self._finger_of = made, of
            self._say()
        elif made not in self._prints:
            self._prints.append(made)
            self._say()
        else:
            self._say(trouble=self.tr("That is the same picture again."))

    def _ask(self, act: str, number: str) -> None:
        self._act, self._act_number = act, number
        self._clear_pins()
        self._say()

    def _clear_pins(self) -> None:
        self._pin.clear()
        self._again.clear()

    def _forget(self) -> None:
        self._shift = self._customer = self._statement = self._finger = None
        self._finger_of = ""
        self._found, self._more, self._act, self._values, self._prints = [], False, "", {}, []
        self._page = "signin"
        self._clear_pins()
        self._say()

    def _say(self, *, note: str = "", trouble: str = "") -> None:
        self._note, self._trouble, self._doing = note, trouble, ""
        self._reading.set()
        self.changed.emit()

    def _with_pin(self, call: Callable[[bytearray], Any], then: Callable[[Any], None]) -> None:
        pin = self._pin.take()
        self._run_wiping(pin, lambda: call(pin), then)

    def _run_wiping(
        self, pin: bytearray, call: Callable[[], Any], then: Callable[[Any], None]
    ) -> None:
        def wiping() -> Any:
            try:
                return call()
            finally:
                wipe(pin)

        if not self._run(wiping, then):
            wipe(pin)

    def _run(self, call: Callable[[], Any], then: Callable[[Any], None]) -> bool:
        shift = self._shift

        def ended(what: Callable[[Any], None], result: Any) -> None:
            # What was asked for somebody who has signed out meanwhile is shown to nobody.
            if self._shift is shift:
                what(result)

        self._doing = self.tr("Asking the bank…")
        return self._work.start(
            call, lambda result: ended(then, result), lambda error: ended(self._failed, error)
        )

    def _left(self) -> None:
        """Nobody has touched the desk for a while: sign out, and forget what was typed."""
        was = self._shift is not None
        self.signOut()
        if was:
            self._say(trouble=self.tr("You were signed out, because nobody used the desk."))

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Cancelled):
            self._say()
            return
        if isinstance(error, SessionEnded):
            # What was done last is still to be read: a new customer's account number, for one.
            done = self._note
            self._forget()
            self._say(trouble=" ".join(filter(None, (done, words.trouble(error)))))
            return
        if self._page == "signin" and isinstance(error, Declined):
            # The bank takes no reading twice, whatever was wrong.
            self._finger, self._finger_of = None, ""
        if isinstance(error, Declined) and error.field in fields.REQUIRED:
            self._wrong = {error.field: Problem.FIELD_INVALID}
        self._say(trouble=words.trouble(error))
