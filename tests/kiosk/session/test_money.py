"""Withdrawal, deposit and transfer on the screen; what moves the money is answered by the test."""

from dataclasses import replace

import pytest

from kiosk.events import (
    AddMore,
    Back,
    Cancel,
    Choose,
    Confirm,
    Finish,
    NotesIn,
    PickAmount,
    PickMix,
    PinDigit,
    PinEnter,
    QuickAmount,
    SelectAccount,
    Text,
    TypeAmount,
)
from kiosk.screens import (
    DepositInsert,
    DepositReview,
    EnterPin,
    Failure,
    Goodbye,
    Menu,
    Mix,
    MoneyState,
    Notes,
    OutOfService,
    PinUse,
    Problem,
    Success,
    TakeBackNotes,
    TakeCash,
    TransferAmount,
    TransferPayee,
    TransferReview,
    TransferText,
    Wait,
    Welcome,
    Withdraw,
    Work,
)
from kiosk.session import answers as a
from kiosk.session import effects as e
from kiosk.session.state import Limits, Timer
from tests.kiosk.session.test_login import logged_in
from tests.kiosk.session.world import AMARA, BO, SAVINGS, SERVICE, Desk

NOTES = (Notes(5000, 1), Notes(1000, 1))


def done(desk: Desk, **changes: object) -> None:
    result = a.MoneyDone(
        desk.state.waiting, True, None, MoneyState.UNTOUCHED, 6000, "K7QM-2R4T", False
    )
    desk.send(replace(result, **changes))  # type: ignore[arg-type]


def type_pin(desk: Desk) -> None:
    desk.send(*(PinDigit(d) for d in (4, 8, 2, 9)), PinEnter())


def paying() -> Desk:
    desk = logged_in()
    desk.send(QuickAmount(5000), Confirm())
    return desk


def test_a_quick_sum_shows_its_notes_before_anything_is_taken() -> None:
    desk = logged_in()
    desk.send(QuickAmount(5000))
    shown = desk.show(Withdraw)
    assert (shown.amount_minor, shown.notes) == (5000, (Notes(5000, 1),))
    desk.did_not_ask(e.PayOut)
    desk.send(Confirm())
    pay = desk.asked(e.PayOut)
    assert (pay.amount_minor, pay.account, pay.with_pin) == (5000, AMARA, False)


def test_withdrawal_to_its_end() -> None:
    desk = paying()
    assert desk.screen == Wait(Work.AUTHORISING)
    desk.answer(a.Working, Work.COUNTING_OUT)
    assert desk.screen == Wait(Work.COUNTING_OUT)
    desk.answer(a.CashPresented, 6000, NOTES, 30)
    desk.answer(a.CashPresented, 6000, NOTES, 29)
    assert desk.screen == TakeCash(6000, NOTES, 29)
    done(desk)
    assert desk.screen == Success("withdraw", 6000, "K7QM-2R4T", AMARA)
    desk.send(Confirm())
    desk.show(Menu)


def test_sums_that_cannot_be_had() -> None:
    desk = logged_in()
    desk.send(Choose("withdraw"), a.LimitsRead(desk.state.visit, Limits(50000, 30000, 0)))
    assert desk.show(Withdraw).left_today_minor == 30000
    for typed, problem in (
        ("0", Problem.FIELD_INVALID),
        ("-5", Problem.FIELD_INVALID),
        ("15", Problem.AMOUNT_NOT_PAYABLE),
        ("60.50", Problem.AMOUNT_NOT_PAYABLE),
        ("510", Problem.LIMIT_EACH),
        ("400", Problem.LIMIT_DAY),
    ):
        desk.send(TypeAmount(typed))
        assert (typed, desk.show(Withdraw).problem) == (typed, problem)
        desk.send(Confirm())
        desk.did_not_ask(e.PayOut)
    desk.send(TypeAmount("60"))
    assert (desk.show(Withdraw).amount_minor, desk.show(Withdraw).problem) == (6000, None)


def test_the_mix_is_chosen_among_those_that_differ() -> None:
    desk = logged_in()
    desk.send(Choose("withdraw"), PickAmount(1000))
    assert desk.show(Withdraw).mixes == (Mix.FEWEST,)
    desk.send(PickAmount(10000), PickMix(Mix.SMALL))
    assert desk.show(Withdraw).notes == (Notes(1000, 10),)
    desk.send(Confirm())
    assert desk.asked(e.PayOut).notes == (Notes(1000, 10),)


def test_no_cash_no_withdrawal() -> None:
    desk = logged_in()
    desk.send(a.ServiceRead(replace(SERVICE, can_withdraw=False, payable=())))
    assert desk.show(Menu).quick_minor == ()
    desk.send(QuickAmount(5000))
    assert desk.show(Menu).problem is Problem.NO_NOTES


def test_above_the_step_up_limit_the_pin_is_asked_again() -> None:
    desk = logged_in()
    desk.send(Choose("withdraw"), PickAmount(40000), Confirm())
    assert (desk.show(EnterPin).use, desk.show(EnterPin).amount_minor) == (PinUse.CONFIRM, 40000)
    desk.send(Back())
    assert desk.show(Withdraw).amount_minor == 40000
    desk.send(Confirm())
    type_pin(desk)
    assert desk.asked(e.PayOut).with_pin
    done(desk, ok=False, problem=Problem.PIN_WRONG, tries_left=2)
    assert (desk.show(EnterPin).problem, desk.show(EnterPin).tries_left) == (Problem.PIN_WRONG, 2)
    type_pin(desk)
    done(desk, ok=False, problem=Problem.PIN_LOCKED)
    assert not desk.show(Failure).back_to_menu


@pytest.mark.parametrize("event", [Cancel(), Back(), Finish(), Confirm(), QuickAmount(2000)])
def test_committed_money_cannot_be_given_up(event: object) -> None:
    desk = paying()
    before = desk.state
    desk.send(event)  # type: ignore[arg-type]
    assert desk.state == before
    assert Timer.PATIENCE not in dict(desk.state.timers)


@pytest.mark.parametrize(
    ("problem", "money"),
    [
        (Problem.INSUFFICIENT_FUNDS, MoneyState.UNTOUCHED),
        (Problem.LIMIT_DAY, MoneyState.UNTOUCHED),
        (Problem.BANK_AWAY, MoneyState.RELEASE_FOLLOWS),
    ],
)
def test_every_refusal_says_what_became_of_the_money(problem: Problem, money: MoneyState) -> None:
    desk = paying()
    done(desk, ok=False, problem=problem, money=money)
    assert desk.screen == Failure(problem, money, 6000, "K7QM-2R4T", True)
    desk.send(Confirm())
    desk.show(Menu)


def test_an_uncertain_device_goes_out_of_service_after_the_customer() -> None:
    desk = paying()
    done(
        desk,
        ok=False,
        problem=Problem.DEVICE_FAULT,
        money=MoneyState.IN_DOUBT,
        out_of_service=True,
    )
    assert desk.show(Failure).money is MoneyState.IN_DOUBT
    desk.send(Confirm())
    assert not desk.show(Menu).can_withdraw
    desk.send(Finish())
    assert desk.screen == OutOfService(Problem.DEVICE_FAULT, "K7QM-2R4T")


def test_notes_left_lying_end_the_session() -> None:
    desk = paying()
    desk.answer(a.CashPresented, 6000, NOTES, 1)
    done(desk, ok=False, problem=Problem.CASH_NOT_TAKEN, money=MoneyState.RELEASE_FOLLOWS)
    assert not desk.show(Failure).back_to_menu
    desk.send(Confirm())
    assert desk.screen == Goodbye("Amara")


def test_after_30_s_without_a_decision_it_says_so_and_serves_nobody_until_it_is_known() -> None:
    desk = paying()
    assert desk.running[desk.timer(Timer.LIMIT)] == 30
    desk.ring(Timer.LIMIT)
    failure = desk.show(Failure)
    assert (failure.problem, failure.money) == (Problem.STILL_UNKNOWN, MoneyState.IN_DOUBT)
    number = desk.state.waiting
    desk.send(Confirm())
    desk.asked(e.EndSession)
    assert desk.screen == OutOfService(Problem.STILL_UNKNOWN, "")
    desk.send(a.ServiceRead(SERVICE))
    desk.show(OutOfService)
    desk.send(a.CashPresented(number, 6000, NOTES, 20))
    desk.show(TakeCash)
    done(desk)
    desk.show(Welcome)


def test_a_late_decision_replaces_the_doubt() -> None:
    desk = paying()
    desk.ring(Timer.LIMIT)
    done(desk, ok=False, problem=Problem.BANK_AWAY, money=MoneyState.UNTOUCHED)
    assert desk.show(Failure).money is MoneyState.UNTOUCHED


def test_a_broken_effect_is_never_told_as_untouched() -> None:
    desk = paying()
    desk.answer(a.Broke)
    assert desk.show(Failure).money is MoneyState.IN_DOUBT


def inserting() -> Desk:
    desk = logged_in()
    desk.send(Choose("deposit"))
    desk.asked(e.OpenSlot)
    desk.answer(a.SlotOpened)
    return desk


def test_deposit_to_its_end() -> None:
    desk = inserting()
    assert desk.show(DepositInsert).accepts_minor == (10000, 5000, 2000, 1000, 500)
    desk.answer(a.NotesCounted, NOTES, 1)
    assert (desk.show(DepositInsert).counted, desk.show(DepositInsert).returned_count) == (NOTES, 1)
    desk.send(NotesIn())
    desk.asked(e.CountNotes)
    desk.answer(a.NotesInEscrow, NOTES)
    assert desk.screen == DepositReview(AMARA, NOTES, 6000, 1)
    desk.send(AddMore())
    desk.asked(e.ReopenSlot)
    desk.answer(a.SlotOpened)
    assert desk.show(DepositInsert).counted == NOTES
    desk.send(NotesIn())
    desk.answer(a.NotesInEscrow, NOTES)
    desk.send(Confirm())
    desk.asked(e.StoreNotes)
    done(desk)
    assert desk.screen == Success("deposit", 6000, "K7QM-2R4T", AMARA)


def test_a_credit_that_follows_is_no_success_yet() -> None:
    desk = inserting()
    desk.send(NotesIn())
    desk.answer(a.NotesInEscrow, NOTES)
    desk.send(Confirm())
    done(desk, money=MoneyState.CREDIT_FOLLOWS)
    assert desk.show(Failure).money is MoneyState.CREDIT_FOLLOWS


def test_an_empty_slot_opens_again_with_a_word() -> None:
    desk = inserting()
    desk.send(NotesIn())
    desk.answer(a.NotesInEscrow, ())
    desk.asked(e.ReopenSlot)
    desk.answer(a.SlotOpened)
    assert desk.show(DepositInsert).problem is Problem.NO_NOTES


@pytest.mark.parametrize("event", [Cancel(), Back()])
def test_notes_are_given_back_on_cancel(event: Cancel | Back) -> None:
    desk = inserting()
    desk.answer(a.NotesCounted, NOTES, 0)
    desk.send(event)
    desk.asked(e.ReturnNotes)
    desk.answer(a.NotesOffered, NOTES, 30)
    assert desk.screen == TakeBackNotes(NOTES, 30)
    done(desk, money=MoneyState.NOTES_RETURNED)
    desk.show(Menu)


def test_notes_are_given_back_when_nobody_answers() -> None:
    desk = inserting()
    desk.answer(a.NotesCounted, NOTES, 0)
    desk.ring(Timer.PATIENCE)
    desk.ring(Timer.ANSWER, 30)
    desk.asked(e.ReturnNotes)
    done(desk, money=MoneyState.NOTES_RETURNED)
    desk.show(Goodbye)


def test_a_slot_that_opens_too_late_gives_everything_back() -> None:
    desk = logged_in()
    desk.send(Choose("deposit"))
    number = desk.state.waiting
    desk.ring(Timer.LIMIT)
    desk.show(Failure)
    desk.send(a.SlotOpened(number))
    desk.asked(e.ReturnNotes)


def test_transfer_to_its_end() -> None:
    desk = logged_in()
    desk.send(Choose("transfer"), Text("  "))
    assert desk.show(TransferPayee).problem is Problem.FIELD_MISSING
    desk.send(Text("nobody"))
    desk.answer(a.CallFailed, Problem.PAYEE_UNKNOWN)
    assert desk.screen == TransferPayee(AMARA, "nobody", Problem.PAYEE_UNKNOWN)
    desk.send(Text("amara"))
    desk.answer(a.PayeeFound, AMARA)
    assert desk.show(TransferPayee).problem is Problem.PAYEE_SELF
    desk.send(Text("bo.l"))
    desk.answer(a.PayeeFound, BO)
    assert (desk.show(TransferAmount).payee_name, desk.show(TransferAmount).payee_last4) == (
        "Bo L.",
        "0002",
    )
    desk.send(Confirm())
    assert desk.show(TransferAmount).problem is Problem.FIELD_MISSING
    desk.send(TypeAmount("0"), Confirm())
    assert desk.show(TransferAmount).problem is Problem.FIELD_INVALID
    desk.send(TypeAmount("9000"), Confirm())
    assert desk.show(TransferAmount).problem is Problem.AMOUNT_TOO_LARGE
    desk.send(TypeAmount("25."), TypeAmount("25.00"), Confirm())
    desk.send(Text(" "))
    assert desk.show(TransferText).problem is Problem.TEXT_MISSING
    desk.send(Text("x" * 141))
    assert desk.show(TransferText).problem is Problem.FIELD_INVALID
    desk.send(Text("Rent  March"))
    assert desk.screen == TransferReview(AMARA, "Bo L.", "0002", 2500, "Rent March")
    desk.send(Confirm())
    pin = desk.show(EnterPin)
    assert (pin.use, pin.amount_minor, pin.payee) == (PinUse.CONFIRM, 2500, "Bo L.")
    type_pin(desk)
    sent = desk.asked(e.SendMoney)
    assert (sent.payee, sent.amount_minor, sent.text) == (BO, 2500, "Rent March")
    done(desk, amount_minor=2500)
    assert desk.screen == Success("transfer", 2500, "K7QM-2R4T", AMARA, "Bo L.")


def test_back_leads_through_the_transfer_and_cancel_out_of_it() -> None:
    desk = logged_in()
    desk.send(Choose("transfer"), Text("bo.l"))
    desk.answer(a.PayeeFound, BO)
    desk.send(TypeAmount("25"), Confirm(), Text("Rent"), Confirm())
    for kind in (TransferReview, TransferText, TransferAmount, TransferPayee, Menu):
        desk.send(Back())
        desk.show(kind)
    desk.send(Choose("transfer"), Cancel())
    desk.show(Menu)


def test_a_wrong_pin_at_a_transfer_asks_again() -> None:
    desk = logged_in()
    desk.send(Choose("transfer"), Text("bo.l"))
    desk.answer(a.PayeeFound, BO)
    desk.send(TypeAmount("25"), Confirm(), Text("Rent"), Confirm())
    type_pin(desk)
    done(desk, ok=False, problem=Problem.PIN_LAST_TRY, tries_left=1)
    assert desk.show(EnterPin).problem is Problem.PIN_LAST_TRY
    type_pin(desk)
    desk.asked(e.SendMoney)


def test_another_account_is_used_from_then_on() -> None:
    desk = logged_in()
    desk.send(SelectAccount("9999999999"))
    assert desk.show(Menu).account == AMARA
    desk.send(SelectAccount(SAVINGS.number))
    assert desk.show(Menu).account == SAVINGS
    desk.send(QuickAmount(5000), Confirm())
    assert desk.asked(e.PayOut).account == SAVINGS
