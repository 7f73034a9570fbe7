"""The machine's printer with its letterhead: slips go in, paper comes out."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.receipts.layout import Letterhead, lines
from kiosk.receipts.printer import Printer, PrinterError
from kiosk.receipts.slip import Slip

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReceiptPrinting:
    """Prints slips on one printer, one at a time. ``now_ms``: Unix time in milliseconds."""

    printer: Printer
    head: Letterhead
    now_ms: Callable[[], int]
    _one: threading.Lock = field(default_factory=threading.Lock)

    def ready(self) -> bool:
        """Whether a receipt can be promised; while one is being printed, it can."""
        if not self._one.acquire(blocking=False):
            return True
        try:
            return self.printer.ready()
        finally:
            self._one.release()

    def print(self, slip: Slip) -> bool:
        """Print it; False: it did not come out."""
        with self._one:
            try:
                self.printer.print(lines(slip, self.head, self.now_ms()))
            except PrinterError as error:
                _LOG.warning("no receipt: %s", error)
                return False
        return True
