"""POST /v1/pin/finish: check a login's proof and open a session (PIN.md 5)."""

from typing import Final

from bank import audit
from bank.api.peer import Peer
from bank.api.state import Bank
from bank.customers.details import unseal_details
from bank.pin import store
from bank.pin.checking import Held, check_proof
from bank.pin.errors import BadStart, Rejected, Replayed
from bank.sessions import hash_of, new_session_id
from bank.store.pool import Connection
from protocol.encoding import b64url_decode, b64url_encode
from protocol.messages.pin import AccountBrief, LoginAnswer, PinFinishRequest
from protocol.pin.context import Context, digest

_ACCOUNTS: Final = """
select number, currency, name from accounts
where customer = %s and status = 'open' and number is not null order by id limit 20
"""


async def finish(bank: Bank, peer: Peer, request: PinFinishRequest) -> LoginAnswer:
    """Return a session for a proof that holds.

    Raises:
        BadStart: the record is not the one in factor1.
        BadChallenge, ChallengeExpired, Replayed, Rejected: see the package.
        StoreUnavailable: the database did not answer; a session may have been opened.
    """
    record_digest = b64url_decode(request.factor1)
    record = b64url_decode(request.record)
    if not record or record_digest != digest(record) or request.body_digest:
        raise BadStart("factor1 is not of the record, or a login has a body")
    context = Context(
        purpose="login",
        realm=bank.config.realm,
        account=b64url_decode(request.account),
        terminal_id=peer.terminal.id,
        terminal_cert_hash=peer.certificate_sha256,
        factor1=record_digest,
        body_digest=b"",
    )
    token, proof = b64url_decode(request.token), b64url_decode(request.proof)
    try:
        held = await check_proof(bank, context, token, proof)
    except Rejected as error:
        lock = {"reference": error.lock.reference} if error.lock else {}
        await _note(bank, peer, "pin rejected", {"tries_left": error.tries_left, **lock})
        raise
    return await _open_session(bank, peer, context, held)


async def _open_session(bank: Bank, peer: Peer, context: Context, held: Held) -> LoginAnswer:
    session = new_session_id()
    asked = store.Login(
        terminal=peer.terminal.id,
        terminal_cert=peer.certificate_sha256,
        account=context.account,
        nonce=held.nonce,
        ver=held.ver,
        record=context.factor1,
        session=hash_of(session),
        idle_s=bank.config.session_idle_s,
        absolute_s=bank.config.session_absolute_s,
    )

    async def work(
        connection: Connection,
    ) -> tuple[store.Opened, tuple[AccountBrief, ...]] | store.LoginRefusal:
        opened = await store.log_in(connection, asked)
        if not isinstance(opened, store.Opened):
            return opened
        await audit.write(
            connection,
            bank.server,
            "session opened",
            terminal=peer.terminal.id,
            actor=opened.customer,
            subject=opened.customer,
            detail={"finger": opened.finger},
        )
        rows = await (await connection.execute(_ACCOUNTS, (opened.customer,))).fetchall()
        return opened, tuple(
            AccountBrief(number=number, currency=currency, name=name)
            for number, currency, name in rows
        )

    match await bank.pool.run(work):
        case "record_used":
            raise Replayed("this record's session has ended")
        case "rejected":
            raise Rejected
        case opened, accounts:
            pass
    details = unseal_details(bank.keys, opened.customer, opened.version, opened.sealed)
    return LoginAnswer.model_validate(
        {
            "session": b64url_encode(session),
            "expires_at": opened.expires_at,
            "customer": str(opened.customer),
            "first_name": details.first_name,
            "roles": tuple(opened.roles),
            "accounts": accounts,
            "finger": opened.finger,
            "step_up_minor": bank.config.step_up_minor,
        }
    )


async def _note(bank: Bank, peer: Peer, event: str, detail: dict[str, str | int | None]) -> None:
    async with bank.pool.connection() as connection:
        await audit.write(
            connection, bank.server, event, terminal=peer.terminal.id, detail={**detail}
        )
