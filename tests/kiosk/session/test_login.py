"""From the welcome screen to the menu, and every way of not getting there."""

from dataclasses import replace

import pytest

from kiosk.events import (
    Back,
    Cancel,
    Finish,
    ForgotPin,
    NumberEntered,
    PinBackspace,
    PinClear,
    PinDigit,
    PinEnter,
    TouchStart,
    UseNumber,
)
from kiosk.screens import (
    EnterNumber,
    EnterPin,
    Failure,
    Goodbye,
    Menu,
    OutOfService,
    PinUse,
    Problem,
    Scanning,
    Wait,
    Welcome,
    Work,
)
from kiosk.session import answers as a
from kiosk.session import effects as e
from kiosk.session.state import Timer
from tests.kiosk.session.world import FACTOR1, RULES, SERVICE, Desk, login


def at_pin() -> Desk:
    desk = Desk()
    desk.send(TouchStart())
    desk.answer(a.FingerRead, b"template", 80)
    desk.answer(a.Identified, FACTOR1)
    return desk


def type_pin(desk: Desk, digits: str = "482915") -> None:
    desk.send(*(PinDigit(int(d)) for d in digits), PinEnter())


def logged_in() -> Desk:
    desk = at_pin()
    type_pin(desk)
    desk.answer(a.LoggedIn, login())
    return desk


def test_start_waits_for_the_bank_and_says_when_it_does_not_come() -> None:
    desk = Desk(replace(SERVICE, bank=False))
    assert desk.show(Wait).work is Work.STARTING
    desk.ring(Timer.LIMIT)
    assert desk.show(Welcome).problem is Problem.BANK_AWAY
    assert desk.show(Welcome).pays_minor == ()
    desk.send(TouchStart())
    assert desk.show(Welcome).problem is Problem.BANK_AWAY
    desk.did_not_ask(e.ReadFinger)


def test_the_bank_comes_back_by_itself() -> None:
    desk = Desk()
    desk.send(a.ServiceRead(replace(SERVICE, bank=False)))
    assert desk.show(Welcome).problem is Problem.BANK_AWAY
    desk.ring(Timer.SERVICE)
    desk.asked(e.ReadService)
    desk.send(a.ServiceRead(SERVICE))
    assert desk.show(Welcome).problem is None
    assert desk.show(Welcome).pays_minor == (5000, 2000, 1000)


def test_out_of_service_until_repaired() -> None:
    broken = replace(SERVICE, out_of_service=Problem.DEVICE_FAULT, reference="K7QM-2R4T")
    desk = Desk(broken)
    assert desk.screen == OutOfService(Problem.DEVICE_FAULT, "K7QM-2R4T")
    desk.send(TouchStart(), UseNumber(), Finish())
    desk.show(OutOfService)
    desk.send(a.ServiceRead(SERVICE))
    desk.show(Welcome)


def test_finger_and_pin() -> None:
    desk = Desk()
    desk.send(TouchStart())
    read = desk.asked(e.ReadFinger)
    assert desk.screen == Scanning("ready", None)
    desk.send(a.FingerStage(read.number, "reading", 0.5))
    assert desk.screen == Scanning("reading", 0.5)
    desk.answer(a.FingerRead, b"template", 80)
    assert desk.asked(e.Identify).template == b"template"
    desk.answer(a.Identified, FACTOR1)
    pin = desk.show(EnterPin)
    assert (pin.use, pin.filled, pin.minimum, pin.maximum) == (PinUse.LOGIN, 0, 4, 12)
    type_pin(desk)
    assert desk.asked(e.ProveLogin).factor1 == FACTOR1
    desk.answer(a.LoggedIn, login())
    menu = desk.show(Menu)
    assert menu.first_name == "Amara"
    assert menu.quick_minor == (2000, 5000, 10000, 20000)
    desk.send(Finish())
    desk.asked(e.EndSession)
    assert desk.screen == Goodbye("Amara")
    desk.ring(Timer.SHOW)
    desk.show(Welcome)


def test_number_and_pin() -> None:
    desk = Desk()
    desk.send(UseNumber(), NumberEntered("  "))
    assert desk.screen == EnterNumber(Problem.FIELD_MISSING)
    desk.send(NumberEntered("x" * 65))
    assert desk.screen == EnterNumber(Problem.FIELD_INVALID)
    desk.send(NumberEntered(" amara "))
    assert desk.asked(e.LookUp).typed == "amara"
    desk.answer(a.Identified, FACTOR1)
    desk.show(EnterPin)


def test_without_a_reader_the_number_is_the_way() -> None:
    desk = Desk(replace(SERVICE, reader=False))
    assert not desk.show(Welcome).reader
    assert not desk.show(Welcome).signup
    desk.send(TouchStart())
    desk.show(EnterNumber)


def test_without_a_reader_and_without_number_login_it_says_so() -> None:
    desk = Desk(replace(SERVICE, reader=False), replace(RULES, number_login=False))
    desk.send(TouchStart(), UseNumber())
    assert desk.show(Welcome).problem is Problem.READER_FAILED


@pytest.mark.parametrize(
    "problem",
    [
        Problem.NOT_A_FINGERPRINT,
        Problem.PICTURE_UNREADABLE,
        Problem.PICTURE_TOO_LARGE,
        Problem.PICTURE_WRONG_FORMAT,
        Problem.FINGER_POOR,
    ],
)
def test_a_bad_picture_is_told_and_the_next_one_is_waited_for(problem: Problem) -> None:
    desk = Desk()
    desk.send(TouchStart())
    first = desk.state.reading
    desk.answer(a.FingerFailed, problem)
    assert desk.screen == Scanning("ready", None, 0, problem)
    assert desk.asked(e.ReadFinger).number == desk.state.reading != first


@pytest.mark.parametrize("problem", [Problem.FINGER_NOT_KNOWN, Problem.FINGER_REPLAYED])
def test_an_unknown_finger_may_try_again(problem: Problem) -> None:
    desk = Desk()
    desk.send(TouchStart())
    desk.answer(a.FingerRead, b"template", 80)
    desk.answer(a.CallFailed, problem)
    assert desk.screen == Scanning("ready", None, 0, problem)
    desk.asked(e.ReadFinger)


def test_an_ambiguous_finger_is_narrowed_by_the_number() -> None:
    desk = Desk()
    desk.send(TouchStart())
    desk.answer(a.FingerRead, b"template", 80)
    desk.answer(a.CallFailed, Problem.FINGER_AMBIGUOUS)
    assert desk.screen == EnterNumber(Problem.FINGER_AMBIGUOUS)
    desk.send(NumberEntered("amara"))
    assert desk.asked(e.Identify) == e.Identify(desk.state.waiting, b"template", "amara")


def test_a_failed_reader_leaves_the_other_way_in() -> None:
    desk = Desk()
    desk.send(TouchStart())
    desk.answer(a.FingerFailed, Problem.READER_FAILED)
    assert desk.screen == EnterNumber(Problem.READER_FAILED)


def test_nobody_comes_to_the_reader() -> None:
    desk = Desk()
    desk.send(TouchStart())
    desk.answer(a.FingerFailed, Problem.FINGER_TIMEOUT)
    assert desk.show(Welcome).problem is Problem.FINGER_TIMEOUT


def test_too_many_tries_end_it_for_this_customer_only() -> None:
    desk = Desk()
    desk.send(TouchStart())
    desk.answer(a.FingerRead, b"template", 80)
    desk.answer(a.CallFailed, Problem.TOO_MANY_TRIES)
    failure = desk.show(Failure)
    assert failure.problem is Problem.TOO_MANY_TRIES
    assert not failure.back_to_menu
    desk.send(Cancel())
    desk.show(Welcome)


def test_pin_entry_counts_digits_and_holds_none() -> None:
    desk = at_pin()
    desk.send(PinEnter(), PinDigit(1), PinDigit(2), PinDigit(3), PinEnter())
    assert desk.show(EnterPin).filled == 3
    desk.send(PinBackspace())
    desk.asked(e.TakeDigit)
    assert desk.show(EnterPin).filled == 2
    desk.send(PinClear())
    desk.asked(e.WipePin)
    assert desk.show(EnterPin).filled == 0
    desk.send(PinBackspace())
    desk.did_not_ask(e.TakeDigit)
    desk.send(*(PinDigit(5) for _ in range(20)))
    assert desk.show(EnterPin).filled == 12
    desk.send(PinDigit(77))
    assert desk.show(EnterPin).filled == 12


@pytest.mark.parametrize("way_out", [Cancel(), Back(), Finish(), ForgotPin()])
def test_the_pin_is_wiped_on_leaving(way_out: object) -> None:
    desk = at_pin()
    desk.send(PinDigit(1), way_out)  # type: ignore[arg-type]
    assert {type(x) for x in desk.effects} & {e.WipePin, e.WipeAllPins}
    assert not isinstance(desk.screen, EnterPin)


def test_wrong_pin_three_times() -> None:
    desk = at_pin()
    type_pin(desk)
    desk.answer(a.PinRefused, 2)
    pin = desk.show(EnterPin)
    assert (pin.problem, pin.tries_left, pin.filled) == (Problem.PIN_WRONG, 2, 0)
    type_pin(desk)
    desk.answer(a.PinRefused, 1)
    assert desk.show(EnterPin).problem is Problem.PIN_LAST_TRY
    type_pin(desk)
    desk.answer(a.CallFailed, Problem.PIN_LOCKED)
    assert desk.show(Failure).problem is Problem.PIN_LOCKED
    assert not desk.show(Failure).back_to_menu
    desk.send(Back())
    desk.show(Welcome)


@pytest.mark.parametrize("problem", [Problem.PIN_LOCKED, Problem.PIN_BLOCKED])
def test_a_lock_is_shown_with_what_the_bank_calls_it_by(problem: Problem) -> None:
    desk = at_pin()
    type_pin(desk)
    desk.answer(a.CallFailed, problem, "7KQM-2XHD")
    shown = desk.show(Failure)
    assert (shown.problem, shown.reference) == (problem, "7KQM-2XHD")
    assert not shown.back_to_menu


def test_who_came_by_a_number_is_told_how_that_way_closes_and_opens() -> None:
    desk = at_pin()
    type_pin(desk)
    desk.answer(a.PinRefused, None)
    shown = desk.show(EnterPin)
    assert (shown.problem, shown.tries_left) == (Problem.PIN_WRONG_BY_NUMBER, None)


def test_forgotten_pin() -> None:
    desk = at_pin()
    desk.send(ForgotPin())
    assert desk.show(Failure).problem is Problem.PIN_FORGOTTEN


def test_a_login_that_comes_too_late_is_closed_again() -> None:
    desk = at_pin()
    type_pin(desk)
    number = desk.state.waiting
    desk.send(Cancel())
    desk.show(Welcome)
    desk.send(a.LoggedIn(number, login()))
    desk.show(Welcome)
    assert desk.asked(e.EndSession).login == login()


def test_the_bank_goes_away_at_the_pin() -> None:
    desk = at_pin()
    type_pin(desk)
    desk.ring(Timer.STILL)
    assert desk.screen == Wait(Work.CHECKING_PIN, still=True, may_cancel=True)
    desk.ring(Timer.LIMIT)
    assert desk.show(Failure).problem is Problem.BANK_AWAY


def test_the_bank_ends_the_session() -> None:
    desk = logged_in()
    desk.send(a.SessionLost(desk.state.visit - 1))
    desk.show(Menu)
    desk.send(a.SessionLost(desk.state.visit))
    assert desk.show(Failure).problem is Problem.SESSION_ENDED
    assert not desk.show(Failure).back_to_menu


def test_without_numbers_the_reading_of_a_finger_offers_none() -> None:
    desk = Desk(rules=replace(RULES, number_login=False))
    desk.send(TouchStart())
    assert not desk.show(Scanning).number_login
    desk.send(UseNumber())
    desk.show(Scanning)
