"""What both ports answer of RFC 7030: certificates, and "not yet"."""

from typing import Final

from cryptography import x509
from fastapi import Request, Response

from bank.api.bodies import read_bytes
from bank.api.problems import HttpProblem
from bank.ca.issuing import Issuing
from bank.enrolment.errors import (
    BadRequest,
    EnrolmentError,
    Full,
    KeyUsed,
    NotIssuer,
    OtherKind,
    Refused,
)
from bank.enrolment.requests import MAX_BODY_BYTES, CertificateRequest, certs_only, read_request

EST: Final = "/.well-known/est"
PKCS10: Final = "application/pkcs10"
RETRY_AFTER_S: Final = 10
"""How often a terminal that waits asks; somebody stands before it with a telephone."""


async def request_of(request: Request) -> CertificateRequest:
    """Read the body of an enrolment.

    Raises:
        HttpProblem: 400, 413, 415.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != PKCS10:
        raise HttpProblem(415, "bad_request", f"a body here is {PKCS10}")
    try:
        return read_request(await read_bytes(request, MAX_BODY_BYTES))
    except BadRequest as error:
        raise problem_of(error) from error


def certificates(*found: x509.Certificate) -> Response:
    """Return certificates as RFC 7030 4.1.3 and 4.2.3 have them."""
    return Response(
        certs_only(found),
        media_type="application/pkcs7-mime; smime-type=certs-only",
        headers={"Content-Transfer-Encoding": "base64"},
    )


def issued(der: bytes) -> Response:
    """Return the certificate that was issued, and no other (RFC 7030 4.2.3)."""
    return certificates(x509.load_der_x509_certificate(der))


def authority(issuing: Issuing | None) -> Response:
    """Return root and issuer (RFC 7030 4.1). Errors: HttpProblem where there is no issuer."""
    if issuing is None:
        raise problem_of(NotIssuer("this server has no issuer's key"))
    return certificates(issuing.root, issuing.issuer.certificate)


def problem_of(error: EnrolmentError) -> HttpProblem:
    """Return the answer to what went wrong."""
    said = str(error)
    match error:
        case BadRequest():
            return HttpProblem(400, "bad_request", said)
        case Refused():
            return HttpProblem(403, "enrolment_refused", said)
        case KeyUsed() | OtherKind():
            return HttpProblem(409, "conflict", said)
        case Full():
            return HttpProblem(429, "rate_limited", said, retry_after_s=60)
        case NotIssuer():
            return HttpProblem(503, "unavailable", said, retry_after_s=RETRY_AFTER_S)
    return HttpProblem(403, "forbidden", said)
