"""The teller's window over a desk of the test's own: what is typed, what is shown."""

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest

from backend_client.errors import BankAway, PinRejected, SessionEnded
from biometrics.errors import NotAFingerprint
from protocol.messages.accounts import StatementRow
from tests.ui.teller.fake_desk import (
    NUMBER,
    drawn,
    press,
    settle,
    shots,
    signed_in,
    type_pin,
)
from tests.ui.teller.fake_desk import desk as desk
from tests.ui.teller.fake_desk import fingers as fingers
from tests.ui.teller.fake_desk import teller as teller
from tests.ui.teller.fake_desk import window as window
from tests.ui.touch import wait_until
from ui.teller import model as model_module
from ui.teller import rows
from ui.teller.desk import NotStaff


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
