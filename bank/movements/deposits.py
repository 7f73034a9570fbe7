"""Whether a terminal may take notes: asked before the slot opens (MONEY.md 4)."""

from uuid import UUID

from bank.api.state import Bank
from bank.store.pool import Connection
from protocol.messages.money import DepositCheckAnswer, DepositCheckRequest, Reason

_FACTS = """
SELECT a.customer, a.status, a.currency, t.currency, c.taken_minor,
       CASE WHEN c.day = d.day THEN c.taken_today_minor ELSE 0 END
FROM terminal_cash c JOIN terminals t ON t.id = c.terminal, ledger_day(%s) AS d (day)
LEFT JOIN accounts a ON a.number = %s AND a.kind = 'customer'
WHERE c.terminal = %s
"""


async def check_deposit(
    bank: Bank, terminal: str, customer: UUID, request: DepositCheckRequest
) -> DepositCheckAnswer:
    """Say whether notes may be taken for the account, and up to which sum.

    Raises:
        StoreUnavailable: the database did not answer; no note may be taken.
    """

    async def read(connection: Connection) -> tuple[object, ...] | None:
        cursor = await connection.execute(
            _FACTS, [bank.config.time_zone, request.account, terminal]
        )
        return await cursor.fetchone()

    row = await bank.pool.run(read)
    reason: Reason | None = None
    max_minor = 0
    if row is None or row[0] is None:
        reason = "account_unknown"
    elif row[0] != customer:
        reason = "not_your_account"
    elif row[1] != "open":
        reason = "account_closed"
    elif not request.currency == row[2] == row[3]:
        reason = "currency"
    else:
        taken, taken_today = int(str(row[4])), int(str(row[5]))
        config = bank.config
        terminal_left = min(
            config.deposit_day_minor - taken_today, config.deposit_total_minor - taken
        )
        max_minor = max(0, min(config.deposit_each_minor, terminal_left))
        if request.amount_minor > max_minor:
            reason = "limit_each" if terminal_left > max_minor else "limit_terminal"
    return DepositCheckAnswer(acceptable=reason is None, reason=reason, max_minor=max_minor)
