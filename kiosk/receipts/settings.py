"""Which printer a machine has: a few lines of its configuration."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    # The configuration is read before the first frame, which need not wait for these.
    from escpos.escpos import Escpos

    from kiosk.receipts.printer import Printer

Driver = Literal["none", "file", "network", "serial"]
DRIVERS: Final[tuple[Driver, ...]] = ("none", "file", "network", "serial")
COLUMNS_MIN: Final = 24
COLUMNS_MAX: Final = 64
_TIMEOUT_S: Final = 3


@dataclass(frozen=True)
class PrinterSettings:
    """``driver`` and where it finds the printer.

    file      ``address`` is a device file, such as a USB printer's, or a plain file
    network   ``address`` is host:port; 9100 is the usual port
    serial    ``address`` is a serial port's name; ``baud`` its speed
    none      there is no printer, and nobody is promised a receipt
    """

    driver: Driver
    address: str
    baud: int
    columns: int


def open_printer(settings: PrinterSettings) -> "Printer | None":
    """Make the printer ready to be used; it is not touched before ``ready`` or ``print``."""
    from kiosk.receipts.printer import EscposPrinter

    match settings.driver:
        case "none":
            return None
        case "file":
            return EscposPrinter(lambda: _file(settings), Path(settings.address))
        case "network":
            return EscposPrinter(lambda: _network(settings))
        case "serial":
            return EscposPrinter(lambda: _serial(settings))


def _file(settings: PrinterSettings) -> "Escpos":
    from escpos.printer import File

    return File(settings.address)


def _network(settings: PrinterSettings) -> "Escpos":
    from escpos.printer import Network

    host, _, port = settings.address.rpartition(":")
    return Network(host, int(port), timeout=_TIMEOUT_S)


def _serial(settings: PrinterSettings) -> "Escpos":
    from escpos.printer import Serial

    return Serial(settings.address, settings.baud, timeout=_TIMEOUT_S)
