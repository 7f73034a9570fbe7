"""What the ledger has in a machine."""

from typing import Final

from bank.store.pool import Connection
from protocol.messages.operator import CashAnswer

_CASH: Final = """
select currency, ledger_minor, loaded_minor, paid_minor, taken_minor, held_minor, open_cases, as_of
from ledger_machine_cash(%s)
"""


async def machine_cash(connection: Connection, terminal: str) -> CashAnswer:
    """Return the figures of a registered machine. Errors: psycopg.Error."""
    row = await (await connection.execute(_CASH, (terminal,))).fetchone()
    if row is None:
        raise LookupError("a terminal without a cash account")
    currency, ledger, loaded, paid, taken, held, cases, as_of = row
    return CashAnswer(
        terminal=terminal,
        currency=currency,
        ledger_minor=ledger,
        loaded_minor=loaded,
        paid_minor=paid,
        taken_minor=taken,
        held_minor=held,
        open_cases=cases,
        as_of=as_of,
    )
