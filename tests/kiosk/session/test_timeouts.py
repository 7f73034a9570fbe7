"""Timers: one owner, asked before anything ends, and a late ring changes nothing."""

from dataclasses import replace

import pytest

from kiosk.events import (
    Cancel,
    Choose,
    Confirm,
    MoreTime,
    QuickAmount,
    SignupGoTo,
    Touched,
    TouchStart,
)
from kiosk.screens import (
    Balance,
    Failure,
    Goodbye,
    Menu,
    MoneyState,
    Problem,
    Scanning,
    Signup,
    Success,
    Wait,
    Welcome,
    Work,
)
from kiosk.session import answers as a
from kiosk.session import effects as e
from kiosk.session.state import Timer
from tests.kiosk.session.test_login import logged_in
from tests.kiosk.session.test_reads_and_signup import filled_in
from tests.kiosk.session.world import RULES, Desk


def test_more_time_is_asked_and_counts_down_to_goodbye() -> None:
    desk = logged_in()
    assert desk.running[desk.timer(Timer.PATIENCE)] == RULES.patience_s
    desk.ring(Timer.PATIENCE)
    assert desk.more_time_s == 30
    desk.show(Menu)
    desk.ring(Timer.ANSWER, 10)
    assert desk.more_time_s == 20
    desk.ring(Timer.ANSWER, 19)
    assert desk.more_time_s == 1
    desk.ring(Timer.ANSWER)
    assert desk.screen == Goodbye("Amara")
    assert desk.more_time_s is None


@pytest.mark.parametrize("touch", [MoreTime(), Touched(), Choose("balance")])
def test_one_touch_is_enough(touch: MoreTime | Touched | Choose) -> None:
    desk = logged_in()
    desk.ring(Timer.PATIENCE)
    desk.ring(Timer.ANSWER, 25)
    desk.send(touch)
    assert desk.more_time_s is None
    assert Timer.ANSWER not in dict(desk.state.timers)


def test_nobody_gets_less_than_20_seconds_to_answer() -> None:
    with pytest.raises(ValueError, match="20 s"):
        replace(RULES, answer_s=19)


def test_a_timer_of_an_earlier_screen_changes_nothing() -> None:
    desk = logged_in()
    old = desk.timer(Timer.PATIENCE)
    desk.send(Choose("balance"))
    limit = desk.timer(Timer.LIMIT)
    desk.answer(a.BalanceRead, 1, 0, 1)
    before = desk.state
    desk.send(a.TimerRang(old), a.TimerRang(limit), a.TimerRang(10**6))
    assert desk.state == before
    desk.show(Balance)


def test_still_working_after_3_s_and_again_for_the_next_work() -> None:
    desk = logged_in()
    desk.send(QuickAmount(5000), Confirm())
    assert desk.running[desk.timer(Timer.STILL)] == 3
    desk.ring(Timer.STILL)
    desk.answer(a.Working, Work.AUTHORISING)
    assert desk.screen == Wait(Work.AUTHORISING, still=True)
    desk.answer(a.Working, Work.COUNTING_OUT)
    assert desk.screen == Wait(Work.COUNTING_OUT, still=False)
    assert desk.running[desk.timer(Timer.STILL)] == 3


def test_a_waiting_finger_times_out_too() -> None:
    desk = Desk()
    desk.send(TouchStart())
    desk.show(Scanning)
    desk.ring(Timer.PATIENCE)
    desk.ring(Timer.ANSWER, 30)
    desk.show(Welcome)
    desk.asked(e.StopReading)


def test_the_machine_is_looked_at_for_ever_even_if_an_answer_is_lost() -> None:
    desk = Desk()
    for _ in range(3):
        desk.ring(Timer.SERVICE)
        desk.asked(e.ReadService)


def test_the_session_at_the_bank_is_kept_awake_while_somebody_is_there() -> None:
    desk = logged_in()
    desk.ring(Timer.KEEP)
    assert desk.asked(e.ReadLimits).visit == desk.state.visit
    desk.send(Cancel())
    assert Timer.KEEP not in dict(desk.state.timers)


@pytest.mark.parametrize("problem", [Problem.FINGER_TIMEOUT, Problem.FINGER_POOR])
def test_a_form_that_was_left_times_out_though_the_reader_is_armed_anew(problem: Problem) -> None:
    desk = filled_in()
    desk.send(SignupGoTo("fingers"))
    patience = desk.timer(Timer.PATIENCE)
    desk.answer(a.FingerStage, "finger", None)
    desk.answer(a.FingerFailed, problem)
    assert desk.show(Signup).step == "fingers"
    desk.asked(e.ReadFinger)
    assert desk.timer(Timer.PATIENCE) == patience
    desk.ring(Timer.PATIENCE)
    desk.answer(a.FingerFailed, problem)
    assert desk.more_time_s == RULES.answer_s
    desk.ring(Timer.ANSWER, RULES.answer_s)
    desk.show(Welcome)


def test_a_wait_may_be_cancelled_once_it_is_long_unless_money_moves() -> None:
    desk = logged_in()
    desk.send(Choose("balance"))
    desk.ring(Timer.STILL)
    assert desk.show(Wait).may_cancel
    desk.send(Cancel(), QuickAmount(5000), Confirm())
    desk.ring(Timer.STILL)
    assert not desk.show(Wait).may_cancel


def test_what_became_of_the_money_outlives_the_session_at_the_bank() -> None:
    desk = logged_in()
    desk.send(QuickAmount(5000), Confirm())
    desk.answer(a.MoneyDone, True, None, MoneyState.UNTOUCHED, 5000, "K7QM-2R4T", False)
    desk.send(a.SessionLost(desk.state.visit))
    assert desk.show(Success).reference == "K7QM-2R4T"
    desk.send(Confirm(), QuickAmount(5000), Confirm())
    doubt = Problem.DEVICE_FAULT, MoneyState.IN_DOUBT, 5000, "4F7C-19A2"
    desk.answer(a.MoneyDone, False, *doubt, False)
    desk.send(a.SessionLost(desk.state.visit))
    assert desk.screen == Failure(*doubt, back_to_menu=False)
    desk.send(Confirm())
    desk.show(Goodbye)


def test_an_outcome_that_stays_unknown_is_shown_with_its_reference() -> None:
    desk = logged_in()
    desk.send(QuickAmount(5000), Confirm())
    desk.answer(a.Working, Work.AUTHORISING, "K7QM-2R4T")
    desk.ring(Timer.LIMIT)
    shown = desk.show(Failure)
    assert (shown.money, shown.amount_minor, shown.reference) == (
        MoneyState.IN_DOUBT,
        5000,
        "K7QM-2R4T",
    )
