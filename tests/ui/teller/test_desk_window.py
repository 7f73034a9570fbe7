"""The teller's window over a desk of the test's own: what is typed, what is shown."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtTest import QTest

from backend_client.errors import BankAway, PinRejected, SessionEnded
from biometrics.errors import NotAFingerprint
from protocol.messages.accounts import StatementAnswer, StatementRow
from protocol.messages.signup import SignupAnswer
from protocol.messages.staff import (
    AccountRow,
    ActAnswer,
    CustomerAnswer,
    CustomerBrief,
    CustomerSearchAnswer,
)
from tests.ui.touch import wait_until
from ui.engine import load_fonts, take_down
from ui.teller import model as model_module
from ui.teller import rows
from ui.teller.app import TellerWindow
from ui.teller.desk import NotStaff, Shift
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


def test_signing_in_takes_finger_and_pin_and_wipes_the_pin(teller, desk):
    signed_in(teller)
    assert (teller.page, teller.teller) == ("customers", "Tessa")
    assert desk.calls == [("sign_in", "tessa.png", "")]
    typed, buffer = desk.pins[0]
    assert typed == b"628401"
    assert not any(buffer)


def test_without_a_picture_nothing_is_asked(teller, desk):
    type_pin(teller.pin)
    teller.signIn("")
    assert desk.calls == []
    assert "finger" in teller.trouble
    assert teller.pin.filled == 0


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PinRejected("rejected", "no"), "PIN is not right"),
        (BankAway("silence"), "does not answer"),
        (NotStaff(), "not a teller's"),
        (RuntimeError("boom"), "Something went wrong"),
    ],
)
def test_a_failed_sign_in_says_why_and_signs_nobody_in(teller, desk, error, said):
    desk.error = error
    signed_in(teller)
    assert teller.page == "signin"
    assert said in teller.trouble


def test_a_picture_that_is_none_says_so_at_once(teller, desk, fingers):
    fingers.error = NotAFingerprint("This is no fingerprint.")
    signed_in(teller)
    assert teller.page == "signin"
    assert desk.calls == []
    assert "finger" in teller.trouble


def test_the_bank_takes_no_reading_twice(teller, desk):
    desk.error = PinRejected("rejected", "no")
    signed_in(teller)
    assert teller.finger == ""
    desk.error = BankAway("silence")
    signed_in(teller)
    assert teller.finger == "tessa.png"


def test_searching_showing_and_paging(teller, desk, window):
    signed_in(teller)
    teller.search("am")
    settle(teller)
    teller.open("c1")
    settle(teller)
    press(window, "transactions")
    settle(teller)
    assert teller.statementOf == NUMBER
    press(window, "older")
    settle(teller)
    assert desk.calls[-1] == ("statement", NUMBER, 7)
    assert teller.postings[0]["amount"] == "−€425.50"
    assert teller.accounts[0]["held"] == "€180.00"


def test_a_posting_without_a_text_is_called_what_it_is():
    row = StatementRow(
        entry=7,
        booked_at=1_763_000_000,
        business_date="2026-11-20",
        kind="withdrawal",
        text="",
        counterparty=None,
        amount_minor=-2000,
        balance_minor=205450,
        reference="4F7C-19A2",
    )
    assert rows.posting(row, "EUR")["text"] == "Cash withdrawal"


def test_closing_an_account_asks_the_pin_again_by_the_buttons(teller, desk, window):
    signed_in(teller)
    teller.open("c1")
    settle(teller)
    press(window, "closeAccount")
    assert teller.act == "close_account"
    type_pin(teller.pin)
    press(window, "confirmAct")
    settle(teller)
    assert ("act", "close_account", "c1", NUMBER, None) in desk.calls
    assert desk.calls[-1] == ("customer", "c1")


def test_a_refused_act_says_why(teller, desk):
    desk.refuse = "has_money"
    signed_in(teller)
    teller.open("c1")
    settle(teller)
    teller.askCloseAccount(NUMBER)
    type_pin(teller.pin)
    teller.confirmAct("")
    settle(teller)
    assert "still money" in teller.trouble


def test_leaving_the_pin_question_does_nothing_and_forgets_the_digits(teller, desk, window):
    signed_in(teller)
    teller.open("c1")
    settle(teller)
    press(window, "openAccount")
    type_pin(teller.pin)
    press(window, "giveUp")
    assert teller.pin.filled == 0
    assert not [call for call in desk.calls if call[0] == "act"]


def fill(teller):
    for name, value in {
        "user_name": "dora",
        "first_name": "Dora",
        "last_name": "Weiss",
        "phone": "+49 151 100000",
    }.items():
        teller.field(name, value)


def test_signing_up_a_customer(teller, desk, window):
    signed_in(teller)
    press(window, "newCustomer")
    fill(teller)
    teller.takePicture(QUrl.fromLocalFile("/pictures/dora_1.png"))
    settle(teller)
    teller.takePicture(QUrl.fromLocalFile("/pictures/dora_1.png"))
    settle(teller)
    assert "same picture" in teller.trouble
    assert teller.prints == [74]
    type_pin(teller.pin, "730165")
    type_pin(teller.again, "730165")
    press(window, "signUp")
    settle(teller)
    assert ("sign_up", "dora", 1) in desk.calls
    assert teller.page == "customers"


def test_sign_up_names_missing_fields_and_differing_pins(teller, desk):
    signed_in(teller)
    teller.newCustomer()
    teller.signUp()
    assert set(teller.wrong) == {"user_name", "first_name", "last_name", "phone"}
    fill(teller)
    teller.signUp()
    assert "picture" in teller.trouble
    teller.takePicture(QUrl.fromLocalFile("/pictures/dora_1.png"))
    settle(teller)
    type_pin(teller.pin, "730165")
    type_pin(teller.again, "730166")
    teller.signUp()
    assert "differ" in teller.trouble
    assert not [call for call in desk.calls if call[0] == "sign_up"]


def test_an_ended_session_leads_back_to_signing_in_and_shows_nothing(teller, desk):
    signed_in(teller)
    teller.search("am")
    settle(teller)
    desk.error = SessionEnded("over")
    teller.open("c1")
    settle(teller)
    assert (teller.page, teller.found, teller.customer) == ("signin", [], "")
    assert "signed out" in teller.trouble


def test_the_session_stays_while_somebody_types_and_no_longer(teller, desk, monkeypatch):
    monkeypatch.setattr(model_module, "STAY_MS", 20)
    signed_in(teller)
    teller.newCustomer()
    teller.field("first_name", "Dora")
    wait_until(lambda: desk.calls.count(("stay", "s" * 43)) >= 3)
    # A bank that is away for a moment costs nothing that was typed.
    desk.error = BankAway("away")
    asked = len(desk.calls)
    wait_until(lambda: len(desk.calls) > asked)
    desk.error = None
    assert (teller.page, teller.trouble) == ("signup", "")
    teller.signOut()
    settle(teller)
    asked = len(desk.calls)
    QTest.qWait(80)
    assert len(desk.calls) == asked


def test_signing_out_ends_the_session_and_forgets(teller, desk, window):
    signed_in(teller)
    teller.open("c1")
    settle(teller)
    press(window, "signOut")
    settle(teller)
    assert desk.calls[-1] == ("sign_out",)
    assert (teller.page, teller.customer, teller.postings) == ("signin", "", [])


def test_signing_out_in_the_middle_of_a_call_ends_the_session_and_shows_nobody(teller, desk):
    signed_in(teller)
    desk.gate.clear()
    teller.open("c1")
    teller.signOut()
    desk.gate.set()
    assert teller.wait(10_000)
    settle(teller)
    assert desk.calls[-1] == ("sign_out",)
    assert (teller.page, teller.customer) == ("signin", "")


def test_a_desk_that_nobody_uses_signs_out(teller, desk, window, monkeypatch):
    monkeypatch.setattr(model_module, "IDLE_MS", 400)
    signed_in(teller)
    teller.open("c1")
    settle(teller)
    for _ in range(6):
        QTest.qWait(100)
        QTest.keyClick(window, Qt.Key.Key_Shift)
    assert teller.customer == "Amara Okafor"
    QTest.qWait(700)
    settle(teller)
    assert (teller.page, teller.customer) == ("signin", "")
    assert "nobody used" in teller.trouble
    assert desk.calls[-1] == ("sign_out",)


def test_what_was_done_last_is_told_though_the_session_has_ended(teller, desk, window):
    signed_in(teller)
    press(window, "newCustomer")
    fill(teller)
    teller.takePicture(QUrl.fromLocalFile("/pictures/dora_1.png"))
    settle(teller)
    type_pin(teller.pin, "730165")
    type_pin(teller.again, "730165")

    def customer(shift, customer):
        raise SessionEnded("over")

    desk.customer = customer
    press(window, "signUp")
    settle(teller)
    assert teller.page == "signin"
    assert NUMBER in teller.trouble


def test_keys_reach_the_pin_and_not_the_screen(teller, window):
    field = next(item for item in drawn(window.rootObject()) if item.property("label") == "PIN")
    field.forceActiveFocus()
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_X, Qt.Key.Key_4):
        QTest.keyClick(window, key)
    QTest.keyClick(window, Qt.Key.Key_Backspace)
    assert teller.pin.filled == 2


def shots(window, name):
    folder = Path(__file__).parents[3] / "build" / "teller"
    folder.mkdir(parents=True, exist_ok=True)
    QTest.qWait(60)
    assert window.grabWindow().save(str(folder / f"{name}.png"))


def test_the_desk_is_drawn(teller, desk, window):
    shots(window, "signin")
    signed_in(teller)
    teller.search("am")
    settle(teller)
    shots(window, "search")
    teller.open("c1")
    settle(teller)
    teller.statement(NUMBER)
    settle(teller)
    shots(window, "customer")
    teller.askOpenAccount()
    type_pin(teller.pin)
    shots(window, "act")
    teller.giveUp()
    teller.newCustomer()
    fill(teller)
    teller.takePicture(QUrl.fromLocalFile("/pictures/dora_1.png"))
    settle(teller)
    shots(window, "signup")
