"""Whether this server holds keys that all servers agreed on: the database has check values only."""

from typing import Final

from bank.keys.keyset import KeySet
from bank.store.pool import Connection, Pool
from bank.store.rows import one_row

_CONFIRM: Final = "SELECT keys_confirm(%s, %s)"


async def confirm_key_set(pool: Pool, keys: KeySet, server: str | None = None) -> bool:
    """Whether a server may work with `keys`; the first set to come becomes the current one.

    With a name, the database remembers that this server has them.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    value = keys.check_value()

    async def confirm(connection: Connection) -> bool:
        return bool((await one_row(await connection.execute(_CONFIRM, [server, value])))[0])

    return await pool.run(confirm)
