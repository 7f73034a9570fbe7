"""The audit log: who did what to whom, when and where. Rows are only ever added.

No row holds a PIN, a score, a template, a name or a session id: ids and words only.
"""

from typing import Final
from uuid import UUID

from psycopg.types.json import Jsonb

from bank.store.pool import Connection

_WRITE: Final = """
insert into audit (server, terminal, actor, subject, event, detail)
values (%s, %s, %s, %s, %s, %s)
"""


async def write(
    connection: Connection,
    server: str,
    event: str,
    *,
    terminal: str | None = None,
    actor: UUID | None = None,
    subject: UUID | None = None,
    detail: dict[str, str | int | bool | None] | None = None,
) -> None:
    """Add a row; inside the caller's transaction where there is one.

    Raises:
        psycopg.Error: the database did not take it.
    """
    await connection.execute(_WRITE, (server, terminal, actor, subject, event, Jsonb(detail or {})))
