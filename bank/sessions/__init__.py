"""Sessions: rows in the database, good on every server, bound to the terminal's certificate.

A session id is 32 random bytes that travel in the header ``Session``; the database holds SHA-256
of it. It ends after `idle_s` without a request (moved on at most every 20 s), after its absolute
time, at logout, and when its terminal starts anew.

Errors::

    SessionError
    `-- SessionEnded     unknown, ended, over its time, or another terminal's: log in again
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from bank.store.pool import Pool
from protocol.encoding import b64url_decode
from protocol.errors import BadEncoding

SESSION_BYTES: Final = 32


class SessionError(Exception):
    """Any failure of a session."""


class SessionEnded(SessionError):
    """There is no such session any more, or not for this terminal."""


@dataclass(frozen=True, slots=True)
class Session:
    """An open session. `account` is the customer's credential id, `id_hash` SHA-256 of its id."""

    id_hash: bytes
    customer: UUID
    account: bytes
    roles: frozenset[str]
    finger: bool


_CURRENT: Final = """
with now as materialized (select clock_timestamp() as at),
found as (
    select s.* from sessions s, now
    where s.id_hash = %(hash)s and s.terminal = %(terminal)s and s.terminal_cert = %(cert)s
    and s.ended_at is null and s.idle_until > now.at and s.expires_at > now.at),
moved as (
    update sessions s set refreshed_at = now.at,
        idle_until = least(now.at + make_interval(secs => %(idle_s)s), s.expires_at)
    from found, now
    where s.id_hash = found.id_hash and found.refreshed_at <= now.at - interval '20 s'
    and s.ended_at is null)
select customer, account, roles, finger from found
"""


def new_session_id() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(SESSION_BYTES)


def hash_of(session_id: bytes) -> bytes:
    """Return what the database and orders know a session by."""
    return hashlib.sha256(session_id).digest()


async def current(
    pool: Pool, session: str, terminal: str, terminal_cert_sha256: bytes, idle_s: int
) -> Session:
    """Return the open session that `session` (header text) names, for this terminal.

    Raises:
        SessionEnded: whatever is wrong with it; the answer does not tell.
        StoreUnavailable: the database did not answer.
    """
    try:
        session_id = b64url_decode(session)
    except BadEncoding as error:
        raise SessionEnded from error
    if len(session_id) != SESSION_BYTES:
        raise SessionEnded
    id_hash = hash_of(session_id)
    sought = {
        "hash": id_hash,
        "terminal": terminal,
        "cert": terminal_cert_sha256,
        "idle_s": idle_s,
    }
    async with pool.connection() as connection:
        row = await (await connection.execute(_CURRENT, sought)).fetchone()
    if row is None:
        raise SessionEnded
    return Session(id_hash, row[0], row[1], frozenset(row[2]), row[3])


async def end(pool: Pool, session: str, terminal_cert_sha256: bytes) -> None:
    """End a session of this terminal; one that is over or unknown is no error.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    try:
        id_hash = hash_of(b64url_decode(session))
    except BadEncoding:
        return
    async with pool.connection() as connection:
        await connection.execute(
            "update sessions set ended_at = clock_timestamp()"
            " where id_hash = %s and terminal_cert = %s and ended_at is null",
            (id_hash, terminal_cert_sha256),
        )
