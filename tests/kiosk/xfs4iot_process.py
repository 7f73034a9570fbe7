"""The simulated XFS4IoT machine as a real process, and a hand at its conversations."""

import atexit
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from kiosk.devices.control import DeviceControl
from kiosk.devices.xfs4iot import Xfs4IotDevice, Xfs4IotSettings

ROOT = Path(__file__).parents[2]


class MachineControl(DeviceControl):
    """Hands at the machine, and at the line to it."""

    def cut(self, fault: str | None) -> dict[str, Any]:
        """Arm what happens to the next order's conversation."""
        return self._ask("line", fault=fault)


class Forks:
    """The process that forks machines."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.simulators.xfs4iot_cash", "--forks"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        atexit.register(self._process.communicate)

    def start(self, options: list[str]) -> tuple[int, int, int]:
        """Return the hands' port, the WebSocket's, and the pid of a new machine."""
        self._process.stdin.write(json.dumps(options) + "\n")
        self._process.stdin.flush()
        word, *numbers = self._process.stdout.readline().split()
        assert word == "ready"
        port, socket_port, pid = map(int, numbers)
        return port, socket_port, pid


@cache
def forks() -> Forks:
    return Forks()


@dataclass
class Xfs4IotProcess:
    """A running simulator over ``data``, on free ports that stay over restarts.

    Stands in for a ``DeviceProcess``.
    """

    data: Path
    options: tuple[str, ...] = ()
    port: int = 0
    socket_port: int = 0
    pid: int = 0
    hands: MachineControl | None = None

    def start(self, motion_s: float = 0.03) -> None:
        options = ["--data", str(self.data), "--port", str(self.port), *self.options]
        options += ["--socket-port", str(self.socket_port), "--motion-s", str(motion_s)]
        self.port, self.socket_port, self.pid = forks().start(options)
        self.hands = MachineControl(self.data / "kiosk" / "device", self.port)

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self.socket_port}"

    def device(self, **more: Any) -> Xfs4IotDevice:
        """The kiosk's driver, its note where a kiosk over ``data`` keeps it."""
        settings = Xfs4IotSettings(
            self.address, "EUR", counting_retract=True, command_s=10.0, settle_s=0.1
        )
        return Xfs4IotDevice(settings, self.data / "kiosk" / "cash", **more)

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        self.hands.close()
        os.kill(self.pid, signal.SIGKILL)
        deadline = monotonic() + 10
        while self._is_there():
            assert monotonic() < deadline
            sleep(0.005)

    def _is_there(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True
