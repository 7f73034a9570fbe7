"""The line to a sensor: bytes out, packets in, never waiting longer than it was told."""

import errno
import sys
import threading
import time
from collections import deque
from contextlib import suppress

import serial

from biometrics.scanners.errors import Cancelled, NoDevice, ScanError, Unplugged
from biometrics.scanners.serial.packets import ANY_ADDRESS, Decoder, Kind, Packet, encode

# What the library lets through when a port goes away at the wrong moment.
if sys.platform == "win32":
    _FAILURES: tuple[type[Exception], ...] = (serial.SerialException, OSError, TypeError)
else:
    import termios

    _FAILURES = (serial.SerialException, OSError, TypeError, termios.error)

# The longest that a cancelled scan sits in one read.
_SLICE_S = 0.05
# A packet that stood still this long has lost its end.
_SILENCE_S = 0.15


class Link:
    """An open port. One thread; `close` when done.

    Raises NoDevice if the port cannot be opened, and from then on Unplugged when it goes away.
    """

    def __init__(self, device: str, baud: int, cancel: threading.Event) -> None:
        self.device = device
        self._cancel = cancel
        self._decoder = Decoder(ANY_ADDRESS)
        self._ready: deque[Packet] = deque()
        try:
            self._port = serial.Serial(
                device, baud, timeout=_SLICE_S, write_timeout=1.0, exclusive=True
            )
        except (*_FAILURES, ValueError) as error:
            raise NoDevice(_cannot_open(device, error)) from error

    @property
    def damaged(self) -> int:
        """Packets so far whose checksum was wrong."""
        return self._decoder.damaged

    def at_baud(self, baud: int) -> None:
        """Go on at another speed; what was received at the old one is forgotten."""
        try:
            self._port.baudrate = baud
        except (*_FAILURES, ValueError) as error:
            raise self._gone() from error
        self.forget()

    def forget(self) -> None:
        """Throw away what was received and not yet asked for."""
        with suppress(*_FAILURES):
            self._port.reset_input_buffer()
        self._decoder = Decoder(ANY_ADDRESS)
        self._ready.clear()

    def drain(self, quiet_s: float, at_most_s: float) -> None:
        """Throw away what comes until nothing has come for `quiet_s` seconds."""
        began = silent_since = time.monotonic()
        while (now := time.monotonic()) - silent_since < quiet_s and now - began < at_most_s:
            if self._cancel.is_set():
                raise Cancelled("The scan was cancelled.")
            if self._read():
                silent_since = time.monotonic()
        self.forget()

    def send(self, command: bytes) -> None:
        """Write one command packet."""
        try:
            self._port.write(encode(Packet(Kind.COMMAND, command)))
        except serial.SerialTimeoutException as error:
            raise ScanError(
                f"The fingerprint reader at {self.device} takes no commands."
            ) from error
        except _FAILURES as error:
            raise self._gone() from error

    def receive(self, timeout_s: float) -> Packet | None:
        """The next packet, or None if none was complete in time, be it silence or noise."""
        began = silent_since = time.monotonic()
        while not self._ready:
            if self._cancel.is_set():
                raise Cancelled("The scan was cancelled.")
            data = self._read()
            now = time.monotonic()
            if data:
                silent_since = now
                self._ready.extend(self._decoder.feed(data))
            elif now - silent_since >= _SILENCE_S:
                self._ready.extend(self._decoder.silence())
            if not self._ready and now - began >= timeout_s:
                return None
        return self._ready.popleft()

    def close(self) -> None:
        """Give the port back."""
        with suppress(*_FAILURES):
            self._port.close()

    def _read(self) -> bytes:
        try:
            data: bytes = self._port.read(max(1, self._port.in_waiting))
        except _FAILURES as error:
            raise self._gone() from error
        return data

    def _gone(self) -> Unplugged:
        return Unplugged(
            f"The fingerprint reader at {self.device} went away. Look at its cable and plug."
        )


def _cannot_open(device: str, error: Exception) -> str:
    number = getattr(error, "errno", None)
    if isinstance(error, PermissionError) or number == errno.EACCES:
        return f"No right to open {device}. Add this user to the group that owns it (dialout)."
    if number in (errno.EAGAIN, errno.EBUSY):
        return f"Another program uses {device}."
    return f"No fingerprint reader at {device}: the port is not there."
