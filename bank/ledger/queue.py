"""What has not been sent to the ledger yet, and who waits for it.

Advices and settlements say what has happened, or ask what did: their money is under way. They go
before what is only to begin, and places are kept for them, so that a rush of new starts never
keeps a machine from telling what became of its notes. A part of each batch goes to starts all the
same: the backlog of machines that come back does not stop those that serve.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from bank.ledger.errors import Overloaded
from bank.ledger.item import Item
from bank.ledger.statement import Decision
from protocol.messages.money import ADVICES

Key = tuple[str, UUID]

SHARE_OF_STARTS: Final = 4
"""One place in so many of a full batch is a start's, while one waits."""
KEPT_FOR_ADVICES: Final = 8
"""One place in so many of the queue is no start's."""


@dataclass(eq=False)
class Entry:
    """One item and everybody who waits for its decision, until `due_s` of the loop's clock."""

    item: Item
    request_id: str
    waiters: list[asyncio.Future[Decision]]
    due_s: float

    @property
    def keys(self) -> tuple[Key, ...]:
        """Return the uids it is about: nobody else may work on them meanwhile."""
        item = self.item
        own = (item.terminal, item.uid)
        return (own,) if item.original is None else (own, (item.terminal, item.original))

    def tell(self, result: Decision | Exception) -> None:
        """Answer whoever still waits."""
        for waiter in self.waiters:
            if waiter.done():
                continue
            if isinstance(result, Exception):
                waiter.set_exception(result)
            else:
                waiter.set_result(result)


class Queue:
    """Entries in the order they came, advices before starts; at most `most` of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._most_starts = most - most // KEPT_FOR_ADVICES
        self._advices: deque[Entry] = deque()
        self._starts: deque[Entry] = deque()

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._advices) + len(self._starts)

    def add(self, entry: Entry) -> None:
        """Let an entry wait. Errors: Overloaded."""
        advice = entry.item.kind in ADVICES or entry.item.kind == "settle"
        if len(self) >= (self._most if advice else self._most_starts):
            raise Overloaded("too many movements wait for the ledger")
        (self._advices if advice else self._starts).append(entry)

    def discard(self, entry: Entry) -> None:
        """Let go of an entry, should it still wait."""
        for line in (self._advices, self._starts):
            if entry in line:
                line.remove(entry)

    def take(self, most: int, busy: set[Key]) -> list[Entry]:
        """Return up to `most` entries that share no uid with `busy`, and mark theirs busy."""
        starts = most // SHARE_OF_STARTS if self._starts else 0
        batch = _take(self._advices, most - starts, busy)
        batch += _take(self._starts, most - len(batch), busy)
        batch += _take(self._advices, most - len(batch), busy)
        return batch

    def overdue(self, now_s: float) -> list[Entry]:
        """Take out what has waited too long."""
        found: list[Entry] = []
        for line in (self._starts, self._advices):
            while line and line[0].due_s <= now_s:
                found.append(line.popleft())
        return found

    def next_due_s(self) -> float | None:
        """Return when the first of them will have waited too long; None if none waits."""
        return min((line[0].due_s for line in (self._advices, self._starts) if line), default=None)

    def clear(self) -> list[Entry]:
        """Take out everything."""
        found = [*self._advices, *self._starts]
        self._advices.clear()
        self._starts.clear()
        return found


def _take(line: deque[Entry], most: int, busy: set[Key]) -> list[Entry]:
    batch: list[Entry] = []
    kept: list[Entry] = []
    while line and len(batch) < most:
        entry = line.popleft()
        if busy.isdisjoint(entry.keys):
            batch.append(entry)
            busy.update(entry.keys)
        else:
            kept.append(entry)
    line.extendleft(reversed(kept))
    return batch
