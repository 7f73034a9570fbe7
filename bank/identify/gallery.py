"""The bank's gallery: every enrolled finger, in this server's memory.

Before each search it asks the database for what has changed since: one query that finds nothing
most of the time. So whoever signed up through any server is found by all of them at once.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

import anyio.to_thread

from bank.customers.store import FINGER_KIND, FINGER_VERSION
from bank.keys import KeySet, SealBroken, SealedPlace, unseal
from bank.store.pool import Pool
from biometrics import Gallery, Template, TemplateError

_LOG = logging.getLogger(__name__)

# A customer with any changed finger is read anew as a whole; version and rows are of one snapshot.
_CHANGES = """
select g.version, f.customer, f.id, f.sealed
from gallery g left join (
    select f.customer, f.position,
        case when f.removed_at is null and u.status = 'active' then f.id end as id, f.sealed
    from fingers f join customers u on u.id = f.customer
    where f.customer in (select customer from fingers where changed > %s)) f on true
order by f.customer, f.position
"""


class LiveGallery:
    """A gallery and how far it has followed the database. One a server; search it from threads."""

    def __init__(self) -> None:
        self.fingers = Gallery()
        self._version = 0
        self._refreshing = asyncio.Lock()

    async def refresh(self, pool: Pool, keys: KeySet) -> None:
        """Take over every change that was committed before this call.

        Raises:
            StoreUnavailable: the database did not answer; the gallery is as it was.
        """
        async with self._refreshing:
            async with pool.connection() as connection:
                rows = await (await connection.execute(_CHANGES, (self._version,))).fetchall()
            changed: dict[UUID, list[tuple[UUID, bytes]]] = defaultdict(list)
            for _, customer, finger, sealed in rows:
                if customer is not None:
                    changed[customer] += [(finger, sealed)] if finger is not None else []
            if changed:
                await anyio.to_thread.run_sync(self._take_over, keys, changed)
            if rows:
                self._version = rows[0][0]

    def _take_over(self, keys: KeySet, changed: dict[UUID, list[tuple[UUID, bytes]]]) -> None:
        for customer, sealed in changed.items():
            templates = tuple(_open(keys, sealed))
            if templates:
                self.fingers.add(str(customer), templates)
            else:
                self.fingers.remove(str(customer))


def _open(keys: KeySet, sealed: Iterable[tuple[UUID, bytes]]) -> Iterable[Template]:
    for finger, data in sealed:
        place = SealedPlace(finger.bytes, FINGER_KIND, FINGER_VERSION)
        try:
            yield Template.from_iso(unseal(keys, place, data))
        except (SealBroken, TemplateError) as error:
            # One damaged row must not keep everybody else out.
            _LOG.error("finger %s cannot be used: %s", finger, error)
