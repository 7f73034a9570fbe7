"""Sends each advice's stored bytes until the bank has acknowledged them.

The queue itself is the journal: whatever is signed there and not acknowledged is put in again at
the next start. Advices of one transaction go in order; those of different ones don't wait for each
other. Delays grow with each failure, with jitter, so that terminals don't come back all at once.
"""

import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

from backend_client.outcomes import Decision, Unknown
from kiosk.journal import JournalError
from protocol.messages.money import Outcome

ALARM_AFTER: Final = 6
_JITTER_STEPS: Final = 1000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Advice:
    """A signed request of the transaction ``tx``."""

    tx: str
    uid: str
    kind: str
    jws: bytes


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds to wait after failures: doubling from ``first_s`` up to ``longest_s``."""

    first_s: float = 0.5
    longest_s: float = 60.0

    def after(self, failures: int, jitter: float) -> float:
        """Return the wait after ``failures`` (from 1); ``jitter`` in 0..1 spreads it by half."""
        whole = min(self.longest_s, self.first_s * 2.0 ** min(failures - 1, 20))
        return whole * (0.75 + 0.5 * jitter)


@dataclass(slots=True)
class _Waiting:
    advice: Advice
    failures: int = 0
    due: float = 0.0


class Forwarder:
    """One sending thread over a queue; thread-safe.

    ``send`` asks the bank; ``acknowledged`` makes its decision durable, and only then is the advice
    forgotten. ``alarm`` hears of each advice that has failed six times, once.
    """

    def __init__(
        self,
        send: Callable[[Advice], Decision],
        acknowledged: Callable[[Advice, Outcome], None],
        alarm: Callable[[Advice], None],
        backoff: Backoff,
    ) -> None:
        """Nothing is sent before ``start``."""
        self._send = send
        self._acknowledged = acknowledged
        self._alarm = alarm
        self._backoff = backoff
        self._queue: list[_Waiting] = []
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="store-and-forward", daemon=True)

    def put(self, advice: Advice) -> None:
        """Queue an advice whose bytes are durable; the same uid twice is queued once."""
        with self._changed:
            if all(waiting.advice.uid != advice.uid for waiting in self._queue):
                self._queue.append(_Waiting(advice))
            self._changed.notify_all()

    def drain(self) -> bool:
        """Try every queued advice once on this thread; return whether the queue is empty.

        For close of business, and for tests that want no thread.
        """
        with self._changed:
            queue = tuple(self._queue)
        for waiting in queue:
            self._attempt(waiting)
        return self.pending == 0

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """End the thread; what is queued stays in the journal."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    @property
    def pending(self) -> int:
        """How many advices the bank has not acknowledged."""
        with self._changed:
            return len(self._queue)

    @property
    def alarmed(self) -> bool:
        """Whether one of them has failed often enough to tell an operator."""
        with self._changed:
            return any(waiting.failures >= ALARM_AFTER for waiting in self._queue)

    def wait(self, uid: str, timeout_s: float) -> bool:
        """Return whether the advice is acknowledged, waiting for at most ``timeout_s``."""
        with self._changed:
            return self._changed.wait_for(
                lambda: all(waiting.advice.uid != uid for waiting in self._queue), timeout_s
            )

    def _run(self) -> None:
        while (waiting := self._next()) is not None:
            try:
                self._attempt(waiting)
            except JournalError:
                # The decision isn't durable here; after the restart the bank says it again.
                _log.exception("store-and-forward stops: the journal failed")
                return

    def _attempt(self, waiting: _Waiting) -> None:
        try:
            decision = self._send(waiting.advice)
        except Exception as error:  # noqa: BLE001
            # Whatever broke, the advice is durable and has to arrive: it is tried again.
            _log.exception("an advice could not be sent")
            decision = Unknown(repr(error))
        if isinstance(decision, Unknown):
            self._failed(waiting, decision.why)
            return
        try:
            self._acknowledged(waiting.advice, decision.outcome)
        except JournalError:
            raise
        except Exception as error:  # noqa: BLE001
            # One advice that cannot be finished must not keep all others from the bank.
            _log.exception("a decision of the bank could not be taken")
            self._failed(waiting, repr(error))
        else:
            self._forget(waiting)

    def _next(self) -> _Waiting | None:
        with self._changed:
            while not self._stopping:
                firsts: dict[str, _Waiting] = {}
                for waiting in self._queue:
                    firsts.setdefault(waiting.advice.tx, waiting)
                now = monotonic()
                soonest = min(firsts.values(), key=lambda waiting: waiting.due, default=None)
                if soonest is not None and soonest.due <= now:
                    return soonest
                self._changed.wait(None if soonest is None else soonest.due - now)
            return None

    def _forget(self, waiting: _Waiting) -> None:
        with self._changed:
            self._queue.remove(waiting)
            self._changed.notify_all()

    def _failed(self, waiting: _Waiting, why: str) -> None:
        advice = waiting.advice
        with self._changed:
            waiting.failures += 1
            jitter = secrets.randbelow(_JITTER_STEPS) / _JITTER_STEPS
            waiting.due = monotonic() + self._backoff.after(waiting.failures, jitter)
        _log.info("%s %s not acknowledged: %s", advice.kind, advice.uid, why)
        if waiting.failures == ALARM_AFTER:
            self._alarm(advice)
