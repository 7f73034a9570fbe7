"""The bank's servers as this terminal sees them: sessions, breakers, requests in flight."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import requests

from backend_client.attempt import Answer, Payload, Silence, attempt
from backend_client.breaker import after_answer, after_silence
from backend_client.policy import Policy, ServerState, order

PROBE: Final = Payload("GET", "/readyz", {})
PROBE_TIMEOUT_S: Final = 1.0
_WATCH_EVERY_S: Final = 0.25
_IDLE_PROBE_S: Final = 10.0
_DEFAULT_REST_S: Final = 1.0
_UNAVAILABLE: Final = 503


@dataclass(frozen=True, slots=True)
class Server:
    """A bank server: its name, and its address, by which its certificate is checked."""

    name: str
    host: str
    port: int

    @property
    def base_url(self) -> str:
        """Return the address as a URL without a path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class ServerHealth:
    """A server's name and whether customers are sent there."""

    name: str
    healthy: bool


class Servers:
    """All servers, in the order of preference. Safe to use from several threads.

    ``make_session`` makes the HTTPS session of one server; ``now`` is a monotonic clock; ``jitter``
    gives numbers in 0..1 that spread what all terminals would else do in the same moment.
    """

    def __init__(
        self,
        servers: Sequence[Server],
        policy: Policy,
        make_session: Callable[[], requests.Session],
        now: Callable[[], float],
        jitter: Callable[[], float],
    ) -> None:
        if not servers:
            raise ValueError("at least one server is needed")
        self._servers = tuple(servers)
        self._policy = policy
        self._sessions = tuple(make_session() for _ in servers)
        self._now = now
        self._jitter = jitter
        self._lock = threading.Lock()
        self._states = [ServerState() for _ in servers]
        self._probed_at = [now()] * len(servers)
        self._stop = threading.Event()
        self._watcher: threading.Thread | None = None

    def order(self) -> list[int]:
        """Return all servers' indices, the one to ask first in front."""
        with self._lock:
            return order(self._policy, self._states, self._now())

    def name(self, index: int) -> str:
        """Return a server's name."""
        return self._servers[index].name

    def rests_for(self, index: int) -> float:
        """Return the seconds for which a server has asked to be left alone, 0 if it has not."""
        with self._lock:
            return max(0.0, self._states[index].resting_until - self._now())

    def first_awake_in(self) -> float:
        """Return the seconds until a server may be asked: 0 unless all asked to be left alone."""
        return min(self.rests_for(index) for index in range(len(self._servers)))

    def health(self) -> tuple[ServerHealth, ...]:
        """Return each server's health as the last answers and probes showed it."""
        with self._lock:
            return tuple(
                ServerHealth(server.name, state.breaker.closed)
                for server, state in zip(self._servers, self._states, strict=True)
            )

    def send(self, index: int, payload: Payload, timeout_s: float) -> Answer | Silence:
        """Send ``payload`` to one server and note how it went."""
        with self._lock:
            state = self._states[index]
            self._states[index] = replace(
                state, in_flight=state.in_flight + 1, served=state.served + 1
            )
        result: Answer | Silence = Silence("failed here", sent=False)
        try:
            result = attempt(
                self._sessions[index], self._servers[index].base_url, payload, timeout_s
            )
        finally:
            with self._lock:
                state = self._states[index]
                state = replace(state, in_flight=state.in_flight - 1)
                self._states[index] = noted(state, result, self._now(), self._jitter())
                self._probed_at[index] = self._now()
        return result

    def distrust(self, index: int) -> None:
        """Count a server's last answer as a silence: it made no sense."""
        with self._lock:
            state = self._states[index]
            breaker = after_silence(state.breaker, self._now(), self._jitter())
            self._states[index] = replace(state, breaker=breaker)

    def drop_connections(self, index: int) -> None:
        """Close the idle connections to a server, so that the next attempt opens a new one."""
        self._sessions[index].close()

    def change_sessions(self, make_session: Callable[[], requests.Session]) -> None:
        """Send everything from now on over new sessions; what is on its way ends on the old."""
        fresh = tuple(make_session() for _ in self._servers)
        old, self._sessions = self._sessions, fresh
        for session in old:
            session.close()

    def watch(self) -> None:
        """Start probing servers that were silent, and now and then the others, until ``close``."""
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, name="bank-watch", daemon=True)
            self._watcher.start()

    def probe_due(self) -> None:
        """Probe each server that is due, one after the other."""
        for index in range(len(self._servers)):
            if self._stop.is_set():
                return
            with self._lock:
                state, now = self._states[index], self._now()
                due = state.breaker.probe_at <= now and (
                    not state.breaker.closed or now - self._probed_at[index] >= _IDLE_PROBE_S
                )
            if due:
                self.send(index, PROBE, PROBE_TIMEOUT_S)

    def close(self) -> None:
        """Stop probing and close all idle connections."""
        self._stop.set()
        if self._watcher is not None:
            self._watcher.join(timeout=PROBE_TIMEOUT_S + _WATCH_EVERY_S)
        for session in self._sessions:
            session.close()

    def _watch(self) -> None:
        while not self._stop.wait(_WATCH_EVERY_S):
            self.probe_due()


def noted(state: ServerState, result: Answer | Silence, now: float, jitter: float) -> ServerState:
    """Return what is known after an answer or a silence; ``jitter`` in 0..1 spreads waits."""
    if isinstance(result, Answer) and result.status == _UNAVAILABLE:
        # It lives but cannot serve: no customers for a while.
        rest_s = _DEFAULT_REST_S if result.retry_after_s is None else result.retry_after_s
        # Everybody was told the same number: nobody comes back sooner, and not all at once.
        state = replace(state, resting_until=now + rest_s * (1.0 + jitter / 2))
        if state.breaker.closed:
            return state
    if isinstance(result, Silence) or result.status >= 500:
        return replace(state, breaker=after_silence(state.breaker, now, jitter))
    return replace(state, breaker=after_answer(state.breaker, now), resting_until=0.0)
