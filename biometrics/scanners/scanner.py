"""What every fingerprint reader offers.

A scan goes READY (place a finger), FINGER (one is there), READING (with progress where the reader
knows it; a serial sensor needs 4 to 7 s), LIFT (the picture is there, the finger may go), and
ends in a `Scan` or in one of the errors of `biometrics.scanners.errors`. READY and LIFT always
come; FINGER and READING come where the reader tells them, never before READY.
"""

import enum
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from biometrics.arrays import Gray


class Stage(enum.Enum):
    """Where a scan stands."""

    READY = "ready"
    FINGER = "finger"
    READING = "reading"
    LIFT = "lift"


@dataclass(frozen=True)
class ScanEvent:
    """`progress`: 0.0 to 1.0 while READING, None where the reader does not know."""

    stage: Stage
    progress: float | None = None


@dataclass(frozen=True, eq=False)
class Scan:
    """One picture of a finger: `image` uint8[h, w], dark ridges on light ground, at `dpi`.

    The driver has brought grey levels, polarity and border of its family to that form, so that
    the picture may go to `biometrics.extract` as it is. `image` is the only copy: who asked for
    it may overwrite it. `driver`, `device`: where it came from, for the log. `seconds`: from
    ready to picture.
    """

    image: Gray
    dpi: int
    driver: str
    device: str
    seconds: float


OnEvent = Callable[[ScanEvent], None]


class Scanner(Protocol):
    """A fingerprint reader. One scan at a time; blocking, so call it on a worker thread.

    Making one touches no hardware and cannot fail: what is wrong with a reader is said by `scan`.
    """

    def scan(self, timeout_s: float, cancel: threading.Event, on_event: OnEvent) -> Scan:
        """Wait for a finger up to `timeout_s` seconds and return its picture.

        `cancel` ends it within a second with Cancelled, at whatever stage; a reader that stalls
        ends it within three with ScanError. The time-out counts the wait for a finger: a picture
        that is being read is read to its end. `on_event` is called on the caller's thread. Raises
        the errors of `biometrics.scanners.errors` and no others; may be called again after any.
        """
        ...

    def present(self) -> bool:
        """Return whether a reader is there now.

        Cheap (some milliseconds as a rule), never raises, leaves a running scan alone: a kiosk
        asks once a second from a worker thread, also while a scan runs.
        """
        ...

    def close(self) -> None:
        """Give back ports and processes. Safe to call twice; a later scan opens them again."""
        ...


@dataclass(frozen=True)
class ReaderSettings:
    """Which reader a `Scanner` is for.

    `device` picks one and is read by the driver: the watched folder (file), a port such as
    /dev/ttyUSB0 (serial), a service's address (xfs4iot), a part of the reader's name (libfprint);
    "" takes the first that is found. `testing`: virtual readers are allowed, because the
    configuration is one for tests. `password`: of a serial sensor, 32 bits, 0 from the factory.
    """

    driver: str
    device: str = ""
    testing: bool = False
    password: int = 0


@dataclass(frozen=True)
class Reader:
    """One reader that is connected, as `main.py readers` tells of it.

    `device` is what `ReaderSettings.device` takes to mean this one. `dpi`: of its pictures, None
    if only a scan can tell. `captures`: whether it gives pictures; a reader that matches on its
    own chip doesn't. `note`: a sentence on what stands in the way or is special; "" if nothing.
    """

    driver: str
    device: str
    name: str
    dpi: int | None
    captures: bool
    note: str = ""


@dataclass(frozen=True)
class Driver:
    """A family of readers; each driver's module offers one as its constant ``DRIVER``.

    `about`: one line of what it is for. `open(settings)` makes a scanner. `probe(settings)` looks
    thoroughly at what is connected: it may open ports and take up to ten seconds, and disturbs a
    scan of another process. It returns () if nothing is there and raises NoDevice where the
    driver itself cannot work here (a library that is not installed), with a sentence on what to
    do, ScanError where the look failed.
    """

    name: str
    about: str
    open: Callable[[ReaderSettings], Scanner]
    probe: Callable[[ReaderSettings], tuple[Reader, ...]]
