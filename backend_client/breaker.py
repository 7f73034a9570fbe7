"""A circuit breaker a server: whether to send it customers, as a plain state machine.

It opens at the first silence, because another server can answer at once. While it is open only
probes go there, at growing intervals; the first good answer closes it.
"""

from dataclasses import dataclass, replace
from typing import Final

FIRST_PROBE_S: Final = 0.5
LONGEST_PROBE_S: Final = 8.0


@dataclass(frozen=True, slots=True)
class Breaker:
    """``failures`` in a row; times are of a monotonic clock, in seconds.

    ``probe_at`` is when an open breaker is worth a try; ``healthy_since`` is when it last closed
    (minus infinity: it has never been open).
    """

    failures: int = 0
    probe_at: float = 0.0
    healthy_since: float = float("-inf")

    @property
    def closed(self) -> bool:
        """Whether customers are sent there."""
        return self.failures == 0

    def healthy_for(self, now: float) -> float:
        """Return for how many seconds the server has been well, 0 if it is not."""
        return now - self.healthy_since if self.closed else 0.0


def after_answer(breaker: Breaker, now: float) -> Breaker:
    """Return the breaker after an answer, of whatever content."""
    return breaker if breaker.closed else Breaker(healthy_since=now)


def after_silence(breaker: Breaker, now: float, jitter: float = 0.0) -> Breaker:
    """Return the breaker after a silence; the time to the next probe doubles up to 8 s.

    ``jitter`` in 0..1 brings it forward by up to half: terminals that lost a server in the same
    moment do not knock in the same moment.
    """
    wait = min(FIRST_PROBE_S * 2 ** min(breaker.failures, 10), LONGEST_PROBE_S)
    probe_at = now + wait * (1.0 - jitter / 2)
    return replace(breaker, failures=breaker.failures + 1, probe_at=probe_at)
