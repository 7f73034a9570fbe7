"""A statement past its deadline is left alone, never cancelled; dead connections are dropped."""

import asyncio
import time

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from bank.store.errors import StoreUnavailable
from bank.store.hosts import doubtful_last
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


def test_after_one_dead_connection_none_made_before_is_used_again(urls: DatabaseUrls) -> None:
    async def identity(connection: Connection) -> int:
        return connection.info.backend_pid

    async def go() -> None:
        pool = Pool(urls.owner, size=3)
        await pool.open()
        before = set()
        while len(before) < 2:  # both that the pool begins with
            before.add(await pool.run(identity))
        with pytest.raises(StoreUnavailable):
            await pool.run(_slow, deadline_s=0.1)
        after = {await pool.run(identity) for _ in range(6)}
        assert not before & after
        await pool.close()

    asyncio.run(go())


def test_a_server_that_was_silent_is_tried_last() -> None:
    both = "postgresql://bank:secret@127.0.0.1:1001,127.0.0.1:1002/bank?connect_timeout=2"
    facts = conninfo_to_dict(doubtful_last(both, ("127.0.0.1", 1001)))
    assert facts["host"] == "127.0.0.1,127.0.0.1"
    assert facts["port"] == "1002,1001"
    assert facts["password"] == "secret"
    assert doubtful_last(both, None) == both
    one = "postgresql://bank@127.0.0.1:1001/bank"
    assert doubtful_last(one, ("127.0.0.1", 1001)) == one


def test_closing_tells_who_waits_that_it_is_unknown_and_cancels_nothing(urls: DatabaseUrls) -> None:
    async def go() -> None:
        pool = Pool(urls.owner, size=2)
        await pool.open()
        await pool.run(_write)
        waiting = asyncio.create_task(pool.run(_slow, deadline_s=30.0))
        await asyncio.sleep(0.1)
        await pool.close()
        with pytest.raises(StoreUnavailable):
            await waiting
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(go())
    while marks(urls) < 2:  # it went on and was committed; the test's time limit bounds this
        time.sleep(0.05)
