"""What a terminal hears at boot and at close of business, and what the bank learns from it."""

from uuid import UUID

from bank.api.state import Bank
from bank.store.pool import Connection
from protocol.encoding import b64url_encode
from protocol.messages.terminal import HelloAnswer, HelloRequest, OpenHold

_OPEN_HOLDS = """
SELECT h.uid, h.amount_minor,
       floor(extract(epoch FROM clock_timestamp() - h.made_at))::bigint
FROM open_holds o JOIN holds h ON h.terminal = o.terminal AND h.uid = o.uid
WHERE o.terminal = %s ORDER BY h.made_at LIMIT 1000
"""
_HEAD = """
SELECT chain, seq, jws_sha256 FROM chain_heads WHERE terminal = %s
ORDER BY received_at DESC LIMIT 1
"""


async def hello(bank: Bank, terminal: str, request: HelloRequest) -> HelloAnswer:
    """End the terminal's sessions and exchange chain heads and open holds.

    A hold the terminal does not know becomes a case.
    Errors: StoreUnavailable.
    """

    async def exchange(connection: Connection) -> HelloAnswer:
        await connection.execute(
            "UPDATE sessions SET ended_at = clock_timestamp()"
            " WHERE terminal = %s AND ended_at IS NULL",
            [terminal],
        )
        holds = await (await connection.execute(_OPEN_HOLDS, [terminal])).fetchall()
        known = set(request.open_holds)
        for uid, _, _ in holds:
            if UUID(str(uid)).hex not in known:
                await connection.execute("SELECT ledger_unknown_hold(%s, %s)", [terminal, uid])
        head = await (await connection.execute(_HEAD, [terminal])).fetchone()
        cursor = await connection.execute(
            "SELECT floor(extract(epoch FROM clock_timestamp()))::bigint, ledger_day(%s)::text",
            [bank.config.time_zone],
        )
        row = await cursor.fetchone()
        if row is None:
            raise LookupError("the database told no time")
        return HelloAnswer(
            bank_time=row[0],
            business_date=row[1],
            realm=bank.config.realm,
            terminal=terminal,
            currency=bank.config.currency,
            withdraw_each_minor=bank.config.withdraw_each_minor,
            deposit_each_minor=bank.config.deposit_each_minor,
            step_up_minor=bank.config.step_up_minor,
            signup=bank.config.signup,
            number_login=bank.config.number_login,
            known_chain=head[0].hex if head else None,
            known_seq=head[1] if head else 0,
            known_head=b64url_encode(bytes(head[2])) if head else None,
            open_holds=tuple(
                OpenHold(uid=uid.hex, amount_minor=amount, age_s=age) for uid, amount, age in holds
            ),
        )

    return await bank.pool.run(exchange)
