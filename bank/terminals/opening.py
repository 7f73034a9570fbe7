"""Opening a new chain for a terminal whose journal was lost, by two people (MONEY.md 7)."""

from typing import Final, Literal
from uuid import UUID

from bank.api.state import Bank
from bank.staff.four_eyes import approve, asked
from bank.store.pool import Connection
from bank.store.rows import one_row
from protocol.encoding import b64url_decode, b64url_encode
from protocol.ids import uid_bytes
from protocol.messages.chains import ChainRow, ChainsAnswer, NewChain, digest_of

KIND: Final = "new_chain"
MOST_ROWS: Final = 100

_OPEN: Final = "select chain_open(%s, %s, %s, %s, %s)"
_UNKNOWN: Final = """
select h.terminal, h.standing, h.told_chain, h.told_seq, h.told_head, h.chain,
    k.seq, k.head, floor(extract(epoch from h.hello_at))::bigint
from terminal_hellos h cross join lateral chain_known(h.terminal, h.chain) k
where h.standing <> 'known' order by h.terminal limit %s
"""

Refusal = Literal["unknown", "already_closed", "changed", "same_person", "differs"]


async def open_chain(
    connection: Connection, new: NewChain, *, act: str, person: UUID
) -> Literal["done", "waiting"] | Refusal:
    """Approve a terminal's new chain; the second person's approval lets it count.

    Part of the transaction of the act. ``changed``: the terminal tells another chain by now, or the
    bank has heard more of the old one, so that the terminal has to begin again.

    Errors: psycopg.Error.
    """
    told = (new.terminal, UUID(new.chain), new.seq, b64url_decode(new.head))
    (found,) = await one_row(await connection.execute(_OPEN, (*told, None)))
    refusals: dict[str, Refusal] = {
        "unknown": "unknown",
        "already": "already_closed",
        "changed": "changed",
    }
    if found in refusals:
        return refusals[found]
    approved = await approve(
        connection,
        kind=KIND,
        subject=_subject(new),
        digest=digest_of(new),
        act=act,
        person=person,
    )
    if approved == "done":
        await one_row(await connection.execute(_OPEN, (*told, UUID(bytes=uid_bytes(act)))))
    return approved


async def read_chains(bank: Bank) -> ChainsAnswer:
    """Return the terminals whose journal the bank does not know. Errors: StoreUnavailable."""
    async with bank.pool.connection() as connection:
        rows = await (await connection.execute(_UNKNOWN, (MOST_ROWS,))).fetchall()
        return ChainsAnswer(rows=tuple([await _row(connection, row) for row in rows]))


async def _row(connection: Connection, row: tuple[object, ...]) -> ChainRow:
    terminal, standing, told_chain, told_seq, told_head, chain, seq, head, hello_at = row
    told = NewChain.model_validate(
        {
            "terminal": terminal,
            "chain": UUID(str(told_chain)).hex,
            "seq": told_seq,
            "head": b64url_encode(bytes(told_head)),  # type: ignore[call-overload]
        }
    )
    waits = await asked(connection, kind=KIND, subject=_subject(told))
    return ChainRow.model_validate(
        {
            "standing": standing,
            "told": told,
            "known_chain": UUID(str(chain)).hex,
            "known_seq": seq,
            "known_head": b64url_encode(bytes(head)),  # type: ignore[call-overload]
            "hello_at": hello_at,
            "waiting": waits is not None,
        }
    )


def _subject(new: NewChain) -> str:
    return f"{new.terminal}/{new.chain}"
