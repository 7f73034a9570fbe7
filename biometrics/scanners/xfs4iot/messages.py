"""XFS4IoT messages: pure, no socket. Source: CWA 17852, "XFS4IoT", section on message types.

A message is an object with `header` and `payload`. The header has `type`, `name`, `version`,
`requestId` (not in unsolicited ones), for commands `timeout` in milliseconds, for refused
acknowledgements `status`, for completions that did not succeed `completionCode`, and an
`errorDescription` for people.
"""

import enum
import json
from dataclasses import dataclass, field
from typing import Any, Final

VERSION: Final = "2.0"

# Nesting and length that no message of the standard needs.
_MAX_DEPTH = 32
_MAX_TEXT = 200


class Malformed(ValueError):
    """No XFS4IoT message: not JSON, no header, or a header that makes no sense."""


class Type(enum.Enum):
    """What a message is."""

    COMMAND = "command"
    ACKNOWLEDGE = "acknowledge"
    EVENT = "event"
    COMPLETION = "completion"
    UNSOLICITED = "unsolicited"


@dataclass(frozen=True)
class Message:
    """One message. `request_id` is 0 in unsolicited ones; `code` is "" where all is well;
    `version` is the command's, and not read of what comes back.
    """

    type: Type
    name: str
    request_id: int = 0
    payload: dict[str, Any] = field(default_factory=dict)
    code: str = ""
    description: str = ""
    timeout_ms: int = 0
    version: str = VERSION


def to_text(message: Message) -> str:
    """The message as it goes over the socket."""
    header: dict[str, Any] = {
        "type": message.type.value,
        "name": message.name,
        "version": message.version,
    }
    if message.type is not Type.UNSOLICITED:
        header["requestId"] = message.request_id
    if message.type is Type.COMMAND:
        header["timeout"] = message.timeout_ms
    if message.code:
        key = "status" if message.type is Type.ACKNOWLEDGE else "completionCode"
        header[key] = message.code
    if message.description:
        header["errorDescription"] = message.description
    return json.dumps({"header": header, "payload": message.payload or None}, separators=(",", ":"))


def from_text(text: str | bytes) -> Message:
    """The message in a text of the socket's limited size. Raises Malformed."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if not isinstance(body, dict) or not isinstance(body.get("header"), dict):
        raise Malformed("no header")
    header, payload = body["header"], body.get("payload")
    if payload is None:
        payload = {}
    if not isinstance(payload, dict) or _deeper(payload, _MAX_DEPTH):
        raise Malformed("the payload is no object, or too deep")
    try:
        kind = Type(header.get("type"))
    except ValueError as error:
        raise Malformed("an unknown type of message") from error
    name, request_id = header.get("name"), header.get("requestId", 0)
    if not isinstance(name, str) or not 0 < len(name) <= _MAX_TEXT:
        raise Malformed("no name")
    if type(request_id) is not int or request_id < 0:
        raise Malformed("no request id")
    if kind is not Type.UNSOLICITED and request_id == 0:
        raise Malformed("no request id")
    timeout_ms = header.get("timeout", 0)
    if type(timeout_ms) is not int or timeout_ms < 0:
        raise Malformed("no time-out")
    return Message(kind, name, request_id, payload, _code(kind, header), _words(header), timeout_ms)


def _code(kind: Type, header: dict[str, Any]) -> str:
    """What is wrong; early services say "ok" and "success" where later ones say nothing."""
    code = header.get("status" if kind is Type.ACKNOWLEDGE else "completionCode")
    if code is None or code in ("ok", "success"):
        return ""
    if not isinstance(code, str) or len(code) > _MAX_TEXT:
        raise Malformed("no code")
    return code


def _words(header: dict[str, Any]) -> str:
    words = header.get("errorDescription")
    if not isinstance(words, str):
        return ""
    return "".join(sign for sign in words[:_MAX_TEXT] if sign.isprintable())


def _deeper(value: object, depth: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return False
    return depth == 0 or any(_deeper(item, depth - 1) for item in value)
