"""What a batch decides is what its items would have been told one after the other."""

import asyncio
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bank.ledger.item import Item
from bank.ledger.lanes import Ledger as Lanes
from bank.ledger.statement import Decision, rules_of
from tests.bank.ledger.conftest import Ledger

KINDS = st.sampled_from(
    ["authorise", "authorise", "transfer", "confirm", "reversal", "settle", "credit", "case"]
)


@dataclass(frozen=True)
class Ask:
    """One request, in words that hold in any world. `of` picks the original or the replayed."""

    kind: str
    who: int
    amount: int
    of: int
    pin: bool
    again: bool
    carries: bool


ASKS = st.lists(
    st.builds(
        Ask,
        kind=KINDS,
        who=st.integers(0, 1),
        amount=st.sampled_from([1, 1_000, 20_000, 30_001, 50_000, 600_000]),
        of=st.integers(0, 30),
        pin=st.booleans(),
        again=st.integers(0, 9).map(lambda n: n == 0),
        carries=st.booleans(),
    ),
    min_size=1,
    max_size=24,
)


class World:
    """Two customers and a terminal that nobody else uses."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.terminal = ledger.terminal(f"T-{uuid.uuid4().hex[:12]}", loaded_minor=100_000)
        self.customers = [ledger.customer() for _ in range(2)]
        self.accounts = [ledger.account(one, 60_000) for one in self.customers]
        self.sessions = [ledger.session(one, terminal=self.terminal) for one in self.customers]
        self.items: list[Item] = []

    def item(self, ask: Ask) -> Item:
        if ask.again and self.items:
            return self.items[ask.of % len(self.items)]
        members: dict[str, Any] = {}
        if ask.kind in {"authorise", "transfer"}:
            members = {"source": self.accounts[ask.who], "session": self.sessions[ask.who]}
            if ask.pin:
                members |= {"pin": "accepted", "customer": self.customers[ask.who]}
        if ask.kind in {"transfer", "credit"}:
            members["target"] = self.accounts[1 - ask.who]
        carried = None
        if ask.kind in {"confirm", "reversal", "settle", "case"}:
            orders = [one for one in self.items if one.kind in {"authorise", "transfer"}]
            original = orders[ask.of % len(orders)] if orders else None
            members["original"] = original.uid if original else uuid.uuid4()
            if original and ask.carries and ask.kind == "reversal":
                carried = self.ledger.carried(original)
        made = self.ledger.item(ask.kind, ask.amount, terminal=self.terminal, **members)
        self.items.append(replace(made, carried=carried))
        return self.items[-1]

    def state(self) -> object:
        used = self.ledger.sql(
            "select withdrawn_minor, transferred_minor, without_finger_minor from customer_usage"
            " where customer = any(%s) order by array_position(%s, customer)",
            self.customers,
            self.customers,
        )
        cash = self.ledger.sql(
            "select paid_minor, taken_minor, taken_today_minor from terminal_cash"
            " where terminal = %s",
            self.terminal,
        )
        counts = [
            self.ledger.one(f"select count(*) from {table} where terminal = %s", self.terminal)
            for table in ("requests", "entries", "holds", "open_holds", "cases", "tombstones",
                          "signed_requests", "chain_links", "alarms")
        ]  # fmt: skip
        return [self.ledger.balance(one) for one in self.accounts], used, cash, counts


def said(decisions: list[Decision]) -> list[tuple[object, ...]]:
    return [
        (one.status,)
        if one.stored is None
        else (
            one.status,
            one.stored.outcome,
            one.stored.reason,
            one.stored.original_outcome,
            one.stored.original_reason,
            one.stored.entry is None,
            one.stored.case_number is None,
        )
        for one in decisions
    ]


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(asks=ASKS)
def compare(ledger: Ledger, asks: list[Ask]) -> None:
    singly, together = World(ledger), World(ledger)
    one_by_one = [ledger.decide(singly.item(ask))[0] for ask in asks]
    at_once = ledger.decide(*(together.item(ask) for ask in asks))
    assert said(at_once) == said(one_by_one)
    assert together.state() == singly.state()


def test_a_batch_is_its_items_in_turn(ledger: Ledger) -> None:
    compare(ledger)
    ledger.check()


def test_two_servers_and_one_account_in_every_movement(ledger: Ledger) -> None:
    payers = [ledger.customer() for _ in range(8)]
    accounts = [ledger.account(one, 100_000) for one in payers]
    sessions = [ledger.session(one) for one in payers]
    hot = ledger.account(ledger.customer(), 0)

    def payment(n: int) -> Item:
        who = n % 8
        return ledger.item(
            "transfer", 1_000 if n % 20 else 10**9, source=accounts[who], target=hot,
            session=sessions[who], pin="accepted", customer=payers[who],
        )  # fmt: skip

    async def go() -> list[Decision]:
        servers = [Lanes(ledger.urls.application, rules_of(ledger.config)) for _ in range(2)]
        for server in servers:
            await server.open()
        items = [payment(n) for n in range(160)]
        # Every tenth reaches both servers: one of them is told "in progress" or gets the answer.
        asked = [servers[n % 2].submit(item) for n, item in enumerate(items)]
        asked += [servers[(n + 1) % 2].submit(item) for n, item in enumerate(items) if n % 10 == 0]
        try:
            return await asyncio.gather(*asked)
        finally:
            for server in servers:
                await server.close()

    decisions = ledger.runner.run(go())
    first = Counter(one.stored.outcome for one in decisions[:160] if one.stored is not None)
    assert first["refused"] + first["posted"] <= 160
    # Whoever was told "in progress" asks again; then everything is decided, once.
    posted = ledger.one(
        "select count(*) from requests where outcome = 'posted' and terminal = 'ATM-0001'"
        " and uid = any(select e.uid from entries e join postings p on p.entry = e.id"
        " join accounts a on a.id = p.account where a.number = %s)",
        hot,
    )
    assert posted == 152
    assert ledger.balance(hot) == (152_000, 0)
    assert {one.status for one in decisions} <= {"decided", "replayed", "in_progress"}
    ledger.check()
