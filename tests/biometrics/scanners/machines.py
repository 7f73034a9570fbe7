"""The simulated XFS4IoT machine as a test holds it, and finger image records to feed it."""

import functools
import io
import json
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from biometrics.arrays import Gray
from biometrics.synthetic import synthesise

SIMULATOR = Path(__file__).parents[2] / "simulators" / "xfs4iot_reader.py"
COMPRESSIONS = {
    "2005": {"raw": 0, "packed": 1, "WSQ": 2, "JPEG": 3, "JPEG 2000": 4, "PNG": 5},
    "2011": {"raw": 0, "packed": 1, "WSQ": 2, "JPEG": 3, "JPEG 2000": 5, "PNG": 6},
}


@functools.cache
def whole_finger() -> Gray:
    return synthesise(1, 0)


def content_of(picture: Gray, compression: str) -> bytes:
    if compression in ("raw", "packed"):
        return picture.tobytes()
    buffer = io.BytesIO()
    kind = compression if compression in ("PNG", "JPEG") else "PNG"
    Image.fromarray(picture).save(buffer, kind)
    return buffer.getvalue()


def record_2005(picture: Gray, compression: str = "raw", units: int = 1, rate: int = 500) -> bytes:
    """ISO/IEC 19794-4:2005, one finger, one view, in the order of the standard's tables."""
    content = content_of(picture, compression)
    height, width = picture.shape
    view = struct.pack(">IBBBBBHHB", 14 + len(content), 0, 1, 1, 254, 0, width, height, 0)
    total = 32 + len(view) + len(content)
    head = b"FIR\x00" + b"010\x00" + total.to_bytes(6)
    head += struct.pack(">HHBBHHHHBB", 0, 31, 1, units, rate, rate, rate, rate, 8,
                        COMPRESSIONS["2005"][compression])  # fmt: skip
    return head + b"\0\0" + view + content


def record_2011(picture: Gray, compression: str = "raw", certified: bool = False) -> bytes:
    """ISO/IEC 19794-4:2011, one representation with one quality block."""
    content = content_of(picture, compression)
    height, width = picture.shape
    body = bytes(9) + b"\0" + bytes(4) + b"\1" + struct.pack(">BHH", 80, 0, 0)
    if certified:
        body += b"\1" + bytes(3)
    body += struct.pack(">BBBHHHHBBBHHI", 0, 1, 1, 500, 500, 500, 500, 8,
                        COMPRESSIONS["2011"][compression], 0, width, height,
                        len(content))  # fmt: skip
    body += content
    length = 4 + len(body)
    head = b"FIR\x00" + b"020\x00" + struct.pack(">IHBB", 16 + length, 1, certified, 1)
    return head + struct.pack(">I", length) + body


class SimulatedMachine:
    """The process, its address and its controls."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder
        # Grown now: tests take times from the moment at which they offer it.
        whole_finger()
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(SIMULATOR), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        self.publisher = f"ws://127.0.0.1:{self.port}"
        self.service = f"{self.publisher}/xfs4iot/v1.0/Biometric"

    def place(self, picture: Gray | None = None, record: bytes | None = None) -> None:
        path = self._folder / "finger.fir"
        path.write_bytes(record or record_2005(whole_finger() if picture is None else picture))
        self.tell(finger=str(path))

    def fail(self, fault: str | None) -> None:
        self.tell(fault=fault)

    def tell(self, **order: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        self._process.kill()
        self._process.wait(10)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()


@contextmanager
def simulated_machine(folder: Path, *options: str) -> Iterator[SimulatedMachine]:
    machine = SimulatedMachine(folder, *options)
    try:
        yield machine
    finally:
        machine.close()
