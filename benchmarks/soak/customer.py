"""A random customer at a terminal: pays, withdraws, deposits, and suffers lost answers.

Everything is asked with bytes that are signed once, and asked again with the same bytes until the
decision is known. All that is sent, answered and read is recorded.
"""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, Protocol

from benchmarks.soak.history import BalanceRead, Exchange, Sweep
from protocol.ids import new_uid, reversal_uid
from protocol.messages.accounts import BalanceAnswer
from protocol.messages.money import Order, Outcome
from protocol.messages.pin import PinProof
from protocol.orders import order_bytes

SERVERS: Final = ("A", "B")
DEFINITE: Final = frozenset({200, 400, 403, 413, 422})
"""What the same bytes would be answered with again."""
AGAIN_S: Final = 0.05
MOST_AGAIN_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer; status 0 stands for silence."""

    status: int
    body: bytes


class Line(Protocol):
    """A terminal's way to the bank. Called by several threads at once."""

    terminal: str
    session: str
    """SHA-256 of the session id, base64url, as orders carry it."""

    def sign(self, order: Order, original: bytes | None = None) -> bytes:
        """Return a new JWS over the order."""

    def send(self, server: str, jws: bytes, pin: PinProof | None) -> Reply:
        """Send once and return what came back, at once or after the attempt's time."""

    def prove(self, order: Order) -> PinProof | None:
        """Return a PIN proof over the order; None where there is none to be had now."""

    def balance(self, server: str, number: str) -> BalanceAnswer | None:
        """Return an account's balance; None where nobody answered."""

    def sweep(self, server: str) -> tuple[tuple[str, int, int], ...] | None:
        """Return all ring accounts in one answer: number, booked, held."""


@dataclass
class Record:
    """What all customers of a run have seen. Appending is safe from any thread."""

    exchanges: list[Exchange] = field(default_factory=list)
    reads: list[BalanceRead] = field(default_factory=list)
    sweeps: list[Sweep] = field(default_factory=list)


@dataclass(frozen=True)
class Signed:
    """An order with the bytes that ask for it."""

    order: Order
    jws: bytes
    pin: PinProof | None = None

    def body(self) -> bytes:
        """What "the same body" means to the bank (MONEY.md 1)."""
        same = order_bytes(self.order) if self.order.kind == "reversal" else self.jws
        return hashlib.sha256(same).digest()


class Customer:
    """One customer: call `act` as often as wanted, from one thread."""

    def __init__(
        self,
        line: Line,
        accounts: tuple[str, ...],
        payees: tuple[str, ...],
        record: Record,
        rng: Random,
        *,
        pays_only: bool = False,
        patience_s: float = 120.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line, self._accounts, self._payees = line, accounts, payees
        self._record, self._rng, self._clock = record, rng, clock
        self._patience_s = patience_s
        self._known: list[Signed] = []
        everyone = (self._transfer, self._replay, self._other_body, self._lost_transfer)
        money = (self._withdraw, self._withdraw, self._deposit, self._lost_order, self._twice)
        sweeps = (self._sweep,) * len(everyone)
        self._acts = everyone + (sweeps if pays_only else (*money, self._balance))

    def act(self) -> None:
        """Do one random thing to its end."""
        self._rng.choice(self._acts)()

    def _withdraw(self) -> None:
        hold = self._order("authorise", self._sum(), source=self._own(), session=True)
        outcome = self._deliver(hold)
        if outcome is None or outcome.outcome != "held":
            return
        fate = self._rng.random()
        amount = hold.order.amount_minor
        if fate < 0.25:
            self._reverse(hold)
        elif fate < 0.4:
            part = self._rng.randint(1, amount)
            self._deliver(self._order("confirm", part, original=hold.order.uid))
        elif fate < 0.55:
            # Two posts of one hold at the same moment.
            both = [self._order("confirm", amount, original=hold.order.uid) for _ in SERVERS]
            self._at_once(both)
        elif fate < 0.95:
            self._deliver(self._order("confirm", amount, original=hold.order.uid))

    def _deposit(self) -> None:
        self._deliver(self._order("credit", self._sum(), target=self._own()))

    def _transfer(self) -> None:
        payment = self._payment()
        if payment is not None:
            self._deliver(payment)

    def _lost_order(self) -> None:
        """The order is on its way, its reversal overtakes it, and it arrives after all."""
        hold = self._order("authorise", self._sum(), source=self._own(), session=True)
        if self._rng.random() < 0.5:
            self._send(hold, self._server())
        self._reverse(hold)
        self._deliver(hold)

    def _lost_transfer(self) -> None:
        """Of unknown outcome, so it is settled; then the bytes arrive after all."""
        payment = self._payment()
        if payment is None:
            return
        if self._rng.random() < 0.5:
            self._send(payment, self._server())
        settled = self._order("settle", payment.order.amount_minor, original=payment.order.uid)
        self._deliver(settled)
        self._deliver(payment)

    def _twice(self) -> None:
        """The same bytes at both servers at once."""
        hold = self._order("authorise", self._sum(), source=self._own(), session=True)
        self._at_once([hold, hold])
        self._reverse(hold)

    def _replay(self) -> None:
        if self._known:
            self._deliver(self._rng.choice(self._known))

    def _other_body(self) -> None:
        if not self._known:
            return
        order = self._rng.choice(self._known).order
        other = order.model_copy(update={"amount_minor": order.amount_minor + 1})
        self._send(Signed(other, self._line.sign(other)), self._server())

    def _balance(self) -> None:
        began_s = self._clock()
        answer = self._line.balance(self._server(), self._own())
        if answer is not None:
            self._record.reads.append(BalanceRead(began_s, self._clock(), answer))

    def _sweep(self) -> None:
        began_s = self._clock()
        accounts = self._line.sweep(self._server())
        if accounts is not None:
            self._record.sweeps.append(Sweep(began_s, self._clock(), accounts))

    def _reverse(self, hold: Signed) -> None:
        uid = reversal_uid(self._line.terminal, hold.order.uid)
        members: dict[str, Any] = {"uid": uid, "original": hold.order.uid}
        order = self._plain("reversal", hold.order.amount_minor, **members)
        self._deliver(Signed(order, self._line.sign(order, hold.jws)))

    def _payment(self) -> Signed | None:
        source = self._own()
        target = self._rng.choice([number for number in self._payees if number != source])
        order = self._plain(
            "transfer", self._rng.randint(1, 500), source=source, target=target, text="soak",
            session=self._line.session,
        )  # fmt: skip
        proof = self._line.prove(order)
        return None if proof is None else Signed(order, self._line.sign(order), proof)

    def _order(self, kind: str, amount_minor: int, *, session: bool = False, **more: Any) -> Signed:
        if session:
            more["session"] = self._line.session
        order = self._plain(kind, amount_minor, **more)
        return Signed(order, self._line.sign(order))

    def _plain(self, kind: str, amount_minor: int, **members: Any) -> Order:
        facts = {"uid": new_uid(time.time_ns() // 10**6), "kind": kind, "currency": "EUR"}
        facts |= {"terminal": self._line.terminal}
        return Order.model_validate(facts | {"amount_minor": amount_minor} | members)

    def _at_once(self, requests: list[Signed]) -> None:
        threads = [
            threading.Thread(target=self._deliver, args=(request, server))
            for request, server in zip(requests, SERVERS, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _deliver(self, request: Signed, first: str | None = None) -> Outcome | None:
        """Send the same bytes to one server and the other until the decision is known."""
        server = first or self._server()
        end_s = self._clock() + self._patience_s
        pause_s = AGAIN_S
        while True:
            exchange = self._send(request, server)
            if exchange.status in DEFINITE:
                break
            if self._clock() > end_s:
                return None
            time.sleep(pause_s * self._rng.random())
            pause_s = min(2 * pause_s, MOST_AGAIN_S)
            server = SERVERS[1 - SERVERS.index(server)]
        if exchange.status == 200:
            self._known.append(request)
        return exchange.outcome()

    def _send(self, request: Signed, server: str) -> Exchange:
        began_s = self._clock()
        reply = self._line.send(server, request.jws, request.pin)
        exchange = Exchange(
            request.order, request.body(), server, began_s, self._clock(), reply.status, reply.body
        )
        self._record.exchanges.append(exchange)
        return exchange

    def _own(self) -> str:
        return self._rng.choice(self._accounts)

    def _server(self) -> str:
        return self._rng.choice(SERVERS)

    def _sum(self) -> int:
        return self._rng.choice((1000, 2000, 3000, 5000))
