"""Limits and marks around every request: how much at once, how often a terminal, which id.

Plain ASGI, so that an answer given here costs next to nothing under overload.
"""

import logging
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bank.api.problems import HttpProblem, answer
from bank.metrics import Metrics
from bank.request_id import CURRENT, accepted
from bank.seal.heads import HEADER
from bank.seal.sealer import LatestHead

log = logging.getLogger("bank.api")

MAX_AT_ONCE: Final = 128
MAX_BESIDE_MOVEMENTS: Final = 96
"""Of them, everything that is no movement: a rush of logins does not keep advices waiting."""
MAX_OF_A_TERMINAL: Final = 16
"""Of them, with one certificate; a kiosk has some four."""
RATE_PER_S: Final = 50.0
BURST: Final = 200.0
MAX_BUCKETS: Final = 10_000
MOVEMENTS: Final = "/v1/movements"
HEALTH: Final = frozenset({"/healthz", "/readyz"})
"""Answered however busy the server is: who asks decides by it whether to send more, or to kill."""
# Advices and replays of orders are never turned away by rate: the uid is looked up first.
UNRATED: Final = HEALTH | {MOVEMENTS}

_HEAD: Final = HEADER.lower().encode("ascii")


@dataclass
class _Bucket:
    tokens: float
    at_s: float


class Admission:
    """Turns away what is too much with a problem and Retry-After; marks every answer."""

    def __init__(
        self,
        app: ASGIApp,
        server: str,
        head: LatestHead | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._app = app
        self._server = server
        self._name = server.encode("ascii")
        self._head = head or LatestHead()
        self._metrics = metrics or Metrics()
        self._at_once = self._beside_movements = 0
        self._of_terminal: Counter[bytes] = Counter()
        self._buckets: dict[bytes, _Bucket] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = accepted(_given_id(scope))
        CURRENT.set(request_id)
        began_s = time.perf_counter()
        status = 0

        async def marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *self._marks(request_id)]
            await send(message)

        turned_away = self._too_much(scope)
        if turned_away is None:
            self._count(scope, 1)
            try:
                await self._serve(scope, receive, marked, lambda: status != 0)
            finally:
                self._count(scope, -1)
        else:
            await answer(turned_away.problem)(scope, receive, marked)
        self._note(scope, status, time.perf_counter() - began_s)

    def _marks(self, request_id: str) -> list[tuple[bytes, bytes]]:
        marks = [
            (b"server-name", self._name),
            (b"x-request-id", request_id.encode("ascii")),
            (b"cache-control", b"no-store"),
        ]
        if self._head.record:
            marks.append((_HEAD, self._head.record.encode("ascii")))
        return marks

    async def _serve(
        self, scope: Scope, receive: Receive, send: Send, started: Callable[[], bool]
    ) -> None:
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            log.info("the client went away")
        except Exception as error:
            # Where, but not the message: that may hold a customer's data.
            where = [f"{f.filename}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)]
            log.error("%s", type(error).__name__, extra={"facts": {"where": where}})
            internal = HttpProblem(500, "internal", "the bank made an error")
            if started():
                raise
            await answer(internal.problem)(scope, receive, send)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        """Count and log an answer, by its route's template: a path may hold an account."""
        path = scope["path"] if scope["path"] in UNRATED else _template(scope)
        self._metrics.request(path, status, seconds)
        facts = {
            "method": scope["method"],
            "path": path,
            "status": status,
            "ms": round(1e3 * seconds, 1),
            "server": self._server,
        }
        log.info("answered", extra={"facts": facts})

    def _count(self, scope: Scope, more: int) -> None:
        if scope["path"] in HEALTH:
            return
        self._at_once += more
        if scope["path"] != MOVEMENTS:
            self._beside_movements += more
        peer = _peer(scope)
        self._of_terminal[peer] += more
        if not self._of_terminal[peer]:
            del self._of_terminal[peer]

    def _too_much(self, scope: Scope) -> HttpProblem | None:
        path, peer = scope["path"], _peer(scope)
        if path in HEALTH:
            return None
        if self._at_once >= MAX_AT_ONCE or (
            path != MOVEMENTS and self._beside_movements >= MAX_BESIDE_MOVEMENTS
        ):
            self._metrics.turned_away("at_once")
            return HttpProblem(503, "unavailable", "the server is busy", retry_after_s=1)
        if peer and self._of_terminal[peer] >= MAX_OF_A_TERMINAL:
            self._metrics.turned_away("of_terminal")
            return HttpProblem(503, "unavailable", "too much at once", retry_after_s=1)
        if not peer or path in UNRATED or self._take(peer):
            return None
        self._metrics.turned_away("rate")
        return HttpProblem(429, "rate_limited", "too many requests", retry_after_s=1)

    def _take(self, peer: bytes) -> bool:
        now = time.monotonic()
        bucket = self._buckets.get(peer)
        if bucket is None:
            if len(self._buckets) >= MAX_BUCKETS:
                self._buckets.clear()
            bucket = self._buckets[peer] = _Bucket(BURST, now)
        bucket.tokens = min(BURST, bucket.tokens + (now - bucket.at_s) * RATE_PER_S)
        bucket.at_s = now
        if bucket.tokens < 1.0:
            return False
        bucket.tokens -= 1.0
        return True


def _peer(scope: Scope) -> bytes:
    """Return the peer's certificate, or nothing where there is none."""
    return scope.get("extensions", {}).get("tls", {}).get("client_certificate_der") or b""


def _given_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            return str(value, "latin-1")
    return ""


def _template(scope: Scope) -> str:
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "other"
