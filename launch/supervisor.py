"""Keeps the children alive, and lets a person stop, freeze and start them."""

import contextlib
import threading
import time
from dataclasses import dataclass
from enum import StrEnum

import psutil

from launch.child import Child
from launch.errors import LaunchError
from launch.folder import DataFolder

QUICK_DEATH_S = 2.0
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0
END_SERVERS_S = 1.5
END_ALL_S = 4.0


class State(StrEnum):
    """What a child does just now."""

    STARTING = "starting"
    RUNNING = "running"
    FROZEN = "frozen"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Plan:
    """A child to be kept alive. It prints a line that starts with ``ready`` when it can be used.

    `ends_last`: others need it to the end; it is asked to end when they have.
    """

    name: str
    command: tuple[str, ...]
    ends_last: bool = False


@dataclass(frozen=True)
class ChildFacts:
    """A child as it stands: `pid` is 0 while there is none."""

    name: str
    state: State
    pid: int
    restarts: int


class ChildFailed(LaunchError):
    """A child did not get ready; the message ends with its last words."""


class Supervisor:
    """Starts children in the order given and ends them in the opposite order.

    Every method may be called from any thread; none but `wait_ready` and `close` blocks.
    """

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._keepers: dict[str, _Keeper] = {}
        self._lock = threading.Lock()
        self._closed = False

    def keep(self, plan: Plan) -> None:
        """Start a child and from now on start it again whenever it dies.

        Errors: ChildFailed after `close`.
        """
        with self._lock:
            if self._closed:
                raise ChildFailed(f"{plan.name} is not started: everything is ending.")
            self._keepers[plan.name] = _Keeper(plan, self._folder)

    def children(self) -> tuple[ChildFacts, ...]:
        """All children, in the order they were started."""
        return tuple(keeper.facts() for keeper in tuple(self._keepers.values()))

    def stop(self, name: str) -> None:
        """End a child and leave it ended. Errors: KeyError."""
        self._keepers[name].stop()

    def freeze(self, name: str) -> None:
        """Hold a running child still, as if its machine hung. Errors: KeyError."""
        self._keepers[name].freeze()

    def start(self, name: str) -> None:
        """Start a stopped child or let a frozen one run on. Errors: KeyError."""
        self._keepers[name].start()

    def wait_ready(self, name: str, timeout_s: float) -> str:
        """Wait for a child's ready line and return it. Errors: KeyError, ChildFailed."""
        return self._keepers[name].wait_ready(timeout_s)

    def close(self) -> None:
        """End all children, the last started first, within 5 s."""
        deadline_s = time.monotonic() + END_ALL_S
        with self._lock:
            self._closed = True
            keepers = list(self._keepers.values())
        for last in (False, True):
            group = [keeper for keeper in keepers if keeper.ends_last is last]
            for keeper in group:
                keeper.close()
            limit_s = deadline_s if last else min(deadline_s, time.monotonic() + END_SERVERS_S)
            for keeper in group:
                keeper.wait_ended(limit_s)


class _Keeper:
    """One child and the thread that starts it again."""

    def __init__(self, plan: Plan, folder: DataFolder) -> None:
        self._plan = plan
        self.ends_last = plan.ends_last
        self._folder = folder
        self._changed = threading.Condition()
        self._wanted = True
        self._frozen = False
        self._closed = False
        self._child: Child | None = None
        self._restarts = 0
        self._last_words = ""
        self._thread = threading.Thread(target=self._keep, name=f"keep-{plan.name}", daemon=True)
        self._thread.start()

    def facts(self) -> ChildFacts:
        with self._changed:
            child = self._child
            if not self._wanted:
                state = State.STOPPED
            elif child is None or not child.ready.is_set():
                state = State.STARTING
            else:
                state = State.FROZEN if self._frozen else State.RUNNING
            return ChildFacts(self._plan.name, state, child.pid if child else 0, self._restarts)

    def stop(self) -> None:
        with self._changed:
            self._wanted = self._frozen = False
            if self._child is not None:
                self._child.ask_to_end()
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
        self.stop()

    def freeze(self) -> None:
        with self._changed:
            if self._child is not None and self._wanted:
                with contextlib.suppress(psutil.Error):  # it has just died: there is a new one soon
                    self._child.freeze()
                    self._frozen = True

    def start(self) -> None:
        with self._changed:
            if self._frozen and self._child is not None:
                with contextlib.suppress(psutil.Error):
                    self._child.thaw()
            self._frozen = False
            self._wanted = True
            self._changed.notify_all()

    def wait_ready(self, timeout_s: float) -> str:
        deadline_s = time.monotonic() + timeout_s
        while (left_s := deadline_s - time.monotonic()) > 0 and not self._closed:
            with self._changed:
                child = self._child
                if child is None:
                    self._changed.wait(min(left_s, 0.1))
                    continue
            if child.ready.wait(min(left_s, 0.1)):
                return child.ready_line
        if self._closed:
            raise ChildFailed(f"{self._plan.name} was ended before it was ready.")
        words = child.last_words() if (child := self._child) else self._last_words
        raise ChildFailed(f"{self._plan.name} was not ready after {timeout_s:.0f} s.\n{words}")

    def wait_ended(self, deadline_s: float) -> None:
        with self._changed:
            child = self._child
        while child is not None and child.alive() and time.monotonic() < deadline_s:
            time.sleep(0.02)
        if child is not None and child.alive():
            child.kill()

    def _keep(self) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._closed)
                if self._closed:
                    return
            started_s = time.monotonic()
            child = self._launch()
            if child is not None:
                child.wait()
                self._last_words = child.last_words()
            with self._changed:
                self._child = None
                self._frozen = False
                self._changed.notify_all()
                if not self._wanted:
                    continue
                self._restarts += 1
            # Once and again it is back at once; one that cannot live does not keep us busy.
            quick = time.monotonic() - started_s < QUICK_DEATH_S
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S) if quick else FIRST_PAUSE_S
            with self._changed:
                self._changed.wait_for(lambda: not self._wanted, pause_s)

    def _launch(self) -> Child | None:
        with self._changed:
            if not self._wanted:
                return None
            child = None
            try:
                child = Child(self._plan.command, self._folder.log(self._plan.name))
                self._folder.record(self._plan.name, child.pid)
            except (OSError, psutil.Error) as problem:
                # One that runs without being written down would outlive us, and hold its port.
                if child is not None:
                    child.kill()
                    child.wait()
                self._last_words = str(problem)
                return None
            self._child = child
            self._changed.notify_all()
            return child
