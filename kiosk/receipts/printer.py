"""ESC/POS receipt printers, by python-escpos."""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from kiosk.receipts.layout import Line

if TYPE_CHECKING:
    from escpos.escpos import Escpos

_LOOK_AGAIN_S: Final = 30.0
_NO_PAPER: Final = 0
"""python-escpos's ``paper_status``: 2 enough, 1 near its end, 0 none."""


class PrinterError(Exception):
    """Nothing usable was printed; the message is for the operator."""


class PrinterAway(PrinterError):
    """No printer answers."""


class PaperOut(PrinterError):
    """The printer has no paper."""


class Printer(Protocol):
    """Prints receipts. Both calls block and may come from any one thread at a time."""

    def ready(self) -> bool:
        """Whether a receipt can be promised."""

    def print(self, receipt: Sequence[Line]) -> None:
        """Print one and cut it off.

        Raises:
            PrinterError: see the class.
        """


class EscposPrinter:
    """A printer that ``connect`` reaches; opened for each receipt, so that it may be replaced.

    ``device``: where the printer is a file of the system, which is opened only to print (opening
    empties a plain file); None where the connection can be read, so that the printer is asked for
    its paper first. ``ready`` looks again every half minute, and so it does after a failure.
    """

    def __init__(
        self,
        connect: Callable[[], "Escpos"],
        device: Path | None = None,
        *,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect = connect
        self._device = device
        self._clock_s = clock_s
        self._ready = False
        self._looked_s: float | None = None

    def ready(self) -> bool:
        """Whether it answered when last looked at, at most half a minute ago."""
        now_s = self._clock_s()
        if self._looked_s is None or now_s - self._looked_s >= _LOOK_AGAIN_S:
            self._found(ready=self._answers())
        return self._ready

    def _answers(self) -> bool:
        if self._device is not None:
            there = self._device if self._device.exists() else self._device.parent
            return os.access(there, os.W_OK)
        try:
            self._with(lambda _printer: None)
        except PrinterError:
            return False
        return True

    def print(self, receipt: Sequence[Line]) -> None:
        """Print and cut.

        Raises:
            PrinterError: see the class.
        """
        try:
            self._with(lambda printer: _write(printer, receipt))
        except PrinterError:
            self._found(ready=False)
            raise
        self._found(ready=True)

    def _found(self, *, ready: bool) -> None:
        self._ready, self._looked_s = ready, self._clock_s()

    def _with(self, act: Callable[["Escpos"], None]) -> None:
        from escpos.exceptions import Error as EscposError

        printer = None
        try:
            printer = self._connect()
            printer.open()
            if self._device is None and printer.paper_status() == _NO_PAPER:
                raise PaperOut("the receipt printer has no paper")
            act(printer)
        except (EscposError, OSError, IndexError, ValueError) as error:
            # A reading that times out ends in an IndexError in python-escpos 3.1.
            raise PrinterAway(f"the receipt printer does not answer: {error!r}") from error
        finally:
            if printer is not None:
                printer.close()


def _write(printer: "Escpos", receipt: Sequence[Line]) -> None:
    for line in receipt:
        printer.set(align=line.align, bold=line.bold)
        printer.text(f"{line.text}\n")
    printer.cut()
