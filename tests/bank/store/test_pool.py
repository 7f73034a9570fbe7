"""A statement past its deadline is left alone, never cancelled; dead connections are dropped."""

import asyncio
import time

import psycopg
import pytest

from bank.store.errors import StoreUnavailable
from bank.store.pool import Connection, Pool
from bank.store.postgres import DatabaseUrls

SLOW = "do $$ begin perform pg_sleep(1); insert into marks default values; end $$"


@pytest.fixture
def urls(database_url: DatabaseUrls) -> DatabaseUrls:
    with psycopg.connect(database_url.owner, autocommit=True) as owner:
        owner.execute("create table if not exists marks (n int generated always as identity)")
        owner.execute("truncate marks")
    return database_url


def marks(urls: DatabaseUrls) -> int:
    with psycopg.connect(urls.owner) as owner:
        row = owner.execute("select count(*) from marks").fetchone()
    assert row is not None
    return int(row[0])


async def _slow(connection: Connection) -> None:
    await connection.execute(SLOW)


async def _write(connection: Connection) -> None:
    await connection.execute("insert into marks default values")


def test_past_the_deadline_the_outcome_is_unknown_and_nothing_is_cancelled(
    urls: DatabaseUrls,
) -> None:
    async def go() -> None:
        pool = Pool(urls.owner, size=2)
        await pool.open()
        started = time.monotonic()
        with pytest.raises(StoreUnavailable):
            await pool.run(_slow, deadline_s=0.3)
        assert time.monotonic() - started < 0.9
        assert marks(urls) == 0
        while marks(urls) == 0:  # the test's time limit bounds this
            await asyncio.sleep(0.05)
        await pool.run(_write)
        assert marks(urls) == 2
        await pool.close()

    asyncio.run(go())


def test_an_asker_who_goes_away_cancels_nothing(urls: DatabaseUrls) -> None:
    async def go() -> None:
        pool = Pool(urls.owner, size=2)
        await pool.open()
        asker = asyncio.create_task(pool.run(_slow))
        await asyncio.sleep(0.5)
        asker.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asker
        while marks(urls) == 0:
            await asyncio.sleep(0.05)
        await pool.close()

    asyncio.run(go())


def test_a_connection_that_turned_read_only_is_dropped(urls: DatabaseUrls) -> None:
    async def demote(connection: Connection) -> None:
        await connection.execute("set default_transaction_read_only = on")

    async def go() -> None:
        pool = Pool(urls.owner, size=2)
        await pool.open()
        await asyncio.gather(pool.run(demote), pool.run(demote))
        failures = 0
        while marks(urls) == 0:
            try:
                await pool.run(_write)
            except StoreUnavailable:
                failures += 1
            assert failures <= 2
        await pool.close()

    asyncio.run(go())


def test_who_forgets_a_transaction_loses_it(urls: DatabaseUrls) -> None:
    async def forgetful(connection: Connection) -> None:
        await connection.execute("begin")
        await connection.execute("insert into marks default values")
        await asyncio.sleep(1.5)
        await connection.execute("commit")

    async def go() -> None:
        pool = Pool(urls.owner, size=2)
        await pool.open()
        with pytest.raises(StoreUnavailable):
            await pool.run(forgetful)
        await pool.close()

    asyncio.run(go())
    assert marks(urls) == 0


def test_too_many_askers_are_told_so(urls: DatabaseUrls) -> None:
    async def go() -> None:
        pool = Pool(urls.owner, size=2, wait_s=0.1)
        await pool.open()
        await pool.run(_write)
        done = await asyncio.gather(*(pool.run(_slow) for _ in range(8)), return_exceptions=True)
        assert sum(isinstance(error, StoreUnavailable) for error in done) == 6
        assert done.count(None) == 2
        await pool.close()

    asyncio.run(go())


def test_a_wrong_statement_is_our_error(urls: DatabaseUrls) -> None:
    async def wrong(connection: Connection) -> None:
        await connection.execute("select nothing from nowhere")

    async def go() -> None:
        pool = Pool(urls.owner, size=2)
        await pool.open()
        with pytest.raises(psycopg.errors.UndefinedTable):
            await pool.run(wrong)
        await pool.close()

    asyncio.run(go())
