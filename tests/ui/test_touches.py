"""Touches on the glass become the session's events, and nothing else."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest

from kiosk import events as e
from kiosk.screens import EnterPin, Menu, PinUse, Scanning, Shot, Signup, View
from tests.ui.touch import shown, target, touch
from ui.gallery.render import Stage, settle, walk
from ui.gallery.samples import ACCOUNT, views


@pytest.mark.parametrize(
    ("screen", "name", "event"),
    [
        ("welcome", "Use a number", e.UseNumber()),
        ("welcome", "Open an account", e.SignupStart()),
        ("scan_ready", "Use a number", e.UseNumber()),
        ("scan_reading", "Cancel", e.Cancel()),
        ("wait_may_cancel", "Cancel", e.Cancel()),
        ("pin_typing", "5", e.PinDigit(5)),
        ("pin_typing", "Delete", e.PinBackspace()),
        ("pin_typing", "Clear", e.PinClear()),
        ("pin_typing", "Enter", e.PinEnter()),
        ("pin_typing", "Cancel", e.Cancel()),
        ("pin_typing", "I forgot my PIN", e.ForgotPin()),
        ("menu", "€100", e.QuickAmount(10000)),
        ("menu", "Another amount", e.Choose("withdraw")),
        ("menu", "Deposit", e.Choose("deposit")),
        ("menu", "Transfer", e.Choose("transfer")),
        ("menu", "Balance", e.Choose("balance")),
        ("menu", "Statement", e.Choose("statement")),
        ("menu", "Finish", e.Finish()),
        ("menu_two_accounts", "Savings 7306", e.SelectAccount("1000007306")),
        ("withdraw", "€60", e.PickAmount(6000)),
        ("withdraw", "Another amount", e.TypeAmount("")),
        ("withdraw", "Small", e.PickMix("small")),  # type: ignore[arg-type]
        ("withdraw", "Take €180", e.Confirm()),
        ("withdraw", "Back", e.Back()),
        ("withdraw_typing", "7", e.TypeAmount("1807")),
        ("withdraw_typing", "Delete", e.TypeAmount("18")),
        ("withdraw_typing", "Clear", e.TypeAmount("")),
        ("deposit_counting", "That is all", e.NotesIn()),
        ("deposit_review", "Pay in €355", e.Confirm()),
        ("deposit_review", "Add more notes", e.AddMore()),
        ("deposit_review", "Give my notes back", e.Back()),
        ("transfer_amount_typed", "Delete", e.TypeAmount("1425.5")),
        ("transfer_review", "Continue to PIN", e.Confirm()),
        ("statement", "Older", e.Older()),
        ("statement_last", "Newer", e.Newer()),
        ("balance", "Back", e.Back()),
        ("done_withdraw", "Do something else", e.Confirm()),
        ("failure_device_fault", "Back to the menu", e.Confirm()),
        ("failure_plain", "OK", e.Confirm()),
        ("signup_contact", "No", e.SignupSms(wanted=False)),
        ("signup_name", "Cancel", e.Cancel()),
        ("signup_optional", "Continue", e.Confirm()),
        ("signup_review", "Change Amara Okafor", e.SignupGoTo("name")),
        ("more_time", "Yes, give me more time", e.MoreTime()),
    ],
)
def test_a_touch_sends_its_event(stage: Stage, screen: str, name: str, event: e.UserEvent) -> None:
    stage.show(views()[screen])
    touch(stage, name)
    assert stage.sent == [event]


@pytest.mark.parametrize(
    ("screen", "name"),
    [
        ("pin_empty", "Enter"),
        ("pin_empty", "Delete"),
        ("withdraw_none", "Take cash"),
        ("deposit", "Waiting for notes"),
        ("menu_no_cash", "Deposit"),
        ("signup_name", "Continue"),
        ("transfer_text", "Continue"),
    ],
)
def test_what_is_off_sends_nothing(stage: Stage, screen: str, name: str) -> None:
    stage.show(views()[screen])
    touch(stage, name)
    assert stage.sent == []


@pytest.mark.parametrize("filled", range(13))
def test_enter_is_off_until_the_pin_can_be_complete(stage: Stage, filled: int) -> None:
    stage.show(View(EnterPin(PinUse.LOGIN, filled), "EUR"))
    assert target(stage, "Enter").isEnabled() == (filled >= 4)


def test_the_pin_field_draws_one_dot_a_digit_and_never_a_digit(stage: Stage) -> None:
    plain = set(shown(stage))
    for filled in (0, 4, 9):
        stage.show(View(EnterPin(PinUse.LOGIN, filled), "EUR"))
        texts = set(shown(stage)) - plain
        assert not any(text.isdigit() and len(text) > 1 for text in texts)
        assert stage.kiosk.facts.filled == filled


def test_cancel_is_apart_from_the_digits(stage: Stage) -> None:
    stage.show(views()["pin_typing"])
    cancel = target(stage, "Cancel")
    for digit in "0123456789":
        key = target(stage, digit)
        gap = key.mapToScene(key.boundingRect().topLeft()).x() - (cancel.x() + cancel.width())
        assert gap >= 24


def test_a_real_keyboard_types_the_pin(stage: Stage) -> None:
    stage.show(views()["pin_typing"])
    QTest.keyClick(stage.view, Qt.Key.Key_7)
    QTest.keyClick(stage.view, Qt.Key.Key_Backspace)
    assert stage.sent == [e.PinDigit(7), e.PinBackspace()]


def test_the_number_pad_and_the_letters_write_into_one_field(stage: Stage) -> None:
    stage.show(views()["number"])
    touch(stage, "4")
    touch(stage, "2")
    touch(stage, "Letters")
    touch(stage, "b")
    touch(stage, "Shift")
    touch(stage, "O")
    touch(stage, "Delete")
    touch(stage, "o")
    stage.sent.clear()
    touch(stage, "Continue")
    assert stage.sent == [e.NumberEntered("42bo")]


@pytest.mark.parametrize("screen", ["number", "transfer_payee", "transfer_text", "signup_name"])
def test_a_real_keyboard_types_into_the_field_at_once(stage: Stage, screen: str) -> None:
    stage.show_afresh(views()[screen])
    for key in "bo1":
        QTest.keyClick(stage.view, key)
    settle()
    fields = [i for i in walk(stage.root, lambda _: True) if i.inherits("QQuickTextInput")]
    assert fields[0].property("text") == "bo1"


def test_typing_says_that_somebody_is_there(stage: Stage) -> None:
    stage.show(views()["number"])
    for key in "4711":
        touch(stage, key)
    assert stage.sent == [e.Touched()]


def test_a_transfer_s_text_begins_with_a_capital_and_is_sent(stage: Stage) -> None:
    stage.show(views()["transfer_text"])
    for key in ("R", "e", "n", "t", "space"):
        touch(stage, key)
    stage.sent.clear()
    touch(stage, "Continue")
    assert stage.sent == [e.Text("Rent")]


def test_no_more_than_two_digits_follow_the_point(stage: Stage) -> None:
    stage.show(views()["transfer_amount_typed"])
    touch(stage, "3")
    touch(stage, ".")
    assert stage.sent == []


def test_sign_up_goes_from_field_to_field_and_sends_each(stage: Stage) -> None:
    stage.show(views()["signup_name"])
    touch(stage, "A")
    touch(stage, "m")
    touch(stage, "Next")
    touch(stage, "O")
    assert stage.sent == [
        e.SignupField("first_name", "A"),
        e.SignupField("first_name", "Am"),
        e.SignupField("last_name", "O"),
    ]
    touch(stage, "Delete")
    assert stage.sent[-1] == e.SignupField("last_name", "")


def test_nothing_behind_the_question_for_more_time_can_be_touched(stage: Stage) -> None:
    stage.show(views()["more_time"])
    QTest.mouseClick(
        stage.view,
        Qt.MouseButton.LeftButton,
        pos=target(stage, "Back")
        .mapToScene(target(stage, "Back").boundingRect().center())
        .toPoint(),
    )
    settle()
    assert stage.sent == []


@pytest.mark.parametrize(
    ("screen", "sent"),
    [
        ("welcome", []),
        ("scan_ready", []),
        ("signup_fingers", []),
        ("number", [e.TouchStart()]),
        ("goodbye", [e.TouchStart()]),
    ],
)
def test_a_picture_is_offered_and_begins_a_reading_where_the_runner_does_not(
    stage: Stage, screen: str, sent: list[e.UserEvent]
) -> None:
    stage.show(views()[screen])
    stage.kiosk.offerPicture(QUrl.fromLocalFile("/finger.png"))
    assert stage.sent == sent
    assert [picture.name for picture in stage.offered] == ["finger.png"]


def test_facts_of_one_page_change_without_a_new_page(stage: Stage) -> None:
    stage.show(View(EnterPin(PinUse.LOGIN, 0), "EUR"))
    enter = target(stage, "Enter")
    stage.show(View(EnterPin(PinUse.LOGIN, 5), "EUR"))
    assert target(stage, "Enter") == enter
    assert enter.isEnabled()


def test_leaving_a_page_leaves_none_of_its_facts_on_the_glass(stage: Stage) -> None:
    stage.show(views()["balance"])
    assert "€2,300.00" in shown(stage)
    stage.show(views()["goodbye"])
    assert not any("€" in text for text in shown(stage))


def test_the_drawing_of_a_finger_is_on_the_glass_and_let_go_with_its_screen(stage: Stage) -> None:
    stage.show(views()["scan_lift"])
    bare = stage.picture()
    stage.show_afresh(views()["scan_drawn"])
    assert stage.picture() != bare
    facts = stage.kiosk.facts
    assert facts.drawn
    stage.show(views()["pin_empty"])
    assert not facts.drawn


@pytest.mark.parametrize(
    ("screen", "said"),
    [
        ("welcome", ""),
        ("welcome_no_cash", "No withdrawals just now."),
        ("welcome_no_deposits", "No deposits just now."),
        ("welcome_bank_away", "No withdrawals and no deposits just now."),
    ],
)
def test_an_idle_machine_says_what_it_cannot_do(stage: Stage, screen: str, said: str) -> None:
    stage.show(views()[screen])
    lines = [text for text in shown(stage) if "just now." in text and "reached" not in text]
    assert [text.endswith(said) for text in lines] == ([True] if said else [])


def test_contrast_is_a_touch_away_and_ends_with_the_visit(stage: Stage) -> None:
    touch(stage, "Contrast")
    assert stage.theme.property("contrast") is True
    stage.kiosk.show(views()["pin_empty"])
    settle()
    assert stage.theme.property("contrast") is True
    stage.kiosk.show(views()["welcome"])
    settle()
    assert stage.theme.property("contrast") is False


def test_every_screen_has_the_way_to_contrast(stage: Stage) -> None:
    for view in views().values():
        stage.show(view)
        assert target(stage, "Contrast").isVisible()


def test_the_name_of_the_account_is_its_last_four_digits_only(stage: Stage) -> None:
    for name, view in views().items():
        if name == "done_signup":  # the new customer is told the number once
            continue
        stage.show(view)
        assert not any(ACCOUNT.number in text for text in shown(stage)), name


def test_a_menu_without_cash_offers_no_sum(stage: Stage) -> None:
    stage.show(views()["menu_no_cash"])
    assert isinstance(views()["menu_no_cash"].screen, Menu)
    assert not any("€" in text for text in shown(stage))


def test_a_key_at_the_question_gives_more_time_and_nothing_behind_it(stage: Stage) -> None:
    pin = View(EnterPin(PinUse.LOGIN, 4), "EUR")
    stage.show(pin)
    stage.show(View(EnterPin(PinUse.LOGIN, 4), "EUR", more_time_s=20))
    for key in (Qt.Key.Key_7, Qt.Key.Key_Return, Qt.Key.Key_Tab):
        QTest.keyClick(stage.view, key)
    settle()
    assert stage.sent == [e.MoreTime()] * 3
    stage.show(pin)
    stage.sent.clear()
    QTest.keyClick(stage.view, Qt.Key.Key_7)
    settle()
    assert stage.sent == [e.PinDigit(7)]


def test_a_field_goes_on_taking_keys_after_the_question(stage: Stage) -> None:
    stage.show_afresh(views()["number"])
    QTest.keyClick(stage.view, "a")
    stage.show(View(views()["number"].screen, "EUR", more_time_s=20))
    stage.show(views()["number"])
    QTest.keyClick(stage.view, "b")
    settle()
    fields = [i for i in walk(stage.root, lambda _: True) if i.inherits("QQuickTextInput")]
    assert fields[0].property("text") == "ab"


def test_each_touch_of_gender_goes_on_to_the_next_one_the_bank_knows(stage: Stage) -> None:
    stage.show_afresh(views()["signup_optional"])
    touch(stage, "Gender: Not said")
    assert stage.sent[-1] == e.SignupField("gender", "female")
    stage.show_afresh(views()["signup_optional_gender"])
    touch(stage, "Gender: Female")
    assert stage.sent[-1] == e.SignupField("gender", "male")


def test_a_poor_picture_does_not_bar_the_third(stage: Stage) -> None:
    good, poor = Shot(80, True, ""), Shot(20, False, "too-dry")
    screen = views()["signup_fingers"].screen
    assert isinstance(screen, Signup)
    stage.show(View(replace(screen, shots=(good, good, poor)), "EUR"))
    assert target(stage, "Choose or drop a picture").isEnabled()
    stage.show(View(replace(screen, shots=(good, good, good)), "EUR"))
    assert not target(stage, "Choose or drop a picture").isEnabled()


def test_without_numbers_a_reading_offers_none(stage: Stage) -> None:
    stage.show(View(Scanning("ready", None, number_login=False), "EUR"))
    assert "Use a number" not in shown(stage)
