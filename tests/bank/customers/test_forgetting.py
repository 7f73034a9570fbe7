"""What is over is deleted, and what still counts is not."""

import asyncio
import secrets

import pytest

from bank.customers.forgetting import forget
from bank.store.pool import Pool
from bank.store.postgres import read_urls
from protocol.encoding import b64url_decode as decode


def run(world) -> None:
    async def once() -> None:
        pool = Pool(read_urls(world.data_dir).application)
        await pool.open()
        try:
            await pool.run(lambda connection: forget(connection, 100, 600))
        finally:
            await pool.close()

    asyncio.run(once())


@pytest.mark.parametrize(
    ("table", "column", "kept_s", "gone_s"),
    [
        ("pin_attempts", "started_at", 3600, 7300),
        ("pin_nonces", "burnt_at", 86_400, 173_000),
        ("factor1_used", "used_at", 3600, 86_500),
        ("sessions", "expires_at", 86_400, 31 * 86_400),
        ("probes", "seen_at", 500, 700),
    ],
)
def test_rows_are_forgotten_when_they_are_over(world, atm, table, column, kept_s, gone_s) -> None:
    atm.log_in("amara")
    world.sql(
        f"update {table} set {column} = clock_timestamp() - make_interval(secs => %s)", kept_s
    )
    before = world.sql(f"select count(*) from {table}")
    assert before > [(0,)]
    run(world)
    assert world.sql(f"select count(*) from {table}") == before
    world.sql(
        f"update {table} set {column} = clock_timestamp() - make_interval(secs => %s)", gone_s
    )
    run(world)
    assert world.sql(f"select count(*) from {table}") == [(0,)]


def test_tries_of_those_who_exist_are_never_forgotten(world, atm) -> None:
    amara = atm.factor1("amara")
    atm.try_pin(amara, None)
    stranger = secrets.token_bytes(16)
    world.sql("insert into pin_tries (account, number_tries) values (%s, 3)", stranger)
    world.sql("update pin_tries set counted_at = counted_at - interval '31 days'")
    run(world)
    assert world.sql("select account from pin_tries") == [(decode(amara["account"]),)]


def test_an_unfinished_sign_up_is_forgotten_with_its_details(world) -> None:
    world.sql(
        "insert into signups (uid, terminal, request, ticket, account, seed, ver, customer, sealed,"
        " expires_at) values (%s, 'x', %s, '', %s, 1, 1, gen_random_uuid(), 'details',"
        " clock_timestamp() - interval '25 hours')",
        secrets.token_bytes(16),
        secrets.token_bytes(32),
        secrets.token_bytes(16),
    )
    finished = world.sql("select count(*) from signups where answer is not null")
    world.sql("update signups set expires_at = clock_timestamp() - interval '25 hours'")
    run(world)
    assert world.sql("select count(*) from signups") == finished
