"""The machine as QML sees it: the facts of the shown screen, and one slot a touch."""

from collections import deque
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Property, QElapsedTimer, QObject, QUrl, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk import events
from kiosk.screens import EnterNumber, Goodbye, Mix, SignupStep, View
from ui.models import account, cash, ending, entry, operator, signup, transfer
from ui.models.facts import Facts

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1

TOUCHED_EVERY_MS = 1000
_HOMES = (account, cash, ending, entry, operator, signup, transfer)
_STEPS: dict[str, SignupStep] = {
    "name": "name",
    "contact": "contact",
    "optional": "optional",
    "fingers": "fingers",
    "review": "review",
}


def facts_of(view: View) -> Facts:
    """The facts of a view's screen: `<Screen>Facts` of one of the models."""
    wanted = f"{type(view.screen).__name__}Facts"
    for home in _HOMES:
        if hasattr(home, wanted):
            made: Facts = getattr(home, wanted)(view.screen, view.currency)
            return made
    raise LookupError(wanted)


@QmlElement
class Kiosk(QObject):
    """Shows one view after another; every slot sends one event.

    Args:
        send: takes an event to the session; never blocks.
        offer_picture: takes the path of a picture to the waiting scan.
        brand: the bank's name.
        pictures: whether fingers come as pictures that are picked or dropped.
    """

    pageChanged = Signal()
    factsChanged = Signal()
    moreTimeChanged = Signal()

    def __init__(
        self,
        send: Callable[[events.UserEvent], None],
        offer_picture: Callable[[Path], None],
        *,
        brand: str,
        pictures: bool,
        first: View,
    ) -> None:
        super().__init__()
        self._send = send
        self._offer_picture = offer_picture
        self._brand = brand
        self._pictures = pictures
        self._touched = QElapsedTimer()
        self._view = first
        self._facts = facts_of(first)
        # A screen that is being left is still bound to its facts until Qt deletes it.
        self._left: deque[Facts] = deque(maxlen=8)

    @Slot(object)
    def show(self, view: View) -> None:
        """Show another view. Call it on the thread of the window."""
        before, self._view = self._view, view
        if view.screen != before.screen or view.currency != before.currency:
            self._facts.forget_drawing()
            self._left.append(self._facts)
            self._facts = facts_of(view)
            if type(view.screen) is not type(before.screen):
                self.pageChanged.emit()
            self.factsChanged.emit()
        if view.more_time_s != before.more_time_s:
            self.moreTimeChanged.emit()

    page = Property(str, lambda self: type(self._view.screen).__name__, notify=pageChanged)
    facts = Property(QObject, lambda self: self._facts, notify=factsChanged)
    moreTime = Property(
        int,
        lambda self: -1 if self._view.more_time_s is None else self._view.more_time_s,
        notify=moreTimeChanged,
    )
    brand = Property(str, lambda self: self._brand, constant=True)
    pictures = Property(bool, lambda self: self._pictures, constant=True)

    @Slot(QUrl)
    def offerPicture(self, url: QUrl) -> None:
        """A picture of a finger was picked or dropped; the runner gives it to its reader."""
        if isinstance(self._view.screen, EnterNumber | Goodbye):
            self._send(events.TouchStart())
        self._offer_picture(Path(url.toLocalFile()))

    @Slot()
    def touchStart(self) -> None:
        """Start reading a finger."""
        self._send(events.TouchStart())

    @Slot()
    def useNumber(self) -> None:
        """Number and PIN in place of a finger."""
        self._send(events.UseNumber())

    @Slot(str)
    def enterNumber(self, text: str) -> None:
        """The number as typed."""
        self._send(events.NumberEntered(text))

    @Slot(int)
    def pinDigit(self, digit: int) -> None:
        """One digit, which is passed on and kept nowhere here."""
        self._send(events.PinDigit(digit))

    @Slot()
    def pinBackspace(self) -> None:
        """Take back one digit."""
        self._send(events.PinBackspace())

    @Slot()
    def pinClear(self) -> None:
        """Take back all digits."""
        self._send(events.PinClear())

    @Slot()
    def pinEnter(self) -> None:
        """The PIN is complete."""
        self._send(events.PinEnter())

    @Slot()
    def forgotPin(self) -> None:
        """The customer does not know the PIN."""
        self._send(events.ForgotPin())

    @Slot(str)
    def choose(self, what: str) -> None:
        """From the menu."""
        self._send(events.Choose(what))

    @Slot(int)
    def quickAmount(self, amount_minor: int) -> None:
        """From the menu, with the sum chosen."""
        self._send(events.QuickAmount(amount_minor))

    @Slot(str)
    def selectAccount(self, number: str) -> None:
        """Another account."""
        self._send(events.SelectAccount(number))

    @Slot(int)
    def pickAmount(self, amount_minor: int) -> None:
        """One of the sums offered."""
        self._send(events.PickAmount(amount_minor))

    @Slot(str)
    def typeAmount(self, text: str) -> None:
        """The sum as typed so far."""
        self._send(events.TypeAmount(text))

    @Slot(str)
    def pickMix(self, name: str) -> None:
        """Which notes."""
        self._send(events.PickMix(Mix(name)))

    @Slot()
    def confirm(self) -> None:
        """The screen's one main button."""
        self._send(events.Confirm())

    @Slot()
    def addMore(self) -> None:
        """Deposit: more notes."""
        self._send(events.AddMore())

    @Slot()
    def notesIn(self) -> None:
        """Deposit: all notes are in."""
        self._send(events.NotesIn())

    @Slot(str)
    def text(self, text: str) -> None:
        """A typed line."""
        self._send(events.Text(text))

    @Slot()
    def older(self) -> None:
        """Statement: further back."""
        self._send(events.Older())

    @Slot()
    def newer(self) -> None:
        """Statement: forward again."""
        self._send(events.Newer())

    @Slot()
    def signupStart(self) -> None:
        """Become a customer."""
        self._send(events.SignupStart())

    @Slot(str, str)
    def signupField(self, name: str, value: str) -> None:
        """One field as typed."""
        self._send(events.SignupField(name, value))

    @Slot(bool)
    def signupSms(self, wanted: bool) -> None:
        """Text messages or not."""
        self._send(events.SignupSms(wanted))

    @Slot(str)
    def signupGoTo(self, step: str) -> None:
        """Back to a step."""
        self._send(events.SignupGoTo(_STEPS[step]))

    @Slot(int)
    def dropShot(self, shot: int) -> None:
        """Take back a picture, 1 to 3."""
        self._send(events.DropShot(shot))

    @Slot(int)
    def sheetField(self, at: int) -> None:
        """Count sheet: another field."""
        self._send(events.SheetField(at))

    @Slot(str)
    def sheetText(self, text: str) -> None:
        """Count sheet: the field's digits."""
        self._send(events.SheetText(text))

    @Slot()
    def back(self) -> None:
        """One screen back."""
        self._send(events.Back())

    @Slot()
    def cancel(self) -> None:
        """Give up what was begun."""
        self._send(events.Cancel())

    @Slot()
    def touched(self) -> None:
        """Somebody is typing: the visit must not time out. Told at most once a second."""
        if not self._touched.isValid() or self._touched.hasExpired(TOUCHED_EVERY_MS):
            self._touched.start()
            self._send(events.Touched())

    @Slot()
    def moreTimePlease(self) -> None:
        """Yes, more time."""
        self._send(events.MoreTime())

    @Slot()
    def printReceipt(self) -> None:
        """The receipt of what has just ended."""
        self._send(events.PrintReceipt())

    @Slot()
    def finish(self) -> None:
        """Log out."""
        self._send(events.Finish())
