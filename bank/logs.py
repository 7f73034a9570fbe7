"""Structured logs: one JSON object a line on stderr.

Members: ``at`` (UTC), ``level``, ``logger``, ``event``, ``request`` (the id a terminal sent), and
what the event adds with ``extra={"facts": {...}}``. Nothing personal is ever logged: no name,
number, sum, PIN material, template or session. An exception shows its type and where it was
raised, not its message, which may hold any of these.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Final

from bank.request_id import CURRENT

_ENCODER: Final = json.JSONEncoder(separators=(",", ":"))


class JsonLines(logging.Formatter):
    """One JSON object a record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        request_id = CURRENT.get()
        if request_id:
            line["request"] = request_id
        facts = getattr(record, "facts", None)
        if isinstance(facts, dict):
            line |= facts
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return _ENCODER.encode(line)


def log_to_stderr(level: int = logging.INFO) -> None:
    """Send every log of this process to stderr; of libraries only warnings."""
    # Of thread, process and caller no line speaks; asking for them costs as much as writing it.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = ""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("bank").setLevel(level)
