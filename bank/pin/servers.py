"""The list of servers whose tokens are good: every server that was started and is not denied."""

from bank.store.pool import Pool


async def register_server(pool: Pool, name: str, certificate_hash: bytes) -> None:
    """Put a server's certificate (SHA-256 of its DER) on the list; one that was denied stays so.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    async with pool.connection() as connection:
        await connection.execute(
            "insert into servers (certificate, name) values (%s, %s) on conflict do nothing",
            (certificate_hash, name),
        )
