"""A desk's window over a bank and fingers that only take note of what is asked."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtTest import QTest

from protocol.messages.accounts import StatementAnswer, StatementRow
from protocol.messages.signup import SignupAnswer
from protocol.messages.staff import (
    AccountRow,
    ActAnswer,
    CustomerAnswer,
    CustomerBrief,
    CustomerSearchAnswer,
)
from ui.engine import load_fonts, take_down
from ui.teller.app import TellerWindow
from ui.teller.desk import Shift
from ui.teller.fingers import Print
from ui.teller.model import Teller

NUMBER = "1000004821"


class FakeFingers:
    """Pictures are their names; ``error`` is what the next finger ends in."""

    def __init__(self, readers=None):
        self.error = None
        self.pictures = True
        self.readers = readers

    def picture(self, file):
        if self.error is not None:
            raise self.error
        return Print(file.name.encode(), 74)


class FakeDesk:
    def __init__(self):
        self.gate = threading.Event()
        self.gate.set()
        self.error = None
        self.calls = []
        self.pins = []
        self.refuse = None

    def _called(self, *call):
        self.calls.append(call)
        assert self.gate.wait(10)
        if self.error is not None:
            raise self.error

    def sign_in(self, finger, number, pin):
        self.pins.append((bytes(pin), pin))
        self._called("sign_in", finger.template.decode(), number)
        return Shift("s" * 43, "a" * 22, "Tessa")

    def sign_out(self, shift):
        self._called("sign_out")

    def stay(self, shift):
        self._called("stay", shift.session)

    def search(self, shift, text):
        self._called("search", text)
        row = CustomerBrief(
            customer="c1",
            user_name="amara",
            first_name="Amara",
            last_name="Okafor",
            phone="+4915110000001",
            accounts=(NUMBER,),
        )
        return CustomerSearchAnswer(rows=(row,), more=True)

    def customer(self, shift, customer):
        self._called("customer", customer)
        account = AccountRow(
            number=NUMBER,
            currency="EUR",
            name="Current account",
            status="open",
            booked_minor=248000,
            held_minor=18000,
            opened_at=1_760_000_000,
        )
        return CustomerAnswer(
            customer="c1",
            user_name="amara",
            first_name="Amara",
            last_name="Okafor",
            phone="+4915110000001",
            sms=True,
            email=None,
            address="Am Ufer 3, Berlin",
            national_id=None,
            gender=None,
            created_at=1_760_000_000,
            fingers=3,
            pin_locked=False,
            accounts=(account,),
        )

    def statement(self, shift, number, before):
        self._called("statement", number, before)
        row = StatementRow(
            entry=7,
            booked_at=1_763_000_000,
            business_date="2026-11-20",
            kind="transfer",
            text="Rent November",
            counterparty="Bo L.",
            amount_minor=-42550,
            balance_minor=205450,
            reference="4F7C-19A2",
        )
        return StatementAnswer(
            number=number,
            currency="EUR",
            rows=(row,) * 12,
            next_before=7,
            holds_minor=0,
            as_of=1_763_000_000,
        )

    def act(self, shift, what, customer, pin, *, number=None, name=None):
        self.pins.append((bytes(pin), pin))
        self._called("act", what, customer, number, name)
        outcome = "refused" if self.refuse else "done"
        return ActAnswer(
            uid="0" * 32, outcome=outcome, reason=self.refuse, number=number, reference="4F7C-19A2"
        )

    def sign_up(self, details, prints, pin):
        self.pins.append((bytes(pin), pin))
        self._called("sign_up", details.user_name, len(prints))
        return SignupAnswer(
            customer="c1",
            user_name=details.user_name,
            number=NUMBER,
            currency="EUR",
            opening_credit_minor=50000,
        )


@pytest.fixture
def desk():
    made = FakeDesk()
    yield made
    # Its traceback leads back to desk and window: in a circle they would be collected later,
    # on whatever thread allocates.
    made.error = None


@pytest.fixture
def fingers():
    return FakeFingers()


@pytest.fixture
def teller(qapp, desk, fingers):
    load_fonts()
    return Teller(desk, fingers, brand="Meridian")


@pytest.fixture
def window(teller):
    shown = TellerWindow(teller, "Meridian")
    shown.show()
    yield shown
    take_down(shown)


def settle(teller):
    for _ in range(500):
        QTest.qWait(10)
        if not teller.busy:
            return
    pytest.fail("the desk stayed busy")


def type_pin(entry, digits="628401"):
    for digit in digits:
        entry.digit(int(digit))


def signed_in(teller):
    teller.takePicture(QUrl.fromLocalFile("/pictures/tessa.png"))
    settle(teller)
    type_pin(teller.pin)
    teller.signIn("")
    settle(teller)


def drawn(item):
    yield item
    for child in item.childItems():
        yield from drawn(child)


def press(window, name):
    """Click the middle of the visible button of that name, as a mouse does."""
    QTest.qWait(30)
    found = [
        item
        for item in drawn(window.rootObject())
        if item.objectName() == name and item.isVisible() and item.isEnabled()
    ]
    assert found, name
    middle = found[0].mapToScene(found[0].boundingRect().center())
    QTest.mouseClick(
        window,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(int(middle.x()), int(middle.y())),
    )
    QTest.qWait(30)


def shots(window, name):
    folder = Path(__file__).parents[3] / "build" / "teller"
    folder.mkdir(parents=True, exist_ok=True)
    QTest.qWait(60)
    assert window.grabWindow().save(str(folder / f"{name}.png"))
