"""What effects need of the world: the bank, the cash machine, a reader."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from backend_client import ServerHealth
from backend_client.proving import OnProof
from kiosk.devices.port import CashDevice
from kiosk.receipts.slip import Slip
from kiosk.session.answers import (
    CashPresented,
    MoneyDone,
    NotesCounted,
    NotesInEscrow,
    NotesOffered,
    SlotOpened,
    Working,
)
from kiosk.session.effects import OpenSlot, PayOut, SendMoney
from kiosk.session.state import Service
from protocol.messages.accounts import BalanceAnswer, PayeeAnswer, StatementAnswer
from protocol.messages.finger import Factor1Answer
from protocol.messages.operator import CashAnswer
from protocol.messages.pin import LoginAnswer, PinProof, Purpose
from protocol.messages.signup import Details, SignupAnswer, SignupFinish, SignupTicket
from protocol.messages.staff import ActAnswer

if TYPE_CHECKING:
    from kiosk.machine.exchanges import Exchanges
    from kiosk.renewal import Renewal
    from kiosk.scanning.readers import Readers

Prove = Callable[[bytes], PinProof]
"""Prove the PIN over the exact bytes of an order."""
MoneyProgress = Working | CashPresented | NotesCounted | NotesOffered


class BankPort(Protocol):
    """The calls of ``backend_client.Bank`` that the session's effects make."""

    def health(self) -> tuple[ServerHealth, ...]: ...  # noqa: D102
    def denied(self) -> bool: ...  # noqa: D102
    def must_enrol(self) -> bool: ...  # noqa: D102
    def identify(self, template: bytes, number: str | None = None) -> Factor1Answer: ...  # noqa: D102
    def lookup(self, number: str) -> Factor1Answer: ...  # noqa: D102
    def prove_login(  # noqa: D102
        self, factor1: Factor1Answer, pin: bytearray, on_proof: OnProof | None = None
    ) -> LoginAnswer: ...
    def prove_body(  # noqa: D102
        self,
        session: str,
        account: str,
        purpose: Purpose,
        body: bytes,
        pin: bytearray,
        on_proof: OnProof | None = None,
    ) -> PinProof: ...
    def logout(self, session: str) -> None: ...  # noqa: D102
    def balance(self, session: str, number: str) -> BalanceAnswer: ...  # noqa: D102
    def statement(  # noqa: D102
        self, session: str, number: str, *, before: int | None = None, limit: int = 20
    ) -> StatementAnswer: ...
    def payee(self, session: str, to: str) -> PayeeAnswer: ...  # noqa: D102
    def begin_signup(  # noqa: D102
        self, uid: str, details: Details, templates: Sequence[bytes]
    ) -> SignupTicket: ...
    def register_pin(  # noqa: D102
        self, ticket: SignupTicket, pin: bytearray, on_proof: OnProof | None = None
    ) -> SignupFinish: ...
    def finish_signup(self, finish: SignupFinish) -> SignupAnswer: ...  # noqa: D102
    def operator_cash(self, session: str) -> CashAnswer: ...  # noqa: D102
    def operator_act(self, session: str, act: bytes, pin: PinProof) -> ActAnswer: ...  # noqa: D102
    def latest_time_s(self) -> int: ...  # noqa: D102


class CashPort(Protocol):
    """The machine's money: all calls block; what they return is durable.

    ``number`` of what they report and return is that of the effect.
    """

    def service(self) -> Service:
        """What can be paid and taken now; the bank's and the reader's part is left out."""

    def withdraw(
        self, effect: PayOut, prove: Prove | None, report: Callable[[MoneyProgress], None], /
    ) -> MoneyDone:
        """Authorise, pay out, confirm."""

    def deposit_begin(
        self, effect: OpenSlot, report: Callable[[MoneyProgress], None], /
    ) -> MoneyDone | SlotOpened:
        """Ask the bank and open the slot; ``NotesCounted`` is reported while it is open."""

    def deposit_count(self, number: int) -> NotesInEscrow | MoneyDone:
        """Close the slot and count."""

    def deposit_more(self, number: int) -> SlotOpened | MoneyDone:
        """Open the slot again."""

    def deposit_store(self, number: int) -> MoneyDone:
        """Store and credit."""

    def deposit_return(self, number: int) -> MoneyDone:
        """Give everything back."""

    def transfer(
        self, effect: SendMoney, prove: Prove, report: Callable[[MoneyProgress], None], /
    ) -> MoneyDone:
        """Transfer, or settle what became of it."""


@dataclass(frozen=True)
class Workshop:
    """What an operator works with. ``exchanges`` is None where the journal cannot be used.

    ``reboot`` starts the computer again and says whether it will.
    """

    exchanges: "Exchanges | None"
    device: CashDevice
    terminal: str
    journal: Path
    reader_fitted: bool
    printer_fitted: bool
    reboot: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class World:
    """What one kiosk works with. ``now_ms`` is Unix time in milliseconds, for uids alone."""

    bank: BankPort
    cash: CashPort
    readers: "Readers"
    scan_s: float
    quality_least: int
    now_ms: Callable[[], int]
    cancelled: dict[int, threading.Event] = field(default_factory=dict)
    """Finger readings that were asked for, by number, and how to stop them."""
    one_reading: threading.Lock = field(default_factory=threading.Lock)
    """A reader reads for one at a time; the next one waits until the last has stopped."""
    print_slip: Callable[[Slip], bool] = lambda _slip: False
    """Print a receipt; False: none came out, and the log says why."""
    printer_ready: Callable[[], bool] = lambda: False
    greeted: Callable[[], bool] = lambda: True
    """Whether the bank has answered this machine since it was started."""
    news: threading.Event = field(default_factory=threading.Event)
    """Set when the bank has greeted this machine or turned it away: look at once."""
    engine: Literal["ridges", "network"] = "ridges"
    """What finds the minutiae, a value of biometrics.Engine."""
    workshop: Workshop | None = None
    """What an operator works with."""
    renewal: "Renewal | None" = None
    """What gets the terminal's next certificate."""
    close: Callable[[], None] = lambda: None
