"""A customer's new PIN at the desk: reset by two members of staff, or changed with the old one."""

from typing import Final, Literal, cast, get_args

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.pinpad import wipe
from protocol.messages.renewal import FoundBy, PinRenewed, PinReset
from protocol.messages.staff import ActAnswer, CustomerAnswer
from ui.teller import words
from ui.teller.desk import Desk, Shift
from ui.teller.fingers import Print
from ui.teller.seat import Seat

QML_IMPORT_NAME = "models"
QML_IMPORT_MAJOR_VERSION = 1

Stage = Literal["", "find", "second", "agree", "choose", "elsewhere", "change"]
_WAYS: Final[tuple[FoundBy, ...]] = get_args(FoundBy)


@QmlElement
class Resetting(QObject):
    """One customer's reset, as far as it is.

    Stages: ``find`` the customer and ask; a ``second`` person at this desk, or, signed in
    themselves, to ``agree``; the customer is to ``choose`` here, or ``elsewhere``. ``change``: who
    knows the old PIN needs nobody else. Else empty.
    """

    changed = Signal()
    outdated = Signal(str)
    """A customer is to be shown anew."""

    def __init__(self, desk: Desk, seat: Seat) -> None:
        super().__init__(seat)
        self._desk = desk
        self._shift: Shift | None = None
        self._customer: CustomerAnswer | None = None
        self._found: FoundBy | Literal[""] = ""
        self._record = ""
        self._changes = False
        self._second: Print | None = None

    stage = Property(str, lambda self: self._stage(), notify=changed)
    found = Property(str, lambda self: self._found_by(), notify=changed)
    where = Property(
        str,
        lambda self: self._customer.reset.desk if self._customer and self._customer.reset else "",
        notify=changed,
    )
    secondRead = Property(bool, lambda self: self._second is not None, notify=changed)

    @property
    def _seat(self) -> Seat:
        # Not kept: in a circle both would be collected on whatever thread allocates.
        return cast(Seat, self.parent())

    @property
    def active(self) -> bool:
        """Whether it is being done."""
        return self._stage() != ""

    def wants_finger(self) -> bool:
        """The customer's, or the second person's."""
        return self._stage() in ("find", "second", "change")

    def begin(self, shift: Shift, customer: CustomerAnswer, *, changes: bool) -> None:
        """Go on with `customer`, wherever the reset is; `changes`: with the old PIN instead."""
        self._shift, self._customer, self._changes = shift, customer, changes
        self._found, self._record, self._second = "", "", None
        self.changed.emit()

    def shown(self, customer: CustomerAnswer) -> None:
        """The bank has said anew how far it is; another customer's reset is left."""
        if self._customer is not None and self._customer.customer == customer.customer:
            self._customer = customer
        else:
            self._customer = None
        self.changed.emit()

    @Slot()
    def leave(self) -> None:
        """Leave it as it is: it can be gone on with while its time lasts."""
        self._shift = self._customer = self._second = None
        self._found, self._record = "", ""
        self._seat.clear_pins()
        self._seat.say()
        self.changed.emit()

    def taken(self, made: Print) -> None:
        """A finger was read: the customer's, whom the bank must know by it, or the second's."""
        shift, customer = self._shift, self._customer
        if self._stage() in ("second", "change"):
            self._second = made
            self._seat.say()
            self.changed.emit()
        elif shift is not None and customer is not None:
            self._seat.run(lambda: self._desk.find_again(customer, made), self._seen)

    @Slot(str)
    def foundBy(self, way: str) -> None:
        """The customer was known by a document."""
        self._found = next((known for known in _WAYS if known == way and way != "finger"), "")
        self._record = ""
        self.changed.emit()

    @Slot()
    def ask(self) -> None:
        """The teller's PIN is typed: ask for it, or agree to what the first person asked."""
        shift, customer = self._shift, self._customer
        found = self._found_by()
        if shift is None or customer is None or not found:
            self._seat.clear_pins()
            self._seat.say(trouble=self.tr("Say first by what you know the customer."))
            return
        state, record = customer.reset, self._record
        reset = PinReset(
            found=next(known for known in _WAYS if known == found),
            desk=state.desk if state else self._desk.terminal,
            record="" if state else record,
        )
        self._seat.with_pin(
            lambda pin: self._desk.reset_pin(shift, customer.customer, reset, pin), self._asked
        )

    @Slot(str)
    def agree(self, number: str) -> None:
        """The second person's finger and PIN are there: they agree at this desk."""
        customer, finger = self._customer, self._second
        if customer is None or customer.reset is None or finger is None:
            self._seat.clear_pins()
            self._seat.say(trouble=self.tr("The second person's finger is needed first."))
            return
        reset = PinReset(found=customer.reset.found, desk=customer.reset.desk)
        # The bank takes no reading twice, whatever comes of it.
        self._second = None
        self._seat.with_pin(
            lambda pin: self._desk.second_reset(finger, number, customer.customer, reset, pin),
            self._asked,
        )

    @Slot()
    def choose(self) -> None:
        """The customer has typed the new PIN twice."""
        shift, customer = self._shift, self._customer
        pin = self._seat.new_pin()
        if pin is None:
            return
        if shift is None or customer is None:
            wipe(pin)
            return
        self._seat.run_wiping(
            pin, lambda: self._desk.choose_pin(shift, customer.customer, pin), self._chosen
        )

    @Slot()
    def change(self) -> None:
        """The customer's finger is read; the old PIN and twice the new one are typed."""
        customer, finger, old = self._customer, self._second, self._seat.old_pin()
        if customer is None or finger is None:
            wipe(old)
            self._seat.clear_pins()
            self._seat.say(trouble=self.tr("The customer's finger is needed first."))
            return
        pin = self._seat.new_pin()
        if pin is None or pin == old:
            wipe(old)
            if pin is not None:
                wipe(pin)
                self._seat.say(trouble=self.tr("That is the old PIN again. Choose another."))
            return
        self._second = None

        def change() -> PinRenewed:
            try:
                return self._desk.change_pin(customer, finger, old, pin)
            finally:
                wipe(old)

        self._seat.run_wiping(pin, change, self._chosen)
        self.changed.emit()

    def _stage(self) -> Stage:
        customer = self._customer
        if customer is None:
            return ""
        if self._changes:
            return "change"
        if customer.reset is None:
            return "find"
        if customer.reset.state == "waiting":
            return "second" if customer.reset.mine else "agree"
        return "choose" if customer.reset.desk == self._desk.terminal else "elsewhere"

    def _found_by(self) -> str:
        customer = self._customer
        return customer.reset.found if customer and customer.reset else self._found

    def _seen(self, record: str) -> None:
        self._found, self._record = "finger", record
        self._seat.say()
        self.changed.emit()

    def _asked(self, answer: ActAnswer) -> None:
        if answer.outcome == "refused":
            self._seat.say(trouble=words.refusal(answer.reason))
            if answer.reason == "finger_needed":
                self._found, self._record = "", ""
        elif answer.outcome == "waiting":
            self._seat.say(note=self.tr("Asked. A second member of staff must agree."))
        else:
            self._seat.say(note=self.tr("Agreed. The customer may choose a new PIN now."))
        self._show_anew()

    def _chosen(self, _: PinRenewed) -> None:
        self._seat.say(note=self.tr("The new PIN is in force. The old one no longer is."))
        self._show_anew()
        self._customer = None
        self.changed.emit()

    def _show_anew(self) -> None:
        self.changed.emit()
        if self._customer is not None:
            self.outdated.emit(self._customer.customer)
