"""TLS 1.3 with certificates at both ends, and the terminal's name in every request.

No ASGI server hands an application the verified peer certificate yet, so a subclass of uvicorn's
protocol puts its DER into ``scope["extensions"]["tls"]["client_certificate_der"]``. It rests on
uvicorn's inner names: the version is pinned by the requirements' hashes, and a test connects.
The same subclass sets the limits that uvicorn leaves open: connections, header size, and the time
a client may take to send a request.
"""

import asyncio
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from protocol.messages.terminal import Problem

MAX_CONNECTIONS: Final = 512
MAX_HEADER_BYTES: Final = 16_384
MAX_HEADERS: Final = 64
_ANSWERS: Final = tuple(b"HTTP/1.1 %d" % first for first in (2, 3, 4, 5))
REQUEST_TIMEOUT_S: Final = 15.0
"""From a request's first byte to its last."""


@dataclass(frozen=True)
class ServerIdentity:
    """The files of a server's certificate chain and key, and the CA both ends trust."""

    certificate_file: Path
    key_file: Path
    trust_file: Path


def server_context(identity: ServerIdentity) -> ssl.SSLContext:
    """Return a context that speaks TLS 1.3 only and refuses a peer without the CA's certificate.

    Raises:
        OSError, ssl.SSLError: a file is missing or is not what it should be.
    """
    for file in (identity.certificate_file, identity.key_file, identity.trust_file):
        file.open("rb").close()  # whose error names the file; ssl's does not
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(identity.certificate_file, identity.key_file)
    context.load_verify_locations(identity.trust_file)
    context.verify_mode = ssl.CERT_REQUIRED
    context.set_alpn_protocols(["http/1.1"])
    return context


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
    """HTTP/1.1 over mutual TLS, with limits."""

    _peer_der: bytes | None = None
    _header_bytes = 0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Keep the peer's certificate; turn away who is one too many."""
        super().connection_made(_OneWrite(transport))  # type: ignore[arg-type]
        tls = transport.get_extra_info("ssl_object")
        self._peer_der = tls.getpeercert(binary_form=True) if tls is not None else None
        if len(self.connections) > MAX_CONNECTIONS:
            self._refuse(503, "unavailable", "too many connections", retry_after_s=1)
            return
        self._start_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer with the connection."""
        self._stop_deadline()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Start a request: its scope names the peer."""
        super().on_message_begin()
        self._header_bytes = 0
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

    def on_message_complete(self) -> None:
        """The request is here: from now on the time is the bank's."""
        self._stop_deadline()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer without a body is sent too."""
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
        if not self.transport.is_closing():
            self.transport.close()

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
