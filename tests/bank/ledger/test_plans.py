"""A connection keeps its plans; one made while a table was empty must do when it is full."""

from uuid import uuid4

from tests.bank.ledger.conftest import Ledger

READ = (
    "select coalesce(sum(idx_tup_read + idx_tup_fetch), 0) from pg_stat_user_indexes"
    " where pg_stat_force_next_flush() is not null"
)


def index_rows_read(ledger: Ledger) -> int:
    async def flush(connection: object) -> None:
        await connection.execute("select pg_stat_force_next_flush()")  # type: ignore[attr-defined]

    ledger.run(flush)
    return int(ledger.one(READ))


def test_one_movement_reads_no_more_when_the_tables_are_full(ledger: Ledger) -> None:
    customer = ledger.customer()
    account, session = ledger.account(customer, 10**9), ledger.session(customer)
    ledger.sql("vacuum analyze")  # now the planner knows that there is nothing

    def withdraw() -> None:
        hold = ledger.item("authorise", 1_000, source=account, session=session)
        ledger.decide(hold)
        ledger.decide(ledger.item("confirm", 1_000, original=hold.uid))
        # Of a hold that nobody knows: suspense, a tombstone and a case.
        ledger.decide(ledger.item("confirm", 1_000, original=uuid4()))

    def read_by_one() -> int:
        before = index_rows_read(ledger)
        withdraw()
        return index_rows_read(ledger) - before

    withdraw()
    least = min(read_by_one() for _ in range(3))
    ledger.sql(
        "insert into accounts (number, kind, customer, currency, name)"
        " select (3000000000 + n)::text, 'customer', gen_random_uuid(), 'EUR', ''"
        " from generate_series(1, 2000) n"
    )
    ledger.sql(
        "insert into holds (terminal, uid, account, customer, amount_minor, without_finger, day,"
        " made_at) select 'ATM-0002', gen_random_uuid(), 1, gen_random_uuid(), 1, true,"
        " current_date, now() from generate_series(1, 2000)"
    )
    ledger.sql("insert into open_holds select terminal, uid, made_at from holds")
    ledger.sql(
        "insert into hold_settlements select terminal, uid, gen_random_uuid(), 1, now() from holds"
        " on conflict do nothing"
    )
    ledger.sql("insert into tombstones select terminal, uid, uid from holds on conflict do nothing")
    assert min(read_by_one() for _ in range(3)) < least + 200
