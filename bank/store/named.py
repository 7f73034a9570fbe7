"""A connection whose statements say which request they serve.

The id stands in a comment at the statement's end: in `pg_stat_activity`, in the log of slow
statements and of lock waits an operator finds the request, and with it its log line.
"""

from typing import Any

import psycopg

from bank.request_id import CURRENT, comment


class NamedConnection(psycopg.AsyncConnection[tuple[Any, ...]]):
    """psycopg's connection; `execute` adds the present request's id."""

    async def execute(
        self,
        query: Any,
        params: Any = None,
        *,
        prepare: bool | None = None,
        binary: bool = False,
    ) -> psycopg.AsyncCursor[tuple[Any, ...]]:
        """Execute a statement on a new cursor. Errors: psycopg.Error."""
        request_id = CURRENT.get()
        if request_id and isinstance(query, str):
            query += comment([request_id])
        return await super().execute(query, params, prepare=prepare, binary=binary)
