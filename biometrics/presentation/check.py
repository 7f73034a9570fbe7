"""Whether a picture looks like the presentation of something else than a finger."""

import enum
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from biometrics.arrays import Gray
from biometrics.presentation.signs import (
    Touch,
    Trace,
    change,
    likeness,
    pattern,
    shifted,
    touch,
    trace,
)

# Between what synthetic attacks and what pictures of fingers show; docs/liveness.md has the rates.
MOST_PATTERN: Final = 26.0
MOST_LIKENESS: Final = 0.955
LEAST_CHANGE: Final = 0.04
BURST: Final = 3

KEPT_TRACES: Final = 32
KEPT_S: Final = 900.0
BURST_S: Final = 60.0


class Suspicion(enum.Enum):
    """Why a picture is not taken for a finger's."""

    REPLAYED = "the same picture was shown before"
    PATTERN = "a regular fine pattern: the dots of a print or of a display"
    STILL = "touches that do not differ: a stiff copy"


def suspicions(
    picture: Gray, kept: Iterable[Trace], touches: tuple[Touch, ...]
) -> tuple[Suspicion, ...]:
    """Everything that speaks against a picture; () if nothing does.

    `kept`: traces of earlier pictures. `touches`: of the last ones of this burst and of this
    picture; fewer than BURST tell nothing.
    """
    found = []
    seen = shifted(picture)
    if any(likeness(each, seen) > MOST_LIKENESS for each in kept):
        found.append(Suspicion.REPLAYED)
    if pattern(picture) > MOST_PATTERN:
        found.append(Suspicion.PATTERN)
    if len(touches) >= BURST and change(touches[-BURST:]) < LEAST_CHANGE:
        found.append(Suspicion.STILL)
    return tuple(found)


class PresentationCheck:
    """Judges the pictures of one machine's readers, one after the other. Any thread.

    In memory only, it keeps coarse traces of the last pictures for a quarter of an hour.
    """

    def __init__(self, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._monotonic_s = monotonic_s
        self._traces: deque[tuple[float, Trace]] = deque(maxlen=KEPT_TRACES)
        self._touches: deque[tuple[float, Touch]] = deque(maxlen=BURST)
        self._judging = threading.Lock()

    def judge(self, picture: Gray) -> tuple[Suspicion, ...]:
        """What speaks against this picture; it is remembered for the next ones."""
        with self._judging:
            now_s = self._monotonic_s()
            while self._traces and now_s - self._traces[0][0] > KEPT_S:
                self._traces.popleft()
            while self._touches and now_s - self._touches[0][0] > BURST_S:
                self._touches.popleft()
            self._touches.append((now_s, touch(picture)))
            touches = tuple(each for _, each in self._touches)
            found = suspicions(picture, (each for _, each in self._traces), touches)
            self._traces.append((now_s, trace(picture)))
        return found
