"""Points at which a test lets the kiosk die, as a power cut would (FAULT_MATRIX.md).

``KIOSK_CRASH_AT`` is a list of names, one a start: ``S5,S15`` dies at S5, and after the restart at
S15. Starts are counted beside the journal.
"""

import os
import signal
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.journal.disk import write_whole

VARIABLE: Final = "KIOSK_CRASH_AT"
NAMES: Final = frozenset(
    f"{letter}{n}" for letter, many in (("S", 18), ("D", 11), ("E", 6)) for n in range(many)
)
OF_EVENTS: Final = {
    "transport": "S8",
    "stacked": "S9",
    "presented": "S10",
    "taken": "S11",
    "storing": "D4",
    "stored": "D6",
}
"""Crash points that a device's event reaches."""


class CrashHooksRefused(Exception):
    """The variable is set outside a test configuration, or names no crash point."""


@dataclass(frozen=True, slots=True)
class CrashPoints:
    """At most one armed point; ``None`` in production."""

    armed: str | None = None

    def at(self, name: str) -> None:
        """Die here if this is the point: nothing is flushed, nothing is closed."""
        if name == self.armed:
            _die()

    def during(self, name: str) -> None:
        """Die within a few milliseconds from now, in the middle of what follows."""
        if name == self.armed:
            threading.Timer(0.002, _die).start()

    def on_device_event(self, event: str) -> None:
        """Die if the device's event is the point."""
        self.at(OF_EVENTS.get(event, ""))


def from_environment(
    environ: Mapping[str, str], folder: Path, test_configuration: bool
) -> CrashPoints:
    """Return this start's crash point; ``folder`` is where starts are counted.

    Raises:
        CrashHooksRefused: see the class.
    """
    text = environ.get(VARIABLE)
    if not text:
        return CrashPoints()
    if not test_configuration:
        raise CrashHooksRefused(f"{VARIABLE} is for tests; this is no test configuration")
    names = text.split(",")
    if not NAMES.issuperset(names):
        raise CrashHooksRefused(f"{VARIABLE} names points S0 to S17, D0 to D10 and E0 to E5")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    counter = folder / "crash-starts"
    starts = int(counter.read_text()) if counter.exists() else 0
    write_whole(counter, str(starts + 1).encode())
    return CrashPoints(names[starts] if starts < len(names) else None)


def _die() -> None:
    kill = getattr(signal, "SIGKILL", None)
    if kill is not None:
        os.kill(os.getpid(), kill)
    os.abort()
