"""What every fingerprint reader offers."""

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
    """One picture of a finger: `image` uint8[h, w], dark ridges, at `dpi`.

    `driver`, `device`: where it came from, for the log. `seconds`: from ready to picture.
    """

    image: Gray
    dpi: int
    driver: str
    device: str
    seconds: float


class Scanner(Protocol):
    """A fingerprint reader. One scan at a time; blocking, so call it on a worker thread."""

    def scan(
        self,
        timeout_s: float,
        cancel: threading.Event,
        on_event: Callable[[ScanEvent], None],
    ) -> Scan:
        """Wait for a finger and return its picture.

        `cancel` ends the wait within a second. `on_event` is called on the caller's thread.
        Raises the errors of `biometrics.scanners.errors`; may be called again after any.
        """
        ...
