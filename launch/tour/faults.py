"""Servers are killed and frozen at exact points, and how long the customer waited is measured.

Each returns milliseconds from the touch to the next screen; the caller takes away what the same
touch takes when nothing is wrong. All raise StepFailed.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from kiosk import events as do
from kiosk import screens as on
from kiosk.devices.control import DeviceControl
from launch.supervisor import State, Supervisor
from launch.tour import visits
from launch.tour.proxy import Proxy
from launch.tour.report import StepFailed
from launch.tour.visits import Person

if TYPE_CHECKING:
    from ui.gallery.live import LiveStage

PRIMARY, BACKUP = "A", "B"
SETTLED_S = 5.5
"""A server that was away is preferred again after 5 s in health."""


@dataclass(frozen=True)
class Faults:
    """Who can be hurt, and how it is seen that they are well again."""

    stage: "LiveStage"
    supervisor: Supervisor
    proxies: dict[str, Proxy]
    device: DeviceControl
    committed: Callable[[], int]
    """How many requests of this terminal the bank has decided on."""

    def kill(self, name: str) -> None:
        """SIGKILL a server, as a power cut does; the supervisor starts it again."""
        pid = next(child.pid for child in self.supervisor.children() if child.name == name)
        if pid:
            psutil.Process(pid).kill()
        self.proxies[name].drop()

    def well(self, name: str) -> None:
        """Wait until a server runs and the kiosk knows it."""
        self.stage.until(lambda: self._runs(name), f"server {name} back")
        self.stage.until(lambda: self._known_well(name), f"the kiosk finding server {name}")

    def primary_preferred(self) -> None:
        """Wait until all is as it was before a fault."""
        self.well(PRIMARY)
        self.well(BACKUP)
        self.stage.rest(SETTLED_S)

    def _runs(self, name: str) -> bool:
        return any(
            child.name == name and child.state is State.RUNNING
            for child in self.supervisor.children()
        )

    def _known_well(self, name: str) -> bool:
        return any(server == name and well for server, well in self.stage.view.servers)


def killed_between_start_and_finish(faults: Faults, person: Person) -> int:
    """1069 dies after it has answered the PIN's start: 1070 finishes the login."""

    def arm() -> None:
        faults.proxies[PRIMARY].once_downward(lambda: faults.kill(PRIMARY))

    return visits.log_in(faults.stage, person, before_enter=arm).pin_ms


def killed_after_commit(faults: Faults, amount_minor: int) -> int:
    """1069 has committed the hold and dies before its answer arrives: 1070 knows the decision."""
    stage, proxy = faults.stage, faults.proxies[PRIMARY]
    visits.choose_sum(stage, amount_minor)
    stage.rest(0.5)
    before = faults.committed()
    seen: list[int] = []

    def lose_reply_and_die() -> None:
        seen.append(faults.committed() - before)
        faults.kill(PRIMARY)
        proxy.hold_replies.clear()

    proxy.hold_replies.set()
    proxy.once_downward(lose_reply_and_die)
    waited_ms = visits.press_take(stage)
    if seen != [1]:
        raise StepFailed(f"the hold was not committed when the server died: {seen}")
    visits.take_notes(stage, faults.device)
    return waited_ms


def killed_before_confirm(faults: Faults, amount_minor: int) -> int:
    """1069 dies while the notes are in the tray: the confirm goes to 1070."""
    stage = faults.stage
    visits.choose_sum(stage, amount_minor)
    visits.press_take(stage)
    before = faults.committed()
    faults.kill(PRIMARY)
    started_s = time.monotonic()
    visits.take_notes(stage, faults.device)
    waited_ms = visits.ms_since(started_s)
    stage.until(lambda: faults.committed() > before, "the confirm reaching the bank")
    return waited_ms


def frozen_in_authorise(faults: Faults, amount_minor: int) -> int:
    """1070, serving because 1069 was away, freezes in the middle of an authorise."""
    stage = faults.stage
    faults.kill(PRIMARY)
    stage.send(do.Choose("balance"))
    stage.wait(on.Balance)
    visits.to_menu(stage)
    faults.well(PRIMARY)
    visits.choose_sum(stage, amount_minor)
    stage.rest(0.3)
    frozen: list[bool] = []

    def freeze() -> None:
        faults.supervisor.freeze(BACKUP)
        frozen.append(True)

    faults.proxies[BACKUP].once_upward(freeze)
    try:
        waited_ms = visits.press_take(stage)
        if not frozen:
            raise StepFailed("the authorise did not go to 1070")
    finally:
        faults.supervisor.start(BACKUP)
    visits.take_notes(stage, faults.device)
    return waited_ms
