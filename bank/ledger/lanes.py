"""The money statement's own connections, and the batcher that fills them."""

import json
from collections.abc import Callable, Sequence
from typing import Final

from bank.ledger.batcher import LANES, Batcher, Watcher
from bank.ledger.item import Item
from bank.ledger.statement import Decision, decide, move_cash
from bank.store.pool import Pool
from protocol.messages.money import CASH_MOVES

DEADLINE_S: Final = 4.0
"""After it a batch's connection is shut and its outcome is unknown."""


class Ledger:
    """Takes verified requests one at a time and decides them in batches.

    `rules` is what `rules_of` gives. Its connections serve nothing else, so that their plans stay
    warm and no read ever waits behind money.
    """

    def __init__(
        self,
        url: str | Callable[[], str],
        rules: str,
        *,
        lanes: int = LANES,
        watcher: Watcher | None = None,
    ) -> None:
        # One more than the lanes: a machine's own cash waits for no batch, and no batch for it.
        self._pool = Pool(url, size=lanes + 1, deadline_s=DEADLINE_S)
        self._rules = rules
        self._batcher = Batcher(self._decide, lanes=lanes, watcher=watcher)

    @property
    def waiting(self) -> int:
        """How many requests have not been sent to the database yet."""
        return self._batcher.waiting

    async def open(self) -> None:
        """Begin to connect, in the background."""
        await self._pool.open()

    async def close(self) -> None:
        """Let batches end for a moment, then close; nobody is left waiting."""
        await self._batcher.close()
        await self._pool.close()

    async def submit(self, item: Item) -> Decision:
        """Return the decision about `item`. Errors: those of `Batcher.submit`."""
        if item.kind in CASH_MOVES:
            # Rare, and of one machine: they keep their locks out of the customers' batches.
            zone = str(json.loads(self._rules)["time_zone"])
            return await self._pool.run(lambda connection: move_cash(connection, item, zone))
        return await self._batcher.submit(item)

    async def _decide(self, items: Sequence[Item], ids: Sequence[str]) -> list[Decision]:
        return await self._pool.run(
            lambda connection: decide(connection, items, self._rules, request_ids=ids)
        )
