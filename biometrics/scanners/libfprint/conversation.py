"""What is said between the kiosk and the child during a scan, and how long each may be silent."""

import json
import threading
import time
from typing import Any, Final

import numpy as np

from biometrics.scanners.errors import Cancelled, Retry, ScanError, ScannerError, Timeout
from biometrics.scanners.libfprint import child
from biometrics.scanners.libfprint.failures import failure
from biometrics.scanners.libfprint.process import Frame, Process, ProcessBroken
from biometrics.scanners.libfprint.resolution import dpi_of
from biometrics.scanners.normalisation import Sensor, normalise
from biometrics.scanners.scanner import OnEvent, Scan, ScanEvent, Stage

DRIVER_NAME: Final = "libfprint"
SLICE_S: Final = 0.1
OPENING_S: Final = 2.8

_READING_S: Final = 2.8
# libfprint hands a picture out when the finger has gone; one that stays may be dirt.
_LIFTING_S: Final = 10.0
_NONSENSE: Final = "The reader's process sent nonsense; it was ended."


class Conversation:
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
        """Return the picture. Errors: those of `Scanner.scan`."""
        while True:
            if self._cancel.is_set():
                raise Cancelled("The scan was cancelled.")
            frame = self._process.next(SLICE_S)
            if frame is not None and (scan := self._take(frame)) is not None:
                return scan
            self._judge_time(time.monotonic())

    def _judge_time(self, now_s: float) -> None:
        if self._ready_s is None:
            if now_s - self._began_s > OPENING_S:
                raise ProcessBroken(f"{self._name()} does not get ready. Unplug it, plug it in.")
        elif self._stage is Stage.READY:
            if now_s - self._ready_s >= self._timeout_s:
                raise Timeout("No finger was placed in time.")
        elif self._stage is Stage.READING and now_s - self._stage_s > _READING_S:
            if self._facts.get("swipe"):
                raise Retry("That took too long. Lift your finger and swipe it once, evenly.")
            raise ScanError(f"{self._name()} saw a finger and gave no picture. Unplug it.")
        elif self._stage is Stage.LIFT and now_s - self._stage_s > _LIFTING_S:
            raise Retry("Lift the finger, and wipe the reader if nothing lies on it.")

    def _take(self, frame: Frame) -> Scan | None:
        match frame.kind:
            case b"O":
                self._facts = _object(frame)
                self._opened.set()
            case b"S" if len(frame.payload) == 1:
                self._status(frame.payload[0])
            case b"P" if len(frame.payload) == child.SIZE.size:
                self._size = child.SIZE.unpack(frame.payload)
            case b"R" if self._size is not None:
                return self._picture(frame, *self._size)
            case b"E":
                raise told(frame, self._name() if self._facts else "")
            case b"A" | b"D":
                pass
            case _:
                raise ProcessBroken(_NONSENSE)
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


def told(frame: Frame, name: str) -> ScannerError:
    """Return the failure an E frame tells of. Errors: ScanError if it is nonsense."""
    found = _object(frame)
    code = found.get("code")
    number = code if isinstance(code, int) else -1
    return failure(str(found.get("kind")), number, str(found.get("text")), name)


def _object(frame: Frame) -> dict[str, Any]:
    found = _json(frame)
    if not isinstance(found, dict):
        raise ProcessBroken(_NONSENSE)
    return found


def objects(frame: Frame) -> list[dict[str, Any]]:
    """Return the readers a D frame lists. Errors: ScanError if it is nonsense."""
    found = _json(frame)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ProcessBroken(_NONSENSE)
    return found


def _json(frame: Frame) -> Any:
    try:
        return json.loads(frame.payload)
    except ValueError as error:
        raise ProcessBroken(_NONSENSE) from error
