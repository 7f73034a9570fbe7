"""The simulated device as a real process."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.devices.client import SocketDevice
from kiosk.devices.control import DeviceControl

ROOT = Path(__file__).parents[2]


@dataclass
class DeviceProcess:
    """A running ``device-sim`` over ``data``, on a free port that stays over restarts."""

    data: Path
    port: int = 0
    process: subprocess.Popen[str] | None = None
    hands: DeviceControl | None = None

    def start(self, motion_s: float = 0.03) -> None:
        command = [sys.executable, str(ROOT / "main.py"), "device-sim", "--data", str(self.data)]
        command += ["--port", str(self.port), "--motion-s", str(motion_s), "--take-after-s", "0.05"]
        environment = {k: v for k, v in os.environ.items() if k != "FORTRESS_CHILD"}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
        )
        word, _, port = self.process.stdout.readline().partition(" ")
        assert word == "ready"
        self.port = int(port)
        self.hands = DeviceControl(self.data / "kiosk" / "device", self.port)

    def device(self, **more: Any) -> SocketDevice:
        """The kiosk's driver."""
        return SocketDevice(("127.0.0.1", self.port), **more)

    def freeze(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        self.hands.close()
        self.process.kill()
        self.process.wait(10)
        self.process.stdout.close()
