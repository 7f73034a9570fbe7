"""Fingerprint readers: one protocol, one driver a module, all without Qt."""

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
from biometrics.scanners.scanner import Scan, ScanEvent, Scanner, Stage

__all__ = [
    "Cancelled",
    "FileScanner",
    "NoDevice",
    "Retry",
    "Scan",
    "ScanError",
    "ScanEvent",
    "Scanner",
    "ScannerError",
    "Stage",
    "Timeout",
    "Unplugged",
]
