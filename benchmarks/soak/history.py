"""What happened in a run, as its clients saw it. Sums are minor units, times monotonic seconds."""

from dataclasses import dataclass, field

from protocol.messages.accounts import BalanceAnswer, StatementRow
from protocol.messages.money import Order, Outcome


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request on its way to one server, and what came back.

    `body` is what "the same body" means to the bank (MONEY.md 1): SHA-256 of the JWS, of a
    reversal its order's. `status` 0 stands for silence.
    """

    order: Order
    body: bytes
    server: str
    began_s: float
    ended_s: float
    status: int
    answer: bytes

    def outcome(self) -> Outcome | None:
        """The stored decision, if this answer carries one."""
        return Outcome.model_validate_json(self.answer) if self.status == 200 else None


@dataclass(frozen=True, slots=True)
class BalanceRead:
    """A balance that the bank showed while the run went on."""

    began_s: float
    ended_s: float
    answer: BalanceAnswer


@dataclass(frozen=True, slots=True)
class Sweep:
    """Several accounts in one answer: number, booked and held of each."""

    began_s: float
    ended_s: float
    accounts: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """An account's whole statement and balance after the run, oldest posting first."""

    number: str
    rows: tuple[StatementRow, ...]
    booked_minor: int
    held_minor: int


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that was broken: which, and where."""

    kind: str
    detail: str


@dataclass(frozen=True)
class History:
    """A run: opening credits by account, exchanges, reads, and the statements at its end.

    `ring` are accounts that pay only one another: every sweep over them has the same sum.
    """

    opening: dict[str, int]
    exchanges: tuple[Exchange, ...]
    reads: tuple[BalanceRead, ...] = ()
    sweeps: tuple[Sweep, ...] = ()
    statements: tuple[Statement, ...] = ()
    ring: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Decided:
    """A request whose decision is known: the order, the decision, and when they came and went."""

    order: Order
    outcome: Outcome
    first_sent_s: float
    first_known_s: float
