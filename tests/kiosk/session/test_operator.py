"""An operator's visit: who gets in, what two people approve, what a time-out leaves."""

import pytest

from kiosk.devices.storage import Bin, Loaded, Storage
from kiosk.events import (
    Back,
    Cancel,
    Choose,
    Confirm,
    Finish,
    Newer,
    Older,
    PinDigit,
    PinEnter,
    SheetField,
    SheetText,
    TouchStart,
)
from kiosk.operator.draft import sheet
from kiosk.operator.screens import (
    ExchangeDone,
    JournalLine,
    JournalView,
    OperatorMenu,
    OperatorQuestion,
    SecondPerson,
    SheetEntry,
    SheetReview,
)
from kiosk.screens import EnterPin, Failure, OutOfService, PinUse, Problem, Scanning, Wait, Welcome
from kiosk.session import answers as a
from kiosk.session import effects as e
from kiosk.session.state import Login, Service, Timer
from tests.kiosk.session.world import FACTOR1, SERVICE, Desk, login

OLGA = Login("s-olga", "A" * 22, "Olga", (), 0, roles=("operator",), person="olga")
CLOSED = Service(bank=True, out_of_service=Problem.BEING_SERVICED, closed=True)
STORAGE = Storage(
    "",
    (Loaded("C1", 5000, 10, 10, 2500, True), Loaded("C2", 2000, 5, 5, 2500, True)),
    (Bin("reject", 0),),
)


def log_in(desk: Desk, who: Login = OLGA) -> None:
    desk.send(TouchStart())
    desk.send(a.FingerRead(desk.state.reading, b"template", 80))
    desk.answer(a.Identified, FACTOR1)
    pin(desk)
    desk.answer(a.LoggedIn, who)


def pin(desk: Desk) -> None:
    desk.send(*(PinDigit(int(digit)) for digit in "374926"), PinEnter())


def opened(desk: Desk, purpose: str = "replenish") -> None:
    desk.send(Choose(purpose))
    asked = desk.asked(e.OpenSafe)
    desk.answer(a.SafeOpened, "0" * 32, asked.purpose, STORAGE, None, False, 0)


def counted(desk: Desk) -> None:
    for at, text in enumerate(("9", "20", "5", "5", "0")):
        desk.send(SheetField(at), SheetText(text))
    desk.send(Confirm())
    kept = sheet(desk.asked(e.KeepSheet).draft, "0" * 32, "EUR", 60000)
    desk.answer(a.SheetKept, kept, 0)


def first_approved(desk: Desk) -> None:
    desk.send(Confirm())
    assert desk.show(EnterPin).use is PinUse.APPROVE
    pin(desk)
    desk.asked(e.Approve)
    desk.answer(a.SheetApproved, "olga", False)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_operator_gets_a_menu_of_another_kind_and_no_customers_money(desk: Desk) -> None:
    log_in(desk)
    assert desk.show(OperatorMenu).first_name == "Olga"
    for what in ("withdraw", "deposit", "transfer", "balance_of_amara", "statement", "reboot"):
        desk.send(Choose(what))
        assert isinstance(desk.screen, OperatorMenu), what
    assert desk.state.customer is None
    desk.send(Finish())
    assert desk.asked(e.EndSession).login == OLGA
    assert isinstance(desk.screen, Welcome)


def test_out_of_service_only_an_operator_gets_in() -> None:
    desk = Desk(CLOSED)
    assert isinstance(desk.screen, OutOfService)
    log_in(desk, login())
    failure = desk.show(Failure)
    assert (failure.problem, failure.back_to_menu) == (Problem.BEING_SERVICED, False)
    assert desk.asked(e.EndSession).login == login()
    desk.send(Confirm())
    assert isinstance(desk.screen, OutOfService)
    log_in(desk)
    assert desk.show(OperatorMenu).closed


def test_without_bank_or_reader_out_of_service_says_why_nobody_gets_in() -> None:
    away = Service(out_of_service=Problem.BEING_SERVICED)
    desk = Desk(away)
    assert desk.show(OutOfService).staff_problem is Problem.BANK_AWAY
    desk.send(TouchStart())
    desk.did_not_ask(e.ReadFinger)
    desk.send(a.ServiceRead(CLOSED))
    assert desk.show(OutOfService).staff_problem is None
    desk.send(TouchStart())
    assert isinstance(desk.screen, Scanning)


def test_a_number_in_place_of_the_finger_makes_no_operator(desk: Desk) -> None:
    log_in(desk, Login("s", "A" * 22, "Olga", (), 0, ("operator",), finger=False, person="olga"))
    assert desk.show(Failure).problem is Problem.NOT_OPERATOR
    desk.asked(e.EndSession)


def test_a_sheet_is_typed_reviewed_and_approved_by_two(desk: Desk) -> None:
    log_in(desk)
    opened(desk)
    entry = desk.show(SheetEntry)
    assert not entry.can_go_on
    desk.send(SheetField(1), SheetText("2501"))
    assert desk.show(SheetEntry).problem is Problem.ABOVE_CAPACITY
    desk.send(SheetText("12a"), SheetText("99999"))
    assert desk.show(SheetEntry).lines[0].loaded == "2501"
    counted(desk)
    review = desk.show(SheetReview)
    assert (review.found_minor, review.loaded_minor, review.difference_minor) == (
        55000,
        110000,
        -5000,
    )
    first_approved(desk)
    assert isinstance(desk.screen, SecondPerson)
    desk.send(a.FingerRead(desk.state.reading, b"template", 80))
    desk.asked(e.Identify)
    desk.answer(a.Identified, FACTOR1)
    assert desk.show(EnterPin).use is PinUse.SECOND
    pin(desk)
    act = desk.asked(e.ApproveAsSecond)
    assert act.first == "olga"
    desk.answer(a.SheetApproved, "omar", True)
    assert desk.asked(e.CloseSafe).people == ("olga", "omar")
    desk.send(Cancel(), Back(), Finish())
    assert isinstance(desk.screen, Wait), "what two people approved is not given up"
    desk.answer(a.SafeClosed, act.sheet, ("C-00000001",), 0)
    assert desk.show(ExchangeDone).cases == ("C-00000001",)


@pytest.mark.parametrize(
    "problem", [Problem.SAME_PERSON, Problem.NOT_OPERATOR, Problem.FINGER_NOT_KNOWN]
)
def test_the_wrong_second_person_is_told_and_another_may_come(desk: Desk, problem: Problem) -> None:
    log_in(desk)
    opened(desk)
    counted(desk)
    first_approved(desk)
    desk.send(a.FingerRead(desk.state.reading, b"template", 80))
    desk.answer(a.CallFailed, problem)
    second = desk.show(SecondPerson)
    assert second.problem is problem
    assert desk.asked(e.ReadFinger).number == desk.state.reading
    desk.did_not_ask(e.CloseSafe)


def test_the_bank_away_leaves_the_sheet_to_be_approved_later(desk: Desk) -> None:
    log_in(desk)
    opened(desk)
    counted(desk)
    desk.send(Confirm())
    pin(desk)
    desk.answer(a.CallFailed, Problem.BANK_AWAY)
    assert desk.show(SheetReview).problem is Problem.BANK_AWAY


@pytest.mark.parametrize("at", ["menu", "entry", "review", "second", "pin"])
def test_a_time_out_leaves_no_operators_screen(desk: Desk, at: str) -> None:
    log_in(desk)
    if at != "menu":
        opened(desk)
    if at in ("review", "second", "pin"):
        counted(desk)
    if at == "second":
        first_approved(desk)
    if at == "pin":
        desk.send(Confirm(), PinDigit(1))
    desk.ring(Timer.PATIENCE)
    assert desk.more_time_s == desk.state.rules.answer_s
    desk.ring(Timer.ANSWER, desk.state.rules.answer_s)
    assert isinstance(desk.screen, Welcome | OutOfService)
    assert desk.asked(e.EndSession).login == OLGA
    assert desk.state.operator is None
    assert desk.state.task is None
    desk.asked(e.WipeAllPins)
    desk.send(Confirm(), Choose("counts"), SheetText("1"))
    desk.did_not_ask(e.ReadCounts, e.KeepSheet)


def test_an_exchange_that_is_open_is_gone_on_with_whatever_is_chosen() -> None:
    desk = Desk()
    log_in(desk)
    desk.send(
        a.ServiceRead(
            Service(bank=True, out_of_service=Problem.BEING_SERVICED, exchange="replenish")
        )
    )
    desk.send(Choose("balance"))
    assert desk.asked(e.OpenSafe).purpose == "replenish"


def test_an_approved_exchange_is_only_closed(desk: Desk) -> None:
    log_in(desk)
    opened(desk)
    counted(desk)
    kept = desk.state.task.sheet
    desk.send(Back(), Back())
    desk.send(Choose("replenish"))
    desk.answer(a.SafeOpened, "0" * 32, "replenish", STORAGE, kept, True, 0)
    desk.asked(e.CloseSafe)


def test_questions_are_asked_before_it_is_done(desk: Desk) -> None:
    log_in(desk)
    desk.send(Choose("give_up"), Choose("in_service"))
    assert isinstance(desk.screen, OperatorMenu), "there is nothing to give up"
    desk.send(Choose("out_of_service"))
    assert desk.show(OperatorQuestion).act == "out_of_service"
    desk.send(Back())
    desk.did_not_ask(e.ServeCustomers)
    desk.send(Choose("out_of_service"), Confirm())
    act = desk.asked(e.ServeCustomers)
    assert (act.closed, act.person) == (True, "olga")
    desk.answer(a.ServiceSet, True)
    assert desk.show(OperatorMenu).closed
    desk.send(Choose("restart"), Confirm())
    assert not desk.asked(e.Restart).reboot


def test_the_journal_is_paged(desk: Desk) -> None:
    log_in(desk)
    line = JournalLine(7, 1, "DONE", "withdrawal", "7KQM-2XHD", 6000)
    desk.send(Choose("journal"))
    desk.answer(a.JournalRead, (line,), True)
    desk.send(Older())
    assert desk.asked(e.ReadJournal).before == 7
    desk.answer(a.JournalRead, (line,), False)
    assert desk.show(JournalView).page == 2
    desk.send(Newer())
    assert desk.asked(e.ReadJournal).before is None


def test_the_banks_end_of_the_session_ends_the_visit(desk: Desk) -> None:
    log_in(desk)
    opened(desk)
    desk.ring(Timer.KEEP)
    desk.asked(e.KeepOperator)
    desk.send(a.SessionLost(desk.state.visit))
    assert isinstance(desk.screen, Welcome)
    assert desk.state.operator is None


def test_a_wrong_pin_over_the_sheet_says_how_many_tries_are_left(desk: Desk) -> None:
    log_in(desk)
    opened(desk)
    counted(desk)
    desk.send(Confirm())
    pin(desk)
    desk.answer(a.PinRefused, 1)
    entry = desk.show(EnterPin)
    assert (entry.use, entry.problem) == (PinUse.APPROVE, Problem.PIN_LAST_TRY)
    pin(desk)
    desk.answer(a.PinRefused, 0)
    assert desk.show(SheetReview).problem is Problem.PIN_LOCKED
    assert SERVICE.exchange is None
