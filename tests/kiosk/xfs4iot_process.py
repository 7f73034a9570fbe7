"""The simulated XFS4IoT machine as a real process, and a hand at its conversations."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.devices.control import DeviceControl
from kiosk.devices.xfs4iot import Xfs4IotDevice, Xfs4IotSettings

ROOT = Path(__file__).parents[2]


class MachineControl(DeviceControl):
    """Hands at the machine, and at the line to it."""

    def cut(self, fault: str | None) -> dict[str, Any]:
        """Arm what happens to the next order's conversation."""
        return self._ask("line", fault=fault)


@dataclass
class Xfs4IotProcess:
    """A running simulator over ``data``, on free ports that stay over restarts.

    Stands in for a ``DeviceProcess``.
    """

    data: Path
    options: tuple[str, ...] = ()
    port: int = 0
    socket_port: int = 0
    process: subprocess.Popen[str] | None = None
    hands: MachineControl | None = None

    def start(self, motion_s: float = 0.03) -> None:
        command = [sys.executable, "-m", "tests.simulators.xfs4iot_cash", "--data", str(self.data)]
        command += ["--port", str(self.port), "--socket-port", str(self.socket_port)]
        command += ["--motion-s", str(motion_s), *self.options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        word, port, socket_port = self.process.stdout.readline().split()
        assert word == "ready"
        self.port, self.socket_port = int(port), int(socket_port)
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
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        self.hands.close()
        self.process.kill()
        self.process.wait(10)
        self.process.stdout.close()
