"""Work beside the requests goes on after an error, and says so."""

import asyncio
import logging

import psycopg
import pytest

from bank.background import keep_going


def test_work_that_fails_is_logged_and_begun_anew(caplog: pytest.LogCaptureFixture) -> None:
    begun = 0

    async def work() -> None:
        nonlocal begun
        begun += 1
        if begun < 3:
            raise psycopg.errors.UndefinedTable("alarms")

    with caplog.at_level(logging.ERROR, "bank.background"):
        asyncio.run(keep_going("the watch", work, pause_s=0.0))
    assert begun == 3
    assert [record.exc_info and record.exc_info[0] for record in caplog.records] == [
        psycopg.errors.UndefinedTable
    ] * 2
    assert all("the watch" in record.getMessage() for record in caplog.records)


def test_cancelled_work_ends() -> None:
    async def main() -> None:
        task = asyncio.create_task(keep_going("the watch", lambda: asyncio.sleep(3600)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
