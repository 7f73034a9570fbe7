"""The session's thread: one event after another, its timers, its effects."""

import heapq
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable

from kiosk.effects.pin import Instant, at_once
from kiosk.pinpad import PinPad
from kiosk.screens import View
from kiosk.session import Event, State, begin, step, view
from kiosk.session.answers import TimerRang
from kiosk.session.effects import Effect, StartTimer, StopTimer

Perform = Callable[[Effect], None]
_LOG = logging.getLogger(__name__)


class Loop:
    """Feeds events to ``step`` and sees to its effects, on one thread.

    Timers and the PIN entry are seen to here; every other effect goes to ``perform``, which must
    return at once and may call ``post`` from any thread. ``show`` is called on the loop's thread
    with each new view. ``now`` is a monotonic clock in seconds.
    """

    def __init__(
        self,
        state: State,
        pad: PinPad,
        perform: Perform,
        show: Callable[[View], None],
        now: Callable[[], float],
    ) -> None:
        self.state = state
        self._pad = pad
        self._perform = perform
        self._show = show
        self._now = now
        self._shown: View | None = None
        self._due: list[tuple[float, int]] = []
        self._running: set[int] = set()
        self._queue: queue.SimpleQueue[Event | Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="kiosk-session", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def post(self, event: Event | Callable[[], None]) -> None:
        """Queue an event, or a function to be called on the loop's thread. Any thread."""
        self._queue.put(event)

    def stop(self, timeout_s: float) -> bool:
        """End the thread after what is queued; return whether it ended in time."""
        self._queue.put(None)
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def feed(self, event: Event) -> None:
        """Take one event now. On the loop's thread only."""
        waiting: deque[Event] = deque([event])
        while waiting:
            self.state, effects = step(self.state, waiting.popleft())
            waiting.extend(self._see_to(effects))
        self._publish()

    def _run(self) -> None:
        self.state, effects = begin(self.state)
        for answer in self._see_to(effects):
            self.feed(answer)
        self._publish()
        while True:
            try:
                item = self._queue.get(timeout=self._until_next_s())
            except queue.Empty:
                number = self._rang()
                if number:
                    self._guarded(TimerRang(number))
                continue
            if item is None:
                return
            self._guarded(item)

    def _guarded(self, item: Event | Callable[[], None]) -> None:
        try:
            if callable(item):
                item()
            else:
                self.feed(item)
        except Exception:  # noqa: BLE001
            # A fault in one step must not take the machine away from its customer: the state is
            # as it was before the event, and the timers lead on from there.
            _LOG.exception("an event could not be taken")

    def _see_to(self, effects: tuple[Effect, ...]) -> list[Event]:
        answers: list[Event] = []
        for effect in effects:
            match effect:
                case StartTimer(number, after_s):
                    self._running.add(number)
                    heapq.heappush(self._due, (self._now() + after_s, number))
                case StopTimer(number):
                    self._running.discard(number)
                case _ if isinstance(effect, Instant):
                    answer = at_once(self._pad, effect)
                    if answer is not None:
                        answers.append(answer)
                case _:
                    self._perform(effect)
        return answers

    def _until_next_s(self) -> float | None:
        while self._due and self._due[0][1] not in self._running:
            heapq.heappop(self._due)
        return max(0.0, self._due[0][0] - self._now()) if self._due else None

    def _rang(self) -> int:
        """Return the number of a timer that is due, 0 if none is."""
        if not self._due or self._due[0][0] > self._now():
            return 0
        number = heapq.heappop(self._due)[1]
        if number not in self._running:
            return 0
        self._running.discard(number)
        return number

    def _publish(self) -> None:
        now = view(self.state)
        if now != self._shown:
            self._shown = now
            self._show(now)
