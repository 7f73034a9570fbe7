"""The money function beside a simple model of it: any order of any requests, replays included."""

import uuid
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bank.ledger.item import Item
from bank.ledger.statement import Stored
from tests.bank.ledger.conftest import Ledger

MONEY_MINOR = (400_000, 30_000)
"""One customer meets the limits, the other the bottom of the account."""
AMOUNTS = st.sampled_from([1, 999, 1_000, 20_000, 30_000, 30_000, 30_001, 50_000, 50_000, 50_001])
VERBS = st.sampled_from(
    [
        "withdraw",
        "withdraw",
        "withdraw",
        "pay",
        "prepare",
        "send",
        "confirm",
        "confirm",
        "reverse",
        "reverse",
        "settle",
        "deposit",
        "replay",
    ]
)


@dataclass(frozen=True)
class Step:
    """What happens next; `order` picks one of the orders made so far."""

    verb: str
    who: int
    amount: int
    pin: bool
    order: int
    part: int
    carries: bool


STEPS = st.builds(
    Step,
    verb=VERBS,
    who=st.integers(0, 1),
    amount=AMOUNTS,
    pin=st.booleans(),
    order=st.integers(0, 10**6),
    part=st.sampled_from([1, 2, 2, 3]),
    carries=st.booleans(),
)


@dataclass
class Model:
    """What the customers' money must be, in as few words as possible."""

    booked: list[int]
    held: list[int] = field(default_factory=lambda: [0, 0])
    withdrawn: list[int] = field(default_factory=lambda: [0, 0])
    transferred: list[int] = field(default_factory=lambda: [0, 0])
    suspense: int = 0
    holds: dict[UUID, tuple[int, int]] = field(default_factory=dict)
    settled: dict[UUID, int] = field(default_factory=dict)
    made: dict[UUID, str] = field(default_factory=dict)
    dead: set[UUID] = field(default_factory=set)

    def available(self, who: int) -> int:
        return self.booked[who] - self.held[who]

    def authorise(self, uid: UUID, who: int, amount: int, pin: bool) -> str:
        ok = (
            uid not in self.dead
            and (pin or amount <= 30_000)
            and 1_000 <= amount <= 50_000
            and self.withdrawn[who] + amount <= 100_000
            and amount <= self.available(who)
        )
        if ok:
            self.held[who] += amount
            self.withdrawn[who] += amount
            self.holds[uid] = (who, amount)
        self.made[uid] = "held" if ok else "refused"
        return self.made[uid]

    def transfer(self, uid: UUID, who: int, amount: int) -> str:
        ok = (
            uid not in self.dead
            and self.transferred[who] + amount <= 500_000
            and amount <= self.available(who)
        )
        if ok:
            self.booked[who] -= amount
            self.booked[1 - who] += amount
            self.transferred[who] += amount
        self.made[uid] = "posted" if ok else "refused"
        return self.made[uid]

    def release(self, uid: UUID, part: int) -> None:
        who, amount = self.holds[uid]
        self.settled[uid] = part
        self.held[who] -= amount
        self.withdrawn[who] -= amount - part
        self.booked[who] -= part

    def confirm(self, original: UUID, amount: int) -> str:
        hold = self.holds.get(original)
        if hold is None:
            self.dead.add(original)
        if self.settled.get(original) == amount:
            return "posted"
        if hold is None or original in self.settled or amount > hold[1]:
            self.suspense -= amount
            return "suspended"
        self.release(original, amount)
        return "posted"

    def reverse(self, original: UUID) -> str:
        if self.made.get(original, "refused") == "refused":
            self.dead.add(original)
            return "tombstoned"
        if original not in self.holds or self.settled.get(original, 0) > 0:
            return "suspended"
        if original not in self.settled:
            self.release(original, 0)
        return "voided"

    def settle(self, original: UUID) -> str:
        made = self.made.get(original)
        if made is None:
            self.dead.add(original)
        return {None: "tombstoned", "refused": "tombstoned", "posted": "posted"}.get(
            made, "recorded"
        )


Prepared = tuple[Item, int, bool]
"""An order, whose it is, and whether its PIN was proven."""


class Comparison:
    """One ledger and one model, given the same requests."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.customers = [ledger.customer() for _ in MONEY_MINOR]
        self.terminal = ledger.terminal(f"T-{uuid.uuid4().hex[:12]}")
        self.accounts = [
            ledger.account(customer, money)
            for customer, money in zip(self.customers, MONEY_MINOR, strict=True)
        ]
        self.sessions = [ledger.session(who, terminal=self.terminal) for who in self.customers]
        self.model = Model(list(MONEY_MINOR))
        self.orders: list[Prepared] = []
        self.answers: dict[UUID, tuple[Item, Stored]] = {}
        self.suspense_before = self.suspense()

    def suspense(self) -> int:
        return int(
            self.ledger.one(
                "select coalesce(sum(booked_minor), 0) from accounts where kind = 'suspense'"
            )
        )

    def take(self, step: Step) -> None:
        """Do one step on both sides and compare answers and balances."""
        if step.verb in {"withdraw", "pay", "prepare"}:
            self.prepare(step)
        elif step.verb == "deposit":
            item = self.item("credit", step.amount, target=self.accounts[step.who])
            assert self.send(item) == "posted"
            self.model.booked[step.who] += step.amount
        elif self.orders:
            order = self.orders[step.order % len(self.orders)]
            match step.verb:
                case "send":
                    self.arrive(order)
                case "confirm":
                    amount = max(1, order[0].amount_minor * step.part // 2)
                    item = self.item("confirm", amount, original=order[0].uid)
                    assert self.send(item) == self.model.confirm(order[0].uid, amount)
                case "reverse":
                    self.reverse(order[0], step.carries)
                case "settle":
                    item = self.item("settle", order[0].amount_minor, original=order[0].uid)
                    assert self.send(item) == self.model.settle(order[0].uid)
                case "replay":
                    self.replay(step.order)
        for who, account in enumerate(self.accounts):
            assert self.ledger.balance(account) == (self.model.booked[who], self.model.held[who])
        assert self.suspense() - self.suspense_before == self.model.suspense

    def item(self, kind: str, amount: int, **members: Any) -> Item:
        return self.ledger.item(kind, amount, terminal=self.terminal, **members)

    def send(self, item: Item) -> str:
        assert item.uid not in self.answers
        stored = self.ledger.done(item)
        self.answers[item.uid] = (item, stored)
        return stored.outcome

    def prepare(self, step: Step) -> None:
        """Make an order; unless it is only prepared, it arrives at once."""
        pays = step.verb == "pay" or (step.verb == "prepare" and step.pin)
        proven = pays or step.pin
        item = self.item(
            "transfer" if pays else "authorise",
            step.amount,
            source=self.accounts[step.who],
            target=self.accounts[1 - step.who] if pays else None,
            session=self.sessions[step.who],
            pin="accepted" if proven else "absent",
            customer=self.customers[step.who] if proven else None,
        )
        self.orders.append((item, step.who, proven))
        if step.verb != "prepare":
            self.arrive(self.orders[-1])

    def arrive(self, order: Prepared) -> None:
        item, who, pin = order
        if item.uid in self.answers:
            [again] = self.ledger.decide(item)
            assert (again.status, again.stored) == ("replayed", self.answers[item.uid][1])
        elif item.kind == "authorise":
            expected = self.model.authorise(item.uid, who, item.amount_minor, pin)
            assert self.send(item) == expected
        else:
            expected = self.model.transfer(item.uid, who, item.amount_minor)
            assert self.send(item) == expected

    def reverse(self, original: Item, carries: bool) -> None:
        item = self.item("reversal", original.amount_minor, original=original.uid)
        if carries:
            item = replace(item, carried=self.ledger.carried(original))
        assert self.send(item) == self.model.reverse(original.uid)
        if carries and original.uid not in self.answers:
            # The tombstone is now the original's stored answer.
            [late] = self.ledger.decide(original)
            assert (late.status, late.final().reason) == ("replayed", "tombstoned")
            self.answers[original.uid] = (original, late.final())
            self.model.made[original.uid] = "refused"

    def replay(self, pick: int) -> None:
        if self.answers:
            item, stored = self.answers[list(self.answers)[pick % len(self.answers)]]
            [again] = self.ledger.decide(item)
            assert (again.status, again.stored) == ("replayed", stored)
            other = replace(item, signed=replace(item.signed, body_hash=bytes(32)))
            assert self.ledger.decide(other)[0].status == "other_body"


def compare(ledger: Ledger) -> None:
    """Try to tell the ledger from the model."""

    @settings(
        max_examples=20,
        derandomize=True,
        deadline=None,
        database=None,
        # A database keeps what an attempt did: shrinking would not repeat it.
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(steps=st.lists(STEPS, min_size=50, max_size=60))
    def run(steps: list[Step]) -> None:
        comparison = Comparison(ledger)
        for step in steps:
            comparison.take(step)
        ledger.check()

    run()


def test_the_ledger_does_what_the_model_does(ledger: Ledger) -> None:
    compare(ledger)


@pytest.mark.parametrize(
    ("function", "right", "wrong"),
    [
        ("ledger_run", "booked[p] - held[p]", "booked[p]"),
        ("ledger_run", "withdrawn[u] + sum_minor", "withdrawn[u]"),
        ("ledger_run", "fact.hold_minor + writing.settles_minor", "fact.hold_minor"),
        ("ledger_suspends_confirm", "sum_minor > hold_minor", "false"),
        ("ledger_lay_tombstone", "INSERT INTO tombstones", "INSERT INTO elsewhere"),
        ("ledger_run", "(fact.stored).body_hash = fact.body_hash", "true"),
    ],
)
def test_the_comparison_finds_a_planted_error(
    ledger: Ledger, function: str, right: str, wrong: str
) -> None:
    source = str(
        ledger.one("select pg_get_functiondef(oid) from pg_proc where proname = %s", function)
    )
    assert right in source
    ledger.owner.execute("create temp table if not exists elsewhere (like tombstones)")
    ledger.owner.execute(source.replace(right, wrong).encode())
    try:
        with pytest.raises((AssertionError, psycopg.Error)):
            compare(ledger)
    finally:
        ledger.owner.execute(source.encode())
