"""A `Scanner` for every reader that libfprint takes pictures from."""

import os
import threading
import time
from pathlib import Path
from typing import Any, Final

from biometrics.scanners.errors import Cancelled, ScanError, ScannerError, Unplugged
from biometrics.scanners.libfprint.conversation import (
    DRIVER_NAME,
    OPENING_S,
    SLICE_S,
    Conversation,
    objects,
    told,
)
from biometrics.scanners.libfprint.known import connected_ids, known_readers
from biometrics.scanners.libfprint.process import Process
from biometrics.scanners.libfprint.resolution import DPI, dpi_of
from biometrics.scanners.scanner import OnEvent, Reader, ReaderSettings, Scan

# Readers behind a bus whose plugs are not seen are looked for once in this time.
_LOOK_AGAIN_S: Final = 30.0
_USB: Final = Path("/sys/bus/usb/devices")


class LibfprintScanner:
    """Each scan and each look has a process of its own, so none inherits the last one's fault."""

    def __init__(self, settings: ReaderSettings) -> None:
        """Touch nothing."""
        self._settings = settings
        self._scanning = threading.Event()
        self._looking = threading.Lock()
        self._seen: tuple[frozenset[str], float, bool] | None = None

    def scan(self, timeout_s: float, cancel: threading.Event, on_event: OnEvent) -> Scan:
        """Wait for a finger and return its picture. Errors: those of `Scanner.scan`."""
        if cancel.is_set():
            raise Cancelled("The scan was cancelled.")
        try:
            with Process("scan", self._settings) as process:
                return Conversation(process, timeout_s, cancel, on_event, self._scanning).run()
        except Unplugged:
            self._seen = None
            raise
        finally:
            self._scanning.clear()

    def present(self) -> bool:
        """Return whether libfprint knows a connected reader that takes pictures.

        Asks libfprint only when something was plugged or unplugged, and never during a scan.
        """
        if self._scanning.is_set():
            return True
        with self._looking:
            plugged, now_s = _plugged(self._settings.testing), time.monotonic()
            if self._seen is not None:
                before, looked_s, there = self._seen
                if before == plugged and now_s - looked_s < _LOOK_AGAIN_S:
                    return there
            try:
                there = any(reader.captures for reader in probe(self._settings))
            except ScannerError:
                there = False
            self._seen = (plugged, now_s, there)
            return there

    def close(self) -> None:
        """Nothing is held between scans."""


def probe(settings: ReaderSettings) -> tuple[Reader, ...]:
    """Ask libfprint what is connected. Errors: NoDevice if it isn't installed, ScanError."""
    began_s = time.monotonic()
    with Process("list", settings) as process:
        while time.monotonic() - began_s < OPENING_S:
            frame = process.next(SLICE_S)
            if frame is not None and frame.kind == b"D":
                return *(_reader(facts) for facts in objects(frame)), *_without_driver()
            if frame is not None and frame.kind == b"E":
                raise told(frame, "")
    raise ScanError("libfprint does not say what is connected; unplug and plug in its readers.")


def _reader(facts: dict[str, Any]) -> Reader:
    driver, captures = str(facts.get("driver")), bool(facts.get("captures"))
    note = ""
    if not captures:
        note = "compares on its own chip and gives no pictures: cannot be used"
    elif facts.get("swipe"):
        note = "the finger is swiped over it"
    if captures and driver not in DPI:
        note = f"{note}; resolution not known, 500 dpi assumed".lstrip("; ")
    dpi = dpi_of(driver, 0.0) if captures else None
    device = f"{driver} {facts.get('id')}"
    return Reader(DRIVER_NAME, device, str(facts.get("name")), dpi, captures, note)


def _without_driver() -> list[Reader]:
    """Return connected readers that libfprint knows by name only, so that nobody wonders."""
    plugged = connected_ids()
    note = "libfprint has no driver for it: cannot be used"
    names = [
        f"USB reader {known.vendor}:{known.product}"
        for known in known_readers()
        if not known.driver and (known.vendor, known.product) in plugged
    ]
    return [Reader(DRIVER_NAME, "", name, None, captures=False, note=note) for name in names]


def _plugged(testing: bool) -> frozenset[str]:
    """Return what changes whenever something is plugged in or unplugged."""
    found = set()
    try:
        for name in os.listdir(_USB):  # noqa: PTH208 - once a second: no Path each
            try:
                found.add(f"{name} {(_USB / name / 'devnum').read_text()}")
            except OSError:
                continue
    except OSError:
        pass
    if testing:
        found |= {f"{name}={value}" for name, value in os.environ.items() if name[:3] == "FP_"}
    return frozenset(found)
