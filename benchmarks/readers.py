"""What the process around libfprint costs, and how soon a fault is told; its virtual reader is fed.

The reader itself takes no time here: a real one adds its own.
"""

import json
import os
import signal
import socket
import statistics
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from biometrics.scanners import (
    ReaderSettings,
    Scan,
    ScanEvent,
    Scanner,
    ScannerError,
    Stage,
    open_scanner,
)
from biometrics.synthetic import synthesise

RUNS = 10
CONNECT_S = 20.0
CALLS = 200


class Run:
    """One scan: what is done when the reader is ready, and when things happened."""

    def __init__(self, scanner: Scanner, act: Callable[[threading.Event], None]) -> None:
        self.began_s = time.perf_counter()
        self.ready_s = self.acted_s = 0.0
        self._act = act
        self._cancel = threading.Event()
        self.end: Scan | ScannerError
        try:
            self.end = scanner.scan(60.0, self._cancel, self._on_event)
        except ScannerError as error:
            self.end = error
        self.ended_s = time.perf_counter()

    def _on_event(self, event: ScanEvent) -> None:
        if event.stage is Stage.READY and not self.ready_s:
            self.ready_s = time.perf_counter()
            threading.Thread(target=self._go, daemon=True).start()

    def _go(self) -> None:
        self.acted_s = time.perf_counter()
        self._act(self._cancel)


def main() -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "reader"
        os.environ["FP_VIRTUAL_IMAGE"] = str(place)
        scanner = open_scanner(ReaderSettings("libfprint", testing=True))
        if not scanner.present():
            print(json.dumps({"figure": "readers", "skipped": "libfprint is not installed"}))
            return 0
        finger = synthesise(1, 0)
        height, width = finger.shape
        picture = struct.pack("=ii", width, height) + finger.tobytes()
        acts: dict[str, Callable[[threading.Event], None]] = {
            "picture_sent_to_scan": lambda _: _send(place, picture),
            "cancel": lambda cancel: cancel.set(),
            "retry": lambda _: _send(place, struct.pack("=ii", -1, 0)),
            "error": lambda _: _send(place, struct.pack("=ii", -2, 0)),
            "unplug": lambda _: _send(place, struct.pack("=ii", -5, 0)),
            "process_killed": lambda _: _signal(signal.SIGKILL),
            "process_hung": lambda _: _signal(signal.SIGSTOP),
        }
        ready: list[float] = []
        for name, act in acts.items():
            runs = [Run(scanner, act) for _ in range(3 if name == "process_hung" else RUNS)]
            ready += [run.ready_s - run.began_s for run in runs]
            _tell(f"{name}_ms", [run.ended_s - run.acted_s for run in runs], runs[0].end)
        _tell("scan_to_ready_ms", ready)
        began_s = time.perf_counter()
        for _ in range(CALLS):
            scanner.present()
        _tell("look_whether_it_is_there_ms", [(time.perf_counter() - began_s) / CALLS])
    return 0


def _send(place: Path, message: bytes) -> None:
    until_s = time.monotonic() + CONNECT_S
    while time.monotonic() < until_s:
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.connect(str(place))
            except OSError:
                time.sleep(0.005)
                continue
            line.sendall(message)
            line.settimeout(CONNECT_S)
            try:
                line.recv(1)
            except OSError:
                return
            return


def _signal(number: int) -> None:
    for child in psutil.Process().children():
        os.kill(child.pid, number)


def _tell(name: str, seconds: list[float], end: object = None) -> None:
    ended = "" if end is None or isinstance(end, Scan) else f"{type(end).__name__}: {end}"
    row = {
        "figure": name,
        "median": round(1000 * statistics.median(seconds), 3),
        "most": round(1000 * max(seconds), 3),
        "runs": len(seconds),
        "load": round(os.getloadavg()[0], 1),
        "ends_in": ended,
    }
    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    sys.exit(main())
