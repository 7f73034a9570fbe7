"""What the application's role may not do, and what the tables refuse to everyone."""

from typing import Any

import psycopg
import pytest

from bank.store.migrate import latest, migrate
from tests.bank.ledger.conftest import Ledger

KEPT = ("requests", "signed_requests", "entries", "postings", "holds", "hold_settlements", "cases")


@pytest.fixture
def booked(ledger: Ledger) -> Ledger:
    account = ledger.account(ledger.customer(), 100)
    ledger.done(ledger.item("credit", 100, target=account))
    return ledger


@pytest.mark.parametrize(
    "table",
    [
        *KEPT,
        "accounts",
        "customer_usage",
        "tombstones",
        "alarms",
        "terminal_hellos",
        "chain_openings",
    ],
)
def test_the_application_cannot_write_the_ledgers_tables(booked: Ledger, table: str) -> None:
    column = {"accounts": "name", "alarms": "kind"}.get(table)
    with psycopg.connect(booked.urls.application, autocommit=True) as connection:
        if column is None:
            column = connection.execute(f"select * from {table} limit 0").description[0].name
        for statement in (
            f"delete from {table}",
            f"update {table} set {column} = {column}",
            f"insert into {table} overriding system value select * from {table}",
            f"truncate {table}",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


@pytest.mark.parametrize(
    "call",
    [
        "ledger_book(current_date, 'deposit', '', null, null, 1, 2, 100)",
        "ledger_internal('suspense', 'EUR')",
        "ledger_register_terminal('X', 'atm', 'EUR', 1)",
        "ledger_link(null, null, false)",
        "ledger_run(null, null, current_date)",
        "enrolment_issue('', '', '', now(), 'EUR')",
    ],
)
def test_the_application_cannot_call_the_ledgers_parts(booked: Ledger, call: str) -> None:
    with (
        psycopg.connect(booked.urls.application, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(f"select {call}")


@pytest.mark.parametrize("table", ["requests", "signed_requests", "entries", "postings"])
def test_not_even_the_owner_changes_an_entry_by_mistake(booked: Ledger, table: str) -> None:
    for statement in (f"delete from {table}", f"update {table} set day = day"):
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            booked.sql(statement)


def test_one_settlement_a_hold(booked: Ledger) -> None:
    customer = booked.customer()
    account = booked.account(customer)
    hold = booked.item("authorise", 2_000, source=account, session=booked.session(customer))
    booked.done(hold)
    booked.done(booked.item("confirm", 2_000, original=hold.uid))
    with pytest.raises(psycopg.errors.UniqueViolation):
        booked.sql(
            "insert into hold_settlements select terminal, hold, gen_random_uuid(), 0, now()"
            " from hold_settlements where hold = %s",
            hold.uid,
        )


def test_migrations_are_applied_once(booked: Ledger) -> None:
    migrate(booked.urls.owner)
    assert booked.sql("select version_num from alembic_version") == [(latest(),)]


def test_months_are_made_ready_once(booked: Ledger) -> None:
    assert booked.one("select ledger_open_months(current_date, 13)") == 0
    assert booked.one("select ledger_open_months(date '2199-01-15', 2)") == 6
    assert booked.one("select count(*) from entries_other") == 0


TABLES = ("entries", "postings", "signed_requests")


def test_a_month_whose_rows_came_first_gets_its_partition(ledger: Ledger) -> None:
    """The business day may jump: a clock that was set wrong once, a bank that stood still."""
    account = ledger.account(ledger.customer())

    def credit() -> None:
        ledger.done(ledger.item("credit", 1_000, target=account))

    def told() -> list[Any]:
        return [ledger.sql(f"select * from {table} order by 1, 2, 3") for table in TABLES]

    def of_day(day: str) -> list[Any]:
        return [
            ledger.sql(f"select distinct tableoid::regclass::text from {t} where day = %s", day)
            for t in TABLES
        ]

    for day in ("2190-03-31", "2190-04-01", "2190-06-15"):
        ledger.sql("update business_day set day = %s", day)
        credit()
    before = told()
    assert of_day("2190-06-15") == [[(f"{table}_other",)] for table in TABLES]
    assert ledger.one("select ledger_open_months(date '2190-06-15', 2)") == 3 + 3
    assert told() == before
    for day in ("2190-03-31", "2190-04-01", "2190-06-15"):
        assert of_day(day) == [[(f"{table}_2190_03_to_2190_06",)] for table in TABLES]
    # As before: entries are added, and found by their index, and never changed.
    ledger.sql("update business_day set day = '2190-07-01'")
    credit()
    assert of_day("2190-07-01") == [[(f"{table}_2190_07",)] for table in TABLES]
    ledger.check()
    for table in TABLES:
        with pytest.raises(psycopg.errors.RaiseException):
            ledger.sql(f"delete from {table} where day = '2190-06-15'")
    # One month of them is named like every other.
    ledger.sql("update business_day set day = '2195-01-10'")
    credit()
    assert ledger.one("select ledger_open_months(date '2195-01-10', 1)") == 3
    assert of_day("2195-01-10") == [[(f"{table}_2195_01",)] for table in TABLES]
    assert ledger.one("select ledger_open_months(date '2195-01-10', 1)") == 0


def test_movements_go_before_months(ledger: Ledger) -> None:
    account = ledger.account(ledger.customer())
    ledger.sql("update business_day set day = '2196-01-10'")
    ledger.done(ledger.item("credit", 1_000, target=account))
    with psycopg.connect(ledger.urls.owner) as movement:
        movement.execute("select 1 from entries limit 1")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            ledger.one("select ledger_open_months(date '2196-01-10', 1)")
    assert ledger.one("select ledger_open_months(date '2196-01-10', 1)") == 3
