"""What the application's role may not do, and what the tables refuse to everyone."""

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


@pytest.mark.parametrize("table", [*KEPT, "accounts", "customer_usage", "tombstones", "alarms"])
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
