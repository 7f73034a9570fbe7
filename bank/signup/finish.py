"""POST /v1/signup/finish: check the PIN's registration, make the customer, open an account."""

import hashlib
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import anyio.to_thread
from psycopg.errors import UniqueViolation

from bank import audit
from bank.api.peer import Peer
from bank.api.state import Bank
from bank.customers.store import NewCredential, insert_customer
from bank.keys import SealedPlace, seal, unseal
from bank.ledger.accounts import open_account
from bank.pin import store
from bank.pin.registering import Registration, check_registration
from bank.pin.tickets import Ticket, read_ticket
from bank.signup.begin import SEALED_KIND, SEALED_VERSION, Contents, is_known
from bank.signup.errors import FingerKnown, OtherSignup, SignupOver, Taken
from bank.store.pool import Connection
from biometrics import Template
from protocol.encoding import b64url_decode
from protocol.ids import uid_bytes
from protocol.messages.pin import Role
from protocol.messages.signup import SignupAnswer, SignupFinish
from protocol.pin.verifier import stand_in_verifier

ACCOUNT_NAME: Final = "Current account"
ANSWER_KIND: Final = "sign-up answer"

_READ: Final = """
select customer, sealed, finish, answer, clock_timestamp() > expires_at
from signups where uid = %s and terminal = %s and ticket = %s
"""
_END: Final = """
update signups set finish = %s, answer = %s, finished_at = clock_timestamp(), sealed = null
where uid = %s
"""


@dataclass(frozen=True)
class _Begun:
    customer: UUID
    sealed: bytes | None
    finish: bytes | None
    answer: bytes | None
    over: bool


async def finish(
    bank: Bank,
    peer: Peer,
    request: SignupFinish,
    *,
    roles: tuple[Role, ...] = ("customer",),
    opening_credit_minor: int | None = None,
) -> SignupAnswer:
    """Return the new customer's account; the same bytes again give the same answer.

    `opening_credit_minor` is the configured one unless given.

    Raises:
        OtherSignup, SignupOver, Taken, FingerKnown: see the package.
        BadChallenge, ChallengeExpired, Replayed, Rejected: the proof, see `bank.pin`.
        StoreUnavailable: the database did not answer; ask again with the same bytes.
    """
    record = b64url_decode(request.ticket)
    ticket = read_ticket(bank.keys, record, None, peer.terminal.id)
    finish_digest = hashlib.sha256(request.model_dump_json().encode()).digest()
    key = (uid_bytes(ticket.uid), peer.terminal.id, record)
    async with bank.pool.connection() as connection:
        begun = await _read(connection, _READ, key)
    stored = _stored(bank, key[0], begun, finish_digest)
    if stored is not None:
        return stored
    if begun.over or begun.sealed is None:
        raise SignupOver
    registration = Registration(
        ticket=ticket,
        record=record,
        verifier=b64url_decode(request.verifier),
        token=b64url_decode(request.token),
        proof=b64url_decode(request.proof),
    )
    nonce = await check_registration(bank, peer, registration)
    contents = _open(bank, key[0], begun.sealed)
    try:
        await _refuse_known_finger(bank, contents)
    except FingerKnown:
        # It may be this very sign-up's, which another server has just finished.
        async with bank.pool.connection() as connection:
            stored = _stored(bank, key[0], await _read(connection, _READ, key), finish_digest)
        if stored is not None:
            return stored
        raise
    credit_minor = (
        bank.identity.opening_credit_minor if opening_credit_minor is None else opening_credit_minor
    )

    async def make(connection: Connection) -> SignupAnswer:
        async with connection.transaction():
            # Another server may have been faster with the same bytes.
            now = await _read(connection, _READ + "for update", key)
            answer = _stored(bank, key[0], now, finish_digest)
            if answer is not None:
                return answer
            await insert_customer(
                connection,
                bank.keys,
                begun.customer,
                contents.details,
                roles,
                _credential(bank, ticket, registration.verifier),
                [b64url_decode(text) for text in contents.templates],
            )
            number = await open_account(
                connection,
                bank.keys,
                customer=begun.customer,
                currency=bank.config.currency,
                name=ACCOUNT_NAME,
                opening_credit_minor=credit_minor,
                time_zone=bank.config.time_zone,
            )
            await store.succeed(
                connection, peer.certificate_sha256, ticket.account, nonce, ticket.ver
            )
            answer = SignupAnswer(
                customer=str(begun.customer),
                user_name=contents.details.user_name,
                number=number,
                currency=bank.config.currency,
                opening_credit_minor=credit_minor,
            )
            sealed = seal(
                bank.keys, _answer_place(key[0]), answer.model_dump_json().encode("utf-8")
            )
            await connection.execute(_END, (finish_digest, sealed, key[0]))
            await audit.write(
                connection,
                bank.server,
                "customer signed up",
                terminal=peer.terminal.id,
                subject=begun.customer,
                detail={"number": number, "opening_credit_minor": credit_minor},
            )
            return answer

    try:
        return await bank.pool.run(make)
    except UniqueViolation as error:
        if error.diag.constraint_name == "customers_user_name_index_key":
            raise Taken from error
        raise


async def _read(connection: Connection, statement: str, key: tuple[object, ...]) -> _Begun:
    row = await (await connection.execute(statement, key)).fetchone()
    if row is None:
        raise OtherSignup
    return _Begun(*row)


def _stored(bank: Bank, uid: bytes, begun: _Begun, finish: bytes) -> SignupAnswer | None:
    """Return the answer given before, for the same bytes."""
    if begun.answer is None:
        return None
    if begun.finish != finish:
        raise OtherSignup
    return SignupAnswer.model_validate_json(unseal(bank.keys, _answer_place(uid), begun.answer))


def _answer_place(uid: bytes) -> SealedPlace:
    return SealedPlace(uid, ANSWER_KIND, SEALED_VERSION)


def _open(bank: Bank, uid: bytes, sealed: bytes) -> Contents:
    place = SealedPlace(uid, SEALED_KIND, SEALED_VERSION)
    return Contents.model_validate_json(unseal(bank.keys, place, sealed))


async def _refuse_known_finger(bank: Bank, contents: Contents) -> None:
    # Once more: the same finger may have been signed up elsewhere since begin.
    templates = [Template.from_iso(b64url_decode(text)) for text in contents.templates]
    await bank.gallery.refresh(bank.pool, bank.keys)
    if await anyio.to_thread.run_sync(is_known, bank.gallery, templates, limiter=bank.cpu):
        raise FingerKnown


def _credential(bank: Bank, ticket: Ticket, verifier: bytes) -> NewCredential:
    seed = bank.keys.oprf_seeds[ticket.seed]
    duress = stand_in_verifier(seed, ticket.ver, ticket.account)
    return NewCredential(ticket.account, ticket.seed, ticket.ver, verifier, duress)
