"""The kiosk's end of the pipe to `child.py`: starts it, reads its frames, ends it for certain."""

import contextlib
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from biometrics.scanners.errors import NoDevice, ScanError
from biometrics.scanners.libfprint import child
from biometrics.scanners.scanner import ReaderSettings

# The child gives a sign of life every 0.4 s, its first one after some 40 ms.
SILENCE_S: Final = 2.5
# What the child gets to put a reader's light out and to close it.
_FAREWELL_S: Final = 0.6
_TAIL_BYTES: Final = 400
_SCRIPT: Final = Path(child.__file__)
_LIMITS: Final[Mapping[bytes, int]] = {
    b"A": 0,
    b"D": child.MAX_JSON_BYTES,
    b"O": child.MAX_JSON_BYTES,
    b"E": child.MAX_JSON_BYTES,
    b"S": 1,
    b"P": child.SIZE.size,
    b"R": child.MAX_SIDE_PX**2,
}


@dataclass(frozen=True)
class Frame:
    """One message of the child. `payload` is the only copy of a picture's bytes."""

    kind: bytes
    payload: bytearray


class Process:
    """A child for one operation, "list" or "scan"; leaving the ``with`` block ends it."""

    def __init__(self, operation: str, settings: ReaderSettings) -> None:
        """Start it. Errors: NoDevice on a system without pipes of this kind, ScanError."""
        if not hasattr(os, "readv"):
            raise NoDevice("libfprint is there on Linux only. Choose another driver.")
        command = [sys.executable, "-I", str(_SCRIPT), operation]
        if settings.testing:
            command.append("--testing")
        command += ["--device", settings.device]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(os.environ, settings.testing),
                bufsize=0,
            )
        except OSError as error:
            raise ScanError(f"The reader's process could not be started: {error}.") from error
        self.pid = self._process.pid
        self._out, self._err = _descriptor(self._process.stdout), _descriptor(self._process.stderr)
        self._selector = selectors.DefaultSelector()
        for descriptor in (self._out, self._err):
            os.set_blocking(descriptor, False)
            self._selector.register(descriptor, selectors.EVENT_READ)
        self._header = bytearray(child.HEADER.size)
        self._payload: bytearray | None = None
        self._filled = 0
        self._tail = b""
        self._heard_s = time.monotonic()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        """Ask it to end, wait a little, kill it."""
        with contextlib.suppress(OSError):
            _closed(self._process.stdin)
        farewell_until_s = time.monotonic() + (0.0 if _is_broken(error) else _FAREWELL_S)
        while self._process.poll() is None and time.monotonic() < farewell_until_s:
            # Frames that nobody wants any more would keep it from ending.
            self._throw_away(0.02)
        self._process.kill()
        self._process.wait()
        self._selector.close()
        for pipe in (self._process.stdout, self._process.stderr):
            _closed(pipe)

    def next(self, wait_s: float) -> Frame | None:
        """Return the next frame, or None if none was complete within `wait_s`.

        Errors: ScanError if the process has ended, hangs, or sends what is no frame.
        """
        until_s = time.monotonic() + wait_s
        while True:
            if (frame := self._read()) is not None:
                return frame
            left_s = until_s - time.monotonic()
            if left_s <= 0:
                break
            for key, _ in self._selector.select(left_s):
                if key.fd == self._err:
                    self._read_tail()
        if time.monotonic() - self._heard_s > SILENCE_S:
            raise ProcessBroken("The reader's process does not answer; it was ended.")
        return None

    def _read(self) -> Frame | None:
        while True:
            buffer = self._header if self._payload is None else self._payload
            if self._filled < len(buffer):
                with memoryview(buffer) as view:
                    try:
                        count = os.readv(self._out, [view[self._filled :]])
                    except BlockingIOError:
                        return None
                if count == 0:
                    raise self._ended()
                self._filled += count
                self._heard_s = time.monotonic()
                continue
            self._filled = 0
            kind, length = child.HEADER.unpack(self._header)
            if self._payload is None:
                if length > _LIMITS.get(kind, -1):
                    raise ProcessBroken("The reader's process sent nonsense; it was ended.")
                self._payload = bytearray(length)
                continue
            frame = Frame(kind, self._payload)
            self._payload = None
            return frame

    def _ended(self) -> ScanError:
        self._read_tail()
        words = self._tail.decode("utf-8", "replace").split("\n")
        said = "; ".join("".join(c for c in line if c.isprintable()) for line in words if line)
        return ProcessBroken(f"The reader's process ended by itself. {said[-200:]}".strip())

    def _read_tail(self) -> None:
        with contextlib.suppress(BlockingIOError):
            piece = os.read(self._err, 4096)
            self._tail = (self._tail + piece)[-_TAIL_BYTES:]
            if not piece:
                with contextlib.suppress(KeyError):
                    self._selector.unregister(self._err)

    def _throw_away(self, wait_s: float) -> None:
        for key, _ in self._selector.select(wait_s):
            with contextlib.suppress(BlockingIOError):
                if not os.read(key.fd, 1 << 16):
                    self._selector.unregister(key.fd)
        if not self._selector.get_map():
            time.sleep(wait_s)


class ProcessBroken(ScanError):
    """The process is of no use any more; it is killed without a farewell."""


def _is_broken(error: BaseException | None) -> bool:
    return isinstance(error, ProcessBroken)


def _environment(around: Mapping[str, str], testing: bool) -> dict[str, str]:
    """Return what the child may see.

    No FP_* variable reaches libfprint outside a test: they name virtual readers, or forbid real
    ones. Neither does any that would load another library in libfprint's place.
    """
    kept = {"PATH", "LANG", "LC_ALL", "TZ"}
    return {
        name: value
        for name, value in around.items()
        if name in kept or (testing and name.startswith("FP_"))
    }


def _descriptor(pipe: object) -> int:
    fileno = getattr(pipe, "fileno", None)
    if fileno is None:
        raise ScanError("The reader's process has no pipes.")
    number: int = fileno()
    return number


def _closed(pipe: object) -> None:
    close = getattr(pipe, "close", None)
    if close is not None:
        close()
