"""A bank in memory that keeps every promise of MONEY.md 1 and 2, but for the errors planted in it.

Its lines lose requests and replies at random, so that the same bytes come again.
"""

import hashlib
import threading
from dataclasses import dataclass, field
from random import Random
from typing import Any

from benchmarks.soak.customer import Reply
from benchmarks.soak.history import Statement
from protocol.encoding import b64url_decode, b64url_encode, canonical_json, load_json
from protocol.messages.accounts import BalanceAnswer, StatementRow
from protocol.messages.money import Order, Outcome
from protocol.messages.pin import PinProof
from protocol.orders import order_bytes, read_order

Decision = tuple[str, int | None]


@dataclass
class SmallBank:
    """Accounts by number. `planted` names what is wrong with it, `rng` when."""

    opening: dict[str, int]
    rng: Random
    planted: str = ""
    booked: dict[str, int] = field(default_factory=dict)
    rows: dict[str, list[StatementRow]] = field(default_factory=dict)
    answers: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    open_holds: dict[str, tuple[str, int]] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)
    entries: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        for number, credit in self.opening.items():
            self.booked[number], self.rows[number] = 0, []
            self.post("opening_credit", (number, credit))

    def has(self, error: str) -> bool:
        """Whether the planted error strikes now."""
        return self.planted == error and self.rng.random() < 0.3

    def held(self, number: str) -> int:
        return sum(amount for source, amount in self.open_holds.values() if source == number)

    def free(self, number: str) -> int:
        if self.planted == "negative_balance":
            return self.booked[number] + 10**9
        return self.booked[number] - self.held(number)

    def post(self, kind: str, *legs: tuple[str, int]) -> int:
        self.entries += 1
        for number, amount in legs:
            if kind != "opening_credit" and self.has("lost_write"):
                continue
            self.booked[number] += amount
            facts = {
                "entry": self.entries, "booked_at": 0, "business_date": "2026-01-01", "kind": kind,
                "text": "", "counterparty": None, "amount_minor": amount, "reference": "",
                "balance_minor": self.booked[number],
            }  # fmt: skip
            self.rows[number].append(StatementRow.model_validate(facts))
        return self.entries

    def ask(self, order: Order, body: bytes) -> tuple[int, bytes]:
        with self.lock:
            stored = self.answers.get(order.uid)
            if stored is not None:
                if stored[0] != body and not self.has("other_body"):
                    return 422, b"{}"
                if self.has("double_apply"):
                    self.decide(order)
                if self.has("changed_answer"):
                    return 200, stored[1].replace(b'"decided_at":1', b'"decided_at":2')
                return 200, stored[1]
            outcome, entry = self.decide(order)
            self.orders[order.uid] = order
            facts: dict[str, Any] = {
                "uid": order.uid, "kind": order.kind, "outcome": outcome, "entry": entry,
                "amount_minor": order.amount_minor, "currency": order.currency,
                "original": order.original, "reference": "", "decided_at": 1,
            }  # fmt: skip
            answer = Outcome.model_validate(facts).model_dump_json().encode()
            self.answers[order.uid] = body, answer
            return 200, answer

    def decide(self, order: Order) -> Decision:
        match order.kind:
            case "authorise":
                return self.authorise(order)
            case "transfer":
                return self.transfer(order)
            case "credit":
                return "posted", self.post("deposit", (order.target or "", order.amount_minor))
            case "confirm":
                return self.confirm(order)
            case "reversal":
                return self.reverse(order)
            case _:
                return self.settle(order)

    def authorise(self, order: Order) -> Decision:
        source = order.source or ""
        if order.uid in self.dead or order.amount_minor > self.free(source):
            return "refused", None
        self.open_holds[order.uid] = source, order.amount_minor
        return "held", None

    def transfer(self, order: Order) -> Decision:
        source, target = order.source or "", order.target or ""
        if order.uid in self.dead or order.amount_minor > self.free(source):
            return "refused", None
        legs = (source, -order.amount_minor), (target, order.amount_minor)
        return "posted", self.post("transfer", *legs)

    def confirm(self, order: Order) -> Decision:
        original = order.original or ""
        hold = self.open_holds.get(original)
        if self.has("lost_hold"):
            hold = None
        if hold is None or order.amount_minor > hold[1]:
            return "suspended", None
        if not self.has("double_settlement"):
            del self.open_holds[original]
        return "posted", self.post("withdrawal", (hold[0], -order.amount_minor))

    def reverse(self, order: Order) -> Decision:
        original = order.original or ""
        made = self.outcome(original)
        if made in ("", "refused"):
            if not self.has("no_tombstone"):
                self.dead.add(original)
            return "tombstoned", None
        if original in self.open_holds:
            del self.open_holds[original]
            return "voided", None
        return "suspended", None

    def settle(self, order: Order) -> Decision:
        original = order.original or ""
        made = self.outcome(original)
        if made == "" and not self.has("no_tombstone"):
            self.dead.add(original)
        return ("posted" if made == "posted" else "tombstoned"), None

    def outcome(self, uid: str) -> str:
        stored = self.answers.get(uid)
        return str(load_json(stored[1])["outcome"]) if stored else ""

    def balance(self, number: str) -> BalanceAnswer:
        with self.lock:
            booked, held = self.booked[number], self.held(number)
            if self.has("stale_read"):
                booked = self.rows[number][max(0, len(self.rows[number]) - 4)].balance_minor
                held = min(held, booked)
            zero = dict.fromkeys(
                ("withdraw_left_today_minor", "withdraw_each_minor", "transfer_left_today_minor"), 0
            )
            facts = {"number": number, "currency": "EUR", "booked_minor": booked, "as_of": 0}
            facts |= {"held_minor": held, "available_minor": booked - held}
            return BalanceAnswer.model_validate(facts | zero)

    def sweep(self, ring: frozenset[str]) -> tuple[tuple[str, int, int], ...]:
        with self.lock:
            seen = {number: self.booked[number] for number in sorted(ring)}
            if self.has("torn_read"):
                first = min(ring)
                seen[first] -= self.rows[first][-1].amount_minor
            return tuple((number, booked, 0) for number, booked in seen.items())

    def statements(self) -> tuple[Statement, ...]:
        return tuple(
            Statement(number, tuple(rows), self.booked[number], self.held(number))
            for number, rows in self.rows.items()
        )


@dataclass
class SmallLine:
    """A line to it. A JWS here is the order's bytes and a number, which no signature protects."""

    bank: SmallBank
    rng: Random
    ring: frozenset[str]
    terminal: str = "ATM-0001"
    session: str = b64url_encode(bytes(32))
    signed: int = 0

    def sign(self, order: Order, original: bytes | None = None) -> bytes:
        self.signed += 1
        body = {"order": b64url_encode(order_bytes(order)), "n": self.signed}
        return canonical_json(body)

    def send(self, server: str, jws: bytes, pin: PinProof | None) -> Reply:
        luck = self.rng.random()
        if luck < 0.1:
            return Reply(0, b"")
        order = read_order(b64url_decode(load_json(jws)["order"]))
        same = order_bytes(order) if order.kind == "reversal" else jws
        status, answer = self.bank.ask(order, hashlib.sha256(same).digest())
        return Reply(0, b"") if luck < 0.2 else Reply(status, answer)

    def prove(self, order: Order) -> PinProof | None:
        return PinProof(token="A" * 147, proof="A" * 86)

    def balance(self, server: str, number: str) -> BalanceAnswer | None:
        return self.bank.balance(number)

    def sweep(self, server: str) -> tuple[tuple[str, int, int], ...] | None:
        return self.bank.sweep(self.ring)
