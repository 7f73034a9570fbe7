"""A bank and a device in memory, and a fuse that cuts the power at any boundary.

The bank keeps MONEY.md 1 and 2 in the smallest form; the device is the simulator's own mechanics
without its process.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from backend_client.outcomes import Done, Refused, Unknown
from kiosk.devices.errors import DeviceAway, DeviceRefused
from kiosk.devices.simulator import acceptor, dispenser, exchange
from kiosk.devices.simulator.dispenser import Refused as SimRefused
from kiosk.devices.simulator.state import Fault, State
from kiosk.devices.status import Place
from kiosk.forward import Backoff
from kiosk.journal import Journal
from kiosk.recovery import read_book
from kiosk.transactions.acts import Rebooted
from kiosk.transactions.company import NOBODY
from kiosk.transactions.driver import Driver
from kiosk.transactions.hands import Teller
from kiosk.transactions.ports import MachineSettings
from protocol.ids import new_uid
from protocol.messages.money import Outcome
from protocol.orders import read_order
from protocol.references import reference
from protocol.signing import read_request, sign_request, verify_request

KEY = generate_private_key(SECP256R1())
TERMINAL, ACCOUNT, PAYEE = "ATM-0001", "1000000001", "1000000002"
SESSION = "A" * 43


class PowerCut(BaseException):
    """The kiosk has just died."""


@dataclass
class Fuse:
    """Blows at the ``at``-th boundary (0: never)."""

    at: int = 0
    ticks: int = 0

    def tick(self) -> None:
        self.ticks += 1
        if self.ticks == self.at:
            raise PowerCut


@dataclass
class FusedCrash:
    """Every crash point, named or not, is a boundary."""

    fuse: Fuse
    armed: str | None = None

    def at(self, name: str) -> None:
        self.fuse.tick()

    def during(self, name: str) -> None:
        self.fuse.tick()

    def on_device_event(self, event: str) -> None:
        self.fuse.tick()


@dataclass
class ModelBank:
    """``losses`` is what happens to the next calls: request or reply; then all goes well."""

    fuse: Fuse
    balance: dict[str, int] = field(default_factory=lambda: {ACCOUNT: 100_000, PAYEE: 0})
    held: dict[str, int] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    decided: dict[str, tuple[bytes, Outcome]] = field(default_factory=dict)
    places: dict[tuple[str, int], bytes] = field(default_factory=dict)
    cases: dict[str, int] = field(default_factory=dict)
    moves: list[tuple[str, int]] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    now_s: int = 1_800_000_000

    def submit(self, jws, pin=None, deadline_s=1.0):
        self.fuse.tick()
        loss = self.losses.pop(0) if self.losses else ""
        kind = read_order(read_request(jws).order).kind
        self.calls.append(kind)
        if loss == "request":
            return Unknown("request lost")
        outcome = self._decide(jws)
        self.fuse.tick()
        if loss == "reply":
            return Unknown("reply lost")
        return Refused(outcome) if outcome.outcome == "refused" else Done(outcome)

    def _decide(self, jws: bytes) -> Outcome:
        request = verify_request(jws, KEY.public_key())
        order = read_order(request.order)
        body = request.order if order.kind == "reversal" else jws
        if order.uid in self.decided:
            known, outcome = self.decided[order.uid]
            assert known == body, "the same uid with another body"
            return outcome
        place = (request.chain, request.seq)
        assert self.places.setdefault(place, jws) == jws, "a fork of the chain"
        outcome = self._apply(order, request)
        self.decided[order.uid] = (body, outcome)
        return outcome

    def _apply(self, order, request) -> Outcome:
        word, reason, case, more = "recorded", None, None, {}
        match order.kind:
            case "authorise":
                free = self.balance[order.source] - self._held_of(order.source)
                if order.uid in self._tombs():
                    word, reason = "refused", "tombstoned"
                elif order.source in self.closed:
                    word, reason = "refused", "account_closed"
                elif free < order.amount_minor:
                    word, reason = "refused", "insufficient_funds"
                else:
                    self.held[order.uid] = order.amount_minor
                    word = "held"
            case "confirm":
                if order.original in self.held:
                    self.balance[ACCOUNT] -= self.held.pop(order.original)
                    word = "posted"
                else:
                    word, case = "suspended", self._case(order)
            case "reversal":
                assert request.original is not None, "a reversal carries its original"
                if self.held.pop(order.original, None) is not None:
                    word = "voided"
                elif self._outcome(order.original) == "held":
                    word, case = "suspended", self._case(order)
                else:
                    word = "tombstoned"
                    self.decided.setdefault(order.original, (b"", self._tomb(order)))
            case "credit":
                if order.target in self.closed:
                    word, case = "suspended", self._case(order)
                else:
                    self.balance[order.target] += order.amount_minor
                    word = "posted"
            case "case":
                case = self._case(order)
            case "unload" | "load":
                self.moves.append((order.kind, order.amount_minor))
                word = "posted"
            case "surplus" | "shortage":
                self.moves.append((order.kind, order.amount_minor))
                word, reason, case = "suspended", "difference", self._case(order)
            case "transfer":
                if self.balance[order.source] < order.amount_minor:
                    word, reason = "refused", "insufficient_funds"
                else:
                    self.balance[order.source] -= order.amount_minor
                    self.balance[order.target] += order.amount_minor
                    word = "posted"
            case "settle":
                known = self.decided.get(order.original)
                if known is None:
                    self.decided[order.original] = (b"", self._tomb(order))
                    word = "tombstoned"
                more = {"original_outcome": known[1].outcome if known else "tombstoned"}
        return Outcome(
            uid=order.uid,
            kind=order.kind,
            outcome=word,
            reason=reason,
            amount_minor=order.amount_minor,
            currency=order.currency,
            original=order.original,
            reference=reference(order.original or order.uid),
            case=case,
            decided_at=self.now_s,
            **more,
        )

    def _tomb(self, order) -> Outcome:
        return Outcome(
            uid=order.original,
            kind="authorise",
            outcome="refused",
            reason="tombstoned",
            amount_minor=order.amount_minor,
            currency=order.currency,
            reference=reference(order.original),
            decided_at=self.now_s,
        )

    def _case(self, order) -> str:
        self.cases[order.original or order.uid] = order.amount_minor
        return "C-" + reference(order.uid)

    def _outcome(self, uid):
        return self.decided[uid][1].outcome if uid in self.decided else None

    def _tombs(self):
        return set()

    def _held_of(self, account):
        return sum(self.held.values()) if account == ACCOUNT else 0


@dataclass
class ModelDevice:
    """The simulator's mechanics. ``customer``: takes, leaves, walks (takes after a power cut)."""

    fuse: Fuse
    state: State = field(default_factory=State)
    customer: str = "takes"
    away: int = 0
    puts_in: tuple[tuple[int, int], ...] = ()

    def status(self):
        if self.away:
            self.away -= 1
            raise DeviceAway("away")
        return self.state.status()

    def _act(self, change):
        self.fuse.tick()
        try:
            self.state = change(self.state)
        except SimRefused as refused:
            self.state = refused.state
            self.fuse.tick()
            raise DeviceRefused(refused.code) from refused
        self.fuse.tick()
        return self.state.status()

    def dispense(self, uid, notes):
        self._act(lambda s: dispenser.begin_dispense(s, uid, notes))
        return self._act(dispenser.end_dispense)

    def present(self, uid):
        return self._act(lambda s: dispenser.present(s, uid))

    def reject(self, uid):
        return self._act(lambda s: dispenser.reject(s, uid))

    def retract(self, uid):
        out = self.state.outgoing
        part = dispenser if (out.uid, out.place) == (uid, Place.PRESENTED) else acceptor
        return self._act(lambda s: part.retract(s, uid))

    def wait_change(self, timeout_s):
        if self.customer == "takes":
            return self._act(self._taken)
        return None

    @staticmethod
    def _taken(state):
        return acceptor.customer_takes(dispenser.customer_takes(state))

    def cash_in_start(self, uid, accepts_minor, max_notes, max_minor):
        self._act(lambda s: acceptor.start(s, uid, accepts_minor, max_notes, max_minor))
        for denomination, count in self.puts_in:
            self.state = acceptor.insert(self.state, denomination, count)
        self.puts_in = ()
        return self.state.status()

    def cash_in(self, uid):
        return self._act(lambda s: acceptor.close_slot(s, uid))

    def cash_in_end(self, uid):
        self._act(lambda s: acceptor.begin_store(s, uid))
        return self._act(acceptor.end_store)

    def cash_in_rollback(self, uid):
        return self._act(lambda s: acceptor.offer_back(s, uid))

    def storage(self):
        if self.away:
            raise DeviceAway("away")
        return self.state.storage()

    def exchange_start(self, uid):
        self._act(lambda s: exchange.start(s, uid))
        return self.storage()

    def exchange_end(self, uid, loaded, *, emptied):
        self._act(lambda s: exchange.end(s, uid, loaded, emptied=emptied))
        return self.storage()

    def close(self):
        pass

    def after_power_cut(self, blind: bool) -> None:
        if self.customer == "walks":
            self.state = self._taken(self.state)
        if blind:
            self.state = replace(self.state, sensor_unknown=True)

    def arm(self, fault: str | None) -> None:
        self.state = replace(self.state, fault=None if fault is None else Fault(fault))


def sign(order, link, original):
    return sign_request(
        KEY,
        kid=bytes(32),
        order=order,
        chain=link.chain,
        seq=link.seq,
        prev=link.prev,
        original=original,
    )


def settings(folder: Path) -> MachineSettings:
    return MachineSettings(
        journal=folder,
        terminal=TERMINAL,
        currency="EUR",
        accepts_minor=(10000, 5000, 2000, 1000, 500),
        deposit_notes=50,
        deposit_each_minor=500_000,
        take_s=0.02,
        device_wait_s=0.0,
        advice_wait_s=2.0,
        backoff=Backoff(0.01, 0.05),
    )


@contextmanager
def kiosk(folder: Path, bank, device, fuse) -> Iterator[Driver]:
    """A kiosk that has just started: recovered, with no thread of its own."""
    uids = iter(range(10**6))
    journal, records = Journal.open(
        folder, terminal=TERMINAL, new_chain=lambda: new_uid(1), wall=lambda: 1
    )
    try:
        figures = settings(folder)
        teller = Teller(device, figures.take_s, figures.device_wait_s)
        driver = Driver(
            figures, journal, bank, teller, sign, FusedCrash(fuse), lambda: new_uid(next(uids))
        )
        book = read_book(records)
        for uid, state in book.states.items():
            driver.remember(state, book.own.get(uid), book.last.get(uid))
        for uid in book.unacknowledged():
            driver.forward(uid)
        for state in book.undecided():
            driver.run(state, Rebooted(state.uid in book.tail_lost), NOBODY)
        yield driver
    finally:
        journal.close()


def session_hash() -> str:
    return hashlib.sha256(SESSION.encode()).hexdigest()
