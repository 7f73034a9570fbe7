"""Four eyes: what two different people must ask alike before it is done (DESIGN.md 9)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, get_args
from uuid import UUID

from bank.store.pool import Connection
from bank.store.rows import one_row
from protocol.ids import uid_bytes

Approval = Literal["waiting", "done", "same_person", "differs"]

LIMIT: Final = timedelta(hours=24)
"""How long the first person's word waits for the second's, by the database's clock."""

_APPROVE: Final = "select four_eyes_approve(%s, %s, %s, %s, %s, %s)"
_ASKED: Final = "select digest, act, person, asked_at from four_eyes_asked(%s, %s, %s) where id > 0"
_ANSWERS: Final[tuple[Approval, ...]] = get_args(Approval)


@dataclass(frozen=True)
class Asked:
    """What waits for a second person: its digest, the first one's act, who that was, and when."""

    digest: bytes
    act: UUID
    person: UUID
    at: datetime


async def approve(
    connection: Connection,
    *,
    kind: str,
    subject: str,
    digest: bytes,
    act: str,
    person: UUID,
    within: timedelta = LIMIT,
) -> Approval:
    """Keep that `person` asks, by the act of uid `act`, for what has this SHA-256 `digest`.

    ``waiting``: the person is the first, within the time limit and since it was last done.
    ``done``: another person asked the same; the caller carries it out in this same transaction.
    ``same_person``, ``differs``: nothing is kept; the first person's word stands as it is.

    Part of the transaction of the act it belongs to: without one two people at once could both
    be the first. `kind` has at most 40 characters, `subject` at most 200.

    Raises:
        BadEncoding: `act` is no uid.
        psycopg.Error: the database did not take it; an act approves once.
    """
    values = (kind, subject, digest, UUID(bytes=uid_bytes(act)), person, within)
    (outcome,) = await one_row(await connection.execute(_APPROVE, values))
    return next(answer for answer in _ANSWERS if answer == outcome)


async def asked(
    connection: Connection, *, kind: str, subject: str, within: timedelta = LIMIT
) -> Asked | None:
    """Return what waits for a second person, or None. Errors: psycopg.Error."""
    row = await (await connection.execute(_ASKED, (kind, subject, within))).fetchone()
    return None if row is None else Asked(*row)
