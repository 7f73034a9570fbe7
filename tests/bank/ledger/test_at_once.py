"""The same and different requests on several connections at the same moment."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Sequence

import psycopg

from bank.ledger.item import Item
from bank.ledger.statement import Decision, decide, rules_of
from tests.bank.ledger.conftest import Ledger


def at_once(ledger: Ledger, batches: Sequence[Sequence[Item]]) -> list[Decision]:
    """Send each batch on a connection of its own; ask again while "in progress"."""
    rules = rules_of(ledger.config)

    async def one(start: asyncio.Event, batch: Sequence[Item]) -> list[Decision]:
        connection = await psycopg.AsyncConnection.connect(
            ledger.urls.application, autocommit=True, prepare_threshold=None
        )
        async with connection:
            await start.wait()
            while True:
                decisions = await decide(connection, batch, rules)
                if all(decision.status != "in_progress" for decision in decisions):
                    return decisions
                await asyncio.sleep(0.01)

    async def go() -> list[Decision]:
        start = asyncio.Event()
        tasks = [asyncio.create_task(one(start, batch)) for batch in batches]
        await asyncio.sleep(0.3)
        start.set()
        return [decision for decisions in await asyncio.gather(*tasks) for decision in decisions]

    return ledger.runner.run(go())


def test_one_order_sent_many_times_at_once_is_one_decision(ledger: Ledger) -> None:
    customer = ledger.customer()
    account = ledger.account(customer, 50_000)
    item = ledger.item("authorise", 20_000, source=account, session=ledger.session(customer))
    decisions = at_once(ledger, [[item]] * 8)
    assert Counter(decision.status for decision in decisions) == {"decided": 1, "replayed": 7}
    assert len({decision.stored for decision in decisions}) == 1
    assert ledger.balance(account) == (50_000, 20_000)


def test_two_confirms_of_one_hold_at_once_post_once(ledger: Ledger) -> None:
    for _ in range(5):
        customer = ledger.customer()
        account = ledger.account(customer, 50_000)
        hold = ledger.item("authorise", 20_000, source=account, session=ledger.session(customer))
        ledger.done(hold)
        confirms = [ledger.item("confirm", 20_000, original=hold.uid) for _ in range(4)]
        stored = [d.final() for d in at_once(ledger, [[item] for item in confirms])]
        assert {one.outcome for one in stored} == {"posted"}
        assert len({one.entry for one in stored}) == 1
        assert ledger.balance(account) == (30_000, 0)
    ledger.check()


def test_an_order_and_its_reversal_at_once(ledger: Ledger) -> None:
    for _ in range(10):
        customer = ledger.customer()
        account = ledger.account(customer, 50_000)
        order = ledger.item("authorise", 20_000, source=account, session=ledger.session(customer))
        reversal = ledger.item("reversal", 20_000, original=order.uid)
        outcomes = tuple(d.final().outcome for d in at_once(ledger, [[order], [reversal]]))
        assert outcomes in {("held", "voided"), ("refused", "tombstoned")}
        assert ledger.balance(account) == (50_000, 0)


def test_the_customers_limit_holds_at_two_terminals_at_once(ledger: Ledger) -> None:
    other = ledger.terminal("ATM-0002")
    customer = ledger.customer()
    accounts = [ledger.account(customer, 500_000) for _ in range(2)]
    sessions = {
        terminal: ledger.session(customer, terminal=terminal) for terminal in ("ATM-0001", other)
    }
    orders = [
        ledger.item(
            "authorise", 30_000, terminal=terminal, source=account, session=sessions[terminal]
        )
        for terminal in sessions
        for account in accounts * 2
    ]
    outcomes = Counter(d.final().reason for d in at_once(ledger, [[item] for item in orders]))
    assert outcomes == {None: 3, "limit_day": 5}
    assert sum(ledger.balance(account)[1] for account in accounts) == 90_000


def test_payments_across_each_other_never_wait_in_a_circle(ledger: Ledger) -> None:
    customers = [ledger.customer() for _ in range(4)]
    accounts = [ledger.account(customer, 100_000) for customer in customers]
    sessions = [ledger.session(customer) for customer in customers]

    def payment(source: int, target: int) -> Item:
        return ledger.item(
            "transfer", 100, source=accounts[source], target=accounts[target],
            session=sessions[source], pin="accepted", customer=customers[source],
        )  # fmt: skip

    lost = uuid.uuid4()
    batches = [
        [payment((n + k) % 4, (n + k + 1 + n % 3) % 4) for k in range(8)]
        + [ledger.item("confirm", 100, original=lost if n % 2 else uuid.uuid4())]
        for n in range(8)
    ]
    decisions = at_once(ledger, batches)
    assert {d.final().outcome for d in decisions} == {"posted", "suspended"}
    assert sum(ledger.balance(account)[0] for account in accounts) == 400_000
    ledger.check()
