"""What a member of staff found about a case."""

from dataclasses import dataclass
from typing import Final, get_args
from uuid import UUID

from bank.store.pool import Connection
from protocol.ids import uid_bytes
from protocol.messages.cases import CaseFinding
from protocol.messages.staff import ActReason

_CLOSE: Final = "select outcome, entry from ledger_close_case(%s, %s, %s, %s, %s, %s, %s, %s)"
_REFUSALS: Final[tuple[ActReason, ...]] = get_args(ActReason)


@dataclass(frozen=True)
class Closing:
    """Kept; ``closed`` by the second person, with the ``entry`` that puts it right, if one does."""

    closed: bool
    entry: int | None


async def close_case(
    connection: Connection, finding: CaseFinding, *, act: str, person: UUID, time_zone: str
) -> Closing | ActReason:
    """Keep a finding, and close the case if another person found the same.

    Part of the transaction of the act it belongs to. Errors: psycopg.Error.
    """
    cursor = await connection.execute(
        _CLOSE,
        (
            finding.number,
            UUID(bytes=uid_bytes(act)),
            person,
            finding.verdict,
            finding.amount_minor,
            finding.account,
            finding.reason,
            time_zone,
        ),
    )
    row = await cursor.fetchone()
    if row is None:
        raise LookupError("the database gave no answer")
    outcome, entry = row
    if outcome in ("closed", "waiting"):
        return Closing(outcome == "closed", entry)
    return next(reason for reason in _REFUSALS if reason == outcome)
