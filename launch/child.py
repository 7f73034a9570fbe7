"""One child process: started, heard, ended."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

import psutil

from launch.front_door import CHILD_VARIABLE
from launch.kept_log import KeptLog

LINE_LIMIT_BYTES = 1 << 16
TAIL_LINES = 8


class _Apart(TypedDict, total=False):
    creationflags: int
    start_new_session: bool


# A group of its own: a Ctrl-C at the terminal is the launcher's to answer.
if sys.platform == "win32":
    _APART: _Apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
else:
    _APART: _Apart = {"start_new_session": True}


class Child:
    """A running child whose output goes to a log and whose first line ``ready ...`` is awaited.

    It ends when this process does: its standard input is a pipe from us (see `launch.parent`).
    """

    def __init__(self, command: Sequence[str], log: Path) -> None:
        """Start it. Errors: OSError."""
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONUNBUFFERED": "1", CHILD_VARIABLE: "1"},
            **_APART,
        )
        self.pid = self._process.pid
        self.ready = threading.Event()
        self.ready_line = ""
        self._log = log
        self._tail: list[str] = []
        self._reader = threading.Thread(target=self._read, name=f"log-{log.stem}", daemon=True)
        self._reader.start()

    def wait(self) -> int:
        """Wait for its end; return its exit status (negative: the signal)."""
        status = self._process.wait()
        self._reader.join(1.0)
        self._close_stdin()
        return status

    def alive(self) -> bool:
        """Whether it runs (a frozen one does)."""
        return self._process.poll() is None

    def ask_to_end(self) -> None:
        """Ask it to end in order; frozen or not, it will hear."""
        self._close_stdin()
        if sys.platform != "win32":
            self._signal(signal.SIGTERM)
            self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def freeze(self) -> None:
        """Hold it still without its knowing, as a hung machine would be. Errors: psutil.Error."""
        psutil.Process(self.pid).suspend()

    def thaw(self) -> None:
        """Let a frozen one run on. Errors: psutil.Error."""
        psutil.Process(self.pid).resume()

    def last_words(self) -> str:
        """The last lines it wrote."""
        return "\n".join(self._tail[-TAIL_LINES:])

    def _close_stdin(self) -> None:
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(OSError):
            self._process.send_signal(number)

    def _read(self) -> None:
        output = self._process.stdout
        if output is None:
            return
        with output, contextlib.closing(KeptLog(self._log)) as log:
            while line := output.readline(LINE_LIMIT_BYTES):
                log.write(line)
                text = line.decode("utf-8", "replace").rstrip()
                if not self.ready.is_set() and text.split(" ", 1)[0] == "ready":
                    self.ready_line = text
                    self.ready.set()
                self._tail = [*self._tail[1 - TAIL_LINES :], text]
