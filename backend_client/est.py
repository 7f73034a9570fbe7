"""Certificates over HTTPS, the terminal's half of RFC 7030: requests out, certificates in."""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from backend_client.attempt import Answer, Payload, Silence
from backend_client.errors import BankAway, IdentityUnusable
from backend_client.exchange import payload
from backend_client.problems import error_of
from protocol.messages.terminal import Problem

EST: Final = "/.well-known/est"
ENROL: Final = f"{EST}/simpleenroll"
RENEW: Final = f"{EST}/simplereenroll"
ISSUERS: Final = f"{EST}/cacerts"
_CERTIFICATES: Final = "application/pkcs7-mime"
_PROBLEM: Final = "application/problem+json"
_WAIT: Final = 202
_DEFAULT_WAIT_S: Final = 10.0

Kind = Literal["atm", "teller"]


@dataclass(frozen=True, slots=True)
class Wait:
    """The bank has not decided: ask again with the same bytes after `after_s`."""

    after_s: float


def newcomer(terminal: str, kind: Kind) -> x509.Name:
    """Return the subject by which a terminal without a certificate asks for one."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, kind),
            x509.NameAttribute(NameOID.COMMON_NAME, terminal),
        ]
    )


def request_for(path: str, key: ec.EllipticCurvePrivateKey, subject: x509.Name) -> Payload:
    """Return a PKCS#10 request for `key` as RFC 7030 4.2.1 has it: base64 of DER."""
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, SHA256())
    headers = dict(payload("POST", path).headers)
    headers |= {"Content-Type": "application/pkcs10", "Accept": _CERTIFICATES}
    headers |= {"Content-Transfer-Encoding": "base64"}
    return Payload("POST", path, headers, base64.b64encode(request.public_bytes(Encoding.DER)))


def ask_any(
    servers: Iterable[Callable[[Payload], Answer | Silence]], request: Payload
) -> tuple[x509.Certificate, ...] | Wait:
    """Return the first definite answer of a server; each is asked once, in this order.

    Raises:
        Declined: the bank's no.
        BankAway: none answered with anything that can be used.
    """
    why = "no server is known"
    for send in servers:
        answer = send(request)
        if isinstance(answer, Silence):
            why = answer.why
            continue
        found = _read(answer)
        if isinstance(found, Problem):
            raise error_of(found)
        if found is not None:
            return found
        why = f"an answer of status {answer.status} makes no sense here"
    raise BankAway(why)


def _read(answer: Answer) -> tuple[x509.Certificate, ...] | Wait | Problem | None:
    try:
        if answer.status == _WAIT:
            return Wait(answer.retry_after_s or _DEFAULT_WAIT_S)
        if answer.status == 200 and answer.content_type == _CERTIFICATES:
            der = base64.b64decode(b"".join(answer.body.split()), validate=True)
            return tuple(pkcs7.load_der_pkcs7_certificates(der))
        if 400 <= answer.status < 500 and answer.content_type == _PROBLEM:
            return Problem.model_validate_json(answer.body)
    except (binascii.Error, ValueError):
        # pydantic's ValidationError is a ValueError too.
        return None
    return None


def issued_pair(
    leaves: Sequence[x509.Certificate],
    issuers: Sequence[x509.Certificate],
    key: ec.EllipticCurvePublicKey,
    terminal: str,
    trust_file: Path,
) -> tuple[x509.Certificate, x509.Certificate]:
    """Return leaf and issuer, once it is certain that they are this terminal's and the bank's.

    The issuer counts only by the signature of the root in `trust_file`.

    Raises:
        IdentityUnusable: they are not.
    """
    try:
        roots = x509.load_pem_x509_certificates(trust_file.read_bytes())
    except (OSError, ValueError) as error:
        raise IdentityUnusable(f"no CA in {trust_file}") from error
    for leaf in leaves:
        names = leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        if leaf.public_key() != key or [name.value for name in names] != [terminal]:
            continue
        for issuer in issuers:
            if _signed(leaf, issuer) and any(_signed(issuer, root) for root in roots):
                return leaf, issuer
    raise IdentityUnusable("the bank's answer holds no certificate for this terminal's key")


def _signed(what: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        what.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
