"""A terminal's connection: HTTP/1.1 over mutual TLS, its name in every request, and limits.

No ASGI server hands an application the verified peer certificate yet, so a subclass of uvicorn's
protocol puts its DER into ``scope["extensions"]["tls"]["client_certificate_der"]``. It rests on
uvicorn's inner names: the version is pinned by the requirements' hashes, and a test connects.

The same subclass sets the limits that uvicorn leaves open. They count by certificate, not by
address: a proxy in front gives all terminals one address, and a certificate cannot be made up.
"""

import asyncio
import time
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from bank.metrics import Metrics
from protocol.messages.terminal import Problem

MAX_CONNECTIONS: Final = 512
MAX_OF_A_TERMINAL: Final = 32
"""Connections with one certificate; a kiosk keeps up to ten to each server."""
MAX_HEADER_BYTES: Final = 16_384
MAX_HEADERS: Final = 64
MAX_WAITING: Final = 4
"""Requests that came on a connection before the one ahead of them was answered."""
REQUEST_TIMEOUT_S: Final = 15.0
"""From a connection's or request's first byte to the request's last."""
ANSWER_TIMEOUT_S: Final = 10.0
"""For a peer to make room for more of an answer, once it takes no more."""
_ANSWERS: Final = tuple(b"HTTP/1.1 %d" % first for first in (2, 3, 4, 5))


class _OneWrite:
    """A transport that sends an answer's head together with the first of its body.

    Apart they would be two TLS records and two packets.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send `data`, or keep it if it is a head."""
        if not self._head and data.startswith(_ANSWERS) and data.endswith(b"\r\n\r\n"):
            self._head = data
            return
        head, self._head = self._head, b""
        self._transport.write(head + data)

    def flush(self) -> None:
        """Send what was kept."""
        if self._head:
            self.write(b"")

    def close(self) -> None:
        """Send what was kept, and close."""
        self.flush()
        self._transport.close()


class TerminalProtocol(HttpToolsProtocol):
    """One connection. It is *idle* when no request is on its way in or out."""

    def __init__(
        self, config: Config, state: ServerState, app_state: dict[str, Any], *, metrics: Metrics
    ) -> None:
        super().__init__(config, state, app_state)
        self._metrics = metrics
        self._peer_der: bytes | None = None
        self._header_bytes = 0
        self._head_began = False
        self._unfinished_bytes = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._stuck: asyncio.TimerHandle | None = None
        self._used_s = time.monotonic()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Keep the peer's certificate; make room, or turn it away."""
        super().connection_made(_OneWrite(transport))  # type: ignore[arg-type]
        self._metrics.connections.set(len(self.connections))
        tls = transport.get_extra_info("ssl_object")
        self._peer_der = tls.getpeercert(binary_form=True) if tls is not None else None
        every = [
            one
            for one in self.connections
            if isinstance(one, TerminalProtocol) and not one.transport.is_closing()
        ]
        own = [one for one in every if one._peer_der == self._peer_der]
        if not self._room(own, MAX_OF_A_TERMINAL):
            self._turn_away("of_terminal_connections")
        elif not self._room(every, MAX_CONNECTIONS):
            self._turn_away("connections")
        else:
            self._start_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers with the connection."""
        self._stop_deadline()
        self.resume_writing()
        super().connection_lost(exc)
        self._metrics.connections.set(len(self.connections))

    @property
    def idle(self) -> bool:
        """Whether it may be closed without anybody's losing anything."""
        return self._deadline is None and (self.cycle is None or self.cycle.response_complete)

    def data_received(self, data: bytes) -> None:
        """Take what came; a header that does not end is counted before it is parsed."""
        if self.transport.is_closing():
            return
        if self.idle:
            # Also for what never becomes a request, such as empty lines.
            self._start_deadline()
        self._used_s = time.monotonic()
        super().data_received(data)
        if self._head_began:
            # The parser keeps an unfinished header to itself, however long.
            self._unfinished_bytes += len(data)
            if self._unfinished_bytes > MAX_HEADER_BYTES and not self.transport.is_closing():
                self.send_400_response("too long a header")

    def pause_writing(self) -> None:
        """The peer takes no more of an answer: it has a while to go on."""
        super().pause_writing()
        if self._stuck is None:
            self._stuck = self.loop.call_later(ANSWER_TIMEOUT_S, self._abort)

    def resume_writing(self) -> None:
        """It goes on."""
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None
        super().resume_writing()

    def on_message_begin(self) -> None:
        """Start a request: its scope names the peer."""
        if len(self.pipeline) >= MAX_WAITING:
            raise ValueError("too many requests without waiting for an answer")
        super().on_message_begin()
        self._header_bytes = self._unfinished_bytes = 0
        self._head_began = True
        self._start_deadline()
        extensions: dict[str, Any] = {"tls": {"client_certificate_der": self._peer_der}}
        self.scope["extensions"] = extensions

    def on_url(self, url: bytes) -> None:
        """Count the request line with the headers."""
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, within the limit."""
        super().on_header(name, value)
        self._count(len(name) + len(value))

    def on_headers_complete(self) -> None:
        """The header has ended within its limit."""
        self._head_began = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is here: from now on the time is the bank's."""
        self._stop_deadline()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer without a body is sent too."""
        self._used_s = time.monotonic()
        if isinstance(self.transport, _OneWrite):
            self.transport.flush()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        self._refuse(400, "bad_request", msg)

    def _count(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > MAX_HEADER_BYTES or len(self.headers) > MAX_HEADERS:
            raise ValueError("too many headers")

    def _start_deadline(self) -> None:
        self._stop_deadline()
        self._deadline = self.loop.call_later(REQUEST_TIMEOUT_S, self._too_slow)

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._metrics.turned_away("slow")
        if not self.transport.is_closing():
            self.transport.close()

    def _abort(self) -> None:
        self._metrics.turned_away("slow")
        self.transport.abort()

    def _room(self, those: list["TerminalProtocol"], most: int) -> bool:
        """Whether there is room among `those`, itself included; the longest idle gives way."""
        if len(those) <= most:
            return True
        idle = [one for one in those if one is not self and one.idle]
        if not idle:
            return False
        # Without a farewell, which it might take its time to answer.
        min(idle, key=lambda one: one._used_s).transport.abort()
        return True

    def _turn_away(self, why: str) -> None:
        self._metrics.turned_away(why)
        self._refuse(503, "unavailable", "too many connections", retry_after_s=1)

    def _refuse(
        self, status: int, code: str, detail: str, retry_after_s: int | None = None
    ) -> None:
        problem = Problem.model_validate(
            {
                "title": detail,
                "status": status,
                "code": code,
                "detail": detail,
                "retry_after_s": retry_after_s,
            }
        )
        body = problem.model_dump_json(exclude_none=True).encode()
        head = (
            f"HTTP/1.1 {status} {detail}\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n"
        )
        if retry_after_s is not None:
            head += f"retry-after: {retry_after_s}\r\n"
        self.transport.write(head.encode("ascii") + b"\r\n" + body)
        self.transport.close()
