"""The receipt on the screens where a movement has ended."""

from dataclasses import replace

from kiosk.events import Confirm, PrintReceipt, QuickAmount
from kiosk.screens import Failure, Menu, MoneyState, Problem, Receipt, Success, Welcome
from kiosk.session import answers as a
from kiosk.session import effects as e
from tests.kiosk.session.test_login import logged_in
from tests.kiosk.session.world import SERVICE, Desk


def paid(*, ok: bool = True, reference: str = "K7QM-2R4T", printer: bool = True) -> Desk:
    desk = logged_in()
    desk.send(a.ServiceRead(replace(SERVICE, receipts=printer)))
    desk.send(QuickAmount(5000), Confirm())
    money = MoneyState.UNTOUCHED if ok else MoneyState.IN_DOUBT
    problem = None if ok else Problem.DEVICE_FAULT
    desk.send(a.MoneyDone(desk.state.waiting, ok, problem, money, 5000, reference, False))
    return desk


def test_a_receipt_is_offered_printed_once_and_said_to_be_out() -> None:
    desk = paid()
    assert desk.show(Success).receipt is Receipt.OFFERED
    desk.send(PrintReceipt())
    effect = desk.asked(e.Print)
    assert (effect.slip.movement, effect.slip.amount_minor, effect.slip.last4) == (
        "withdraw",
        5000,
        "0001",
    )
    desk.send(PrintReceipt())
    desk.did_not_ask(e.Print)
    desk.send(a.ReceiptEnded(desk.state.visit, printed=True))
    assert desk.show(Success).receipt is Receipt.PRINTED
    desk.send(PrintReceipt())
    desk.did_not_ask(e.Print)


def test_one_that_failed_can_be_tried_again() -> None:
    desk = paid()
    desk.send(PrintReceipt(), a.ReceiptEnded(desk.state.visit, printed=False))
    assert desk.show(Success).receipt is Receipt.FAILED
    desk.send(PrintReceipt())
    desk.asked(e.Print)


def test_without_a_printer_none_is_offered_and_the_welcome_screen_says_so() -> None:
    desk = paid(printer=False)
    assert desk.show(Success).receipt is Receipt.NONE
    desk.send(PrintReceipt())
    desk.did_not_ask(e.Print)
    assert not Desk(SERVICE).show(Welcome).receipts
    assert Desk(replace(SERVICE, receipts=True)).show(Welcome).receipts


def test_a_failure_with_a_reference_has_one_too() -> None:
    desk = paid(ok=False)
    assert desk.show(Failure).receipt is Receipt.OFFERED
    desk.send(PrintReceipt())
    assert desk.asked(e.Print).slip.money is MoneyState.IN_DOUBT
    assert paid(ok=False, reference="").show(Failure).receipt is Receipt.NONE


def test_the_printer_does_not_hold_the_customer_and_answers_nobody_else() -> None:
    desk = paid()
    desk.send(PrintReceipt(), Confirm())
    desk.show(Menu)
    desk.send(a.ReceiptEnded(desk.state.visit, printed=True))
    desk.show(Menu)
    other = paid()
    other.send(PrintReceipt(), a.ReceiptEnded(other.state.visit + 1, printed=True))
    assert other.show(Success).receipt is Receipt.PRINTING
