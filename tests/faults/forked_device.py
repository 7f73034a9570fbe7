"""The simulated device, forked off the zygote: it starts at once."""

import signal
from pathlib import Path

from kiosk.devices.control import DeviceControl
from tests.faults.running import eventually
from tests.faults.zygote import Forked, Zygote


class ForkedDevice:
    """``main.py device-sim`` over ``data``, on a port that stays over restarts."""

    def __init__(self, data: Path, zygote: Zygote) -> None:
        self.data, self._zygote = data, zygote
        self.port = 0
        self._starts = 0

    def start(self, motion_s: float = 0.03) -> None:
        self._starts += 1
        out = self.data / f"device-{self._starts}.out"
        arguments = ["device-sim", "--data", str(self.data), "--port", str(self.port)]
        arguments += ["--motion-s", str(motion_s), "--take-after-s", "0.05"]
        err = out.with_suffix(".err")
        out.touch()
        err.touch()
        self.process: Forked = self._zygote.start(arguments, {}, out, err)
        eventually(lambda: out.read_text().endswith("\n"), err.read_text)
        word, _, port = out.read_text().partition(" ")
        assert word == "ready", word
        self.port = int(port)
        self.hands = DeviceControl(self.data / "kiosk" / "device", self.port)

    def freeze(self) -> None:
        self.process.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.signal(signal.SIGCONT)

    def kill(self) -> None:
        self.hands.close()
        self.process.kill()
        self.process.wait()
