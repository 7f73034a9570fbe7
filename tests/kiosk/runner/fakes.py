"""A bank, a cash machine and a reader for the runner's tests, all in this process."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from backend_client import ProofFacts, ServerHealth
from backend_client.errors import BankAway, NotFound, PinLocked, PinRejected, UserNameTaken
from backend_client.proving import OnProof
from biometrics.scanners import Scan, ScanEvent, Timeout
from biometrics.scanners.scanner import Stage
from kiosk.effects.ports import MoneyProgress, Prove
from kiosk.screens import MoneyState, Notes, Problem, Work
from kiosk.session import answers as a
from kiosk.session.effects import OpenSlot, PayOut, SendMoney
from kiosk.session.state import Service
from protocol.messages.accounts import BalanceAnswer, PayeeAnswer, StatementAnswer, StatementRow
from protocol.messages.finger import Factor1Answer
from protocol.messages.pin import AccountBrief, LoginAnswer, PinProof, Purpose
from protocol.messages.signup import Details, SignupAnswer, SignupFinish, SignupTicket

CREDENTIAL = "A" * 22
PIN = b"482915"
FACTS = ProofFacts("login", b"\2" * 33, b"\1" * 32, b"\3" * 32, "accepted", "A", 64)


@dataclass
class FakeBank:
    """Amara (PIN 482915, account 1000000001) and Bo; ``gate`` holds answers back when cleared."""

    away: bool = False
    is_denied: bool = False
    must_be_enrolled: bool = False
    tries_left: int = 3
    calls: list[str] = field(default_factory=list)
    pins_seen: list[bytes] = field(default_factory=list)
    pin_buffers: list[bytearray] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def _called(self, name: str) -> None:
        self.calls.append(name)
        assert self.gate.wait(20)
        if self.away:
            raise BankAway("test")

    def health(self) -> tuple[ServerHealth, ...]:
        return (ServerHealth("A", not self.away), ServerHealth("B", not self.away))

    def denied(self) -> bool:
        return self.is_denied

    def must_enrol(self) -> bool:
        return self.must_be_enrolled

    def identify(self, template: bytes, number: str | None = None) -> Factor1Answer:
        self._called("identify")
        return Factor1Answer(account=CREDENTIAL, record="AAAA", expires_at=1)

    def lookup(self, number: str) -> Factor1Answer:
        self._called("lookup")
        return Factor1Answer(account=CREDENTIAL, record="AAAA", expires_at=1)

    def prove_login(
        self, factor1: Factor1Answer, pin: bytearray, on_proof: OnProof | None = None
    ) -> LoginAnswer:
        self._called("prove_login")
        self.pin_buffers.append(pin)
        if bytes(pin) != PIN:
            self.tries_left -= 1
            if on_proof:
                on_proof(replace(FACTS, verdict="refused"))
            if self.tries_left == 0:
                raise PinLocked("locked", "too many")
            raise PinRejected("rejected", "no", tries_left=self.tries_left)
        if on_proof:
            on_proof(FACTS)
        return LoginAnswer(
            session="S" * 42 + "A",
            expires_at=1,
            customer="c1",
            first_name="Amara",
            roles=("customer",),
            accounts=(AccountBrief(number="1000000001", currency="EUR", name="Everyday"),),
            finger=True,
            step_up_minor=30000,
        )

    def prove_body(
        self,
        session: str,
        account: str,
        purpose: Purpose,
        body: bytes,
        pin: bytearray,
        on_proof: OnProof | None = None,
    ) -> PinProof:
        self._called("prove_body")
        self.pin_buffers.append(pin)
        assert bytes(pin) == PIN
        return PinProof(token="A" * 147, proof="A" * 86)

    def logout(self, session: str) -> None:
        self._called("logout")

    def balance(self, session: str, number: str) -> BalanceAnswer:
        self._called("balance")
        return BalanceAnswer(
            number=number,
            currency="EUR",
            booked_minor=248000,
            held_minor=6000,
            available_minor=242000,
            withdraw_left_today_minor=100000,
            withdraw_each_minor=50000,
            transfer_left_today_minor=500000,
            as_of=1,
        )

    def statement(
        self, session: str, number: str, *, before: int | None = None, limit: int = 20
    ) -> StatementAnswer:
        self._called("statement")
        row = StatementRow(
            entry=7,
            booked_at=1,
            business_date="2026-11-21",
            kind="transfer",
            text="Rent",
            counterparty=None,
            amount_minor=-2500,
            balance_minor=248000,
            reference="K7QM-2R4T",
        )
        return StatementAnswer(
            number=number, currency="EUR", rows=(row,), next_before=None, holds_minor=0, as_of=1
        )

    def payee(self, session: str, to: str) -> PayeeAnswer:
        self._called("payee")
        if to != "bo.l":
            raise NotFound("not_found", "nobody")
        return PayeeAnswer(number="1000000002", display_name="Bo L.", currency="EUR")

    def begin_signup(self, uid: str, details: Details, templates: Sequence[bytes]) -> SignupTicket:
        self._called("begin_signup")
        if details.user_name == "amara":
            raise UserNameTaken("taken", "is somebody's", field="user_name")
        return SignupTicket(account=CREDENTIAL, ver=1, ticket="AAAA")

    def register_pin(
        self, ticket: SignupTicket, pin: bytearray, on_proof: OnProof | None = None
    ) -> SignupFinish:
        self._called("register_pin")
        self.pins_seen.append(bytes(pin))
        self.pin_buffers.append(pin)
        return SignupFinish(ticket="AAAA", verifier="A" * 44, token="A" * 147, proof="A" * 86)

    def finish_signup(self, finish: SignupFinish) -> SignupAnswer:
        self._called("finish_signup")
        return SignupAnswer(
            customer="c9",
            user_name="dina",
            number="1000000009",
            currency="EUR",
            opening_credit_minor=50000,
        )


@dataclass
class FakeCash:
    """A machine that does what it is asked; ``gate`` holds a withdrawal back when cleared."""

    proofs: int = 0
    escrow: tuple[Notes, ...] = (Notes(2000, 2), Notes(5000, 1))
    broken: bool = False
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def service(self) -> Service:
        return Service(
            can_withdraw=True,
            can_deposit=True,
            payable=(Notes(5000, 20), Notes(2000, 20), Notes(1000, 20)),
        )

    def withdraw(
        self, effect: PayOut, prove: Prove | None, report: Callable[[MoneyProgress], None]
    ) -> a.MoneyDone:
        assert self.gate.wait(20)
        if self.broken:
            raise RuntimeError("nobody foresaw this")
        if prove is not None:
            prove(b"order")
            self.proofs += 1
        report(a.Working(effect.number, Work.COUNTING_OUT))
        report(a.CashPresented(effect.number, effect.amount_minor, effect.notes, 30))
        return self._done(effect.number, effect.amount_minor)

    def _done(self, number: int, amount_minor: int) -> a.MoneyDone:
        return a.MoneyDone(
            number, True, None, MoneyState.UNTOUCHED, amount_minor, "K7QM-2R4T", False
        )

    def deposit_begin(
        self, effect: OpenSlot, report: Callable[[MoneyProgress], None]
    ) -> a.MoneyDone | a.SlotOpened:
        return a.SlotOpened(effect.number)

    def deposit_count(self, number: int) -> a.NotesInEscrow | a.MoneyDone:
        return a.NotesInEscrow(number, self.escrow)

    def deposit_more(self, number: int) -> a.SlotOpened | a.MoneyDone:
        return a.SlotOpened(number)

    def deposit_store(self, number: int) -> a.MoneyDone:
        return self._done(number, 9000)

    def deposit_return(self, number: int) -> a.MoneyDone:
        return replace(self._done(number, 9000), money=MoneyState.NOTES_RETURNED)

    def transfer(
        self, effect: SendMoney, prove: Prove, report: Callable[[MoneyProgress], None]
    ) -> a.MoneyDone:
        prove(b"order")
        self.proofs += 1
        if effect.amount_minor > 242000:
            return replace(
                self._done(effect.number, effect.amount_minor),
                ok=False,
                problem=Problem.INSUFFICIENT_FUNDS,
            )
        return self._done(effect.number, effect.amount_minor)


class BlankScanner:
    """A reader on which nobody ever puts a finger: it gives blank pictures, or times out."""

    def __init__(self, *, picture: bool) -> None:
        self._picture = picture

    def present(self) -> bool:
        return True

    def close(self) -> None:
        """Nothing is held."""

    def scan(
        self, timeout_s: float, cancel: threading.Event, on_event: Callable[[ScanEvent], None]
    ) -> Scan:
        on_event(ScanEvent(Stage.READY))
        if not self._picture:
            cancel.wait(0.05)
            raise Timeout("nobody")
        return Scan(np.full((300, 300), 255, np.uint8), 500, "test", "blank", 0.0)
