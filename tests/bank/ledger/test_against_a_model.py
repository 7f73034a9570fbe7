"""The money function beside a simple model of it: any order of any requests, replays included."""

import uuid
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from bank.ledger.item import Item
from bank.ledger.statement import Stored
from tests.bank.ledger.conftest import Ledger

AMOUNTS = st.sampled_from([1, 999, 1_000, 2_500, 20_000, 30_000, 30_001, 50_000, 50_001])


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


@pytest.mark.timeout(600)
def test_the_ledger_does_what_the_model_does(ledger: Ledger) -> None:
    class Machine(RuleBasedStateMachine):
        orders = Bundle("orders")
        """Orders that were made up, sent or not: (item, what the model is told)."""

        def __init__(self) -> None:
            super().__init__()
            customers = [ledger.customer(), ledger.customer()]
            self.customers = customers
            self.terminal = ledger.terminal(f"T-{uuid.uuid4().hex[:12]}")
            self.accounts = [ledger.account(customer, 150_000) for customer in customers]
            self.sessions = [
                ledger.session(customer, terminal=self.terminal) for customer in customers
            ]
            self.model = Model([150_000, 150_000])
            self.answers: dict[UUID, tuple[Item, Stored]] = {}
            self.suspense_before = self.suspense()

        def suspense(self) -> int:
            return int(
                ledger.one(
                    "select coalesce(sum(booked_minor), 0) from accounts where kind = 'suspense'"
                )
            )

        def item(self, kind: str, amount: int, **members: Any) -> Item:
            return ledger.item(kind, amount, terminal=self.terminal, **members)

        def send(self, item: Item) -> str:
            stored = ledger.done(item)
            assert item.uid not in self.answers
            self.answers[item.uid] = (item, stored)
            return stored.outcome

        @rule(target=orders, who=st.integers(0, 1), amount=AMOUNTS, pin=st.booleans())
        def withdrawal(self, who: int, amount: int, pin: bool) -> Any:
            item = self.item(
                "authorise",
                amount,
                source=self.accounts[who],
                session=self.sessions[who],
                pin="accepted" if pin else "absent",
                customer=self.customers[who] if pin else None,
            )
            return multiple((item, who, pin))

        @rule(target=orders, who=st.integers(0, 1), amount=AMOUNTS)
        def payment(self, who: int, amount: int) -> Any:
            item = self.item(
                "transfer",
                amount,
                source=self.accounts[who],
                target=self.accounts[1 - who],
                session=self.sessions[who],
                pin="accepted",
                customer=self.customers[who],
            )
            return multiple((item, who, True))

        @rule(order=orders)
        def arrive(self, order: tuple[Item, int, bool]) -> None:
            item, who, pin = order
            if item.uid in self.answers:
                [again] = ledger.decide(item)
                assert again.status == "replayed"
                assert again.stored == self.answers[item.uid][1]
            elif item.kind == "authorise":
                expected = self.model.authorise(item.uid, who, item.amount_minor, pin)
                assert self.send(item) == expected
            else:
                expected = self.model.transfer(item.uid, who, item.amount_minor)
                assert self.send(item) == expected

        @rule(order=orders, part=st.sampled_from([1, 2, 3]))
        def confirm(self, order: tuple[Item, int, bool], part: int) -> None:
            amount = max(1, order[0].amount_minor * part // 2)
            item = self.item("confirm", amount, original=order[0].uid)
            assert self.send(item) == self.model.confirm(order[0].uid, amount)

        @rule(order=orders, carries=st.booleans())
        def reverse(self, order: tuple[Item, int, bool], carries: bool) -> None:
            original = order[0]
            item = self.item("reversal", original.amount_minor, original=original.uid)
            unseen = original.uid not in self.answers
            if carries and original.kind == "authorise":
                item = replace(item, carried=ledger.carried(original))
            assert self.send(item) == self.model.reverse(original.uid)
            if unseen and item.carried is not None:
                # The tombstone is now the original's stored answer.
                [late] = ledger.decide(original)
                assert (late.status, late.final().reason) == ("replayed", "tombstoned")
                self.answers[original.uid] = (original, late.final())
                self.model.made[original.uid] = "refused"

        @rule(order=orders)
        def settle(self, order: tuple[Item, int, bool]) -> None:
            item = self.item("settle", order[0].amount_minor, original=order[0].uid)
            assert self.send(item) == self.model.settle(order[0].uid)

        @rule(who=st.integers(0, 1), amount=AMOUNTS)
        def deposit(self, who: int, amount: int) -> None:
            assert self.send(self.item("credit", amount, target=self.accounts[who])) == "posted"
            self.model.booked[who] += amount

        @rule(pick=st.randoms(use_true_random=False))
        def replay_any(self, pick: Any) -> None:
            if self.answers:
                item, stored = self.answers[pick.choice(sorted(self.answers))]
                [again] = ledger.decide(item)
                assert (again.status, again.stored) == ("replayed", stored)
                other = replace(item, signed=replace(item.signed, body_hash=bytes(32)))
                assert ledger.decide(other)[0].status == "other_body"

        @invariant()
        def balances(self) -> None:
            for who, account in enumerate(self.accounts):
                assert ledger.balance(account) == (self.model.booked[who], self.model.held[who])
            assert self.suspense() - self.suspense_before == self.model.suspense

        def teardown(self) -> None:
            ledger.check()

    test = Machine.TestCase
    test.settings = settings(
        max_examples=40,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    test("runTest").debug()
