"""What the tour found: steps, waits, and the file they are written to."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from launch.errors import LaunchError

SUMMARY = "summary.json"


class StepFailed(Exception):
    """A step was not as it must be; the tour ends and says so."""


def make_way(folder: Path) -> None:
    """Leave `folder` without the pictures of an earlier tour; nothing else is ever removed.

    Errors: LaunchError where it is no tour's folder, or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not (folder / SUMMARY).exists():
            raise LaunchError(f"{folder} holds other things: name a new folder with --out DIR.")
        for picture in folder.glob("*.png"):
            picture.unlink()
    except OSError as problem:
        raise LaunchError(f"Nothing can be kept in {folder}: {problem.strerror}.") from problem


@dataclass(frozen=True)
class Step:
    """One step: its name, whether it was as it must be, how long it took, what was seen."""

    name: str
    ok: bool
    ms: int
    detail: str


@dataclass
class Report:
    """Grows as the tour goes on. Waits are in milliseconds, None where not measured."""

    fingers: str
    steps: list[Step] = field(default_factory=list)
    finger_to_menu_ms: int | None = None
    failover_wait_ms: int | None = None
    frozen_wait_ms: int | None = None
    share_identified: float | None = None

    @property
    def ok(self) -> bool:
        """Whether there were steps and all were as they must be."""
        return bool(self.steps) and all(step.ok for step in self.steps)

    @contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """Time a step; what is appended to the list given is its detail.

        Raises:
            Exception: whatever ended the step, again, after it was written down.
        """
        said: list[str] = []
        started_s = time.monotonic()
        try:
            yield said
        except Exception as failure:
            self._end(name, False, started_s, [*said, str(failure) or type(failure).__name__])
            raise
        self._end(name, True, started_s, said)

    def failed(self, name: str, failure: Exception) -> None:
        """Write down what went wrong outside a step."""
        self._end(name, False, time.monotonic(), [str(failure) or type(failure).__name__])

    def write(self, folder: Path) -> None:
        """Write summary.json."""
        facts = {"ok": self.ok, **asdict(self)}
        (folder / SUMMARY).write_text(json.dumps(facts, indent=1) + "\n", "utf-8")

    def _end(self, name: str, ok: bool, started_s: float, said: list[str]) -> None:
        step = Step(name, ok, int((time.monotonic() - started_s) * 1000), "; ".join(said))
        self.steps.append(step)
        mark = "ok  " if ok else "FAIL"
        print(f"{mark} {step.name:<28} {step.ms:>6} ms  {step.detail}", flush=True)
