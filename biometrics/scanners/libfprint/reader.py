"""A `Scanner` for every reader that libfprint takes pictures from."""

import json
import os
import threading
import time
from pathlib import Path
from typing import Any, Final

import numpy as np

from biometrics.scanners.errors import Cancelled, Retry, ScanError, ScannerError, Timeout, Unplugged
from biometrics.scanners.libfprint import child
from biometrics.scanners.libfprint.failures import failure
from biometrics.scanners.libfprint.process import Frame, Process, ProcessBroken
from biometrics.scanners.libfprint.resolution import DPI, dpi_of
from biometrics.scanners.normalisation import Sensor, normalise
from biometrics.scanners.scanner import OnEvent, Reader, ReaderSettings, Scan, ScanEvent, Stage

DRIVER_NAME: Final = "libfprint"

_SLICE_S: Final = 0.1
_OPENING_S: Final = 2.8
_READING_S: Final = 2.8
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
                return _Scan(process, timeout_s, cancel, on_event, self._scanning).run()
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


class _Scan:
    """One conversation with the child."""

    def __init__(
        self,
        process: Process,
        timeout_s: float,
        cancel: threading.Event,
        on_event: OnEvent,
        opened: threading.Event,
    ) -> None:
        self._process = process
        self._timeout_s = timeout_s
        self._cancel = cancel
        self._on_event = on_event
        self._opened = opened
        self._began_s = self._stage_s = time.monotonic()
        self._ready_s: float | None = None
        self._stage: Stage | None = None
        self._facts: dict[str, Any] = {}
        self._size: tuple[int, int, float] | None = None

    def run(self) -> Scan:
        while True:
            if self._cancel.is_set():
                raise Cancelled("The scan was cancelled.")
            frame = self._process.next(_SLICE_S)
            if frame is not None and (scan := self._take(frame)) is not None:
                return scan
            self._judge_time(time.monotonic())

    def _judge_time(self, now_s: float) -> None:
        if self._ready_s is None:
            if now_s - self._began_s > _OPENING_S:
                raise ProcessBroken(f"{self._name()} does not get ready. Unplug it, plug it in.")
        elif self._stage is Stage.READY:
            if now_s - self._ready_s >= self._timeout_s:
                raise Timeout("No finger was placed in time.")
        elif self._stage is Stage.READING and now_s - self._stage_s > _READING_S:
            if self._facts.get("swipe"):
                raise Retry("That took too long. Lift your finger and swipe it once, evenly.")
            raise ScanError(f"{self._name()} saw a finger and gave no picture. Unplug it.")

    def _take(self, frame: Frame) -> Scan | None:
        match frame.kind:
            case b"O":
                self._facts = dict(_json(frame))
                self._opened.set()
            case b"S" if len(frame.payload) == 1:
                self._status(frame.payload[0])
            case b"P" if len(frame.payload) == child.SIZE.size:
                self._size = child.SIZE.unpack(frame.payload)
            case b"R" if self._size is not None:
                return self._picture(frame, *self._size)
            case b"E":
                told = dict(_json(frame))
                name = self._name() if self._facts else ""
                raise failure(
                    str(told.get("kind")), int(told.get("code", 0)), str(told.get("text")), name
                )
            case b"A" | b"D":
                pass
            case _:
                raise ProcessBroken("The reader's process sent nonsense; it was ended.")
        return None

    def _status(self, flags: int) -> None:
        needed, there = flags & child.FINGER_NEEDED, flags & child.FINGER_PRESENT
        if needed and there:
            # libfprint tells no progress; the picture is on its way as soon as a finger lies.
            self._enter(Stage.FINGER)
            self._enter(Stage.READING)
        elif needed:
            self._enter(Stage.READY)
        elif there and self._stage is Stage.READING:
            self._enter(Stage.LIFT)

    def _enter(self, stage: Stage) -> None:
        if stage is self._stage:
            return
        self._stage, self._stage_s = stage, time.monotonic()
        if stage is Stage.READY and self._ready_s is None:
            self._ready_s = self._stage_s
        self._on_event(ScanEvent(stage))

    def _picture(self, frame: Frame, width: int, height: int, pixels_a_mm: float) -> Scan:
        if width < 1 or height < 1 or len(frame.payload) != width * height:
            raise ProcessBroken("The reader's process sent half a picture; it was ended.")
        self._enter(Stage.LIFT)
        seconds = time.monotonic() - (self._ready_s or self._began_s)
        driver = str(self._facts.get("driver"))
        dpi = dpi_of(driver, pixels_a_mm)
        # libfprint has turned polarity and orientation already.
        raw = np.frombuffer(frame.payload, np.uint8).reshape(height, width)
        image = normalise(raw, Sensor(dpi))
        raw.fill(0)
        device = f"{driver} {self._facts.get('id')}"
        return Scan(image, dpi, DRIVER_NAME, device, seconds)

    def _name(self) -> str:
        return str(self._facts.get("name") or "The reader")


def probe(settings: ReaderSettings) -> tuple[Reader, ...]:
    """Ask libfprint what is connected. Errors: NoDevice if it isn't installed, ScanError."""
    began_s = time.monotonic()
    with Process("list", settings) as process:
        while time.monotonic() - began_s < _OPENING_S:
            frame = process.next(_SLICE_S)
            if frame is not None and frame.kind == b"D":
                return tuple(_reader(facts) for facts in _json(frame))
            if frame is not None and frame.kind == b"E":
                told = dict(_json(frame))
                raise failure(str(told.get("kind")), 0, str(told.get("text")), "")
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


def _json(frame: Frame) -> Any:
    try:
        return json.loads(frame.payload)
    except ValueError as error:
        raise ProcessBroken("The reader's process sent nonsense; it was ended.") from error


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
