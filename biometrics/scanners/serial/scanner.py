"""A sensor on a serial port as the kiosk uses it."""

import threading
import time
from pathlib import Path
from typing import Final

from serial.tools import list_ports

from biometrics.scanners.errors import Cancelled, NoDevice, Retry, ScanError, Timeout
from biometrics.scanners.normalisation import normalise
from biometrics.scanners.scanner import (
    Driver,
    OnEvent,
    ReaderSettings,
    Scan,
    ScanEvent,
    Scanner,
    Stage,
)
from biometrics.scanners.serial.commands import Confirmation, Instruction
from biometrics.scanners.serial.link import Link
from biometrics.scanners.serial.models import expected, model_of
from biometrics.scanners.serial.negotiation import BAUDS, Settled, ask, settle
from biometrics.scanners.serial.picture import fetch, incomplete, unpack
from biometrics.scanners.serial.ports import probe

NAME: Final = "serial"

_LOOK_EVERY_S = 0.06
# A sensor takes up to half a second to answer that it saw no finger.
_QUIET_S = 0.5
# The rest of a picture at 57600 baud.
_LONGEST_REST_S = 8.0
_LIFT_S = 3.0
_MOST_FAILED_LOOKS = 5
_NOT_SEEN = "The finger could not be seen. Lift it and place it again."


class SerialScanner:
    """A `Scanner` at `device`, a port such as /dev/ttyUSB0 or COM3.

    `password`: of the sensor, 32 bits, 0 from the factory. `raise_speed`: whether a slow sensor is
    told, once and lasting, to talk at 115200 baud. The port is open during a scan only.
    """

    def __init__(self, device: str, *, password: int = 0, raise_speed: bool = True) -> None:
        self._device = device
        self._password = password
        self._raise_speed = raise_speed
        self._settled: Settled | None = None
        self._finger_seen = False
        # Whether an answer or a picture may be on its way that nobody waits for any more.
        self._cut_short = True

    def scan(self, timeout_s: float, cancel: threading.Event, on_event: OnEvent) -> Scan:
        """See `Scanner.scan`. A finger that is still there from the last scan has to go first."""
        if not self._device:
            raise NoDevice("No port is named for the fingerprint reader in the configuration.")
        if cancel.is_set():
            raise Cancelled("The scan was cancelled.")
        link = Link(self._device, self._settled.baud if self._settled else BAUDS[0], cancel)
        try:
            if self._cut_short:
                link.drain(_QUIET_S, _LONGEST_REST_S)
            self._cut_short = True
            found = self._scan(link, timeout_s, cancel, on_event)
            self._cut_short = False
        finally:
            link.close()
        return found

    def present(self) -> bool:
        """See `Scanner.present`: whether the port is there; it is not opened."""
        if not self._device:
            return False
        if "/" in self._device:
            return Path(self._device).exists()
        return any(port.device == self._device for port in list_ports.comports())

    def close(self) -> None:
        """Nothing is held between scans."""

    def _scan(
        self, link: Link, timeout_s: float, cancel: threading.Event, on_event: OnEvent
    ) -> Scan:
        settled = settle(link, self._settled, self._password, self._raise_speed)
        self._settled = settled
        self._wait_for_lift(link, cancel)
        began = time.monotonic()
        on_event(ScanEvent(Stage.READY))
        self._wait_for_finger(link, began + timeout_s, cancel)
        self._finger_seen = True
        on_event(ScanEvent(Stage.FINGER))
        on_event(ScanEvent(Stage.READING, 0.0))
        data = fetch(
            link,
            expected(settled.product),
            settled.baud,
            lambda share: on_event(ScanEvent(Stage.READING, share)),
        )
        model = model_of(len(data), settled.product)
        if model is None:
            raise incomplete(len(data))
        image = normalise(unpack(data, model), model.sensor)
        data[:] = bytes(len(data))
        on_event(ScanEvent(Stage.READING, 1.0))
        on_event(ScanEvent(Stage.LIFT))
        device = f"{model.name} at {self._device}"
        return Scan(image, model.sensor.dpi, NAME, device, time.monotonic() - began)

    def _wait_for_lift(self, link: Link, cancel: threading.Event) -> None:
        """One touch is one picture: wait until the finger of the last scan has gone."""
        deadline = time.monotonic() + _LIFT_S
        while self._finger_seen:
            if _look(link) == Confirmation.NO_FINGER:
                self._finger_seen = False
            elif time.monotonic() > deadline:
                raise Retry("Lift the finger, and wipe the reader if nothing lies on it.")
            else:
                cancel.wait(_LOOK_EVERY_S)

    def _wait_for_finger(self, link: Link, deadline: float, cancel: threading.Event) -> None:
        failed = 0
        while True:
            answer = _look(link)
            if answer == Confirmation.DONE:
                return
            if answer == Confirmation.SENSOR_BROKEN:
                raise ScanError(f"The sensor at {link.device} says that it is broken. Replace it.")
            # A finger that is on its way down is seen badly at first.
            failed = 0 if answer == Confirmation.NO_FINGER else failed + 1
            if failed >= _MOST_FAILED_LOOKS:
                raise Retry(_NOT_SEEN)
            if time.monotonic() >= deadline:
                self._cut_short = False
                raise Timeout("No finger was placed on the reader in time.")
            cancel.wait(_LOOK_EVERY_S)


def _look(link: Link) -> int:
    answer = ask(link, bytes((Instruction.TAKE_PICTURE,)))
    if answer is None:
        raise ScanError(
            f"The fingerprint reader at {link.device} does not answer any more. Unplug it and "
            "plug it in again."
        )
    return answer[0]


def _open(settings: ReaderSettings) -> Scanner:
    return SerialScanner(settings.device, password=settings.password)


DRIVER: Final = Driver(
    NAME, "R30x, ZFM, AS608 and R503 sensors on a serial port or a USB adapter", _open, probe
)
