"""Acts: what staff do to accounts, cases and machines, each with a PIN proof over its exact bytes.

An act is decided once. Its bytes, its proof and the answer are kept under its uid for ever,
refusals too, and the same bytes again get the stored answer.
"""

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from pydantic import ValidationError

from bank import audit
from bank.api.peer import Peer
from bank.api.state import Bank
from bank.cases.closing import Closing, close_case
from bank.enrolment.releasing import TERMINAL_ACTS, carry_out, names_all
from bank.exchanges.approving import approve_exchange
from bank.ledger.accounts import close_account, open_account
from bank.pin.proofs import Verdict, check_body_proof
from bank.renewal.approving import approve_reset
from bank.sessions import Session
from bank.signup.finish import ACCOUNT_NAME
from bank.staff.errors import BadAct, OtherAct
from bank.store.pool import Connection
from bank.terminals.opening import open_chain
from protocol.encoding import b64url_decode, load_json
from protocol.errors import BadEncoding
from protocol.ids import uid_bytes
from protocol.messages.staff import Act, ActAnswer, ActReason, ActRequest
from protocol.references import reference


@dataclass(frozen=True)
class _Done:
    number: str | None
    entry: int | None = None
    outcome: Literal["done", "waiting"] = "done"


_STORED: Final = "select act, actor, terminal, answer from staff_acts where uid = %s"
_STORE: Final = """
insert into staff_acts (uid, act, actor, terminal, token, proof, answer)
values (%s, %s, %s, %s, %s, %s, %s)
"""
_ACTIVE: Final = "select exists (select from customers where id = %s and status = 'active')"
_OWNED: Final = "select exists (select from accounts where number = %s and customer = %s)"


TELLERS: Final = TERMINAL_ACTS | frozenset(
    {"open_account", "close_account", "close_case", "open_chain", "reset_pin"}
)
OPERATORS: Final = frozenset({"approve_exchange"})


async def perform(
    bank: Bank, peer: Peer, session: Session, request: ActRequest, allowed: frozenset[str]
) -> ActAnswer:
    """Carry out an act if the PIN proof over its bytes holds; say what was decided.

    `allowed`: the acts of the session's role.

    Raises:
        BadAct, OtherAct: see the package.
        StoreUnavailable: the database did not answer; ask again with the same bytes.
    """
    data = _decode(request.act)
    act = _parse(data)
    if act.terminal != peer.terminal.id or b64url_decode(act.session) != session.id_hash:
        raise BadAct("an act for another terminal or session")
    if act.act not in allowed:
        raise BadAct("not an act of this role")
    async with bank.pool.connection() as connection:
        stored = await _stored(connection, act, data, session, peer)
    if stored is not None:
        return stored
    verdict = await check_body_proof(
        bank,
        customer=session.customer,
        purpose="staff-act",
        body=data,
        uid=act.uid,
        terminal=peer.terminal.id,
        terminal_cert_sha256=peer.certificate_sha256,
        proof=request.pin,
    )

    async def decide(connection: Connection) -> ActAnswer:
        async with connection.transaction():
            await connection.execute(
                "select pg_advisory_xact_lock(hashtextextended(%s, 2))", ("act " + act.uid,)
            )
            # Another server may have decided the same bytes meanwhile.
            known = await _stored(connection, act, data, session, peer)
            if known is not None:
                return known
            done = (
                await _carry_out(bank, connection, act, session.customer)
                if verdict is Verdict.ACCEPTED
                else "pin_refused"
            )
            answer = _answer(act, done)
            await connection.execute(
                _STORE,
                (
                    uid_bytes(act.uid),
                    data,
                    session.customer,
                    peer.terminal.id,
                    b64url_decode(request.pin.token),
                    b64url_decode(request.pin.proof),
                    answer.model_dump_json(),
                ),
            )
            await audit.write(
                connection,
                bank.server,
                f"staff {act.act}",
                terminal=peer.terminal.id,
                actor=session.customer,
                subject=_customer(act),
                detail={
                    "uid": act.uid,
                    "outcome": answer.outcome,
                    "reason": answer.reason,
                    "number": act.case.number if act.case else answer.number,
                    **({"exchange": act.exchange.exchange} if act.exchange else {}),
                    **(act.machine.model_dump(exclude_none=True) if act.machine else {}),
                    **({"of": act.chain.terminal, "chain": act.chain.chain} if act.chain else {}),
                    **({"found": act.reset.found, "desk": act.reset.desk} if act.reset else {}),
                },
            )
            return answer

    return await bank.pool.run(decide)


def _decode(text: str) -> bytes:
    try:
        return b64url_decode(text)
    except BadEncoding as error:
        raise BadAct("not base64url") from error


def _parse(data: bytes) -> Act:
    try:
        load_json(data)
        act = Act.model_validate_json(data)
    except (BadEncoding, ValidationError) as error:
        raise BadAct("not an act") from error
    if (act.act == "close_account") != (act.number is not None):
        raise BadAct("only closing an account needs its number")
    if (act.act == "close_case") != (act.case is not None):
        raise BadAct("only closing a case needs what was found")
    if (act.act == "approve_exchange") != (act.exchange is not None):
        raise BadAct("only approving an exchange needs its count sheet")
    if (act.act == "open_chain") != (act.chain is not None):
        raise BadAct("only opening a chain needs one")
    if (act.act == "reset_pin") != (act.reset is not None):
        raise BadAct("only resetting a PIN needs how the customer was found")
    if (act.act in TERMINAL_ACTS) != (act.machine is not None):
        raise BadAct("only what is done to a terminal names one")
    if act.machine is not None and not names_all(act.act, act.machine):
        raise BadAct("a key, a certificate or neither, as the act needs it")
    if act.case is not None and (act.case.verdict == "nothing") != (act.case.amount_minor == 0):
        raise BadAct("nothing has no sum, and anything else has one")
    return act


async def _stored(
    connection: Connection, act: Act, data: bytes, session: Session, peer: Peer
) -> ActAnswer | None:
    row = await (await connection.execute(_STORED, (uid_bytes(act.uid),))).fetchone()
    if row is None:
        return None
    if (row[0], row[1], row[2]) != (data, session.customer, peer.terminal.id):
        raise OtherAct
    # A replay waits for the standby like the act itself did (DESIGN.md 6, trap 3).
    await connection.execute("select pg_logical_emit_message(true, 'replay', %s)", (act.uid,))
    return ActAnswer.model_validate_json(row[3])


async def _carry_out(
    bank: Bank, connection: Connection, act: Act, person: UUID
) -> _Done | ActReason:
    if act.case is not None:
        found = await close_case(
            connection, act.case, act=act.uid, person=person, time_zone=bank.config.time_zone
        )
        if isinstance(found, Closing):
            return _Done(None, found.entry, "done" if found.closed else "waiting")
        return found
    if act.exchange is not None:
        approved = await approve_exchange(
            connection, act.exchange, terminal=act.terminal, act=act.uid, person=person
        )
        return "already_closed" if approved == "already_closed" else _Done(None, None, approved)
    if act.machine is not None:
        given = await carry_out(
            connection,
            bank.issuing.issuer if bank.issuing else None,
            act.act,
            act.machine,
            currency=bank.config.currency,
            act=act.uid,
            person=person,
        )
        return _Done(None, None, given) if given == "done" or given == "waiting" else given
    if act.chain is not None:
        opened = await open_chain(connection, act.chain, act=act.uid, person=person)
        return _Done(None, None, opened) if opened == "done" or opened == "waiting" else opened
    customer = _customer(act)
    if act.reset is not None:
        asked = await approve_reset(
            bank,
            connection,
            act.reset,
            customer=customer,
            act=act.uid,
            terminal=act.terminal,
            person=person,
        )
        return _Done(None, None, asked) if asked == "done" or asked == "waiting" else asked
    if act.act == "open_account":
        row = await (await connection.execute(_ACTIVE, (customer,))).fetchone()
        known = row is not None and row[0] and act.currency in (None, bank.config.currency)
        if customer is None or not known:
            return "unknown"
        number = await open_account(
            connection,
            bank.keys,
            customer=customer,
            currency=bank.config.currency,
            name=act.name or ACCOUNT_NAME,
            opening_credit_minor=bank.identity.opening_credit_minor,
            time_zone=bank.config.time_zone,
        )
        return _Done(number)
    number = act.number or ""
    row = await (await connection.execute(_OWNED, (number, customer))).fetchone()
    if row is None or not row[0]:
        return "unknown"
    closing = await close_account(connection, number=number)
    return _Done(number) if closing == "done" else closing


def _customer(act: Act) -> UUID | None:
    try:
        return UUID(act.customer)
    except (ValueError, TypeError):
        return None


def _answer(act: Act, done: _Done | ActReason) -> ActAnswer:
    if isinstance(done, _Done):
        return ActAnswer(
            uid=act.uid,
            outcome=done.outcome,
            reason=None,
            number=done.number,
            reference=reference(act.uid),
            entry=done.entry,
        )
    return ActAnswer(
        uid=act.uid,
        outcome="refused",
        reason=done,
        number=act.number,
        reference=reference(act.uid),
    )
