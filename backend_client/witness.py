"""Heads of the bank's ledger, kept outside the bank (MONEY.md 6).

Every reply of the bank carries a signed head of the chain over its ledger. A terminal keeps one now
and then: should somebody rewrite the bank's database, ``bank verify --heads FILE`` finds it out by
what the terminals have. Nothing is understood here, and nothing of a customer is in it.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import requests

HEADER: Final = "Ledger-Head"
KEEP_EVERY_S: Final = 600.0
MAX_HEAD_CHARS: Final = 2_048
MAX_FILE_BYTES: Final = 64 * 1024 * 1024
_log = logging.getLogger(__name__)


class HeadWitness:
    """Keeps a head now and then in a file that is only added to. Safe from any thread."""

    def __init__(self, file: Path, now: Callable[[], float] = time.monotonic) -> None:
        """`now` gives monotonic seconds."""
        self._file, self._now = file, now
        self._lock = threading.Lock()
        self._kept_s = float("-inf")

    def watch(self, session: requests.Session) -> requests.Session:
        """Look at every answer of `session`, and return it."""
        session.hooks["response"].append(self.note)
        return session

    def note(self, response: requests.Response, **_: Any) -> None:
        """Take note of the head in an answer, and keep it if none was kept for a while."""
        head = response.headers.get(HEADER, "")
        if not head or len(head) > MAX_HEAD_CHARS or not head.isascii():
            return
        with self._lock:
            if self._now() - self._kept_s < KEEP_EVERY_S:
                return
            self._kept_s = self._now()
            try:
                self._keep(head)
            except OSError as error:
                # A full disk must not turn an answer about money into a failure.
                _log.warning("no head of the ledger could be kept: %s", error)

    def _keep(self, head: str) -> None:
        if self._file.exists() and self._file.stat().st_size > MAX_FILE_BYTES:
            _log.warning("%s is full: put it away where it is safe", self._file)
            return
        with self._file.open("a", encoding="ascii") as stream:
            stream.write(json.dumps({"record": head}) + "\n")
