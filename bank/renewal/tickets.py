"""Tickets for a new version of a credential: one evaluation of one PIN each (PIN.md 5).

A ticket that was asked for and not used yet is given again. A version is never used again, so
whoever begins and leaves uses versions up; that has its limits.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from bank import audit
from bank.api.peer import Peer
from bank.api.state import Bank
from bank.clock import database_time
from bank.pin.tickets import LIFETIME, Ticket, sign_ticket
from bank.renewal.errors import NoReset, TooManyTickets
from bank.sessions import Session
from bank.store.pool import Connection
from bank.store.rows import one_row
from protocol.encoding import b64url_encode
from protocol.messages.signup import SignupTicket

RESET_TICKETS: Final = 3
"""For one reset: a desk may fail between evaluation and proof."""
CHANGE_TICKETS: Final = 6
"""For one customer in an hour."""

# The lock puts tickets of one credential in a row, on all servers.
_CREDENTIAL: Final = """
select account, ver from credentials where customer = %s and status = 'active' for update
"""
_RESET: Final = """
select id, expires_at from pin_resets where customer = %s and from_ver = %s and desk = %s
    and expires_at > clock_timestamp() order by approved_at desc limit 1
"""
_UNUSED: Final = """
select n.account, n.ver, n.ticket from pin_renewals n
where n.customer = %(customer)s and n.from_ver = %(from_ver)s and n.terminal = %(terminal)s
    and n.reset is not distinct from %(reset)s and n.session is not distinct from %(session)s
    and n.finish is null and n.expires_at > clock_timestamp()
    and not exists (select from pin_attempts a where a.ticket = sha256(n.ticket))
order by n.ver desc limit 1
"""
_COUNT: Final = """
select count(*) from pin_renewals where customer = %(customer)s
    and reset is not distinct from %(reset)s
    and (reset is not null or issued_at > clock_timestamp() - interval '1 hour')
"""
_NEXT: Final = "select greatest(%s, max(ver)) + 1 from pin_renewals where account = %s"
_KEEP: Final = """
insert into pin_renewals (uid, customer, account, seed, from_ver, ver, reset, session, terminal,
    ticket, issued_at, expires_at)
values (%(uid)s, %(customer)s, %(account)s, %(seed)s, %(from_ver)s, %(ver)s, %(reset)s,
    %(session)s, %(terminal)s, %(ticket)s, %(issued_at)s, %(expires_at)s)
"""


@dataclass(frozen=True)
class _Ground:
    """Why a new PIN is allowed: two people's reset, or the customer's own session."""

    customer: UUID
    account: bytes
    from_ver: int
    terminal: str
    reset: UUID | None
    session: bytes | None
    expires_at: datetime


async def reset_ticket(bank: Bank, peer: Peer, teller: Session, customer: UUID) -> SignupTicket:
    """Return a ticket for what two people approved for `customer` at this desk.

    Raises:
        NoReset, TooManyTickets: see the package.
        StoreUnavailable: the database did not answer.
    """

    async def work(connection: Connection) -> SignupTicket:
        async with connection.transaction():
            account, ver = await _credential(connection, customer)
            cursor = await connection.execute(_RESET, (customer, ver, peer.terminal.id))
            row = await cursor.fetchone()
            if row is None:
                raise NoReset
            reset, expires_at = row
            ground = _Ground(customer, account, ver, peer.terminal.id, reset, None, expires_at)
            return await _issue(bank, connection, ground, RESET_TICKETS, actor=teller.customer)

    return await bank.pool.run(work)


async def change_ticket(bank: Bank, peer: Peer, session: Session) -> SignupTicket:
    """Return a ticket for the customer whose session this is.

    Raises:
        NoReset, TooManyTickets: see the package.
        StoreUnavailable: the database did not answer.
    """

    async def work(connection: Connection) -> SignupTicket:
        async with connection.transaction():
            who = session.customer
            account, ver = await _credential(connection, who)
            expires_at = await database_time(connection) + LIFETIME
            ground = _Ground(who, account, ver, peer.terminal.id, None, session.id_hash, expires_at)
            return await _issue(bank, connection, ground, CHANGE_TICKETS, actor=who)

    return await bank.pool.run(work)


async def _credential(connection: Connection, customer: UUID) -> tuple[bytes, int]:
    row = await (await connection.execute(_CREDENTIAL, (customer,))).fetchone()
    if row is None:
        raise NoReset
    return row[0], row[1]


async def _issue(
    bank: Bank, connection: Connection, ground: _Ground, most: int, actor: UUID
) -> SignupTicket:
    values = vars(ground)
    unused = await (await connection.execute(_UNUSED, values)).fetchone()
    if unused is not None:
        return _answer(*unused)
    (count,) = await one_row(await connection.execute(_COUNT, values))
    if count >= most:
        raise TooManyTickets
    cursor = await connection.execute(_NEXT, (ground.from_ver, ground.account))
    (ver,) = await one_row(cursor)
    uid, seed = secrets.token_hex(16), bank.keys.active_seed
    ticket = sign_ticket(
        bank.keys,
        Ticket(uid, ground.account, seed, ver, ground.terminal, ground.expires_at),
    )
    now = await database_time(connection)
    kept = {"uid": bytes.fromhex(uid), "seed": seed, "ver": ver, "ticket": ticket, "issued_at": now}
    await connection.execute(_KEEP, values | kept)
    await audit.write(
        connection,
        bank.server,
        "pin ticket issued",
        terminal=ground.terminal,
        actor=actor,
        subject=ground.customer,
        detail={"ver": ver, "reset": None if ground.reset is None else ground.reset.hex},
    )
    return _answer(ground.account, ver, ticket)


def _answer(account: bytes, ver: int, ticket: bytes) -> SignupTicket:
    return SignupTicket(account=b64url_encode(account), ver=ver, ticket=b64url_encode(ticket))
