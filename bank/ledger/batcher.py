"""Group commit in the application: many movements share one statement, one commit and one fsync.

A lane is one batch at a time on a connection of its own. While it is away the next batch gathers.
A lane that is free leaves as soon as the event loop has nobody else to bring: nobody waits for
company that may not come, and where the loop is what is slow, company costs no time. Movements
that name a common uid never share a batch, nor are two of them away at once: each would have to
wait for the other's outcome.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Final, Protocol

import psycopg

from bank.ledger.errors import Overloaded
from bank.ledger.item import Item
from bank.ledger.queue import Entry, Key, Queue
from bank.ledger.statement import MAX_BATCH, Decision
from bank.request_id import CURRENT
from bank.store.errors import StoreUnavailable

log = logging.getLogger("bank.ledger")

LANES: Final = 2
FULL: Final = 32
"""So many need no more company: a statement by itself costs as much as ten of its items."""
GATHER_S: Final = 0.01
MAX_QUEUE: Final = 128
"""As many as a server lets in at once (`bank.api.admission`); others call it from inside."""
MAX_WAIT_S: Final = 1.5
"""An item that could not be sent in this time is given back: its terminal asks another server.

Below the 2 s that a terminal waits, so that no statement is spent on one that has moved on.
"""
STOP_S: Final = 1.0

Decide = Callable[[Sequence[Item], Sequence[str]], Awaitable[list[Decision]]]
"""Items, and the ids of the requests they came with."""


class Watcher(Protocol):
    """What is told of each batch: how many items, how long it was away, how many wait now."""

    def batch(self, size: int, seconds: float, waiting: int) -> None:
        """A batch came back, with whatever result."""


class Batcher:
    """Decides items in batches of up to `max_batch`; for use on one event loop.

    `decide` sends one batch as one statement, has a deadline of its own, and raises
    StoreUnavailable where it is unknown whether the batch was committed.
    """

    def __init__(
        self,
        decide: Decide,
        *,
        lanes: int = LANES,
        max_batch: int = MAX_BATCH,
        max_queue: int = MAX_QUEUE,
        max_wait_s: float = MAX_WAIT_S,
        watcher: Watcher | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._decide = decide
        self._lanes = lanes
        self._max_batch = max_batch
        self._max_wait_s = max_wait_s
        self._watcher = watcher
        self._now = now
        self._queue = Queue(max_queue)
        self._patience: asyncio.TimerHandle | None = None
        self._entries: dict[Key, Entry] = {}
        self._busy: set[Key] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._away = 0
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many items have not been sent yet."""
        return len(self._queue)

    async def submit(self, item: Item) -> Decision:
        """Return the decision about `item`.

        Raises:
            Overloaded: it was not sent; ask another server.
            StoreUnavailable: whether it was decided is unknown; the same bytes may be sent again.
            psycopg.Error: the statement refused this very item, and nothing of it was kept.
        """
        waiter: asyncio.Future[Decision] = asyncio.get_running_loop().create_future()
        key = (item.terminal, item.uid)
        known = self._entries.get(key)
        if known is not None and known.item.signed.jws_sha256 == item.signed.jws_sha256:
            known.waiters.append(waiter)
            return await waiter
        if self._closed:
            raise Overloaded("the server is stopping")
        loop = asyncio.get_running_loop()
        entry = Entry(item, CURRENT.get(), [waiter], loop.time() + self._max_wait_s)
        self._queue.add(entry)
        self._entries.setdefault(key, entry)
        if self._patience is None:
            self._patience = loop.call_at(entry.due_s, self._give_up)
        if len(self._running) == self._away:
            self._start_lane()
        try:
            return await waiter
        except asyncio.CancelledError:
            if all(one.done() for one in entry.waiters):
                self._queue.discard(entry)
                self._leave(entry, Overloaded("nobody waits for it any more"))
            raise

    async def close(self, stop_s: float = STOP_S) -> None:
        """Give back what was not sent, and wait up to `stop_s` for what was.

        Whoever then still waits is told that the outcome is unknown.
        """
        self._closed = True
        if self._patience is not None:
            self._patience.cancel()
        for entry in self._queue.clear():
            self._leave(entry, Overloaded("the server is stopping"))
        if self._running:
            await asyncio.wait(self._running, timeout=stop_s)
        lanes = tuple(self._running)
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)

    def _start_lane(self) -> None:
        if len(self._running) < self._lanes:
            # Of no request's context: a lane serves whoever comes.
            lane = asyncio.get_running_loop().create_task(
                self._lane(), name="ledger-lane", context=Context()
            )
            self._running.add(lane)

    async def _gather(self) -> None:
        """Wait while the event loop brings more; whoever was answered just now may ask again."""
        until_s, before = self._now() + GATHER_S, -1
        while before < len(self._queue) < FULL and self._now() < until_s:
            before = len(self._queue)
            # Two turns: in one a request is read, in the next its task gets here.
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    async def _lane(self) -> None:
        while True:
            await self._gather()
            batch = self._take()
            if not batch:
                # Before anybody can come: a done callback would run too late for who comes next.
                self._forget_lane()
                return
            began_s = self._now()
            self._away += 1
            if self._queue and len(self._running) == self._away:
                self._start_lane()
            try:
                await self._send(batch)
            finally:
                self._away -= 1
                unknown = StoreUnavailable("the server stopped before the answer came")
                for entry in batch:
                    self._busy.difference_update(entry.keys)
                    self._leave(entry, unknown)
                if self._watcher is not None:
                    self._watcher.batch(len(batch), self._now() - began_s, len(self._queue))

    def _forget_lane(self) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._running.discard(task)

    def _take(self) -> list[Entry]:
        """Return what may be sent together now."""
        # What waits is shared with the lanes that are free too: they work side by side.
        share = -(-len(self._queue) // max(1, self._lanes - self._away))
        return self._queue.take(min(self._max_batch, max(share, FULL)), self._busy)

    def _give_up(self) -> None:
        loop = asyncio.get_running_loop()
        for entry in self._queue.overdue(loop.time()):
            self._leave(entry, Overloaded("the ledger did not get to it in time"))
        due_s = self._queue.next_due_s()
        self._patience = None if due_s is None else loop.call_at(due_s, self._give_up)

    async def _send(self, batch: list[Entry]) -> None:
        try:
            decisions = await self._decide(
                [entry.item for entry in batch], [entry.request_id for entry in batch]
            )
        except StoreUnavailable as error:
            for entry in batch:
                entry.tell(error)
        except psycopg.Error as error:
            # Nothing of the statement was kept. One item's fault is not its mates'.
            if len(batch) == 1:
                batch[0].tell(error)
                return
            half = len(batch) // 2
            await self._send(batch[:half])
            await self._send(batch[half:])
        except Exception as error:  # noqa: BLE001 - whatever it was, nobody is left waiting
            log.error("a batch got no answer: %s", type(error).__name__)
            for entry in batch:
                entry.tell(error)
        else:
            for entry, decision in zip(batch, decisions, strict=True):
                entry.tell(decision)

    def _leave(self, entry: Entry, otherwise: Exception) -> None:
        key = (entry.item.terminal, entry.item.uid)
        if self._entries.get(key) is entry:
            del self._entries[key]
        entry.tell(otherwise)
