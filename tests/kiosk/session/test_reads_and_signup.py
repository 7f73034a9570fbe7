"""Balance, statement, and a new customer."""

import pytest

from kiosk.events import (
    Back,
    Cancel,
    Choose,
    Confirm,
    DropShot,
    Finish,
    Newer,
    Older,
    PinDigit,
    PinEnter,
    SignupField,
    SignupGoTo,
    SignupSms,
    SignupStart,
    TouchStart,
)
from kiosk.screens import (
    Account,
    Balance,
    EnterPin,
    Failure,
    Menu,
    PinUse,
    Problem,
    Scanning,
    Shot,
    Signup,
    Statement,
    StatementLine,
    Success,
    Wait,
    Welcome,
    Work,
)
from kiosk.session import answers as a
from kiosk.session import effects as e
from kiosk.session.state import Timer
from tests.kiosk.session.test_login import logged_in
from tests.kiosk.session.world import AMARA, TICKET, Desk

LINE = StatementLine("2026-11-21", "credit", "Rent", "Bo L.", 2500, 250500)


def test_balance_only_when_asked() -> None:
    desk = logged_in()
    assert not hasattr(desk.show(Menu), "booked_minor")
    desk.send(Choose("balance"))
    desk.asked(e.ReadBalance)
    assert desk.screen == Wait(Work.READING_ACCOUNT)
    desk.answer(a.BalanceRead, 248000, 6000, 242000)
    assert desk.screen == Balance(AMARA, 248000, 6000, 242000)
    desk.send(Back())
    desk.show(Menu)


def test_a_read_that_is_given_up_shows_nothing_later() -> None:
    desk = logged_in()
    desk.send(Choose("balance"))
    number = desk.state.waiting
    desk.send(Cancel(), a.BalanceRead(number, 248000, 0, 248000))
    desk.show(Menu)


def test_a_read_without_answer_ends_in_words() -> None:
    desk = logged_in()
    desk.send(Choose("balance"))
    desk.ring(Timer.LIMIT)
    assert desk.show(Failure).problem is Problem.BANK_AWAY
    assert desk.show(Failure).back_to_menu


def test_pages_of_the_statement() -> None:
    desk = logged_in()
    desk.send(Choose("statement"))
    assert desk.asked(e.ReadStatement).before is None
    desk.answer(a.StatementRead, (LINE,), 40, 0)
    assert (desk.show(Statement).page, desk.show(Statement).has_newer) == (1, False)
    desk.send(Older())
    assert desk.asked(e.ReadStatement).before == 40
    desk.answer(a.StatementRead, (LINE,), None, 0)
    shown = desk.show(Statement)
    assert (shown.page, shown.has_newer, shown.has_older) == (2, True, False)
    desk.send(Older())
    assert desk.show(Statement) == shown
    desk.send(Newer())
    assert desk.asked(e.ReadStatement).before is None


def filled_in() -> Desk:
    desk = Desk()
    desk.send(
        SignupStart(),
        SignupField("user_name", "dina"),
        SignupField("first_name", "Dina"),
        SignupField("last_name", "Haddad"),
        Confirm(),
        SignupField("phone", "+49 151 1000-0009"),
        SignupSms(True),
        Confirm(),
        Confirm(),
    )
    desk.answer(a.FingerRead, b"one", 80)
    desk.send(Confirm())
    assert desk.show(Signup).step == "review"
    return desk


def at_new_pin() -> Desk:
    desk = filled_in()
    desk.send(Confirm())
    desk.answer(a.SignupBegun, TICKET)
    return desk


def type_pin(desk: Desk) -> None:
    desk.send(*(PinDigit(d) for d in (7, 3, 9, 1)), PinEnter())


def test_signup_to_its_end() -> None:
    desk = filled_in()
    desk.send(Confirm())
    begun = desk.asked(e.BeginSignup)
    assert dict(begun.values)["user_name"] == "dina"
    assert (begun.sms, begun.templates) == (True, (b"one",))
    desk.answer(a.SignupBegun, TICKET)
    assert desk.show(EnterPin).use is PinUse.NEW
    type_pin(desk)
    desk.asked(e.KeepNewPin)
    desk.answer(a.NewPinKept)
    assert desk.show(EnterPin).use is PinUse.REPEAT
    type_pin(desk)
    desk.asked(e.MatchNewPin)
    desk.answer(a.NewPinsCompared, True)
    assert desk.asked(e.FinishSignup).ticket == TICKET
    desk.send(Cancel())
    assert desk.screen == Wait(Work.SIGNING_UP)
    account = Account("1000000044", "Dina Haddad", "EUR")
    desk.answer(a.SignedUp, "dina", account, 50000)
    success = desk.show(Success)
    assert (success.kind, success.amount_minor, success.account) == ("signup", 50000, account)
    assert desk.state.task is None
    desk.send(Confirm())
    desk.show(Welcome)


def test_fields_are_checked_one_by_one() -> None:
    desk = Desk()
    desk.send(SignupStart())
    assert not desk.show(Signup).can_go_on
    desk.send(Confirm())
    assert desk.show(Signup).problems == {
        "user_name": Problem.FIELD_MISSING,
        "first_name": Problem.FIELD_MISSING,
        "last_name": Problem.FIELD_MISSING,
    }
    desk.send(SignupField("user_name", "1 2"))
    assert desk.show(Signup).problems["user_name"] is Problem.FIELD_INVALID
    desk.send(SignupField("user_name", "Dina.H"))
    assert "user_name" not in desk.show(Signup).problems
    desk.send(SignupField("phone", "+491511"), SignupField("evil", "x"))
    assert desk.show(Signup).values == {"user_name": "Dina.H"}
    desk.send(SignupField("first_name", "D" * 500))
    assert len(desk.show(Signup).values["first_name"]) == 200
    assert desk.show(Signup).problems["first_name"] is Problem.FIELD_INVALID


def test_optional_fields_may_be_empty_or_right() -> None:
    desk = filled_in()
    desk.send(SignupGoTo("optional"), SignupField("email", "nonsense"), Confirm())
    assert desk.show(Signup).problems == {"email": Problem.FIELD_INVALID}
    desk.send(SignupField("email", "dina@mail.example"), SignupField("gender", "female"))
    desk.send(Confirm())
    assert desk.show(Signup).step == "review"


def test_a_taken_user_name_leads_back_to_it_with_everything_kept() -> None:
    desk = filled_in()
    desk.send(Confirm())
    desk.answer(a.SignupRefused, Problem.USER_NAME_TAKEN, "user_name")
    form = desk.show(Signup)
    assert form.step == "name"
    assert form.problems == {"user_name": Problem.USER_NAME_TAKEN}
    assert form.values["first_name"] == "Dina"
    desk.send(SignupField("user_name", "dina2"), Confirm())
    assert desk.show(Signup).step == "review"
    assert len(desk.show(Signup).shots) == 1


@pytest.mark.parametrize("problem", [Problem.FINGERS_DIFFER, Problem.FINGER_TAKEN])
def test_refused_fingers_are_read_again(problem: Problem) -> None:
    desk = filled_in()
    desk.send(Confirm())
    desk.answer(a.SignupRefused, problem)
    form = desk.show(Signup)
    assert (form.step, form.shots, form.problem) == ("fingers", (), problem)
    desk.asked(e.ReadFinger)


def test_the_form_survives_an_absent_bank() -> None:
    desk = filled_in()
    desk.send(Confirm())
    desk.ring(Timer.LIMIT)
    form = desk.show(Signup)
    assert (form.step, form.problem) == ("review", Problem.BANK_AWAY)
    assert form.values["phone"] == "+49 151 1000-0009"


def test_pictures_of_the_finger() -> None:
    desk = filled_in()
    desk.send(SignupGoTo("fingers"), TouchStart())
    read = desk.state.reading
    assert desk.screen == Scanning("ready", None, 2)
    desk.send(a.FingerStage(read, "reading", 0.5))
    assert desk.screen == Scanning("reading", 0.5, 2)
    desk.answer(a.FingerFailed, Problem.FINGER_POOR, 20, "too-dry")
    assert desk.show(Signup).shots == (Shot(80, True, ""), Shot(20, False, "too-dry"))
    desk.answer(a.FingerRead, b"one", 80)
    assert desk.show(Signup).problem is Problem.FINGER_REPLAYED
    desk.answer(a.FingerFailed, Problem.NOT_A_FINGERPRINT)
    assert desk.show(Signup).problem is Problem.NOT_A_FINGERPRINT
    desk.answer(a.FingerRead, b"two", 70)
    desk.answer(a.FingerRead, b"three", 90)
    assert [s.quality for s in desk.show(Signup).shots] == [80, 70, 90]
    assert desk.state.reading == 0
    desk.send(DropShot(2))
    desk.asked(e.ReadFinger)
    desk.send(Confirm(), Confirm())
    assert desk.asked(e.BeginSignup).templates == (b"one", b"three")


def test_no_going_on_without_a_finger() -> None:
    desk = filled_in()
    desk.send(SignupGoTo("fingers"), DropShot(1), Confirm())
    assert desk.show(Signup).step == "fingers"
    assert not desk.show(Signup).can_go_on


def test_pins_that_will_not_do() -> None:
    desk = at_new_pin()
    type_pin(desk)
    desk.answer(a.NewPinTooEasy)
    assert desk.show(EnterPin).problem is Problem.PIN_TOO_EASY
    type_pin(desk)
    desk.answer(a.NewPinKept)
    type_pin(desk)
    desk.answer(a.NewPinsCompared, False)
    assert (desk.show(EnterPin).use, desk.show(EnterPin).problem) == (
        PinUse.NEW,
        Problem.PINS_DIFFER,
    )


@pytest.mark.parametrize("way_out", [Cancel(), Back(), Finish()])
def test_a_new_pin_is_wiped_on_leaving(way_out: Cancel | Back | Finish) -> None:
    desk = at_new_pin()
    type_pin(desk)
    desk.answer(a.NewPinKept)
    desk.send(PinDigit(7), way_out)
    assert any(isinstance(x, e.WipeAllPins) for x in desk.effects)
    if isinstance(way_out, Back):
        assert desk.show(Signup).step == "review"
    else:
        desk.show(Welcome)


def test_an_unknown_end_of_signup_is_told_as_unknown() -> None:
    desk = at_new_pin()
    type_pin(desk)
    desk.answer(a.NewPinKept)
    type_pin(desk)
    desk.answer(a.NewPinsCompared, True)
    desk.ring(Timer.LIMIT)
    assert desk.show(Failure).problem is Problem.SIGNUP_UNKNOWN
    desk.send(Confirm())
    desk.show(Welcome)


def test_back_and_cancel_in_the_form() -> None:
    desk = filled_in()
    for step in ("fingers", "optional", "contact", "name"):
        desk.send(Back())
        assert desk.show(Signup).step == step
    desk.send(Back())
    desk.show(Welcome)
    desk = filled_in()
    desk.send(Cancel())
    assert desk.state.task is None
