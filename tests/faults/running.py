"""A kiosk process being watched: the screens it prints, and how it ends."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

PATIENCE_S = 120.0
KILLED = -signal.SIGKILL


def eventually(condition: Callable[[], object], what: str | Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, what if isinstance(what, str) else what()
        time.sleep(0.02)


class Process(Protocol):
    pid: int

    def kill(self) -> None: ...

    def terminate(self) -> None: ...

    def wait(self) -> int: ...


@dataclass
class Running:
    """``main.py kiosk --headless`` with its script's files: ``go`` lets an ``await`` line pass."""

    process: Process
    folder: Path
    stdout: Path
    stderr: Path
    _screens: list[dict[str, Any]] = field(default_factory=list)
    _read: int = 0

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def screens(self) -> list[dict[str, Any]]:
        """All that has been shown so far, in order."""
        if self.stdout.exists():
            with self.stdout.open("rb") as file:
                file.seek(self._read)
                data = file.read()
            whole = data[: data.rfind(b"\n") + 1]
            self._read += len(whole)
            self._screens += [json.loads(line) for line in whole.splitlines()]
        return self._screens

    def until(self, *names: str, patience_s: float = PATIENCE_S, **wanted: object) -> dict:
        """Wait for one of these screens with these fields (``...``: not null), and return it."""
        deadline = time.monotonic() + patience_s
        while True:
            over = self.is_over()
            for screen in self.screens:
                if screen.get("screen") in names and _has(screen, wanted):
                    return screen
            if over or time.monotonic() > deadline:
                raise AssertionError(f"no {names} {wanted}: {self.screens[-4:]} {self.said()}")
            time.sleep(0.01)

    def go(self, name: str = "go") -> None:
        (self.folder / name).touch()

    def is_over(self) -> bool:
        try:
            stat = Path(f"/proc/{self.pid}/stat").read_text()
        except FileNotFoundError:
            return True
        return stat.rpartition(")")[2].split()[0] == "Z"

    def wait_over(self, what: str) -> int:
        """Return the exit status once the process has ended by itself."""
        eventually(self.is_over, lambda: f"{what}: {self.screens[-3:]} {self.said()}")
        return self.process.wait()

    def said(self) -> str:
        return self.stderr.read_text()[-2000:] if self.stderr.exists() else ""

    def end(self) -> int:
        """Let the script's last line pass; return the exit status."""
        self.go("end")
        return self.wait_over("the script's end")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def killed(self) -> bool:
        """Wait for the end; return whether it was by SIGKILL."""
        return self.wait_over("a crash") == KILLED


def _has(screen: dict[str, Any], wanted: dict[str, object]) -> bool:
    return all(
        screen.get(key) is not None if value is ... else screen.get(key) == value
        for key, value in wanted.items()
    )


class Spawned:
    """``main.py`` as a process of its own, perhaps under another program."""

    def __init__(self, command: list[str], environment: dict[str, str], running: Path) -> None:
        outside = {k: v for k, v in os.environ.items() if k != "FORTRESS_CHILD"}
        with (
            running.with_suffix(".out").open("w") as out,
            running.with_suffix(".err").open("w") as err,
        ):
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=outside | environment,
                start_new_session=True,
            )
        self.pid = self._process.pid

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()

    def wait(self) -> int:
        return self._process.wait()
