"""POST /v1/pin/renew: check the proofs, and put the new verifier in the place of the old."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from bank import audit
from bank.api.peer import Peer
from bank.api.state import Bank
from bank.pin import store
from bank.pin.checking import check_proof
from bank.pin.errors import BadStart, Rejected
from bank.pin.registering import Registration, check_registration
from bank.pin.tickets import Ticket, read_ticket
from bank.renewal.errors import OtherRenewal, RenewalOver
from bank.store.pool import Connection
from protocol.encoding import b64url_decode
from protocol.ids import uid_bytes
from protocol.messages.pin import PinProof
from protocol.messages.renewal import PinRenewal, PinRenewed
from protocol.pin.context import Context, digest
from protocol.pin.verifier import stand_in_verifier

_READ: Final = """
select n.customer, n.from_ver, n.session, n.finish, n.finished_at,
    clock_timestamp() > n.expires_at or (n.session is not null and not exists (
        select from sessions s where s.id_hash = n.session and s.ended_at is null
        and s.expires_at > clock_timestamp()))
from pin_renewals n where n.uid = %s and n.terminal = %s and n.ticket = %s
"""
_LOCK: Final = """
select ver from credentials where account = %s and status = 'active' for update
"""
_RENEW: Final = """
update credentials set seed = %s, ver = %s, verifier = %s, duress = %s where account = %s
"""
_NEW_TRIES: Final = """
update pin_tries set finger_tries = 0, finger_total = 0, number_tries = 0 where account = %s
"""
_END_SESSIONS: Final = """
update sessions set ended_at = clock_timestamp()
where customer = %s and ended_at is null and id_hash is distinct from %s
"""
_END: Final = """
update pin_renewals set finish = %s, finished_at = clock_timestamp() where uid = %s
returning finished_at
"""


@dataclass(frozen=True)
class _Begun:
    customer: UUID
    from_ver: int
    session: bytes | None
    """Of a customer who changes the PIN; None where two people reset it."""
    finish: bytes | None
    finished_at: datetime | None
    over: bool


async def renew(bank: Bank, peer: Peer, request: PinRenewal) -> PinRenewed:
    """Put a new PIN in force; the same bytes again give the same answer.

    All or nothing, in one transaction: the new verifier, new tries, the end of the customer's
    sessions (but the one in which the customer changes it) and the audit row. Without a duress PIN
    of its own the new version has an element whose logarithm nobody knows.

    Raises:
        OtherRenewal, RenewalOver: see the package.
        BadStart, BadChallenge, ChallengeExpired, Replayed, Rejected: the proofs, see `bank.pin`.
        StoreUnavailable: the database did not answer; ask again with the same bytes.
    """
    record = b64url_decode(request.ticket)
    ticket = read_ticket(bank.keys, record, None, peer.terminal.id)
    finish = hashlib.sha256(request.model_dump_json().encode()).digest()
    key = (uid_bytes(ticket.uid), peer.terminal.id, record)
    async with bank.pool.connection() as connection:
        begun = await _read(connection, key)
    stored = _stored(begun, finish)
    if stored is not None:
        return stored
    if begun.over:
        raise RenewalOver
    if (request.old is None) != (begun.session is None):
        raise BadStart("the old PIN is proven for a change, and only then")
    asked = Registration(
        ticket=ticket,
        record=record,
        verifier=b64url_decode(request.verifier),
        token=b64url_decode(request.token),
        proof=b64url_decode(request.proof),
    )
    nonce = await check_registration(bank, peer, asked)
    old_nonce = None if request.old is None else await _check_old(bank, peer, asked, request.old)

    async def work(connection: Connection) -> PinRenewed:
        async with connection.transaction():
            row = await (await connection.execute(_LOCK, (ticket.account,))).fetchone()
            # Another server may have been faster with the same bytes.
            now = await _read(connection, key)
            answer = _stored(now, finish)
            if answer is not None:
                return answer
            if now.over or row is None or row[0] != now.from_ver:
                raise RenewalOver
            if old_nonce is not None and not await store.succeed(
                connection, peer.certificate_sha256, ticket.account, old_nonce, now.from_ver
            ):
                raise Rejected
            await _replace(bank, connection, peer, asked, nonce)
            await connection.execute(_END_SESSIONS, (now.customer, now.session))
            row = await (await connection.execute(_END, (finish, key[0]))).fetchone()
            if row is None:
                raise LookupError("a renewal vanished")
            await audit.write(
                connection,
                bank.server,
                "pin reset" if now.session is None else "pin changed",
                terminal=peer.terminal.id,
                actor=None if now.session is None else now.customer,
                subject=now.customer,
                detail={"ver": ticket.ver, "uid": ticket.uid},
            )
            return PinRenewed(at=int(row[0].timestamp()))

    return await bank.pool.run(work)


async def _read(connection: Connection, key: tuple[bytes, str, bytes]) -> _Begun:
    row = await (await connection.execute(_READ, key)).fetchone()
    if row is None:
        raise OtherRenewal
    return _Begun(*row)


def _stored(begun: _Begun, finish: bytes) -> PinRenewed | None:
    """Return the answer given before, for the same bytes."""
    if begun.finished_at is None:
        return None
    if begun.finish != finish:
        raise OtherRenewal
    return PinRenewed(at=int(begun.finished_at.timestamp()))


async def _check_old(bank: Bank, peer: Peer, asked: Registration, old: PinProof) -> bytes:
    """Return the nonce of a proof of the old PIN over the new verifier."""
    ticket: Ticket = asked.ticket
    context = Context(
        purpose="pin-change-old",
        realm=bank.config.realm,
        account=ticket.account,
        terminal_id=peer.terminal.id,
        terminal_cert_hash=peer.certificate_sha256,
        factor1=b"",
        body_digest=digest(asked.verifier),
    )
    held = await check_proof(
        bank, context, b64url_decode(old.token), b64url_decode(old.proof), ticket.uid
    )
    return held.nonce


async def _replace(
    bank: Bank, connection: Connection, peer: Peer, asked: Registration, nonce: bytes
) -> None:
    """Put the new verifier in force, and give all tries back."""
    ticket = asked.ticket
    duress = stand_in_verifier(bank.keys.oprf_seeds[ticket.seed], ticket.ver, ticket.account)
    values = (ticket.seed, ticket.ver, asked.verifier, duress, ticket.account)
    await connection.execute(_RENEW, values)
    await store.succeed(connection, peer.certificate_sha256, ticket.account, nonce, ticket.ver)
    await connection.execute(_NEW_TRIES, (ticket.account,))
