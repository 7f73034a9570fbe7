"""The machine's printer with its letterhead: slips go in, paper comes out."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from kiosk.receipts.layout import Letterhead, lines
from kiosk.receipts.printer import Printer, PrinterError
from kiosk.receipts.slip import Slip

_LOG = logging.getLogger(__name__)
PATIENCE_S: Final = 20.0


class ReceiptPrinting:
    """Prints slips on one printer, one at a time.

    ``now_ms``: Unix time in milliseconds. ``patience_s``: a printer that takes longer for one
    receipt hangs: nobody is promised another, and nobody waits for it.
    """

    def __init__(
        self,
        printer: Printer,
        head: Letterhead,
        now_ms: Callable[[], int],
        *,
        patience_s: float = PATIENCE_S,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._printer = printer
        self._head = head
        self._now_ms = now_ms
        self._patience_s = patience_s
        self._clock_s = clock_s
        self._one = threading.Lock()
        self._began_s = 0.0

    def ready(self) -> bool:
        """Whether a receipt can be promised; while one is being printed, it can."""
        if not self._one.acquire(blocking=False):
            return self._clock_s() - self._began_s < self._patience_s
        try:
            self._began_s = self._clock_s()
            return self._printer.ready()
        finally:
            self._one.release()

    def print(self, slip: Slip) -> bool:
        """Print it; False: it did not come out."""
        if not self._one.acquire(timeout=self._patience_s):
            _LOG.error("no receipt: the printer hangs in the one before")
            return False
        try:
            self._began_s = self._clock_s()
            self._printer.print(lines(slip, self._head, self._now_ms()))
        except PrinterError as error:
            _LOG.warning("no receipt: %s", error)
            return False
        finally:
            self._one.release()
        return True
