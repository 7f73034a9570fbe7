"""A terminal without a certificate gets one: asked of any server, over TLS that the bank proves.

The terminal has nothing to show, so the port is another than that of the calls, and nobody is
believed but the CA in a file that a person brought.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from backend_client.attempt import Answer, Payload, Silence, attempt
from backend_client.bank_time import BankTime
from backend_client.errors import BankAway, Declined, TooManyTries
from backend_client.est import (
    ENROL,
    ISSUERS,
    Kind,
    Wait,
    ask_any,
    issued_pair,
    newcomer,
    request_for,
)
from backend_client.exchange import payload
from backend_client.key_pair import drop_next_key, keep_certificate, next_key
from backend_client.servers import Server
from backend_client.tls import anonymous_context, server_session
from protocol.enrolment import characters, key_sha256

ATTEMPT_S: Final = 4.0
AWAY_S: Final = 5.0
"""Between two rounds where no server answers."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Who asks, where, and where the pair is kept.

    ``servers`` are the addresses of the enrolment ports; ``folder`` is the terminal's own.
    """

    terminal: str
    kind: Kind
    servers: Sequence[Server]
    folder: Path
    trust_file: Path
    sleep: Callable[[float], None] = field(default=time.sleep)


def enrol(
    enrolment: Enrolment,
    show: Callable[[str], None],
    away: Callable[[str], None] = lambda _why: None,
) -> x509.Certificate:
    """Ask until the bank has decided; return the certificate, which is on disk by then.

    ``show`` is told the key's characters once, before the first question; ``away`` why nobody
    answered, each time. May be broken off at any point and begun again: the key stays.

    Raises:
        IdentityUnusable: no CA in the trust file, or an answer that is not the bank's.
        Declined: the bank's no, for good; the key is forgotten, a next one may ask.
        OSError: the disk does not take key or certificate.
    """
    key = next_key(enrolment.folder)
    show(characters(key_sha256(key.public_key())))
    # Nothing is known of the bank's time yet; what it was lies with the journal.
    bank_time = BankTime(enrolment.folder / "next" / "no_time", 0)
    session = server_session(anonymous_context(enrolment.trust_file), bank_time)
    servers = [_sender(session, server) for server in enrolment.servers]
    request = request_for(ENROL, key, newcomer(enrolment.terminal, enrolment.kind))
    try:
        while True:
            try:
                found = ask_any(servers, request)
                if not isinstance(found, Wait):
                    issuers = ask_any(servers, payload("GET", ISSUERS))
                    if not isinstance(issuers, Wait):
                        return _keep(enrolment, key, found, issuers)
                    found = issuers
            except BankAway as error:
                away(str(error))
                found = Wait(AWAY_S)
            except TooManyTries as error:
                away(error.detail)
                found = Wait(float(error.retry_after_s or AWAY_S))
            except Declined:
                drop_next_key(enrolment.folder)
                raise
            enrolment.sleep(found.after_s)
    finally:
        session.close()


def _sender(session: requests.Session, server: Server) -> Callable[[Payload], Answer | Silence]:
    return lambda request: attempt(session, server.base_url, request, ATTEMPT_S)


def _keep(
    enrolment: Enrolment,
    key: ec.EllipticCurvePrivateKey,
    leaves: Sequence[x509.Certificate],
    issuers: Sequence[x509.Certificate],
) -> x509.Certificate:
    leaf, issuer = issued_pair(
        leaves, issuers, key.public_key(), enrolment.terminal, enrolment.trust_file
    )
    keep_certificate(enrolment.folder, leaf, issuer)
    return leaf
