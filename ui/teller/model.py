"""The teller's desk as QML sees it: one page's facts, and a slot for each thing to do."""

from typing import Literal

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from backend_client.errors import Declined, SessionEnded
from biometrics.scanners.errors import Cancelled
from kiosk.screens import Problem
from kiosk.signup import fields
from protocol.messages.accounts import StatementAnswer
from protocol.messages.staff import ActAnswer, CustomerAnswer, CustomerSearchAnswer
from ui.teller import rows, words
from ui.teller.desk import Desk, Shift
from ui.teller.fingers import Fingers, Print
from ui.teller.reset import Resetting
from ui.teller.signup import SigningUp
from ui.teller.terminals import Terminals

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1

IDLE_MS = 120_000
"""An empty desk shows nobody's accounts for longer."""
FORM_IDLE_MS = 600_000
"""Somebody looks for a passport, or thinks about a PIN, and what was typed should stay."""
STAY_MS = 40_000
"""How often the bank hears that the desk has not been left: what is typed at the desk it does not
see, and after two minutes it would end the session. Its 15 minutes in all bound this too."""


@QmlElement
class Teller(SigningUp):
    """Pages: signin, customers, signup, terminals."""

    shownChanged = Signal()

    def __init__(
        self, desk: Desk, fingers: Fingers, *, brand: str, parent: QObject | None = None
    ) -> None:
        super().__init__(desk, fingers, brand=brand, parent=parent)
        self.changed.connect(self.shownChanged)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._left)
        self._staying = QTimer(self)
        self._staying.timeout.connect(self._stay)
        self._reset = Resetting(desk, self)
        self._reset.outdated.connect(self.open)
        self._reset.changed.connect(self.changed)
        self._terminals = Terminals(desk, self)
        self._finger: Print | None = None
        self._finger_of = ""
        self._found: list[rows.Row] = []
        self._more = False
        self._customer: CustomerAnswer | None = None
        self._statement: StatementAnswer | None = None
        self._act = ""
        self._act_number = ""

    # Facts

    finger = Property(str, lambda self: self._finger_of, notify=shownChanged)
    found = Property(list, lambda self: self._found, notify=shownChanged)
    more = Property(bool, lambda self: self._more, notify=shownChanged)
    customer = Property(
        str,
        lambda self: (
            f"{self._customer.first_name} {self._customer.last_name}" if self._customer else ""
        ),
        notify=shownChanged,
    )
    customerId = Property(
        str, lambda self: self._customer.customer if self._customer else "", notify=shownChanged
    )
    pinLocked = Property(
        bool, lambda self: bool(self._customer and self._customer.pin_locked), notify=shownChanged
    )
    details = Property(
        list,
        lambda self: rows.details(self._customer) if self._customer else [],
        notify=shownChanged,
    )
    accounts = Property(
        list,
        lambda self: [rows.account(a) for a in self._customer.accounts] if self._customer else [],
        notify=shownChanged,
    )
    statementOf = Property(
        str, lambda self: self._statement.number if self._statement else "", notify=shownChanged
    )
    postings = Property(
        list,
        lambda self: (
            [rows.posting(row, self._statement.currency) for row in self._statement.rows]
            if self._statement
            else []
        ),
        notify=shownChanged,
    )
    older = Property(
        bool,
        lambda self: bool(self._statement and self._statement.next_before is not None),
        notify=shownChanged,
    )
    act = Property(str, lambda self: self._act, notify=shownChanged)
    reset = Property(QObject, lambda self: self._reset, constant=True)
    terminals = Property(QObject, lambda self: self._terminals, constant=True)
    resetState = Property(
        str,
        lambda self: self._customer.reset.state if self._customer and self._customer.reset else "",
        notify=shownChanged,
    )
    actNumber = Property(str, lambda self: self._act_number, notify=shownChanged)

    # Signing in and out

    @Slot(str)
    def signIn(self, number: str) -> None:
        """Finger and PIN; the number may be empty."""
        finger = self._finger
        if finger is None:
            self._pin.clear()
            self.say(trouble=self.tr("Your finger is needed first."))
            return
        self.with_pin(lambda pin: self._desk.sign_in(finger, number, pin), self._signed_in)

    @Slot()
    def signOut(self) -> None:
        """End the session and forget everything shown."""
        shift = self._shift
        self._reading.set()
        self._forget()
        if shift is not None and not self.run(lambda: self._desk.sign_out(shift), lambda _: None):
            # Whatever is still under way: the session must not stay open behind a closed desk.
            self._work.afterwards(lambda: self._desk.sign_out(shift))

    def _stay(self) -> None:
        if (shift := self._shift) is not None:
            # What comes of it is heard with the next thing that is asked for.
            self._work.afterwards(lambda: self._desk.stay(shift))

    def touched(self) -> None:
        """Somebody is at the desk."""
        form = self._page == "signup" or self._reset.active
        self._idle.start(FORM_IDLE_MS if form else IDLE_MS)

    # Customers

    @Slot(str)
    def search(self, text: str) -> None:
        """Find customers whose names or numbers begin so; two letters at least."""
        shift = self._shift
        if shift is None or len(text.strip()) < 2:
            self.say(trouble=self.tr("Type at least two letters or digits."))
            return
        self.run(lambda: self._desk.search(shift, text), self._searched)

    @Slot(str)
    def open(self, customer: str) -> None:
        """Show one customer."""
        if (shift := self._shift) is not None:
            self.run(lambda: self._desk.customer(shift, customer), self._opened)

    @Slot(str)
    def statement(self, number: str) -> None:
        """Show an account's newest postings."""
        if (shift := self._shift) is not None:
            self.run(lambda: self._desk.statement(shift, number, None), self._stated)

    @Slot()
    def olderPostings(self) -> None:
        """Show the page before in time."""
        shift, shown = self._shift, self._statement
        if shift is not None and shown is not None and shown.next_before is not None:
            number, before = shown.number, shown.next_before
            self.run(lambda: self._desk.statement(shift, number, before), self._stated)

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
        self.with_pin(
            lambda pin: self._desk.act(
                shift, what, customer.customer, pin, number=number, name=named
            ),
            self._acted,
        )

    @Slot()
    def resetPin(self) -> None:
        """Let the customer choose a new PIN, from wherever that is."""
        self._new_pin(changes=False)

    @Slot()
    def changePin(self) -> None:
        """Let a customer who knows the PIN choose another."""
        self._new_pin(changes=True)

    def _new_pin(self, *, changes: bool) -> None:
        shift, customer = self._shift, self._customer
        if shift is not None and customer is not None:
            self.clear_pins()
            self.say()
            self._reset.begin(shift, customer, changes=changes)

    # Terminals

    @Slot()
    def showTerminals(self) -> None:
        """Go to the page of terminals."""
        if (shift := self._shift) is not None and self._page == "customers":
            self._page = "terminals"
            self.say()
            self._terminals.begin(shift)

    @Slot()
    def showCustomers(self) -> None:
        """Come back from it."""
        if self._page == "terminals":
            self._page = "customers"
            self._terminals.forget()
            self.say()

    # Fingers

    def wants_finger(self) -> bool:
        """One's own to sign in, a new customer's, or those of a reset."""
        if self._page == "signup":
            return super().wants_finger()
        return self._page == "signin" or self._reset.wants_finger()

    def taken(self, made: Print, _of: str) -> None:
        """Give it to whoever asked for it."""
        if self._page == "signin":
            self._finger, self._finger_of = made, _of
            self.say()
        elif self._page == "signup":
            super().taken(made, _of)
        else:
            self._reset.taken(made)

    # What came of it

    def _signed_in(self, shift: Shift) -> None:
        self._shift, self._page = shift, "customers"
        self._finger, self._finger_of = None, ""
        self._staying.start(STAY_MS)
        self.touched()
        self.say()

    def _searched(self, answer: CustomerSearchAnswer) -> None:
        self._found = [rows.found(row) for row in answer.rows]
        self._more = answer.more
        self.say(note="" if self._found else self.tr("Nobody was found."))

    def _opened(self, customer: CustomerAnswer) -> None:
        self._customer, self._statement = customer, None
        self._reset.shown(customer)
        self.say(note=self._note, trouble=self._trouble)

    def _stated(self, statement: StatementAnswer) -> None:
        self._statement = statement
        self.say()

    def _acted(self, answer: ActAnswer) -> None:
        if answer.outcome == "refused":
            self.say(trouble=words.refusal(answer.reason))
            return
        self.say(note=self.tr("Done. Account %1.").replace("%1", answer.number or ""))
        if self._customer is not None:
            self.open(self._customer.customer)

    def _ask(self, act: str, number: str) -> None:
        self._act, self._act_number = act, number
        self.clear_pins()
        self.say()

    def _forget(self) -> None:
        self._staying.stop()
        self._shift = self._customer = self._statement = self._finger = None
        self._finger_of = ""
        self._found, self._more, self._act, self._values, self._prints = [], False, "", {}, []
        self._page = "signin"
        self._reset.leave()
        self._terminals.forget()
        self.clear_pins()
        self.say()

    def _left(self) -> None:
        """Nobody has touched the desk for a while: sign out, and forget what was typed."""
        was = self._shift is not None
        self.signOut()
        if was:
            self.say(trouble=self.tr("You were signed out, because nobody used the desk."))

    def failed(self, error: Exception) -> None:
        """Say what went wrong."""
        if isinstance(error, Cancelled):
            self.say()
            return
        if isinstance(error, SessionEnded):
            # What was done last is still to be read: a new customer's account number, for one.
            done = self._note
            self._forget()
            self.say(trouble=" ".join(filter(None, (done, words.trouble(error)))))
            return
        if self._page == "signin" and isinstance(error, Declined):
            # The bank takes no reading twice, whatever was wrong.
            self._finger, self._finger_of = None, ""
        if isinstance(error, Declined) and error.field in fields.REQUIRED:
            self._wrong = {error.field: Problem.FIELD_INVALID}
        self.say(trouble=words.trouble(error))
