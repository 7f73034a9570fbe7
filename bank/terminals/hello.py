"""What a terminal hears at boot and at close of business, and what the bank learns from it."""

import json
import logging
from uuid import UUID

from bank.api.state import Bank
from bank.store.pool import Connection
from bank.store.rows import one_row
from protocol.encoding import b64url_decode, b64url_encode
from protocol.messages.terminal import HelloAnswer, HelloRequest, OpenHold

_OPEN_HOLDS = """
SELECT h.uid, h.amount_minor,
       floor(extract(epoch FROM clock_timestamp() - h.made_at))::bigint
FROM open_holds o JOIN holds h ON h.terminal = o.terminal AND h.uid = o.uid
WHERE o.terminal = %s ORDER BY h.made_at LIMIT 1000
"""
_TOLD = """
SELECT standing, overtaken, known_chain, known_seq, known_head
FROM terminal_hello(%s, %s, %s, %s, %s, %s, %s)
"""

log = logging.getLogger("bank.terminals")


async def hello(bank: Bank, terminal: str, request: HelloRequest) -> HelloAnswer:
    """End the terminal's sessions and exchange chain heads and open holds.

    A hold the terminal does not know becomes a case. A journal that the bank does not know so
    (`protocol.messages.terminal.Standing`) raises the fork alarm, and the terminal may start
    nothing new until it tells a better one, or two people have opened its chain.
    Errors: StoreUnavailable.
    """
    asked = (
        terminal,
        UUID(request.chain),
        request.seq,
        request.seq if request.head_seq is None else request.head_seq,
        b64url_decode(request.head),
        request.pending,
        json.dumps(request.cassettes),
    )

    async def exchange(connection: Connection) -> HelloAnswer:
        await connection.execute(
            "UPDATE sessions SET ended_at = clock_timestamp()"
            " WHERE terminal = %s AND ended_at IS NULL",
            [terminal],
        )
        standing, overtaken, chain, seq, head = await one_row(
            await connection.execute(_TOLD, asked)
        )
        if standing != "known":
            log.warning("terminal %s: its journal is %s to the bank", terminal, standing)
        holds = await (await connection.execute(_OPEN_HOLDS, [terminal])).fetchall()
        known = set(request.open_holds)
        for uid, _, _ in holds:
            # A hello that was overtaken cannot know a hold that was made behind its back.
            if not overtaken and UUID(str(uid)).hex not in known:
                await connection.execute("SELECT ledger_unknown_hold(%s, %s)", [terminal, uid])
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
            standing=standing,
            known_chain=None if head is None else chain.hex,
            known_seq=seq or 0,
            known_head=None if head is None else b64url_encode(bytes(head)),
            open_holds=tuple(
                OpenHold(uid=uid.hex, amount_minor=amount, age_s=age) for uid, amount, age in holds
            ),
        )

    answer = await bank.pool.run(exchange)
    bank.terminals.forget(terminal)
    return answer
