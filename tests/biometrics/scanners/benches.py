"""Every driver's reader on a bench, for the contract test: a reader, and a hand that acts on it.

A new driver adds a `Bench` and a line in `BENCHES`.
"""

import abc
import ctypes
import os
import shutil
import socket
import struct
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from biometrics.arrays import Gray
from biometrics.scanners import (
    ReaderSettings,
    Retry,
    ScanError,
    Scanner,
    ScannerError,
    Unplugged,
    open_scanner,
)
from tests.biometrics.scanners.machines import SimulatedMachine
from tests.biometrics.scanners.sensors import SimulatedSensor

Faults = dict[str, tuple[Callable[[], None], tuple[type[ScannerError], ...]]]


class Bench(abc.ABC):
    """A scanner, and what a person or fate does to its reader.

    The verbs are called from another thread while a scan waits; they may block.
    """

    scanner: Scanner

    @abc.abstractmethod
    def place(self, picture: Gray) -> None:
        """Let a finger with this picture (500 dpi, dark ridges) come to the waiting scan."""

    @abc.abstractmethod
    def unplug(self) -> None:
        """Take the reader away; a scan that runs ends with Unplugged."""

    @abc.abstractmethod
    def plug(self) -> None:
        """Bring it back."""

    @abc.abstractmethod
    def faults(self) -> Faults:
        """By name: what to do to a waiting scan, and the errors it may end with."""

    def close(self) -> None:
        """Clean up."""
        self.scanner.close()


class FileBench(Bench):
    """Pictures put into a watched folder."""

    def __init__(self, home: Path, _: pytest.MonkeyPatch) -> None:
        self._folder = home / "watched"
        self.plug()
        self.scanner = open_scanner(ReaderSettings("file", str(self._folder)))

    def place(self, picture: Gray) -> None:
        beside = self._folder.with_name("half.png")
        Image.fromarray(picture).save(beside, "PNG", dpi=(500, 500))
        beside.rename(self._folder / "finger.png")

    def unplug(self) -> None:
        shutil.rmtree(self._folder)

    def plug(self) -> None:
        self._folder.mkdir()

    def faults(self) -> Faults:
        return {
            "no picture": (lambda: self._put(b"no picture"), (Retry,)),
            "half a picture": (lambda: self._put(b"\x89PNG\r\n\x1a\n"), (Retry,)),
        }

    def _put(self, content: bytes) -> None:
        (self._folder / "finger.png").write_bytes(content)


class LibfprintBench(Bench):
    """The real libfprint with its own virtual reader, fed over its socket."""

    PATIENCE_S = 20.0

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        require_libfprint()
        self._monkeypatch = monkeypatch
        self.socket = home / "reader"
        self.plug()
        self.scanner = open_scanner(ReaderSettings("libfprint", testing=True))

    def place(self, picture: Gray) -> None:
        height, width = picture.shape
        self.send(width, height, picture.tobytes())

    def unplug(self) -> None:
        # The library looks for it no more, and a scan that has it open learns that it is gone.
        self._monkeypatch.delenv("FP_VIRTUAL_IMAGE")
        if self.socket.exists():
            self.send(-5, 0)

    def plug(self) -> None:
        self._monkeypatch.setenv("FP_VIRTUAL_IMAGE", str(self.socket))

    def faults(self) -> Faults:
        return {
            "again": (lambda: self.send(-1, 0), (Retry,)),
            "too short": (lambda: self.send(-1, 1), (Retry,)),
            "failure": (lambda: self.send(-2, 0), (ScanError,)),
            "nothing of a finger": (lambda: self.send(20, 20, bytes(400)), (Retry,)),
            "a finger and no picture": (self._stall, (Retry, ScanError)),
            "unplugged": (lambda: self.send(-5, 0), (Unplugged,)),
        }

    def _stall(self) -> None:
        connection = self.connect()
        # By hand: put a finger on, and send no picture.
        connection.sendall(struct.pack("=iiii", -3, 0, -4, 1))
        threading.Timer(self.PATIENCE_S, connection.close).start()

    def send(self, first: int, second: int, pixels: bytes = b"") -> None:
        """Say one thing to the virtual reader and keep the line until it has heard it."""
        with self.connect() as connection:
            connection.sendall(struct.pack("=ii", first, second) + pixels)
            connection.settimeout(self.PATIENCE_S)
            # The reader never says anything: this waits until it hangs up.
            try:
                connection.recv(1)
            except ConnectionError:
                return

    def connect(self) -> socket.socket:
        until_s = time.monotonic() + self.PATIENCE_S
        while True:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(str(self.socket))
            except OSError:
                connection.close()
                assert time.monotonic() < until_s, "the virtual reader does not listen"
                time.sleep(0.02)
            else:
                return connection


class SerialBench(Bench):
    """A simulated sensor, a process of its own on a pseudo-terminal."""

    def __init__(self, home: Path, _: pytest.MonkeyPatch) -> None:
        self._home = home
        # What the configuration names stays the same when the reader is plugged in again.
        self._port = home / "ttyUSB0"
        self.plug()
        self.settings = ReaderSettings("serial", str(self._port))
        self.scanner = open_scanner(self.settings)

    def place(self, picture: Gray) -> None:
        height, width = picture.shape
        top, left = (height - 288) // 2, (width - 256) // 2
        self._sensor.press(picture[top : top + 288, left : left + 256], tap=True)

    def unplug(self) -> None:
        self._port.unlink()
        self._sensor.close()

    def plug(self) -> None:
        self._sensor = SimulatedSensor(self._home)
        self._port.symlink_to(self._sensor.port)

    def faults(self) -> Faults:
        kinds = {
            "lost_packet": (Retry,),
            "bad_checksum": (Retry,),
            "unseen": (Retry,),
            "refuses": (ScanError,),
            "stall": (ScanError,),
        }
        return {name: (partial(self._fail, name), errors) for name, errors in kinds.items()}

    def _fail(self, fault: str) -> None:
        self._sensor.fail(fault)
        self._sensor.press(tap=True)

    def close(self) -> None:
        super().close()
        self._sensor.close()


class Xfs4IotBench(Bench):
    """A simulated machine of the standard, a process of its own, found by its publisher."""

    def __init__(self, home: Path, _: pytest.MonkeyPatch) -> None:
        self._home = home
        self._machine = SimulatedMachine(home)
        self.settings = ReaderSettings("xfs4iot", self._machine.publisher)
        self.scanner = open_scanner(self.settings)

    def place(self, picture: Gray) -> None:
        self._machine.fail(None)
        self._machine.place(picture)

    def unplug(self) -> None:
        self._machine.close()

    def plug(self) -> None:
        self._machine = SimulatedMachine(self._home, "--port", str(self._machine.port))

    def faults(self) -> Faults:
        kinds = {
            "failed": (Retry,),
            "hardware": (ScanError,),
            "no_data": (ScanError,),
            "closes": (Unplugged,),
            "unplugged": (Unplugged,),
        }
        return {name: (partial(self._fail, name), errors) for name, errors in kinds.items()}

    def _fail(self, fault: str) -> None:
        self._machine.fail(fault)
        self._machine.place()

    def close(self) -> None:
        super().close()
        self._machine.close()


def require_libfprint() -> None:
    """Skip without libfprint, but never in CI, where the set-up of the tests installs it."""
    try:
        ctypes.CDLL("libfprint-2.so.2")
    except OSError as error:
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(f"CI=true, and libfprint is not installed: {error}")
        pytest.skip("libfprint is not installed (Debian: libfprint-2-2)")


BENCHES: dict[str, Callable[[Path, pytest.MonkeyPatch], Bench]] = {
    "file": FileBench,
    "libfprint": LibfprintBench,
    "serial": SerialBench,
    "xfs4iot": Xfs4IotBench,
}
