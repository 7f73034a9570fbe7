"""A connection to one XFS4IoT service: commands out, their completions in. Nothing of biometrics.

One thread uses a connection at a time. Whatever goes wrong with the conversation closes it, so
that a late answer is never taken for another command's; make a new one then.
"""

import logging
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from biometrics.scanners.xfs4iot.address import is_loopback, place_of
from biometrics.scanners.xfs4iot.errors import CommandFailed, CommandRefused, ServiceAway
from biometrics.scanners.xfs4iot.messages import (
    VERSION,
    Malformed,
    Message,
    Type,
    from_text,
    to_text,
)
from biometrics.scanners.xfs4iot.sockets import open_socket

OnMessage = Callable[[str, dict[str, Any]], None]

_SLICE_S = 0.1
# What the library would write about a lost connection is told by our errors.
_SILENT = logging.getLogger("fortress.xfs4iot")
_SILENT.propagate = False
_SILENT.addHandler(logging.NullHandler())
_CANCEL = "Common.Cancel"


@dataclass(frozen=True)
class Limits:
    """`connect_s`: until the connection stands; `acknowledge_s`: until a command is acknowledged;
    `grace_s`: beyond a command's own time-out, until its completion; `cancel_s`: until a cancelled
    command has ended; `ping_s`: between two questions whether the other end lives, and for the
    answer; `message_bytes`, `messages`: of one message, and how many wait to be read;
    `strangers`: messages for nobody here that are let pass.
    """

    connect_s: float = 1.5
    acknowledge_s: float = 2.0
    grace_s: float = 1.5
    cancel_s: float = 0.7
    ping_s: float = 1.2
    message_bytes: int = 8 * 1024 * 1024
    messages: int = 16
    strangers: int = 1000


def _ignore(_name: str, _payload: dict[str, Any]) -> None:
    """Nobody listens."""


def _nothing() -> None:
    """Nobody waits for it."""


class Connection:
    """An open connection to the service at `uri`.

    `on_unsolicited` hears of events that belong to no command, on the thread that waits for one;
    what it raises, and what a command's own `on_event` raises, goes through to the caller.
    Raises ServiceAway if nothing answers there, ValueError if the address is not allowed.
    """

    def __init__(
        self,
        uri: str,
        *,
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
        on_unsolicited: OnMessage = _ignore,
    ) -> None:
        self.uri = uri
        self._limits = limits or Limits()
        self._on_unsolicited = on_unsolicited
        self._number = 0
        self._socket = self._open(tls)

    def command(
        self,
        name: str,
        payload: dict[str, Any] | None = None,
        *,
        timeout_s: float = 5.0,
        cancel: threading.Event | None = None,
        on_event: OnMessage = _ignore,
        on_acknowledge: Callable[[], None] = _nothing,
        version: str = VERSION,
    ) -> dict[str, Any]:
        """Send a command and return its completion's payload.

        `timeout_s` is the command's own time-out, which the service keeps; a little more is
        waited here. When `cancel` is set the command is cancelled; it ends then with
        CommandFailed and code "canceled", or as it would have if it was too late to stop it, or
        with ServiceAway if the service does not let go. Raises ServiceError.
        """
        self._number += 1
        number = self._number
        began = time.monotonic()
        timeout_ms = _ms(timeout_s)
        self._send(
            Message(
                Type.COMMAND, name, number, payload or {}, timeout_ms=timeout_ms, version=version
            )
        )
        deadline = began + self._limits.acknowledge_s
        acknowledged = cancelled = False
        strangers = 0
        while True:
            message = self._receive(deadline)
            if message is None:
                if time.monotonic() >= deadline:
                    raise self._lost(f"the service does not answer {name}", closed=False)
            elif message.type is Type.UNSOLICITED:
                self._on_unsolicited(message.name, message.payload)
            elif message.request_id != number or message.type is Type.COMMAND:
                # The answers to our own cancelling, and what belongs to nobody.
                strangers += 1
                ours = message.type is Type.COMPLETION and message.name == name
                if ours or strangers > self._limits.strangers:
                    raise self._lost("the service talks to somebody else", closed=False)
            elif message.type is Type.COMPLETION:
                return _result(message)
            elif message.type is Type.ACKNOWLEDGE and message.code:
                raise CommandRefused(message.code)
            else:
                if not acknowledged and not cancelled:
                    acknowledged = True
                    on_acknowledge()
                    deadline = began + timeout_s + self._limits.grace_s
                if message.type is Type.EVENT:
                    on_event(message.name, message.payload)
            if cancel is not None and cancel.is_set() and not cancelled:
                cancelled = True
                self._cancel(number)
                deadline = time.monotonic() + self._limits.cancel_s

    def listen(self, timeout_s: float) -> None:
        """Let `on_unsolicited` hear what comes without a command, until some came or the time is
        over. What belongs to no command of ours is passed over. Raises ServiceAway.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            message = self._receive(deadline)
            if message is not None and message.type is Type.UNSOLICITED:
                self._on_unsolicited(message.name, message.payload)
                return
            if message is None and time.monotonic() >= deadline:
                return

    def close(self) -> None:
        """Close it; safe to call twice."""
        with suppress(WebSocketException, OSError):
            self._socket.close()

    def _cancel(self, number: int) -> None:
        self._number += 1
        own = self._number
        payload = {"requestIds": [number]}
        self._send(Message(Type.COMMAND, _CANCEL, own, payload, timeout_ms=_ms(1.0)))

    def _open(self, tls: ssl.SSLContext | None) -> ClientConnection:
        limits = self._limits
        host, port, secure = place_of(self.uri)
        if secure and tls is None:
            tls = ssl.create_default_context()
        try:
            raw = open_socket(host, port, limits.connect_s, loopback=is_loopback(host))
        except OSError as error:
            raise ServiceAway(f"nothing answers at {self.uri}", closed=True) from error
        try:
            # A socket of our own: no proxy of the environment, no redirection to elsewhere.
            return connect(
                self.uri,
                sock=raw,
                ssl=tls if secure else None,
                logger=_SILENT,
                compression=None,
                proxy=None,
                legacy=True,
                open_timeout=limits.connect_s,
                close_timeout=0.2,
                ping_interval=limits.ping_s,
                ping_timeout=limits.ping_s,
                max_size=limits.message_bytes,
                max_queue=limits.messages,
            )
        except (WebSocketException, OSError, EOFError) as error:
            raw.close()
            words = f"what answers at {self.uri} is no service: {type(error).__name__}"
            raise ServiceAway(words, closed=False) from error

    def _send(self, message: Message) -> None:
        try:
            self._socket.send(to_text(message))
        except (WebSocketException, OSError) as error:
            raise self._lost("the service is gone", closed=True) from error

    def _receive(self, deadline: float) -> Message | None:
        """The next message, or None if none came for a moment."""
        left_s = min(_SLICE_S, max(0.0, deadline - time.monotonic()))
        try:
            return from_text(self._socket.recv(timeout=left_s))
        except TimeoutError:
            return None
        except Malformed as error:
            raise self._lost(f"the service talks nonsense: {error}", closed=False) from error
        except (WebSocketException, OSError) as error:
            raise self._lost("the service is gone", closed=True) from error

    def _lost(self, words: str, *, closed: bool) -> ServiceAway:
        self.close()
        return ServiceAway(f"{words} ({self.uri})", closed=closed)


def _result(message: Message) -> dict[str, Any]:
    if not message.code:
        return message.payload
    error_code = message.payload.get("errorCode")
    raise CommandFailed(
        message.code,
        error_code if isinstance(error_code, str) else "",
        message.description,
        message.payload,
    )


def _ms(seconds: float) -> int:
    """A time-out as a header has it; 0 would mean for ever."""
    return max(1, round(seconds * 1000))
