"""JSON lines over a loopback TCP socket: how a device program and its users talk.

The first line of a connection says what it is: ``{"channel": "host"}`` (the kiosk; one at a time)
or ``{"channel": "control", "token": ...}``. Commands are ``{"id", "command", "uid", ...}``, answers
``{"id", "code", "status"}`` with code ``success`` or what was wrong, and between them come events
``{"event", "status"}``.
"""

import json
from typing import Any, Final

MAX_LINE_BYTES: Final = 65_536
SUCCESS: Final = "success"
IN_USE: Final = "in_use"
TOKEN_FILE: Final = "control-token"  # noqa: S105 - the name of the file, not the token


class Nonsense(ValueError):
    """A line that is no JSON object, or longer than ``MAX_LINE_BYTES``."""


def to_line(body: dict[str, Any]) -> bytes:
    """Return a message as one line."""
    return json.dumps(body, separators=(",", ":")).encode() + b"\n"


def from_line(line: bytes) -> dict[str, Any]:
    """Return the message of a line; raises ``Nonsense``."""
    if len(line) > MAX_LINE_BYTES:
        raise Nonsense("a line is too long")
    try:
        body = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Nonsense("not JSON") from error
    if not isinstance(body, dict):
        raise Nonsense("not a JSON object")
    return body
