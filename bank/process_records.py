"""Processes written down with their start times: an id alone could be a stranger's by now."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

SAME_START_S = 1.0


@dataclass(frozen=True)
class ProcessRecord:
    """One process that somebody of ours started: `started_s` in seconds since 1970."""

    name: str
    pid: int
    started_s: float

    @classmethod
    def of(cls, name: str, pid: int) -> "ProcessRecord":
        """The record of the live process `pid`. Errors: psutil.Error if it is gone."""
        return cls(name, pid, psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """The recorded process if it still runs; None if it ended or its id is a stranger's."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started_s) < SAME_START_S
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None


def read_records(file: Path) -> tuple[ProcessRecord, ...]:
    """The records in `file`; none where it is absent or broken: no record, no process of ours."""
    try:
        return tuple(ProcessRecord(**facts) for facts in json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return ()


def write_records(file: Path, records: Iterable[ProcessRecord]) -> None:
    """Replace `file` with `records`. Errors: OSError."""
    unfinished = file.with_suffix(".new")
    unfinished.write_text(json.dumps([asdict(record) for record in records]), "utf-8")
    unfinished.replace(file)
