"""What an operator approves of an exchange."""

import hashlib
from typing import Final, Literal
from uuid import UUID

from bank.store.pool import Connection
from protocol.encoding import canonical_json
from protocol.ids import uid_bytes
from protocol.messages.operator import CountSheet

Approval = Literal["waiting", "done", "already_closed"]
_APPROVE: Final = "select ledger_approve_exchange(%s, %s, %s, %s, %s, %s, %s, %s, %s)"


async def approve_exchange(
    connection: Connection, sheet: CountSheet, *, terminal: str, act: str, person: UUID
) -> Approval:
    """Keep one person's approval; ``done`` once another person has approved the same sheet.

    Part of the transaction of the act it belongs to. Errors: psycopg.Error.
    """
    row = await (
        await connection.execute(
            _APPROVE,
            (
                terminal,
                UUID(sheet.exchange),
                UUID(bytes=uid_bytes(act)),
                person,
                hashlib.sha256(canonical_json(sheet.model_dump())).digest(),
                sheet.purpose == "replenish",
                sheet.found_minor,
                sheet.loaded_minor,
                sheet.difference_minor,
            ),
        )
    ).fetchone()
    if row is None:
        raise LookupError("the database gave no answer")
    approval: Approval = row[0]
    return approval
