"""A machine's own cash: to the vault if two people approved it, else to suspense and a case."""

import uuid
from uuid import UUID

import pytest

from bank.exchanges.approving import approve_exchange
from bank.exchanges.reads import machine_cash
from bank.ledger.statement import Stored, move_cash
from protocol.ids import new_uid
from protocol.messages.operator import CashAnswer, CountSheet, SheetRow
from tests.bank.ledger.conftest import Ledger

OLGA, OMAR = uuid.uuid4(), uuid.uuid4()


@pytest.fixture
def terminal(ledger: Ledger) -> str:
    return ledger.terminal(f"ATM-{uuid.uuid4().hex[:8]}", loaded_minor=100_000)


def cash(ledger: Ledger, terminal: str) -> CashAnswer:
    return ledger.run(lambda connection: machine_cash(connection, terminal))


def sheet(found: int, loaded: int, ledger_minor: int, purpose: str = "replenish") -> CountSheet:
    return CountSheet.model_validate(
        {
            "exchange": new_uid(1_700_000_000_000),
            "purpose": purpose,
            "currency": "EUR",
            "rows": (SheetRow(unit="C1", denomination_minor=5000, found=found, loaded=loaded),),
            "bins_minor": 0,
            "ledger_minor": ledger_minor,
        }
    )


def approve(ledger: Ledger, terminal: str, of: CountSheet, person: UUID) -> str:
    return ledger.run(
        lambda connection: approve_exchange(
            connection, of, terminal=terminal, act=uuid.uuid4().hex, person=person
        )
    )


def move(ledger: Ledger, terminal: str, kind: str, amount_minor: int, of: CountSheet) -> Stored:
    item = ledger.item(kind, amount_minor, terminal=terminal, original=UUID(of.exchange))
    zone = ledger.config.time_zone
    decided = ledger.run(lambda connection: move_cash(connection, item, zone))
    again = ledger.run(lambda connection: move_cash(connection, item, zone))
    assert (decided.status, again.status) == ("decided", "replayed")
    assert again.final() == decided.final()
    return decided.final()


def test_two_people_fill_a_machine_and_the_ledger_follows(ledger: Ledger, terminal: str) -> None:
    first = sheet(0, 40, 0)
    assert approve(ledger, terminal, first, OLGA) == "waiting"
    assert approve(ledger, terminal, first, OLGA) == "waiting", "one person twice is one person"
    assert approve(ledger, terminal, first, OMAR) == "done"
    loaded = move(ledger, terminal, "load", 200_000, first)
    assert (loaded.outcome, loaded.case_number) == ("posted", None)
    assert cash(ledger, terminal).ledger_minor == 200_000

    second = sheet(39, 100, 200_000)
    assert approve(ledger, terminal, second, OMAR) == "waiting"
    assert approve(ledger, terminal, second, OLGA) == "done"
    ledger.sql("update terminal_cash set paid_minor = 7, taken_minor = 9")
    unloaded = move(ledger, terminal, "unload", 195_000, second)
    loaded = move(ledger, terminal, "load", 500_000, second)
    short = move(ledger, terminal, "shortage", 5_000, second)
    assert [each.outcome for each in (unloaded, loaded, short)] == ["posted", "posted", "suspended"]
    assert short.reason == "difference"
    assert ledger.one("select kind from cases where number = %s", short.case_number) == (
        "cash_difference"
    )
    now = cash(ledger, terminal)
    assert (now.ledger_minor, now.loaded_minor, now.paid_minor, now.taken_minor) == (
        500_000,
        500_000,
        0,
        0,
    )
    assert now.open_cases == 1
    ledger.check()


@pytest.mark.parametrize(
    ("kind", "amount_minor"), [("load", 1), ("unload", 5_000), ("surplus", 5_000)]
)
def test_what_nobody_approved_is_recorded_all_the_same(
    ledger: Ledger, terminal: str, kind: str, amount_minor: int
) -> None:
    of = sheet(1, 2, 5_000)
    approve(ledger, terminal, of, OLGA)
    vault = "select coalesce(sum(booked_minor), 0) from accounts where kind = 'vault'"
    before = ledger.one(vault)
    decided = move(ledger, terminal, kind, amount_minor, of)
    assert (decided.outcome, decided.reason) == ("suspended", "not_approved")
    assert cash(ledger, terminal).open_cases == 1
    assert ledger.one(vault) == before
    assert cash(ledger, terminal).loaded_minor == 100_000
    ledger.check()


def test_an_exchange_is_booked_once_and_no_other_sheet_of_it_afterwards(
    ledger: Ledger, terminal: str
) -> None:
    of = sheet(0, 2, 0)
    for person in (OLGA, OMAR):
        approve(ledger, terminal, of, person)
    assert move(ledger, terminal, "load", 10_000, of).outcome == "posted"
    again = move(ledger, terminal, "load", 10_000, of)
    assert (again.outcome, again.reason) == ("suspended", "already_posted")
    other = of.model_copy(update={"bins_minor": 500})
    assert approve(ledger, terminal, other, OLGA) == "already_closed"


def test_two_people_who_counted_differently_have_approved_nothing(
    ledger: Ledger, terminal: str
) -> None:
    one = sheet(0, 2, 0)
    other = one.model_copy(update={"bins_minor": 500})
    assert approve(ledger, terminal, one, OLGA) == "waiting"
    assert approve(ledger, terminal, other, OMAR) == "waiting"
    assert approve(ledger, terminal, one, OMAR) == "done"


def test_a_count_alone_moves_nothing_to_the_vault(ledger: Ledger, terminal: str) -> None:
    of = sheet(3, 3, 10_000, "balance")
    for person in (OLGA, OMAR):
        approve(ledger, terminal, of, person)
    assert move(ledger, terminal, "unload", 15_000, of).reason == "not_approved"
    of = sheet(3, 3, 10_000, "balance")
    for person in (OLGA, OMAR):
        approve(ledger, terminal, of, person)
    assert move(ledger, terminal, "surplus", 5_000, of).reason == "difference"


def test_only_a_customers_session_moves_a_customers_money(ledger: Ledger) -> None:
    customer = ledger.customer()
    number = ledger.account(customer)
    session = ledger.session(customer)
    ledger.sql("update sessions set roles = '{operator}' where id_hash = %s", session)
    order = ledger.item("authorise", 2_000, source=number, session=session)
    assert ledger.done(order).reason == "session_ended"
    ledger.sql("update sessions set roles = '{customer}' where id_hash = %s", session)
    order = ledger.item("authorise", 2_000, source=number, session=session)
    assert ledger.done(order).outcome == "held"


def test_two_tellers_close_a_difference_by_finding_the_same(ledger: Ledger, terminal: str) -> None:
    of = sheet(3, 3, 10_000, "balance")
    for person in (OLGA, OMAR):
        approve(ledger, terminal, of, person)
    case = move(ledger, terminal, "surplus", 5_000, of).case_number
    customer = ledger.account(ledger.customer(), 0)
    close = (
        "select outcome from ledger_close_case(%s, %s, %s, 'credit', 5000, %s, 'on film', 'UTC')"
    )
    tellers = (uuid.uuid4(), uuid.uuid4())
    said = [ledger.one(close, case, uuid.uuid4(), person, customer) for person in tellers]
    assert said == ["waiting", "closed"]
    assert ledger.balance(customer) == (5_000, 0)
    assert cash(ledger, terminal).open_cases == 0
    ledger.check()
