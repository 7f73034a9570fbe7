"""A terminal with a good certificate gets its next one, for a new key, without anybody's help."""

from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from bank.api.peer import Peer
from bank.api.state import Bank
from bank.ca.leaves import issue_terminal
from bank.enrolment.asking import issued_to
from bank.enrolment.errors import Full, KeyUsed, NotCurrent, NotIssuer
from bank.enrolment.requests import CertificateRequest
from bank.store.pool import Connection
from bank.store.rows import one_row
from protocol.signing import key_id

MOST_A_DAY: Final = 10
"""Certificates a terminal; it needs one in sixty days."""
_RENEW: Final = "select certificate_renew(%s, %s, %s, %s, %s, %s)"
_NOW: Final = "select clock_timestamp()"


async def renew(bank: Bank, peer: Peer, request: CertificateRequest) -> bytes:
    """Return the certificate (DER) of the new key; the same request again gets the same one.

    Raises:
        NotIssuer, NotCurrent, KeyUsed, Full: see the package.
        StoreUnavailable: the database did not answer.
    """
    if request.terminal != peer.terminal.id:
        raise NotCurrent("a terminal renews its own certificate only")
    issuing = bank.issuing
    if issuing is None:
        raise NotIssuer("this server has no issuer's key")

    async def renewed(connection: Connection) -> bytes | str:
        issued = await issued_to(connection, request)
        if issued is not None:
            return issued
        (now,) = await one_row(await connection.execute(_NOW))
        leaf = issue_terminal(issuing.issuer, request.terminal, request.key, now)
        der = leaf.public_bytes(Encoding.DER)
        values = (
            peer.certificate_sha256,
            request.key_sha256,
            key_id(der),
            der,
            leaf.not_valid_after_utc,
            MOST_A_DAY,
        )
        (outcome,) = await one_row(await connection.execute(_RENEW, values))
        return der if outcome == "issued" else str(outcome)

    outcome = await bank.pool.run(renewed)
    if isinstance(outcome, bytes):
        return outcome
    if outcome == "used":
        raise KeyUsed("this key has had a certificate: make a new one")
    if outcome == "too_many":
        raise Full("this terminal has renewed its certificate too often today")
    raise NotCurrent("the certificate is not good any more")
