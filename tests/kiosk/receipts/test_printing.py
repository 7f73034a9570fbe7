"""A printer that hangs takes no customer's time and keeps no promise."""

import threading
from collections.abc import Sequence

from kiosk.receipts.layout import Letterhead, Line
from kiosk.receipts.printer import PaperOut
from kiosk.receipts.printing import ReceiptPrinting
from kiosk.receipts.slip import Slip

HEAD = Letterhead("Meridian", "+49 30 0000 0000", "ATM-0001", "EUR", "Europe/Berlin", 42)
SLIP = Slip("withdraw", None, 2000, "0042", "", "4F7C-19A2")


class Hanging:
    """Prints when it is let go; ``begun`` once it was asked to."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.printed: list[Sequence[Line]] = []
        self.paper = True

    def ready(self) -> bool:
        return self.paper

    def print(self, receipt: Sequence[Line]) -> None:
        self.begun.set()
        assert self.go_on.wait(10)
        if not self.paper:
            raise PaperOut("no paper")
        self.printed.append(receipt)


def test_while_one_is_printed_another_can_be_promised_until_it_takes_too_long() -> None:
    printer, now_s = Hanging(), [0.0]
    printing = ReceiptPrinting(printer, HEAD, lambda: 0, patience_s=0.2, clock_s=lambda: now_s[0])
    first = threading.Thread(target=printing.print, args=(SLIP,))
    first.start()
    assert printer.begun.wait(10)
    assert printing.ready()
    now_s[0] = 0.3
    assert not printing.ready()
    assert not printing.print(SLIP)
    printer.go_on.set()
    first.join(10)
    assert printing.ready()
    assert printing.print(SLIP)
    assert len(printer.printed) == 2


def test_a_receipt_that_does_not_come_out_is_said_to_be_none() -> None:
    printer = Hanging()
    printer.paper = False
    printer.go_on.set()
    printing = ReceiptPrinting(printer, HEAD, lambda: 0)
    assert not printing.print(SLIP)
    assert not printing.ready()
