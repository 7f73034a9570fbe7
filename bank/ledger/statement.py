"""The one statement that moves money: auto-committed, one round trip, decided in the database."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from bank.config import BankConfig
from bank.ledger.errors import InProgress, OtherBody
from bank.ledger.item import Item
from bank.request_id import comment
from bank.store.pool import Connection

MAX_BATCH: Final = 64
_RULES: Final = (
    "time_zone",
    "session_idle_s",
    "withdraw_min_minor",
    "withdraw_each_minor",
    "withdraw_day_minor",
    "withdraw_day_without_finger_minor",
    "transfer_day_minor",
    "step_up_minor",
    "deposit_each_minor",
    "deposit_day_minor",
    "deposit_total_minor",
)

Status = Literal["decided", "replayed", "in_progress", "other_body"]


@dataclass(frozen=True)
class Stored:
    """A row of `requests`: a decision, once and for ever."""

    terminal: str
    uid: UUID
    kind: str
    amount_minor: int
    currency: str
    original: UUID | None
    outcome: str
    reason: str | None
    original_outcome: str | None
    original_reason: str | None
    entry: int | None
    case_number: str | None
    reference: str
    answer_version: int
    day: date
    decided_at: datetime


_COLUMNS: Final = ", ".join(f"(answer).{field.name}" for field in fields(Stored))
_DECIDE: Final = f"SELECT status, {_COLUMNS} FROM ledger_decide(%s::json, %s::jsonb) ORDER BY n"  # noqa: S608
_MOVE_CASH: Final = f"SELECT status, {_COLUMNS} FROM ledger_move_cash(%s::json, %s)"  # noqa: S608
_REPLAY: Final = f"SELECT status, {_COLUMNS} FROM ledger_replay(%s, %s, %s)"  # noqa: S608


@dataclass(frozen=True)
class Decision:
    """How one item was answered; `stored` where there is a stored decision."""

    status: Status
    stored: Stored | None

    def final(self) -> Stored:
        """Return the stored decision. Errors: InProgress, OtherBody."""
        if self.stored is None:
            raise OtherBody if self.status == "other_body" else InProgress
        return self.stored


def rules_of(config: BankConfig) -> str:
    """Return the limits as the statement takes them."""
    values = asdict(config)
    return json.dumps({name: values[name] for name in _RULES})


async def decide(
    connection: Connection, items: Sequence[Item], rules: str, *, request_ids: Sequence[str] = ()
) -> list[Decision]:
    """Decide up to `MAX_BATCH` items in their order and commit them together.

    Every item gets its own outcome; refusals are stored like the rest.
    Errors: psycopg.Error; whether it was committed is then unknown.
    """
    if not 1 <= len(items) <= MAX_BATCH:
        raise ValueError(f"a batch has 1 to {MAX_BATCH} items")
    text = json.dumps([item.members() for item in items])
    cursor = await connection.execute(_DECIDE + comment(request_ids), [text, rules])
    return [_decision(row) for row in await cursor.fetchall()]


async def move_cash(connection: Connection, item: Item, time_zone: str) -> Decision:
    """Decide one movement of a machine's own cash (``protocol.messages.money.CASH_MOVES``).

    Errors: psycopg.Error; whether it was committed is then unknown.
    """
    cursor = await connection.execute(_MOVE_CASH, [json.dumps(item.members()), time_zone])
    row = await cursor.fetchone()
    if row is None:
        raise LookupError("the database gave no answer")
    return _decision(row)


async def replay(
    connection: Connection, terminal: str, uid: UUID, body_hash: bytes
) -> Decision | None:
    """Return what is stored under a uid, or None. Errors: psycopg.Error."""
    cursor = await connection.execute(_REPLAY, [terminal, uid, body_hash])
    row = await cursor.fetchone()
    return None if row is None else _decision(row)


def _decision(row: tuple[object, ...]) -> Decision:
    status, *values = row
    if values[0] is None:
        return Decision(status, None)  # type: ignore[arg-type]
    return Decision(status, Stored(*values))  # type: ignore[arg-type]
