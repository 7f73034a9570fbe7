"""One attempt: bytes to one server, and its answer, within a time that is kept strictly."""

import queue
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import requests
from requests.exceptions import ConnectTimeout
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.util import Timeout

from backend_client.tls import CertificateOver, peer_hash

MAX_ANSWER_BYTES: Final = 1024 * 1024
MAX_RETRY_AFTER_S: Final = 30.0
REQUEST_ID: Final = "X-Request-Id"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. ``server`` is its name, ``certificate_hash`` SHA-256 of its leaf."""

    status: int
    content_type: str
    body: bytes = field(repr=False)
    server: str
    certificate_hash: bytes
    retry_after_s: float | None


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer that can be used. ``sent`` is False only if the request surely never left."""

    why: str
    sent: bool


@dataclass(frozen=True, slots=True)
class Payload:
    """The bytes of a request, the same at every attempt."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)

    @property
    def request_id(self) -> str:
        """Return what names this request in the logs of both ends and in the bank's SQL."""
        return self.headers.get(REQUEST_ID, "")


def attempt(
    session: requests.Session, base_url: str, payload: Payload, timeout_s: float
) -> Answer | Silence:
    """Send ``payload`` and return what came back within ``timeout_s``.

    Runs on a thread of its own, because a socket's timeout bounds each read, not their sum: a
    server that sends a byte a second would hold the caller for ever.
    """
    results: queue.SimpleQueue[Answer | Silence] = queue.SimpleQueue()

    def run() -> None:
        results.put(_exchange(session, base_url, payload, timeout_s))

    threading.Thread(target=run, name="bank-attempt", daemon=True).start()
    try:
        return results.get(timeout=timeout_s + 0.05)
    except queue.Empty:
        return Silence("no answer in time", sent=True)


def _exchange(
    session: requests.Session, base_url: str, payload: Payload, timeout_s: float
) -> Answer | Silence:
    request = requests.Request(
        payload.method,
        base_url + payload.path,
        headers={"Accept-Encoding": "identity", **payload.headers},
        data=payload.body,
    )
    try:
        # requests hands a urllib3 Timeout through; its hints know only numbers.
        response = session.send(
            request.prepare(),
            stream=True,
            timeout=Timeout(total=timeout_s),  # type: ignore[arg-type]
            allow_redirects=False,
        )
        with response:
            return _read(response)
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        return Silence(f"{type(error).__name__}: {error}"[:200], sent=not _never_left(error))


def _read(response: requests.Response) -> Answer | Silence:
    certificate_hash = peer_hash(response)
    body = response.raw.read(MAX_ANSWER_BYTES + 1, decode_content=False)
    if len(body) > MAX_ANSWER_BYTES:
        return Silence("the answer is too long", sent=True)
    return Answer(
        status=response.status_code,
        content_type=response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
        body=body,
        server=response.headers.get("Server-Name", "")[:16],
        certificate_hash=certificate_hash,
        retry_after_s=_retry_after(response.headers.get("Retry-After")),
    )


def _retry_after(text: str | None) -> float | None:
    # The header's other form is a date, and dates are not trusted here.
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 6:
        return None
    return min(float(text), MAX_RETRY_AFTER_S)


def _never_left(error: BaseException) -> bool:
    seen: list[object] = [error]
    while seen:
        current = seen.pop()
        if isinstance(current, NewConnectionError | ConnectTimeout | CertificateOver):
            return True
        if isinstance(current, BaseException):
            seen += [*current.args, getattr(current, "reason", None), current.__cause__]
    return False
