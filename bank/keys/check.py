"""Whether this server holds the same keys as every other: the database keeps one check value."""

from typing import Final

from bank.keys.keyset import KeySet
from bank.store.pool import Connection, Pool

# The first server says which it is.
_CONFIRM: Final = """
with kept as (insert into key_check (value) values (%(value)s) on conflict do nothing
    returning value)
select value from kept union all select value from key_check limit 1
"""


async def confirm_key_set(pool: Pool, keys: KeySet) -> bool:
    """Whether `keys` are the keys of this database's servers; the first set to come becomes so.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    value = keys.check_value()

    async def confirm(connection: Connection) -> bool:
        row = await (await connection.execute(_CONFIRM, {"value": value})).fetchone()
        return row is not None and bytes(row[0]) == value

    return await pool.run(confirm)
