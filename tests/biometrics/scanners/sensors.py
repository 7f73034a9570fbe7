"""The simulated serial sensor as a test holds it."""

import functools
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from biometrics.arrays import Gray
from biometrics.synthetic import synthesise

SIMULATOR = Path(__file__).parents[2] / "simulators" / "serial_sensor.py"


def packed(picture: Gray) -> bytes:
    """Four bits a pixel, the left one high, as the sensors send them."""
    four = picture.astype(np.uint8) >> 4
    return ((four[:, 0::2] << 4) | four[:, 1::2]).astype(np.uint8).tobytes()


@functools.cache
def small_finger(finger: int = 1, impression: int = 0) -> Gray:
    """The middle of a synthetic finger, 256 x 288 pixels."""
    whole = synthesise(finger, impression)
    return whole[64:352, 48:304]


class SimulatedSensor:
    """The process, its port and its controls."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder
        # Grown now: tests take times from the moment at which they press.
        small_finger()
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(SIMULATOR), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = self._process.stdout.readline().strip()

    def press(self, picture: Gray | None = None, tap: bool = False) -> None:
        path = self._folder / "finger.raw"
        path.write_bytes(packed(small_finger() if picture is None else picture))
        self.tell(press=str(path), tap=tap)

    def lift(self) -> None:
        self.tell(lift=True)

    def fail(self, fault: str | None) -> None:
        self.tell(fault=fault)

    def tell(self, **order: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()


@contextmanager
def simulated_sensor(folder: Path, *options: str) -> Iterator[SimulatedSensor]:
    sensor = SimulatedSensor(folder, *options)
    try:
        yield sensor
    finally:
        sensor.close()
