"""A kiosk's runner that is made in the background, while the window already shows "Starting"."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kiosk.events import UserEvent
from kiosk.screens import OutOfService, Problem, View, Wait, Work
from launch.errors import LaunchError


class Runner(Protocol):
    """What a window needs of a runner."""

    def start(self) -> None:
        """Begin to serve."""

    def stop(self, timeout_s: float = 5.0) -> None:
        """End within the time given."""

    def send(self, event: UserEvent) -> None:
        """Take a touch."""

    def view(self) -> View:
        """What is to be shown now."""

    def subscribe(self, callback: Callable[[View], None]) -> None:
        """Call back with every view."""

    def offer_picture(self, picture: bytes | Path) -> None:
        """Give a picture to the waiting scan."""


class LateRunner:
    """Calls `make` on a thread and is from then on the runner it returned.

    Touches before that are nobody's. A `LaunchError` of `make` is told on stderr and shown as out
    of service.
    """

    def __init__(self, make: Callable[[], Runner]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[View], None]] = []
        self._runner: Runner | None = None
        self._view = View(Wait(Work.STARTING), "")
        self._stopped = False
        self._thread = threading.Thread(target=self._begin, name="starting", daemon=True)

    def start(self) -> None:
        """Begin to make the runner; returns at once."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Stop the runner, if it has been made."""
        with self._lock:
            self._stopped = True
            runner = self._runner
        if runner is not None:
            runner.stop(timeout_s)

    def send(self, event: UserEvent) -> None:
        """Pass a touch on."""
        if self._runner is not None:
            self._runner.send(event)

    def view(self) -> View:
        """What is to be shown now."""
        return self._view if self._runner is None else self._runner.view()

    def subscribe(self, callback: Callable[[View], None]) -> None:
        """Call back with every view, on another thread."""
        self._callbacks.append(callback)

    def offer_picture(self, picture: bytes | Path) -> None:
        """Pass a picture on."""
        if self._runner is not None:
            self._runner.offer_picture(picture)

    def _begin(self) -> None:
        try:
            runner = self._make()
        except LaunchError as problem:
            print(problem, file=sys.stderr, flush=True)
            self._view = View(OutOfService(Problem.BANK_AWAY, ""), "")
            self._tell(self._view)
            return
        with self._lock:
            if self._stopped:
                return
            self._runner = runner
        runner.subscribe(self._tell)
        runner.start()
        self._tell(runner.view())

    def _tell(self, view: View) -> None:
        for callback in self._callbacks:
            callback(view)
