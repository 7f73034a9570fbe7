"""Signing up the demo's customers the way a terminal does: fingers, ticket, PIN proof, finish."""

import time
from collections.abc import Sequence

import anyio.to_thread

from bank.api.peer import Peer
from bank.api.state import Bank
from bank.customers.find import find_customer
from bank.demo.people import Person
from bank.pin.start import start
from bank.signup.begin import begin
from bank.signup.finish import finish
from biometrics import Template
from protocol.encoding import b64url_decode, b64url_encode
from protocol.ids import new_uid
from protocol.messages.pin import PinStartAnswer, PinStartRequest
from protocol.messages.signup import SignupBegin, SignupFinish, SignupTicket
from protocol.pin.context import Context, digest
from protocol.pin.pins import check_new_pin, normalise_pin
from protocol.pin.prover import Blinded, blind_pin, prove_pin, unlock


async def is_enrolled(bank: Bank, person: Person) -> bool:
    """Whether somebody has this person's user name already."""
    return await find_customer(bank.pool, bank.keys, person.details.user_name) is not None


async def enrol(bank: Bank, peer: Peer, person: Person, templates: Sequence[Template]) -> None:
    """Sign `person` up at the terminal `peer`.

    Raises:
        SignupError, PinError: the bank's no.
        StoreUnavailable: the database did not answer.
    """
    ticket = await begin(
        bank,
        peer,
        SignupBegin(
            uid=_uid(),
            details=person.details,
            templates=tuple(b64url_encode(template.to_iso()) for template in templates),
        ),
    )
    pin = normalise_pin(person.pin)
    check_new_pin(pin)
    account = b64url_decode(ticket.account)
    blinded = blind_pin(account, pin)
    challenge = await start(bank, peer, _start_request(ticket, blinded))
    # Argon2id takes its 240 ms without holding up the other people.
    request = await anyio.to_thread.run_sync(
        _register, bank.config.realm, peer, ticket, pin, blinded, challenge
    )
    await finish(bank, peer, request, roles=person.roles, opening_credit_minor=person.money_minor)


def _start_request(ticket: SignupTicket, blinded: Blinded) -> PinStartRequest:
    return PinStartRequest(
        attempt=_uid(),
        account=ticket.account,
        purpose="pin-register",
        factor1="",
        record=ticket.ticket,
        body_digest=b64url_encode(digest(b64url_decode(ticket.ticket))),
        session="",
        blinded=b64url_encode(blinded.element),
    )


def _register(
    realm: str,
    peer: Peer,
    ticket: SignupTicket,
    pin: bytearray,
    blinded: Blinded,
    challenge: PinStartAnswer,
) -> SignupFinish:
    account = b64url_decode(ticket.account)
    secret = unlock(account, pin, blinded, b64url_decode(challenge.evaluated), challenge.ksf)
    context = Context(
        purpose="pin-register",
        realm=realm,
        account=account,
        terminal_id=peer.terminal.id,
        terminal_cert_hash=peer.certificate_sha256,
        factor1=b"",
        body_digest=digest(b64url_decode(ticket.ticket)),
    )
    proof = prove_pin(context, b64url_decode(challenge.token), secret)
    return SignupFinish(
        ticket=ticket.ticket,
        verifier=b64url_encode(secret.verifier),
        token=challenge.token,
        proof=b64url_encode(proof.data),
    )


def _uid() -> str:
    return new_uid(time.time_ns() // 1_000_000)
