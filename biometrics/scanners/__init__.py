"""Fingerprint readers: one protocol, one driver a module, all without Qt.

`scanner` has what every reader offers (`Scanner.scan`, `present`, `close`) and how a driver tells
of itself (`Driver`: `open` and `probe`), `errors` what can go wrong, `drivers` the table of
drivers by name. A new driver is a module with a constant ``DRIVER``, a line in that table, and a
bench in tests/biometrics/scanners/benches.py, over which the contract test of all drivers runs.
"""

from biometrics.scanners.drivers import DRIVER_NAMES, driver, open_scanner
from biometrics.scanners.errors import (
    Cancelled,
    NoDevice,
    Retry,
    ScanError,
    ScannerError,
    Timeout,
    Unplugged,
)
from biometrics.scanners.file import FileScanner
from biometrics.scanners.scanner import (
    Driver,
    OnEvent,
    Reader,
    ReaderSettings,
    Scan,
    ScanEvent,
    Scanner,
    Stage,
)

__all__ = [
    "DRIVER_NAMES",
    "Cancelled",
    "Driver",
    "FileScanner",
    "NoDevice",
    "OnEvent",
    "Reader",
    "ReaderSettings",
    "Retry",
    "Scan",
    "ScanError",
    "ScanEvent",
    "Scanner",
    "ScannerError",
    "Stage",
    "Timeout",
    "Unplugged",
    "driver",
    "open_scanner",
]
