"""POST /v1/pin/start: spend a try, evaluate the blinded PIN, issue a token (PIN.md 5)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

import anyio.to_thread

from bank import audit
from bank.api.peer import Peer
from bank.api.state import Bank
from bank.identify.errors import RecordInvalid
from bank.identify.factor1 import read_factor1
from bank.pin import store
from bank.pin.checking import lock_of
from bank.pin.errors import (
    BadChallenge,
    BadStart,
    ChallengeExpired,
    Locked,
    Rejected,
    Replayed,
    TooManyStarts,
)
from bank.pin.tickets import read_ticket
from bank.sessions import current
from protocol.encoding import b64url_decode, b64url_encode, canonical_json
from protocol.errors import BadEncoding
from protocol.ids import uid_bytes
from protocol.messages.pin import PinStartAnswer, PinStartRequest
from protocol.pin.context import Context, digest
from protocol.pin.group import decode_element
from protocol.pin.secret import KSF, account_key
from protocol.pin.token import LIFETIME_S, TokenHead, issue_token
from protocol.pin.verifier import evaluate_blinded, first_version


@dataclass(frozen=True)
class _Ground:
    """On what a start stands: how the customer was found, and until when that holds."""

    way: store.Way
    record: bytes | None = None
    issued_at: datetime | None = None
    ticket: bytes | None = None
    good_until: datetime | None = None
    seed: int | None = None
    ver: int | None = None


async def start(bank: Bank, peer: Peer, request: PinStartRequest) -> PinStartAnswer:
    """Return the evaluated element and a token of this server.

    Raises:
        BadStart, BadChallenge, SessionEnded: nothing was spent.
        ChallengeExpired, Replayed, Rejected, Locked, TooManyStarts: the database's no.
        StoreUnavailable: the database did not answer; a try may have been spent.
    """
    blinded = b64url_decode(request.blinded)
    try:
        # First of all: what is no element costs no try.
        await anyio.to_thread.run_sync(decode_element, blinded, limiter=bank.cpu)
    except BadEncoding as error:
        raise BadStart(str(error)) from error
    account = b64url_decode(request.account)
    ground = await _ground(bank, peer, request, account)
    asked = _asked(bank, peer, request, account, ground)
    started = await bank.pool.run(lambda connection: store.start(connection, asked))
    await _raise_unless_started(bank, peer, started, asked)
    evaluated = await anyio.to_thread.run_sync(
        _evaluate, bank, started, account, blinded, limiter=bank.cpu
    )
    context = Context(
        purpose=request.purpose,
        realm=bank.config.realm,
        account=account,
        terminal_id=peer.terminal.id,
        terminal_cert_hash=peer.certificate_sha256,
        factor1=b64url_decode(request.factor1),
        body_digest=b64url_decode(request.body_digest),
    )
    head = TokenHead(
        kid=bank.keys.active_mac,
        ver=started.ver,
        expiry_s=started.now_s + LIFETIME_S,
        nonce=asked.nonce,
        issuer=bank.certificate_sha256,
    )
    return PinStartAnswer(
        evaluated=b64url_encode(evaluated),
        ver=started.ver,
        ksf=KSF,
        token=b64url_encode(issue_token(bank.keys.mac_keys[head.kid], head, context)),
    )


async def _ground(bank: Bank, peer: Peer, request: PinStartRequest, account: bytes) -> _Ground:
    record = b64url_decode(request.record)
    factor1, body_digest = b64url_decode(request.factor1), b64url_decode(request.body_digest)
    match request.purpose:
        case "login":
            _must(bool(record) and factor1 == digest(record), "factor1 is not of the record")
            _must(not body_digest and not request.session, "a login has no body and no session")
            try:
                found = read_factor1(bank.keys, record, account, peer.terminal.id)
            except RecordInvalid as error:
                raise BadChallenge(str(error)) from error
            if found.way == "number" and not bank.config.number_login:
                raise BadChallenge("nobody is let in without a finger")
            return _Ground(found.way, factor1, found.found_at, good_until=found.good_until)
        case "pin-register":
            _must(bool(record) and body_digest == digest(record), "the digest is not the ticket's")
            _must(not factor1 and not request.session, "a new PIN has no factor 1 and no session")
            ticket = read_ticket(bank.keys, record, account, peer.terminal.id)
            return _Ground(
                "register",
                ticket=body_digest,
                good_until=ticket.good_until,
                seed=ticket.seed,
                ver=ticket.ver,
            )
        case "txn" | "staff-act" | "pin-change-old":
            _must(bool(body_digest), "a proof over a body needs its digest")
            _must(not factor1 and not record, "within a session there is no record")
            session = await current(
                bank.pool,
                request.session,
                peer.terminal.id,
                peer.certificate_sha256,
                bank.config.session_idle_s,
            )
            _must(session.account == account, "another customer's session")
            return _Ground("finger" if session.finger else "number")


def _must(condition: bool, why: str) -> None:
    if not condition:
        raise BadStart(why)


def _asked(
    bank: Bank, peer: Peer, request: PinStartRequest, account: bytes, ground: _Ground
) -> store.Start:
    seed = bank.keys.active_seed if ground.seed is None else ground.seed
    ver = first_version(bank.keys.oprf_seeds[seed], account) if ground.ver is None else ground.ver
    return store.Start(
        terminal=peer.terminal.id,
        terminal_cert=peer.certificate_sha256,
        attempt=uid_bytes(request.attempt),
        account=account,
        purpose=request.purpose,
        way=ground.way,
        request=hashlib.sha256(canonical_json(request.model_dump())).digest(),
        nonce=secrets.token_bytes(32),
        record=ground.record,
        issued_at=ground.issued_at,
        ticket=ground.ticket,
        good_until=ground.good_until,
        seed=seed,
        ver=ver,
    )


async def _raise_unless_started(
    bank: Bank, peer: Peer, started: store.Started, asked: store.Start
) -> None:
    match started.outcome:
        case "started":
            return
        case "expired" | "record_used":
            raise ChallengeExpired("the record's or ticket's time is over")
        case "other" | "finished" | "ticket_used":
            raise Replayed("this attempt or ticket is used up")
        case "rejected":
            raise Rejected
        case "locked":
            lock = lock_of(started.unlock or "branch", asked.nonce)
            async with bank.pool.connection() as connection:
                await audit.write(
                    connection,
                    bank.server,
                    "pin locked",
                    terminal=peer.terminal.id,
                    detail={
                        "credential": b64url_encode(asked.account),
                        "unlock": lock.unlock,
                        "reference": lock.reference,
                    },
                )
            raise Locked(lock)
        case "rate_limited":
            raise TooManyStarts(started.retry_after_s)


def _evaluate(bank: Bank, started: store.Started, account: bytes, blinded: bytes) -> bytes:
    key = account_key(bank.keys.oprf_seeds[started.seed], started.ver, account)
    return evaluate_blinded(key, blinded)
